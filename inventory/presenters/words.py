"""How doses, vials, expiry and movements are said; shared by every page about stock."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from districts import numbers
from districts.models.areas import local_name
from districts.templatetags.indian import instant, short_day
from inventory.expiry import urgency
from inventory.issuing import DISCARD_STAGE
from inventory.models import LocationKind
from inventory.models.products import UNKNOWN_BATCH

URGENCY_CSS = {
    "expired": "pill--bad",
    "within_30": "pill--bad",
    "within_60": "pill--warn",
    "within_90": "pill--warn",
    "later": "",
}


def urgency_words(code):
    return {
        "expired": _("expired"),
        "within_30": _("within 30 days"),
        "within_60": _("within 60 days"),
        "within_90": _("within 90 days"),
        "later": _("later"),
    }[code]


def vials(doses, per_vial):
    """Doses as vials: "1,200 vials", "3 vials + 4 doses"; a lone remainder is an opened vial's or a mistake."""
    sign = numbers.MINUS if doses < 0 else ""
    whole, rest = divmod(abs(doses), per_vial)
    text = ngettext("%(n)s vial", "%(n)s vials", whole) % {"n": sign + numbers.indian(whole)}
    if rest:
        text += " + " + ngettext("%(n)s dose", "%(n)s doses", rest) % {"n": numbers.indian(rest)}
    return text


def bare_vials(doses, per_vial):
    """The same where the heading says that these are vials: "1,200", "3 + 4"."""
    sign = numbers.MINUS if doses < 0 else ""
    whole, rest = divmod(abs(doses), per_vial)
    return f"{sign}{numbers.indian(whole)}" + (f" + {rest}" if rest else "")


def batch_name(batch):
    return _("no batch named") if batch.number == UNKNOWN_BATCH else batch.number


def expiry_text(batch):
    return numbers.NO_DATA if batch.number == UNKNOWN_BATCH else short_day(batch.expires_on)


def days_text(days):
    """ "in 12 days", "today", "3 days ago"."""
    if days == 0:
        return _("today")
    if days < 0:
        return ngettext("%(n)s day ago", "%(n)s days ago", -days) % {"n": numbers.indian(-days)}
    return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": numbers.indian(days)}


@dataclass(frozen=True, slots=True)
class Expiry:
    """When a batch expires: the day, how far it is, and how urgent that is, in words and a class."""

    day: str
    far: str
    words: str
    css: str


def expiry(batch, today):
    if batch.number == UNKNOWN_BATCH:
        return Expiry(numbers.NO_DATA, "", "", "")
    code = urgency(batch.expires_on, today)
    return Expiry(
        day=short_day(batch.expires_on),
        far=days_text((batch.expires_on - today).days),
        words=urgency_words(code) if code != "later" else "",
        css=URGENCY_CSS[code],
    )


def stage_text(stage):
    if stage is None:
        return numbers.NO_DATA
    return _("%(stage)d, discard") % {"stage": stage} if stage >= DISCARD_STAGE else str(stage)


def place(location):
    """A store by its name, another end by what it is and where."""
    if location.kind == LocationKind.STORE:
        return location.name
    return f"{location.end_label} · {local_name(location.area)}"


@dataclass(frozen=True, slots=True)
class MovementRow:
    day: str
    recorded: str
    operation: str
    journal_url: str
    vaccine: str
    batch: str
    batch_url: str
    source: str
    destination: str
    doses: str
    vials: str
    document: str
    is_undone: bool = False
    change: str = ""
    balance: str = ""
    earmark: str = ""
    by: str = ""


def movement_row(one, **more):
    return MovementRow(
        day=short_day(one.happened_on),
        recorded=instant(one.recorded_at),
        operation=one.journal.get_operation_display(),
        journal_url=reverse("stock-journal", args=[one.journal_id]),
        vaccine=one.batch.vaccine.name,
        batch=batch_name(one.batch),
        batch_url=reverse("stock-batch", args=[one.batch_id]),
        source=place(one.source),
        destination=place(one.destination),
        doses=numbers.indian(one.doses),
        vials=vials(one.doses, one.batch.vaccine.doses_per_vial),
        document=one.journal.document,
        earmark=(
            one.get_source_earmark_display()
            if one.source_earmark == one.destination_earmark
            else f"{one.get_source_earmark_display()} → {one.get_destination_earmark_display()}"
        ),
        **more,
    )
