"""What somebody has typed and not sent yet. It counts nowhere until it is submitted."""

from django.db import transaction

from campaigns.models import Draft

MOST_TEXT = 15


@transaction.atomic
def save_drafts(*, campaign, day, drafts, by):
    """Keep ``drafts``: {unit id: (version seen, {field: text})}. An empty one takes the unit's draft away."""
    gone = [unit for unit, (_version, texts) in drafts.items() if not texts]
    if gone:
        discard_drafts(campaign=campaign, day=day, unit_ids=gone, by=by)
    Draft.objects.bulk_create(
        [
            Draft(user=by, campaign=campaign, unit_id=unit, happened_on=day, version=version, texts=texts)
            for unit, (version, texts) in drafts.items()
            if texts
        ],
        update_conflicts=True,
        unique_fields=["user", "campaign", "unit", "happened_on"],
        update_fields=["version", "texts", "updated_at"],
        batch_size=500,
    )


def discard_drafts(*, campaign, day, unit_ids, by):
    """Forget what was typed. Returns how many units had a draft."""
    found = Draft.objects.filter(user=by, campaign=campaign, happened_on=day, unit__in=list(unit_ids))
    return found.delete()[0]
