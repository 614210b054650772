"""Tables of populations. Each figure keeps its source and year; sources that disagree stand side by side."""

from collections import defaultdict
from decimal import Decimal, InvalidOperation

from django.utils import timezone
from django.utils.translation import gettext as _

from districts import tree
from districts.lookup import AreaIndex
from districts.models import Area, Level, Population
from districts.names import fold
from districts.sources import POPULATION_SOURCES

SOURCE = {
    "covid19india_districts": POPULATION_SOURCES["covid19india"],
    "covid19india_states": POPULATION_SOURCES["covid19india"],
    "iips": POPULATION_SOURCES["iips"],
    "ncp": POPULATION_SOURCES["ncp"],
}
# The tables without a year column: counts of 2011 of the districts, a projection to 2019 of the states.
YEAR = {"covid19india_districts": 2011, "covid19india_states": 2019}
GROUPS = ("total", "male", "female")


class PopulationImport:
    def __init__(self, report):
        self.report = report
        self.source = SOURCE[report.kind]
        self.by_district = report.kind in ("covid19india_districts", "iips")

    def run(self, rows):
        tree.lock()
        self.nation = Area.objects.filter(level=Level.NATION).first()
        self.index = AreaIndex(levels=[Level.NATION, Level.STATE, Level.DISTRICT])
        # (area, year, group) → name in the file → persons. Two names of one area are parts of it and are
        # added: projections count Daman and Diu apart from Dadra and Nagar Haveli.
        self.figures = defaultdict(dict)
        for row in rows:
            self._take(row)
        self._write()

    # -- one row -------------------------------------------------------------------------------------

    def _take(self, row):
        if not any(row[group] for group in GROUPS):
            self.report.counts["blank"] += 1
            return
        area, year = self._area(row), self._year(row)
        if area is None or year is None:
            return
        name = fold(row["district_name"] if self.by_district else row["state_name"])
        for group in GROUPS:
            if not row[group]:
                continue
            persons = self._persons(row, group)
            if persons is None:
                continue
            parts = self.figures[area.pk, year, group]
            if name in parts:
                reason = _("%(area)s has a figure for this year further up.") % {"area": area}
                self.report.refuse(row.number, row.header(group), row[group], reason)
                continue
            parts[name] = persons

    def _area(self, row):
        key = row["district_key"]
        area = self.index.find(key, within=self.nation, scheme="covid19india") if key else None
        if area is not None:
            return area
        state = self._state(row["state_name"])
        if state is None:
            self._refuse_name(row, "state_name", self.nation)
        elif not self.by_district:
            return state
        else:
            area = self.index.find_named(row["district_name"], within=state)
            if area is None:
                self._refuse_name(row, "district_name", state)
        return area

    def _state(self, name):
        if self.nation is not None and fold(name) == fold(self.nation.name_en):
            return self.nation
        return self.index.find_named(name, within=self.nation)

    def _refuse_name(self, row, meaning, within):
        reason = _("No area of this name is known in %(within)s.") % {"within": within or _("an empty tree")}
        close = self.index.suggest(row[meaning], within=within)
        if close:
            reason += " " + _("Did you mean %(area)s?") % {"area": close[0]}
        self.report.refuse(row.number, row.header(meaning), row[meaning], reason)

    def _year(self, row):
        if self.report.kind in YEAR:
            return YEAR[self.report.kind]
        text = row["year"]
        if text.isascii() and text.isdecimal() and 1901 <= int(text[:9]) <= 2100:
            return int(text[:9])
        self.report.refuse(row.number, row.header("year"), text, _("A year is a number such as 2011."))
        return None

    def _persons(self, row, group):
        try:
            persons = Decimal(row[group])
        except InvalidOperation:
            persons = None
        # Projections write whole numbers as 203000.0.
        if persons is not None and persons.is_finite() and 0 <= persons < 10**11 and persons == int(persons):
            return int(persons)
        reason = _("A population is a whole number of persons, 0 or more.")
        self.report.refuse(row.number, row.header(group), row[group], reason)
        return None

    # -- writing -------------------------------------------------------------------------------------

    def _write(self):
        standing = {
            (figure.area_id, figure.year, figure.group): figure
            for figure in Population.objects.filter(source=self.source)
        }
        new, changed, touched = [], [], set()
        for (area_id, year, group), parts in self.figures.items():
            persons = sum(parts.values())
            figure = standing.get((area_id, year, group))
            told = f"{self.index.areas[area_id]} {year} {group}: {persons}"
            if figure is None:
                new.append(
                    Population(area_id=area_id, source=self.source, year=year, group=group, persons=persons)
                )
                self.report.added.append(told)
            elif figure.persons != persons:
                self.report.changed.append(f"{told} (was {figure.persons})")
                figure.persons = persons
                changed.append(figure)
            else:
                self.report.counts["unchanged"] += 1
                continue
            touched.add(area_id)
        Population.objects.bulk_create(new, batch_size=2000)
        Population.objects.bulk_update(changed, ["persons"], batch_size=500)
        for start in range(0, len(touched), 500):
            some = sorted(touched)[start : start + 500]
            Area.objects.filter(pk__in=some).update(updated_at=timezone.now())
