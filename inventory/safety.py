"""What must not be used is not sent to be used: a reason may change the order of issue, never this.

Supply that had expired when it came is taken in with a reason: it lies there, and must be on the book to be destroyed.
"""

from django.utils.translation import gettext as _

from districts.templatetags.indian import short_day
from inventory.errors import StockRefused
from inventory.issuing import DISCARD_STAGE
from inventory.selectors.observations import latest_stages


def is_return(from_store, to_store):
    """Whether a dispatch goes up to a store of an area above: back to who supplied it, or to be destroyed."""
    return from_store.area_id != to_store.area_id and to_store.area.contains(from_store.area)


def stopped(store, batches, day):
    """{batch: why, in words} of those that must not be used on a day: expired, or its vials at the discard point.

    By the newest reading of the vial monitors in the store that was made by that day. One query.
    """
    stages, why = latest_stages([store.pk], last=day), {}
    for batch in batches:
        stage = stages.get((store.pk, batch.pk))
        if batch.expires_on < day:
            why[batch] = _("it expired on %(day)s") % {"day": short_day(batch.expires_on)}
        elif stage is not None and stage >= DISCARD_STAGE:
            why[batch] = _("its vial monitors are at stage %(stage)d") % {"stage": stage}
    return why


def had_expired(expires_on, received_on):
    """Whether a batch was past its last day when it came: taken in only with a reason."""
    return expires_on < received_on


def ask_why_expired(number, expires_on):
    return _(
        "Batch %(batch)s expired on %(day)s, before it came. Look at the vial again; if it is so, say why it is taken "
        "in."
    ) % {"batch": number, "day": short_day(expires_on)}


def refusal(batch, why):
    return _(
        "Batch %(batch)s must not be used any more: %(why)s. Book it as a loss, or send it back to a store above this "
        "one and say why."
    ) % {"batch": batch, "why": why}


def require_safe(*, from_store, to_store, batches, sent_on, note):
    """Raise StockRefused for a dispatch of what must not be used, unless it goes back and the voucher says why."""
    for batch, why in stopped(from_store, batches, sent_on).items():
        if not is_return(from_store, to_store):
            raise StockRefused(refusal(batch, why))
        if not note.strip():
            raise StockRefused(
                _("Batch %(batch)s goes back because %(why)s: say so in the note.")
                % {"batch": batch, "why": why}
            )
