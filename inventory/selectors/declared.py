"""Published figures beside the ledger's own, with what does not reconcile named. Nothing is put right."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field, replace

from districts.models import Area
from inventory.figures import Identity
from inventory.models import DeclaredFigure
from inventory.selectors.identity import identities, total

CUMULATIVE = ("", "cumulative")

COMPARED = ("supplied", "consumption", "administered", "balance", "wasted")

DOES_NOT_RECONCILE, NEGATIVE_WASTAGE, FALLS = "does_not_reconcile", "negative_wastage", "falls"


@dataclass(frozen=True)
class Statement:
    """What one source declared of an area on a day.

    ``figures``: {(measure, channel, scope): value}. ``own``: the ledger's identity of all vaccines at the end of
    that day, None where the ledger is empty. ``problems``: [(code, by how much)].
    """

    area: Area
    as_of: datetime.date
    source: str
    figures: dict
    own: Identity | None = None
    problems: list = field(default_factory=list)

    def declared(self, measure):
        """The figure to date, or None."""
        return next(
            (
                value
                for (one, channel, scope), value in self.figures.items()
                if (one, channel) == (measure, "") and scope in CUMULATIVE
            ),
            None,
        )

    def own_of(self, measure, channel=""):
        """The ledger's own figure beside a declared one; None where it has none of the kind."""
        if self.own is None:
            return None
        if channel:
            return self.own.supplied.get(channel, 0) if measure == "supplied" else None
        return {
            "supplied": self.own.total_supplied + self.own.transferred_in,
            "consumption": self.own.administered + self.own.total_wasted,
            "administered": self.own.administered,
            "balance": self.own.balance,
            "wasted": self.own.total_wasted,
        }.get(measure)

    @property
    def beside(self):
        """[(measure, declared, the ledger's own, own − declared)] of what both have."""
        rows = ((measure, self.declared(measure), self.own_of(measure)) for measure in COMPARED)
        return [
            (measure, told, mine, mine - told) for measure, told, mine in rows if None not in (told, mine)
        ]


def statements(areas, *, with_own=True):
    """[Statement] of some areas, the oldest first. One query, and one for each day with ``with_own``."""
    groups, places = defaultdict(dict), {}
    rows = DeclaredFigure.objects.filter(area__in=areas).select_related("area")
    for row in rows.order_by("as_of", "area__path", "source", "measure", "scope", "channel"):
        groups[row.as_of, row.area_id, row.source][row.measure, row.channel, row.scope] = row.value
        places[row.area_id] = row.area
    own = _own(groups, places) if with_own else {}
    found, highest = [], {}
    for (day, area, source), figures in groups.items():
        one = Statement(places[area], day, source, figures, own.get((day, area)))
        one.problems.extend(_problems(one, highest.get(area)))
        if (supplied := one.declared("supplied")) is not None:
            highest[area] = max(supplied, highest.get(area, supplied))
        found.append(one)
    return found


def newest_statements(area, day, *, as_of=None, earmark=None, own=None):
    """[Statement] of what was published last of an area by a day, beside the ledger's own. Two queries at most.

    ``own``: the area's identities of all vaccines at the end of the day, for who has them.
    """
    known = [one for one in statements([area], with_own=False) if one.as_of <= day]
    if not known:
        return []
    newest = known[-1].as_of
    if newest != day or own is None:
        own = list(identities(areas=[area], last=newest, as_of=as_of, earmark=earmark).values())
    whole = total(area.pk, own) if own else None
    return [replace(one, own=whole) for one in known if one.as_of == newest]


def _own(groups, places):
    days = defaultdict(list)
    for day, area, _source in groups:
        days[day].append(places[area])
    own = {}
    for day, areas in days.items():
        by_area = defaultdict(list)
        for (area, _vaccine), row in identities(areas=areas, last=day).items():
            by_area[area].append(row)
        own |= {(day, area): total(area, rows) for area, rows in by_area.items()}
    return own


def _problems(one, highest):
    supplied, used, balance = (one.declared(name) for name in ("supplied", "consumption", "balance"))
    if None not in (supplied, used, balance) and (gap := supplied - used - balance):
        yield DOES_NOT_RECONCILE, gap
    if supplied is not None and highest is not None and supplied < highest:
        # Doses supplied to date only grow: a misprint, or a correction that nobody announced.
        yield FALLS, supplied - highest
    for (measure, _channel, _scope), value in one.figures.items():
        if measure in ("wasted", "wastage_per_myriad") and value < 0:
            yield NEGATIVE_WASTAGE, value
            break
