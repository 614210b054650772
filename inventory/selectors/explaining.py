"""Who has not reported: known to the apps above, which say so here, for the explanation of the residual."""

from dataclasses import dataclass

_sources = []


@dataclass(frozen=True, slots=True)
class Silent:
    """Units of a campaign that owe the report of a day."""

    campaign: str
    units: int
    path: str


def register(source):
    """``source(area, day, as_of)`` gives [Silent]."""
    if source not in _sources:
        _sources.append(source)


def silent_units(area, day, as_of=None):
    return [one for source in _sources for one in source(area, day, as_of)]
