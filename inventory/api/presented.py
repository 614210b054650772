"""Stock as the API writes it: integers and words, no floats; what there is none of is null, never 0."""

from districts.models import Level
from inventory.expiry import urgency

LEVELS = {level: level.name.lower() for level in Level}


def batch(one):
    return {
        "id": one.pk,
        "number": one.number,
        "vaccine": one.vaccine.code,
        "manufacturer": one.manufacturer,
        "expires_on": one.expires_on.isoformat(),
    }


def expiry(one, day):
    """``days`` below 0: that long past it."""
    return {"days": (one.expires_on - day).days, "urgency": urgency(one.expires_on, day)}


def store(one):
    return {"code": one.code, "name_en": one.name_en, "name_hi": one.name_hi, "area": one.area.code}


def place(location):
    """A store, or an end that doses come from or go to."""
    return {
        "code": location.code,
        "kind": location.kind,
        "cause": location.cause,
        "area": location.area.code,
    }


def ratio(value):
    """Rounded half up to one decimal, as text; null without a denominator."""
    shown = value.rounded() if value.has_data else None
    return {
        "numerator": value.numerator,
        "denominator": value.denominator,
        "of": value.of,
        # A hundredth below zero rounds to a zero, which has no sign.
        "percent": None if shown is None else str(shown if shown else abs(shown)),
    }


def identity(one, area, vaccine):
    """An Identity; ``vaccine`` None for all vaccines together."""
    return {
        "area": area.code,
        "level": LEVELS[area.level],
        "vaccine": vaccine and vaccine.code,
        "supplied": {"total": one.total_supplied, "by_channel": dict(sorted(one.supplied.items()))},
        "transferred_in": one.transferred_in,
        "administered": one.administered,
        "wasted": {
            "total": one.total_wasted,
            "open_vial": one.wasted_open,
            "closed_vial": one.wasted_closed,
            "by_cause": dict(sorted(one.wasted.items())),
        },
        "balance": one.balance,
        "in_transit": one.in_transit,
        "unreported_residual": one.residual,
        "open_vial_wastage": ratio(one.open_vial_wastage),
        "closed_vial_wastage": ratio(one.closed_vial_wastage),
        "wastage_limit_percent": vaccine and vaccine.wastage_limit_percent,
        "utilisation": ratio(one.utilisation),
    }


def movement(one):
    return {
        "id": one.pk,
        "journal": one.journal_id,
        "operation": one.journal.operation,
        "date": one.happened_on,
        "recorded_at": one.recorded_at,
        "batch": batch(one.batch),
        "from": place(one.source),
        "to": place(one.destination),
        "from_earmark": one.source_earmark,
        "to_earmark": one.destination_earmark,
        "doses": one.doses,
        "reversal_of": one.reversal_of_id,
        "document": one.journal.document,
        "reason": one.journal.reason,
        "by": one.journal.by and one.journal.by.username,
    }


def consignment(one):
    if one is None:
        return None
    return {
        "id": one.pk,
        "number": one.number,
        "from_store": one.from_store.code,
        "to_store": one.to_store.code,
        "sent_on": one.sent_on.isoformat(),
    }
