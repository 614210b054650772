"""What a campaign still lacks before it can start."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.selectors.calendar import calendar_of
from districts.numbers import indian


@dataclass(frozen=True)
class Step:
    """``section`` is the page of the setup where it is done. Without an essential one nothing can be counted."""

    section: str
    title: str
    is_done: bool
    is_essential: bool = True
    detail: str = ""


def steps(campaign):
    """Every step of the checklist, in the order in which one works. About ten queries."""
    items = list(campaign.items.filter(is_open=True).prefetch_related("cohorts"))
    cohorts = list(campaign.cohorts.filter(is_open=True))
    units = campaign.units.count()
    default = campaign.target_sets.filter(is_default=True).first()
    working_days = calendar_of(campaign).total
    return [
        Step("cohorts", _("At least one group of people"), bool(cohorts), detail=_names(cohorts)),
        Step("items", _("A tally sheet with something to count"), bool(items), detail=_names(items)),
        *_vaccine_step(campaign, items),
        Step("calendar", _("At least one working day"), working_days > 0, detail=_days(working_days)),
        Step("units", _("Reporting units"), units > 0, detail=_units(units)),
        Step(
            "targets",
            _("A target set, against which coverage is measured"),
            default is not None,
            is_essential=False,
            detail=f"{default.name} ({default.shown_source}, {default.year})" if default else "",
        ),
        *_full_target_step(default, items, cohorts, units),
        Step(
            "basics",
            _("Names in Hindi"),
            all(named.name_hi for named in [campaign, *items, *cohorts]),
            is_essential=False,
        ),
    ]


def missing(campaign):
    """The essential steps that are not done."""
    return [step for step in steps(campaign) if step.is_essential and not step.is_done]


def measured_cohorts(items, cohorts):
    """The open groups that an open item is measured against."""
    wanted = set()
    for item in items:
        wanted |= {cohort.pk for cohort in item.cohorts.all()} or {cohort.pk for cohort in cohorts}
    return [cohort for cohort in cohorts if cohort.pk in wanted]


def _vaccine_step(campaign, items):
    if not any(item.by_vaccine for item in items):
        return []
    vaccines = list(campaign.vaccines.all())
    return [
        Step(
            "vaccines",
            _("Vaccines, since items are counted by them"),
            bool(vaccines),
            detail=_names(vaccines),
        )
    ]


def _full_target_step(target_set, items, cohorts, units):
    if target_set is None or not units:
        return []
    counted = dict(
        target_set.targets.values_list("cohort_id").annotate(units=Count("unit", distinct=True)).order_by()
    )
    lacking = {
        cohort.name: units - counted.get(cohort.pk, 0)
        for cohort in measured_cohorts(items, cohorts)
        if counted.get(cohort.pk, 0) < units
    }
    return [
        Step(
            "targets",
            _("A target for every unit and group"),
            not lacking,
            is_essential=False,
            detail="; ".join(
                ngettext(
                    "%(cohort)s: missing in %(count)s unit",
                    "%(cohort)s: missing in %(count)s units",
                    number,
                )
                % {"cohort": cohort, "count": indian(number)}
                for cohort, number in lacking.items()
            ),
        )
    ]


def _names(named):
    return ", ".join(one.name for one in named)


def _units(number):
    return ngettext("%(count)s unit", "%(count)s units", number) % {"count": indian(number)}


def _days(number):
    return ngettext("%(count)s working day", "%(count)s working days", number) % {"count": indian(number)}
