"""Units that should have reported a day and have not, and whom to call about it."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q

from campaigns.models import ReportingUnit, Submission
from campaigns.selectors.calendar import calendar_of
from districts.models import Area, Posting, Role
from districts.models.areas import SEGMENT

# The people who answer for a unit's reports, nearest first.
ANSWERING = (Role.BLOCK_CLERK, Role.DISTRICT_OFFICER)


def silent_units(campaign, area, day, *, calendar=None):
    """In tree order, with their parents: a queryset. Nobody is silent on a day on which no work is planned."""
    units = Area.objects.under(area).select_related("parent").order_by("path")
    if not (calendar or calendar_of(campaign)).is_working(day):
        return units.none()
    reports = Submission.objects.filter(campaign=campaign, unit=OuterRef("pk"), happened_on=day)
    return units.current_on(day).filter(
        Exists(ReportingUnit.objects.filter(campaign=campaign, area=OuterRef("pk"))), ~Exists(reports)
    )


def people_of(units, *, asker):
    """{unit id: [User]} of who is posted there now: the unit's clerks, or else the officers of its district.

    Nobody is told to call themselves. One query.
    """
    above = {unit.pk: [unit.path[:length] for length in range(len(unit.path), 0, -SEGMENT)] for unit in units}
    paths = {path for some in above.values() for path in some}
    posted = defaultdict(list)
    postings = Posting.objects.in_force().filter(
        ~Q(user=asker), area__path__in=paths, role__in=ANSWERING, user__is_active=True
    )
    for posting in postings.select_related("user", "area").order_by("user__first_name", "user__username"):
        posted[posting.area.path, posting.role].append(posting.user)
    found = {}
    for unit, some in above.items():
        nearest = (posted[path, role] for role in ANSWERING for path in some if posted.get((path, role)))
        found[unit] = next(nearest, [])
    return found
