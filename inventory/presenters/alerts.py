"""Alerts in words: on the stock page of an area, and in notices."""

from dataclasses import dataclass
from types import SimpleNamespace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from districts import numbers
from districts.models.areas import local_name
from inventory.selectors.alerts import AlertKind

# The part of the area's page that says more.
ANCHORS = {
    AlertKind.EXPIRING: "batches",
    AlertKind.AT_RISK: "risk",
    AlertKind.BELOW_MINIMUM: "low",
    AlertKind.RESIDUAL: "identities",
    AlertKind.IN_TRANSIT: "way",
}
_SOON = ("expired", "within_30", "within_60", "within_90")


@dataclass(frozen=True, slots=True)
class AlertRow:
    label: str
    text: str
    anchor: str
    css: str


def alert_rows(alerts):
    return tuple(
        AlertRow(
            label=str(AlertKind(alert.kind).label),
            text=sentence(alert.kind, alert.params),
            anchor=ANCHORS[alert.kind],
            css="pill--bad" if _is_urgent(alert) else "pill--warn",
        )
        for alert in alerts
    )


def _is_urgent(alert):
    if alert.kind == AlertKind.EXPIRING:
        return bool(alert.parts.keys() & {"expired", "within_30"})
    return alert.kind in (AlertKind.AT_RISK, AlertKind.IN_TRANSIT)


def sentence(kind, params):
    doses, places = numbers.indian(params["doses"]), params["places"]
    return _SENTENCES[kind](doses, places, _parts(params))


def _parts(params):
    """{how soon, or the vaccine's name in the reader's language: doses}."""
    # Notices written before names were kept in both languages carry the name itself as their part.
    names = params.get("names", {})
    return {_name(*names[part]) if part in names else part: doses for part, doses in params["parts"].items()}


def _name(name_en, name_hi):
    return local_name(SimpleNamespace(name_en=name_en, name_hi=name_hi))


def _expiring(doses, places, parts):
    words = {
        "expired": _("expired and still on the shelf: %(doses)s doses"),
        "within_30": _("within 30 days: %(doses)s doses"),
        "within_60": _("within 60 days: %(doses)s doses"),
        "within_90": _("within 90 days: %(doses)s doses"),
    }
    told = [words[part] % {"doses": numbers.indian(parts[part])} for part in _SOON if part in parts]
    return "; ".join([*told, _stores(places)])


def _at_risk(doses, places, parts):
    return "; ".join(
        [_("%(doses)s doses will expire unused if use goes on as now") % {"doses": doses}, _stores(places)]
    )


def _low(doses, places, parts):
    return "; ".join([_stores(places), _("%(doses)s doses are missing") % {"doses": doses}, ", ".join(parts)])


def _residual(doses, places, parts):
    return _("%(doses)s doses were given without a supply on record: %(vaccines)s") % {
        "doses": doses,
        "vaccines": ", ".join(f"{name} {numbers.indian(part)}" for name, part in parts.items()),
    }


def _in_transit(doses, places, parts):
    text = ngettext(
        "%(n)s consignment with %(doses)s doses has not been accepted for more than a week",
        "%(n)s consignments with %(doses)s doses have not been accepted for more than a week",
        places,
    )
    return text % {"n": numbers.indian(places), "doses": doses}


def _stores(number):
    return ngettext("in %(n)s store", "in %(n)s stores", number) % {"n": numbers.indian(number)}


_SENTENCES = {
    AlertKind.EXPIRING: _expiring,
    AlertKind.AT_RISK: _at_risk,
    AlertKind.BELOW_MINIMUM: _low,
    AlertKind.RESIDUAL: _residual,
    AlertKind.IN_TRANSIT: _in_transit,
}


def notice_words(kind):
    """How a notice of this kind is worded: the area, then what stands there."""

    def words(params):
        return _("%(area)s: %(kind)s – %(what)s.") % {
            "area": _name(params["area_en"], params["area_hi"]),
            "kind": AlertKind(kind).label,
            "what": sentence(kind, params),
        }

    return words


def check_words(params):
    """The notice that kept balances differ from their movements."""
    return _(
        "%(differing)s kept stock balances differ from the sum of their movements. Tell the administrator: "
        "manage.py verify_stock names them."
    ) % {"differing": numbers.indian(params["differences"])}
