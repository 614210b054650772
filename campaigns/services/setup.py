"""Setting a campaign up: the sheet, the reporting units, the targets. Each write takes the campaign's lock."""

from collections import defaultdict
from functools import wraps
from itertools import pairwise, product

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from campaigns.errors import SetupRefused
from campaigns.models import (
    Campaign,
    ReportingUnit,
    Sex,
    SheetCell,
    Submission,
    Target,
    TargetSet,
    TargetTotal,
    UnitTotal,
)
from campaigns.models.sheet import cell_key, total_key
from campaigns.services import rule_marks
from districts.audit import record
from districts.models import Area
from districts.models.areas import SEGMENT


def changes_setup(write):
    """For a keyword-only function that changes the setup of ``campaign``: one transaction, whole or not at all.

    When it fails, the campaign object gets its old setup version back. Left at the new one, it would file the
    unchanged sheet in the cache under the number of the next change.
    """

    @wraps(write)
    def inside(*, campaign, **kwargs):
        before = campaign.setup_version
        try:
            with transaction.atomic():
                return write(campaign=campaign, **kwargs)
        except BaseException:
            campaign.setup_version = before
            raise

    return inside


def lock(campaign, *, expected_version=None, for_rules=True):
    """Take the campaign's row: one change of the setup at a time, and none without a new setup version.

    ``expected_version`` is the setup version that the officer was looking at. A whole list that is written
    over one that somebody else has changed since would undo that change unseen, so it is refused.

    ``for_rules`` is off for the few changes that no rule reads; after all others what was found is looked at again.
    """
    # Not the stronger FOR UPDATE: a posting takes its unit's row first and touches the campaign's only with
    # the foreign keys that it checks on commit. A change that holds the campaign's and waits for units would
    # meet it in a deadlock.
    current = (
        Campaign.objects.select_for_update(no_key=True)
        .values_list("setup_version", flat=True)
        .get(pk=campaign.pk)
    )
    if expected_version is not None and current != expected_version:
        raise SetupRefused(
            _(
                "Somebody else has changed this campaign's setup since you opened the page. Look again, then save."
            )
        )
    Campaign.objects.filter(pk=campaign.pk).update(setup_version=F("setup_version") + 1)
    campaign.refresh_from_db(fields=["setup_version"])
    if for_rules:
        look_again(campaign)


def look_again(campaign):
    """Let the rules judge anew what is reported, as they have it after this change of the setup."""
    if not rule_marks.has_reports(campaign):
        # The very first report may be under way, judged by the setup as it was.
        hold_postings(campaign)
        if not rule_marks.has_reports(campaign):
            return
    rule_marks.for_all_units(campaign)


def hold_postings(campaign):
    """Wait for the postings under way and let none begin before this change is committed.

    A posting takes its unit's row and looks at the setup's version when it has it, so that what is found
    here (no report outside these dates, none at all yet) still holds when the change takes effect.
    """
    list(campaign.units.select_for_update().order_by("pk").values_list("pk"))


@changes_setup
def build_sheet(*, campaign, by):
    """Make the cells that the items, cohorts and vaccines call for; close those no longer called for.

    A cell that was counted into is never removed: it is closed, and its counts stay in every sum.
    """
    lock(campaign)
    all_cohorts = list(campaign.cohorts.filter(is_open=True))
    vaccines = list(campaign.vaccines.all())
    wanted = set()
    for item in campaign.items.filter(is_open=True).prefetch_related("cohorts"):
        total, _made = SheetCell.objects.get_or_create(
            campaign=campaign, key=total_key(item.code), defaults={"item": item, "is_open": False}
        )
        own = list(item.cohorts.all())
        # An item of closed cohorts only asks for nothing, rather than suddenly for all of them.
        cohorts = [cohort for cohort in own or all_cohorts if cohort.is_open] if item.by_cohort else []
        if item.by_cohort and own and not cohorts:
            continue
        for cohort, vaccine, sex in product(
            cohorts or [None],
            vaccines if item.by_vaccine and vaccines else [None],
            Sex.values if item.by_sex else [""],
        ):
            key = cell_key(item.code, cohort.code if cohort else "", vaccine.code if vaccine else "", sex)
            wanted.add(key)
            SheetCell.objects.update_or_create(
                campaign=campaign,
                key=key,
                defaults={
                    "item": item,
                    "cohort": cohort,
                    "vaccine": vaccine,
                    "sex": sex,
                    "total": total,
                    "is_open": True,
                },
            )
    campaign.cells.filter(total__isnull=False).exclude(key__in=wanted).update(is_open=False)
    record(by=by, action="campaign.sheet", subject=f"campaign {campaign.slug}", area=campaign.area)


