"""Target sets from populations, the choice of the default set, and taking a set out."""

from fractions import Fraction

from django.utils.translation import gettext as _

from campaigns.errors import SetupRefused
from campaigns.models import TargetSet
from campaigns.services.setup import changes_setup, lock, set_targets
from districts.audit import record
from districts.figures import round_half_up
from districts.models import Population
from districts.sources import SOURCES_IN_HINDI


@changes_setup
def derive_targets(
    *, campaign, by, code, name_en, source, year, group, shares, name_hi="", label="", is_default=None
):
    """Write a target set of a share of the population per cohort: ``shares`` maps cohorts to per cents.

    ``source``, ``year`` and ``group`` name the population; ``label`` is the source as the set shows it.
    Each unit is rounded half up by itself, so that the sum of units is what every area above shows.
    Returns (the set, number of units without such a population). Raises SetupRefused when no unit has one.
    """
    populations = Population.objects.filter(
        area__reporting_for__campaign=campaign, source=source, year=year, group=group
    ).select_related("area")
    targets = {}
    for population in populations:
        for cohort, share in shares.items():
            targets[population.area, cohort] = int(
                round_half_up(Fraction(share) * population.persons / 100, places=0)
            )
    if not targets:
        raise SetupRefused(
            _("No reporting unit has a population of %(source)s, %(year)s.")
            % {"source": source, "year": year}
        )
    target_set = set_targets(
        campaign=campaign,
        code=code,
        name_en=name_en,
        name_hi=name_hi,
        source=label or source,
        source_hi="" if label else SOURCES_IN_HINDI.get(source, ""),
        year=year,
        targets=targets,
        by=by,
        is_default=is_default,
    )
    return target_set, campaign.units.count() - len({area.pk for area, _cohort in targets})


@changes_setup
def choose_default(*, campaign, by, target_set):
    """Measure coverage against this set unless another is asked for."""
    lock(campaign)
    # Two statements: the database allows one default at a time.
    campaign.target_sets.exclude(pk=target_set.pk).update(is_default=False)
    campaign.target_sets.filter(pk=target_set.pk).update(is_default=True)
    _record(campaign, by, "campaign.default_targets", target_set)


@changes_setup
def remove_target_set(*, campaign, by, target_set):
    """Take a set out. The default one stays while there is another that could take its place."""
    lock(campaign)
    sets = TargetSet.objects.filter(campaign=campaign)
    if sets.filter(pk=target_set.pk, is_default=True).exists() and sets.exclude(pk=target_set.pk).exists():
        raise SetupRefused(_("Coverage is measured against this set. Choose another default first."))
    _record(campaign, by, "campaign.remove_targets", target_set)
    target_set.delete()


def _record(campaign, by, action, target_set):
    record(
        by=by,
        action=action,
        subject=f"campaign {campaign.slug}",
        area=campaign.area,
        detail={"set": target_set.code, "source": target_set.source, "year": target_set.year},
    )
