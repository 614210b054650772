"""The populations from which targets of a campaign could be derived."""

from dataclasses import dataclass

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from districts.models import Population
from districts.numbers import indian


@dataclass(frozen=True)
class PopulationChoice:
    source: str
    year: int
    group: str
    units: int
    all_units: int
    persons: int

    @property
    def key(self):
        return f"{self.source}|{self.year}|{self.group}"

    @property
    def label(self):
        return _("%(source)s, %(year)s, %(group)s: %(persons)s persons in %(units)s of %(all)s units") % {
            "source": self.source,
            "year": self.year,
            "group": self.group,
            "persons": indian(self.persons),
            "units": indian(self.units),
            "all": indian(self.all_units),
        }


def available_populations(campaign):
    """Each source, year and group that knows at least one reporting unit; the fullest first."""
    rows = (
        Population.objects.filter(area__reporting_for__campaign=campaign)
        .values("source", "year", "group")
        .annotate(units=Count("area", distinct=True), total=Sum("persons"))
        .order_by("-units", "source", "-year", "group")
    )
    everything = campaign.units.count()
    return [
        PopulationChoice(row["source"], row["year"], row["group"], row["units"], everything, row["total"])
        for row in rows
    ]
