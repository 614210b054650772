"""Changing what a campaign is called, when it runs, when its reports are due, and who sees it.

Every change takes the campaign's lock, raises its setup version and leaves an audit row, in one transaction.
"""

from django.core.exceptions import ValidationError
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.errors import SetupRefused
from campaigns.models import Campaign, Submission
from campaigns.selectors.readiness import missing
from campaigns.services.setup import changes_setup, hold_postings, lock, look_again
from districts.audit import record
from districts.templatetags.indian import short_day

BASICS = frozenset(
    [
        "name_en",
        "name_hi",
        "note_en",
        "note_hi",
        "starts_on",
        "ends_on",
        "deadline_days",
        "deadline_time",
        "late_window_days",
        "rest_weekdays",
        "keeps_stock",
    ]
)
# Of these the rules read the working days only.
WORKING_DAYS = frozenset(["starts_on", "ends_on", "rest_weekdays"])


@changes_setup
def change_basics(*, campaign, by, expected_setup_version=None, **values):
    """Change any of BASICS. Raises SetupRefused when reported days or rounds would fall outside the dates."""
    if unknown := values.keys() - BASICS:
        raise TypeError(f"Not basics of a campaign: {', '.join(sorted(unknown))}")
    lock(campaign, expected_version=expected_setup_version, for_rules=False)
    # On an object of its own: what is refused must not stay behind in the caller's.
    fresh = Campaign.objects.get(pk=campaign.pk)
    before = {name: getattr(fresh, name) for name in values}
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return
    first, last = fresh.starts_on, fresh.ends_on
    for name, value in changed.items():
        setattr(fresh, name, value)
    _check_dates(fresh, narrower=fresh.starts_on > first or fresh.ends_on < last)
    try:
        fresh.full_clean(exclude={"slug"}, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise SetupRefused(" ".join(error.messages)) from error
    fresh.save(update_fields=list(changed))
    for name in changed:
        setattr(campaign, name, getattr(fresh, name))
    if WORKING_DAYS & changed.keys():
        look_again(campaign)
    detail = {name: [_plain(before[name]), _plain(value)] for name, value in changed.items()}
    _record(campaign, by, "campaign.basics", detail)


def _check_dates(campaign, *, narrower):
    if campaign.ends_on < campaign.starts_on:
        raise SetupRefused(_("The last day lies before the first."))
    if not narrower:
        return
    hold_postings(campaign)
    posted = Submission.objects.filter(campaign=campaign).aggregate(
        first=Min("happened_on"), last=Max("happened_on")
    )
    if posted["first"] and (posted["first"] < campaign.starts_on or posted["last"] > campaign.ends_on):
        raise SetupRefused(
            _("Units have reported for days from %(first)s to %(last)s: the campaign must contain them.")
            % {"first": short_day(posted["first"]), "last": short_day(posted["last"])}
        )
    outside = campaign.rounds.exclude(starts_on__gte=campaign.starts_on, ends_on__lte=campaign.ends_on)
    if numbers := ", ".join(str(one.number) for one in outside):
        raise SetupRefused(
            _("These rounds would lie outside the campaign: %(numbers)s. Move them first.")
            % {"numbers": numbers}
        )


@changes_setup
def publish(*, campaign, by):
    """Open the dashboards to everybody. Raises SetupRefused while something essential is missing."""
    lock(campaign, for_rules=False)
    if lacks := missing(campaign):
        raise SetupRefused(
            _("Not ready to be opened to the public. Missing: %(what)s")
            % {"what": "; ".join(str(step.title) for step in lacks)}
        )
    _set(campaign, by, "campaign.publish", is_public=True)


@changes_setup
def withdraw(*, campaign, by):
    """Show the dashboards to officials only."""
    lock(campaign, for_rules=False)
    _set(campaign, by, "campaign.withdraw", is_public=False)


@changes_setup
def archive(*, campaign, by):
    """Close the campaign to further counts. Nothing is deleted: its figures stay where they are."""
    lock(campaign, for_rules=False)
    _set(campaign, by, "campaign.archive", archived_at=timezone.now())


@changes_setup
def restore(*, campaign, by):
    lock(campaign, for_rules=False)
    _set(campaign, by, "campaign.restore", archived_at=None)


def _set(campaign, by, action, **values):
    Campaign.objects.filter(pk=campaign.pk).update(**values)
    for name, value in values.items():
        setattr(campaign, name, value)
    _record(campaign, by, action)


def _record(campaign, by, action, detail=None):
    record(by=by, action=action, subject=f"campaign {campaign.slug}", area=campaign.area, detail=detail)


def _plain(value):
    return value if value is None or isinstance(value, (int, str)) else str(value)
