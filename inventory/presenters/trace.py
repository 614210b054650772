"""A batch and where its doses are, as values."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from districts import numbers
from districts.models.areas import local_name
from inventory.models import Earmark, LocationKind
from inventory.presenters.area_page import store_url
from inventory.presenters.words import vials

# Whoever recalls a batch goes to the stores first, then after those who were given it.
KINDS = (
    LocationKind.STORE,
    LocationKind.IN_TRANSIT,
    LocationKind.ADMINISTERED,
    LocationKind.WASTED,
    LocationKind.UNACCOUNTED,
)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    name: str
    url: str
    area: str
    earmark: str
    doses: str
    vials: str


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    title: str
    doses: str
    vials: str
    rows: tuple
    more: str


@dataclass(frozen=True, slots=True)
class TracePage:
    supplied: str
    supplied_vials: str
    sums: tuple  # of (label, doses): they add up to what was supplied
    groups: tuple
    elsewhere: str  # doses outside the visitor's areas


SHOWN = 100


def trace_page(batch, sums, places, *, most=SHOWN):
    """``most`` places of each kind; None for all of them, as a file has them."""
    per_vial = batch.vaccine.doses_per_vial
    by_kind = defaultdict(list)
    for location, earmark, doses in places:
        by_kind[location.kind].append((location, earmark, doses))
    visible = sum(doses for _location, _earmark, doses in places)
    supplied = -sums[LocationKind.SUPPLY]
    return TracePage(
        supplied=numbers.indian(supplied),
        supplied_vials=vials(supplied, per_vial),
        sums=tuple((_title(kind), numbers.indian(sums[kind])) for kind in KINDS),
        groups=tuple(_group(kind, by_kind[kind], per_vial, most) for kind in KINDS if by_kind[kind]),
        elsewhere=numbers.indian(supplied - visible) if supplied != visible else "",
    )


def _title(kind):
    return {
        LocationKind.STORE: _("In the stores"),
        LocationKind.IN_TRANSIT: _("On the way"),
        LocationKind.ADMINISTERED: _("Given to people"),
        LocationKind.WASTED: _("Wasted"),
        LocationKind.UNACCOUNTED: _("Unreported residual"),
    }[kind]


def _group(kind, places, per_vial, most):
    doses = sum(one for _location, _earmark, one in places)
    return PlaceGroup(
        title=_title(kind),
        doses=numbers.indian(doses),
        vials=vials(doses, per_vial),
        rows=tuple(_row(*place, per_vial) for place in places[:most]),
        more=numbers.indian(len(places) - SHOWN) if len(places) > SHOWN else "",
    )


def _row(location, earmark, doses, per_vial):
    return PlaceRow(
        name=location.name if location.is_store else location.end_label,
        url=store_url(location) if location.is_store else "",
        area=local_name(location.area),
        earmark=str(Earmark(earmark).label),
        doses=numbers.indian(doses),
        vials=vials(doses, per_vial),
    )