@changes_setup
def set_reporting_units(*, campaign, areas, by, expected_setup_version=None):
    """Name the areas whose counts are posted. Raises SetupRefused when one lies under another.

    A unit that has reported stays: taking it out would take its counts out of no sum and leave nobody
    to correct them. The targets of a unit that leaves go with it.
    """
    lock(campaign, expected_version=expected_setup_version, for_rules=False)
    areas = sorted(set(areas), key=lambda area: area.path)
    for area in areas:
        if not campaign.area.contains(area):
            raise SetupRefused(_("%(area)s does not lie in %(top)s.") % {"area": area, "top": campaign.area})
    # In path order everything below an area follows it at once, so neighbours are enough.
    for upper, lower in pairwise(areas):
        if upper.contains(lower):
            raise SetupRefused(
                _(
                    "%(lower)s lies under %(upper)s: a reporting unit cannot lie under another, "
                    "or its doses would count twice."
                )
                % {"lower": lower, "upper": upper}
            )
    wanted = {area.pk for area in areas}
    standing = set(campaign.units.values_list("area_id", flat=True))
    leaving = standing - wanted
    if leaving:
        _remove_units(campaign, leaving)
    ReportingUnit.objects.bulk_create(
        [ReportingUnit(campaign=campaign, area=area) for area in areas if area.pk not in standing],
        batch_size=5000,
    )
    _rewrite_unit_totals(campaign, areas)
    record(
        by=by,
        action="campaign.units",
        subject=f"campaign {campaign.slug}",
        area=campaign.area,
        detail={"units": len(areas), "added": len(wanted - standing), "removed": len(leaving)},
    )


def _remove_units(campaign, area_ids):
    units = campaign.units.filter(area_id__in=area_ids)
    # A posting holds its unit's row. Whoever looks for reports without taking the rows finds none, and
    # deletes a unit whose first report is just being committed.
    list(units.select_for_update().order_by("pk").values_list("pk"))
    reported = (
        Submission.objects.filter(campaign=campaign, unit_id__in=area_ids)
        .values_list("unit__code", flat=True)
        .distinct()
        .order_by("unit__code")[:5]
    )
    if reported:
        raise SetupRefused(
            _("These units have reported and must stay: %(codes)s") % {"codes": ", ".join(reported)}
        )
    units.delete()
    # A denominator must not hold people of an area that no longer reports.
    for target_set in campaign.target_sets.filter(targets__unit__in=area_ids).distinct():
        target_set.targets.filter(unit__in=area_ids).delete()
        rest = target_set.targets.select_related("unit", "cohort")
        _rewrite_target_totals(target_set, {(row.unit, row.cohort): row.persons for row in rest})


@changes_setup
def set_targets(
    *, campaign, code, name_en, source, year, targets, by, name_hi="", source_hi="", is_default=None
):
    """Write one named target set whole: ``targets`` maps (unit area, cohort) to persons.

    The first set of a campaign is its default. Raises SetupRefused for areas that are no reporting units.
    """
    lock(campaign)
    units = set(campaign.units.values_list("area_id", flat=True))
    strangers = {area.code for area, _cohort in targets if area.pk not in units}
    if strangers:
        raise SetupRefused(
            _("Not reporting units of this campaign: %(codes)s")
            % {"codes": ", ".join(sorted(strangers)[:10])}
        )
    if is_default is None:
        is_default = not campaign.target_sets.exclude(code=code).filter(is_default=True).exists()
    if is_default:
        campaign.target_sets.exclude(code=code).update(is_default=False)
    target_set, _made = TargetSet.objects.update_or_create(
        campaign=campaign,
        code=code,
        defaults={
            "name_en": name_en,
            "name_hi": name_hi,
            "source": source,
            "source_hi": source_hi,
            "year": year,
            "is_default": is_default,
        },
    )
    target_set.targets.all().delete()
    Target.objects.bulk_create(
        [
            Target(target_set=target_set, unit=area, cohort=cohort, persons=persons)
            for (area, cohort), persons in targets.items()
        ],
        batch_size=5000,
    )
    _rewrite_target_totals(target_set, targets)
    record(
        by=by,
        action="campaign.targets",
        subject=f"campaign {campaign.slug}",
        area=campaign.area,
        detail={"set": code, "source": source, "year": year, "persons": sum(targets.values())},
    )
    return target_set


def _ancestor_paths(area):
    return [area.path[:n] for n in range(SEGMENT, len(area.path) + 1, SEGMENT)]


def _ids_by_path(paths):
    return dict(Area.objects.filter(path__in=paths).values_list("path", "pk"))


def _rewrite_unit_totals(campaign, areas):
    counts = defaultdict(int)
    for area in areas:
        for path in _ancestor_paths(area):
            counts[path] += 1
    own = {area.path: area.pk for area in areas}
    ids = own | _ids_by_path([path for path in counts if path not in own])
    campaign.unit_totals.all().delete()
    UnitTotal.objects.bulk_create(
        [UnitTotal(campaign=campaign, area_id=ids[path], units=units) for path, units in counts.items()],
        batch_size=5000,
    )


def _rewrite_target_totals(target_set, targets):
    persons, units = defaultdict(int), defaultdict(int)
    for (area, cohort), number in targets.items():
        for path in _ancestor_paths(area):
            persons[path, cohort.pk] += number
            units[path, cohort.pk] += 1
    own = {area.path: area.pk for area, _cohort in targets}
    ids = own | _ids_by_path({path for path, _cohort in persons if path not in own})
    target_set.totals.all().delete()
    TargetTotal.objects.bulk_create(
        [
            TargetTotal(
                target_set=target_set,
                area_id=ids[path],
                cohort_id=cohort,
                persons=number,
                units=units[path, cohort],
            )
            for (path, cohort), number in persons.items()
        ],
        batch_size=5000,
    )
