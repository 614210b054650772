"""How many people live in each state and reporting unit: the denominators, and the weights of everything else."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass

from config.demonstration import facts
from config.demonstration.apportionment import apportion, two_way
from config.demonstration.chance import stream, whole
from districts.models import Area, Level, Population
from districts.sources import POPULATION_SOURCES

# A district formed later than this reports with the district that it came from.
NEWEST_UNIT = datetime.date(2021, 11, 1)


@dataclass(frozen=True, eq=False)
class Unit:
    """A reporting unit. ``counted_2011`` is the people of all ages that the census counted in it."""

    area: Area
    state: str
    district: str
    adults: int
    counted_2011: int

    @property
    def code(self):
        return self.area.code


def persons_by_area(source, year):
    rows = Population.objects.filter(source=POPULATION_SOURCES[source], year=year, group="total")
    return dict(rows.values_list("area__code", "persons"))


def adults_by_state():
    """Shares 94 crore adults out by projected population of 2021 × share of adults."""
    projected = persons_by_area("ncp", 2021)
    states = sorted(facts.states())
    weights = [projected[code] * facts.states()[code][0] for code in states]
    return dict(zip(states, apportion(facts.ADULTS_TOTAL, weights), strict=True))


def units_of_nation():
    """Every district as it stood at the end of 2021, but in Chhattisgarh its blocks. In the order of paths."""
    districts = defaultdict(list)
    for area in Area.objects.filter(level=Level.DISTRICT).select_related("parent").order_by("path"):
        if not area.valid_until and (not area.valid_from or area.valid_from <= NEWEST_UNIT):
            districts[area.parent.code].append(area)
    blocks = defaultdict(list)
    for area in Area.objects.filter(level=Level.BLOCK, parent__parent__code=facts.CHHATTISGARH).order_by(
        "path"
    ):
        blocks[area.parent_id].append(area)

    adults, counted = adults_by_state(), persons_by_area("census", 2011)
    persons = _persons_in_boundaries_of_2021()
    units = []
    for state, areas in sorted(districts.items(), key=lambda item: item[1][0].path):
        weights = [persons[area.code] for area in areas]
        shares = zip(
            areas, apportion(adults[state], weights), apportion(counted[state], weights), strict=True
        )
        for area, grown, all_ages in shares:
            if state == facts.CHHATTISGARH:
                units += _blocks_of(area, blocks[area.pk], grown, all_ages)
            else:
                units.append(Unit(area, state, area.code, grown, all_ages))
    return units


def _blocks_of(district, blocks, adults, counted):
    """No population by block is published with the directory: each gets a share by chance."""
    weights = [whole(stream("block", block.code), 60, 160) for block in blocks]
    shares = zip(blocks, apportion(adults, weights), apportion(counted, weights), strict=True)
    return [
        Unit(block, facts.CHHATTISGARH, district.code, grown, all_ages) for block, grown, all_ages in shares
    ]


def _persons_in_boundaries_of_2021():
    """Persons of 2011 by district: the census count, less and plus what has changed hands since."""
    census = persons_by_area("census_then", 2011) | persons_by_area("census", 2011)
    persons = persons_by_area("census_then", 2011) | persons_by_area("covid19india", 2011)
    persons |= persons_by_area("census", 2011)
    lost, gained = Counter(), Counter()
    for origin, heir, moved in facts.territory():
        lost[origin] += moved
        gained[heir] += moved
    for code in lost.keys() & census.keys():
        persons[code] = census[code] - lost[code]
    return persons | gained


def targets(units, total_by_group, persons):
    """{(unit, group): persons to reach}: ``persons`` of a unit, split so that each group has its total."""
    # Without all units of the nation the groups keep their proportions.
    columns = apportion(sum(persons), [total_by_group[group.code] for group in facts.GROUPS])
    table = two_way(persons, columns)
    return {
        (unit, group.code): share
        for unit, shares in zip(units, table, strict=True)
        for group, share in zip(facts.GROUPS, shares, strict=True)
    }
