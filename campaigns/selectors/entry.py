"""What a clerk sees of the ledger: my units and whether they have reported a day, and the state of one."""

from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from campaigns.models import Submission, TallyEntry
from districts import access

SILENT, REPORTED, LATE = "silent", "reported", "late"


def my_units(campaign, user, *, text=""):
    """The reporting units that the user may submit for, in the order of the tree; ``text`` is a name or code."""
    units = access.visible_to(user, campaign.units.all(), field="area", right="submit")
    if text:
        units = units.filter(
            Q(area__name_en__icontains=text)
            | Q(area__name_hi__contains=text)
            | Q(area__code__iexact=text)
            | Q(area__parent__name_en__icontains=text)
            | Q(area__parent__name_hi__contains=text)
        )
    return units.order_by("area__path")


def my_unit_days(campaign, user, day, *, state="", text=""):
    """``my_units``, each with ``version`` (0: silent) and ``is_late``.

    One indexed look at the ledger per unit shown.
    """
    submissions = Submission.objects.filter(campaign=campaign, unit=OuterRef("area"), happened_on=day)
    first = submissions.filter(version=1)
    units = my_units(campaign, user, text=text)
    if state == SILENT:
        units = units.filter(~Exists(first))
    elif state == REPORTED:
        units = units.filter(Exists(first))
    elif state == LATE:
        units = units.filter(Exists(first.filter(is_late=True)))
    return units.select_related("area__parent").annotate(
        version=Coalesce(Subquery(submissions.order_by("-version").values("version")[:1]), 0),
        is_late=Subquery(first.values("is_late")[:1]),
    )


def my_numbers(campaign, user, day):
    """(my units, those that have reported the day)."""
    units = my_units(campaign, user)
    reported = Submission.objects.filter(campaign=campaign, unit=OuterRef("area"), happened_on=day, version=1)
    return units.count(), units.filter(Exists(reported)).count()


def standing_at_version(campaign, unit, day, version):
    """{cell id: count} as it stood with that version."""
    sums = (
        TallyEntry.objects.filter(
            unit=unit, happened_on=day, cell__campaign=campaign, submission__version__lte=version
        )
        .values_list("cell_id")
        .annotate(count=Sum("change"))
        .order_by()
    )
    return {cell: count for cell, count in sums if count}
