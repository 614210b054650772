"""What has to be seen to: stock that expires, is at risk, runs low, is missing, or is on the way too long."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models.areas import SEGMENT
from inventory.expiry import urgency
from inventory.models import Vaccine
from inventory.selectors.consignments import LONG_UNDER_WAY_DAYS, under_way
from inventory.selectors.identity import identities
from inventory.selectors.standing import StockQuery, supply_of


class AlertKind(models.TextChoices):
    """The codes are those of the notices."""

    EXPIRING = "stock-expiring", _("Stock that expires within 90 days")
    AT_RISK = "stock-at-risk", _("Doses that will expire unused")
    BELOW_MINIMUM = "stock-below-minimum", _("Stock below the minimum")
    RESIDUAL = "stock-residual", _("More given than supplied on record")
    IN_TRANSIT = "stock-in-transit", _("Consignments too long on the way")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to see to. ``item`` names it; ``part`` is how soon it expires, or the code of the vaccine."""

    kind: str
    item: str
    path: str  # of the area in which it lies
    doses: int
    place: int  # the store, the vaccine or the consignment
    part: str = ""
    vaccine: Vaccine | None = None  # of the part


@dataclass
class Alert:
    """Everything of one kind in an area."""

    kind: str
    items: list = field(default_factory=list)
    doses: int = 0
    places: set = field(default_factory=set)
    parts: dict = field(default_factory=dict)  # part → doses
    names: dict = field(default_factory=dict)  # part → [English, Hindi], where the part is a vaccine

    def add(self, finding):
        self.items.append(finding.item)
        self.doses += finding.doses
        self.places.add(finding.place)
        if finding.part:
            self.parts[finding.part] = self.parts.get(finding.part, 0) + finding.doses
        if finding.vaccine:
            self.names[finding.part] = [finding.vaccine.name_en, finding.vaccine.name_hi]

    @property
    def params(self):
        """What a notice keeps of it: numbers and names in every language, no sentence."""
        return {
            "doses": self.doses,
            "places": len(self.places),
            "parts": self.parts,
            "names": self.names,
        }


def supply_findings(supply, day):
    """What expires, is at risk and is below its minimum in the stores of a Supply."""
    held = defaultdict(int)
    for one in supply.held:
        if one.doses > 0 and one.location_id in supply.stores:
            held[one.location_id, one.batch_id] += one.doses
    for (store, batch), doses in held.items():
        how_soon = urgency(supply.batches[batch].expires_on, day)
        if how_soon != "later":
            path = supply.stores[store].area.path
            yield Finding(AlertKind.EXPIRING, f"{store}:{batch}:{how_soon}", path, doses, store, how_soon)
    for row in supply.at_risk():
        # What has expired is no risk any more; it stands among what expires.
        if row.unused > 0 and row.batch.expires_on >= day:
            item = f"{row.store.pk}:{row.batch.pk}"
            yield Finding(AlertKind.AT_RISK, item, row.store.area.path, row.unused, row.store.pk)
    for store, level, usable in supply.below_minimum():
        yield Finding(
            AlertKind.BELOW_MINIMUM,
            f"{store.pk}:{level.vaccine_id}",
            store.area.path,
            level.minimum - usable,
            store.pk,
            level.vaccine.code,
            level.vaccine,
        )


def transit_findings(consignments):
    for one in consignments:
        if one.days > LONG_UNDER_WAY_DAYS:
            path = one.dispatch.to_store.area.path
            yield Finding(AlertKind.IN_TRANSIT, str(one.dispatch.pk), path, one.doses, one.dispatch.pk)


def residual_findings(rows, path, vaccines):
    """``rows``: {vaccine id: Identity} of one area, ``vaccines``: {id: Vaccine}.

    The residual is an area's: parts of it may cancel out.
    """
    for key, one in rows.items():
        if one.residual < 0 and (vaccine := vaccines.get(key)):
            yield Finding(AlertKind.RESIDUAL, str(key), path, -one.residual, key, vaccine.code, vaccine)


def gathered(findings):
    """[Alert] of some findings, in the order of AlertKind."""
    alerts = {kind: Alert(kind.value) for kind in AlertKind}
    for finding in findings:
        alerts[finding.kind].add(finding)
    return [alert for alert in alerts.values() if alert.items]


def alerts_of(standing):
    """[Alert] of an area from what its page reads anyway."""
    path, day = standing.area.path, standing.query.day
    rows = {one.pk: standing.identities[standing.area.pk, one.pk] for one in standing.vaccines}
    return gathered(
        [
            *supply_findings(standing.supply, day),
            *transit_findings(standing.under_way),
            *residual_findings(rows, path, {one.pk: one for one in standing.vaccines}),
        ]
    )


def alerts_by_area(top, areas, day, vaccines):
    """{area: [Alert]} of many areas below ``top``, read once for all of them."""
    query = StockQuery(day=day)
    findings = [
        *supply_findings(supply_of(top, query), day),
        *transit_findings(under_way(top, last=day)),
    ]
    wanted, found = {area.path: area for area in areas}, defaultdict(list)
    for finding in findings:
        for length in range(SEGMENT, len(finding.path) + 1, SEGMENT):
            if (area := wanted.get(finding.path[:length])) is not None:
                found[area.pk].append(finding)
    by_id = {vaccine.pk: vaccine for vaccine in vaccines}
    by_area = defaultdict(dict)
    for (area, vaccine), one in identities(areas=areas, last=day).items():
        by_area[area][vaccine] = one
    for area in areas:
        found[area.pk] += residual_findings(by_area[area.pk], area.path, by_id)
    return {area: gathered(found[area.pk]) for area in areas if found[area.pk]}
