"""What the address of a stock page asks for: the day, the state of knowledge, the earmark, the vaccine."""

import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from inventory.models import Channel, Earmark, Vaccine
from inventory.selectors.standing import StockQuery


def read_query(params, *, default_day, period=False):
    """A StockQuery. ``problems`` name what was asked for and could not be given; the rest is in force.

    ``period``: the page speaks of a period and a channel too.
    """
    problems, today = [], timezone.localdate()
    day = default_day
    if text := params.get("date", ""):
        try:
            day = min(datetime.date.fromisoformat(text), today)
        except ValueError:
            problems.append(_("“%(text)s” is not a day.") % {"text": text[:30]})
    as_of = None
    if text := params.get("as_of", ""):
        as_of = _instant(text)
        if as_of is None:
            problems.append(_("“%(text)s” is not a point in time.") % {"text": text[:40]})
    vaccine = None
    if code := params.get("vaccine", ""):
        vaccine = Vaccine.objects.filter(code=code[:40]).first()
        if vaccine is None:
            problems.append(_("There is no vaccine “%(code)s”.") % {"code": code[:40]})
    first = _first(params.get("from", ""), day, problems) if period else None
    earmark, channel = params.get("earmark", ""), params.get("channel", "") if period else ""
    return StockQuery(
        day=day,
        first=first,
        channel=channel if channel in Channel.values else "",
        as_of=as_of,
        earmark=earmark if earmark in Earmark.values else "",
        vaccine=vaccine,
        problems=tuple(problems),
    )


def _first(text, last, problems):
    if not text:
        return None
    try:
        first = datetime.date.fromisoformat(text)
    except ValueError:
        problems.append(_("“%(text)s” is not a day.") % {"text": text[:30]})
        return None
    if first > last:
        problems.append(_("The first day lies after the last; all days are shown."))
        return None
    return first


def _instant(text):
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None:
        return None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def params_of(query, *, default_day, **changes):
    """What an address must carry to ask the same, leaving out what holds anyway."""
    pairs = {
        "date": query.day.isoformat() if query.day != default_day else "",
        "as_of": query.as_of.isoformat() if query.as_of else "",
        "earmark": query.earmark,
        "vaccine": query.vaccine.code if query.vaccine else "",
        "from": query.first.isoformat() if query.first else "",
        "channel": query.channel,
    }
    pairs.update({name: value or "" for name, value in changes.items()})
    return {name: value for name, value in pairs.items() if value}
