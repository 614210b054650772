"""Filters that write numbers and days as people in India read them.

A figure without data is never an empty cell and never 0: it is a dash that says "no data" to a screen reader.
"""

from datetime import date, timedelta
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from districts import numbers

register = template.Library()

# Django's Hindi has these in a spelling that nobody writes; those of this project's catalogue go before it.
SPELT_HERE = (
    gettext_noop("Monday"),
    gettext_noop("Thursday"),
    gettext_noop("September"),
    gettext_noop("November"),
    gettext_noop("December"),
)


def no_data():
    text = _("No data")
    return format_html(
        '<span class="no-data" title="{0}">'
        '<span aria-hidden="true">{1}</span><span class="sr-only">{0}</span></span>',
        text,
        numbers.NO_DATA,
    )


def not_applicable():
    """For a figure that this row cannot have, which is something else than one that nobody has sent."""
    return format_html('<span class="no-data" title="{}">{}</span>', _("Not applicable"), _("n/a"))


def short(value):
    """A number in lakh or crore, as plain text in the language that is on."""
    figure, unit = numbers.shorten(value)
    if unit == "lakh":
        return _("%(figure)s lakh") % {"figure": figure}
    if unit == "crore":
        return _("%(figure)s crore") % {"figure": figure}
    return figure


def short_day(value):
    """11 Nov 2021, as plain text."""
    return _short_day(value.year, value.month, value.day, get_language())


@lru_cache(maxsize=4096)
def _short_day(year, month, day, language):
    # A page of charts writes the same two months of days again and again.
    return date_format(date(year, month, day), f"{_day_and_month(language)} Y")


def _day_and_month(language):
    # Hindi month names are short already and their cut forms read badly.
    return "j F" if (language or "").startswith("hi") else "j M"


@register.filter
def day_and_month(value):
    """{{ date|day_and_month }}: 11 Nov."""
    return date_format(value, _day_and_month(get_language()))


@register.filter
def indian(value):
    """{{ count|indian }}: 1,20,08,58,170."""
    return no_data() if value is None else numbers.indian(value)


@register.filter
def lakh(value):
    """{{ count|lakh }}: 1.2 lakh, 110.23 crore; the full number stays in its title."""
    if value is None:
        return no_data()
    text = short(value)
    full = numbers.indian(round(value))
    return text if text == full else format_html('<span title="{}">{}</span>', full, text)


@register.filter
def signed(value):
    """{{ change|signed }}: +1,250 or −40."""
    return no_data() if value is None else numbers.signed(value)


@register.filter
def percent(ratio):
    """{{ ratio|percent }}: a districts.figures.Ratio, rounded half up to one decimal."""
    if ratio is None or not ratio.has_data:
        return no_data()
    return numbers.percent(ratio)


@register.filter
def decimal(value, places=1):
    """{{ value|decimal }} or {{ value|decimal:2 }}."""
    return no_data() if value is None else numbers.decimal(value, places)


@register.filter
def day(value):
    """{{ date|day }}: 11 Nov 2021."""
    return no_data() if value is None else short_day(value)


@register.filter
def long_day(value):
    """{{ date|long_day }}: Thursday, 11 November 2021."""
    return no_data() if value is None else date_format(value, "l, j F Y")


@register.filter
def instant(value):
    """{{ datetime|instant }}: 11 Nov 2021, 14:05, in the time of India."""
    if value is None:
        return no_data()
    local = timezone.localtime(value)
    return f"{short_day(local)}, {date_format(local, 'H:i')}"


@register.filter
def clock(value):
    """{{ datetime|clock }}: 14:05:09, in the time of India."""
    return no_data() if value is None else date_format(timezone.localtime(value), "H:i:s")


@register.filter
def minutes(value):
    """{{ timedelta|minutes }}: whole minutes, rounded up."""
    return -(-value // timedelta(minutes=1))
