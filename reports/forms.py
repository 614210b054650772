"""What a dashboard's address asks for: the day, the measure, the denominator, the state of knowledge."""

import datetime
from dataclasses import dataclass, replace

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from reports.selectors.freshness import default_day
from reports.selectors.sheets import setup_of


@dataclass(frozen=True)
class Query:
    """A read address. ``problems`` name what was asked for and could not be given; the rest is in force."""

    day: datetime.date
    first_day: datetime.date
    newest_day: datetime.date  # the page opens on this one
    last_day: datetime.date
    target_sets: tuple
    cohorts: tuple
    target_set: object = None
    cohort: object = None
    as_of: datetime.datetime | None = None
    measure: str = ""
    sort: str = ""
    q: str = ""
    page: int = 1
    problems: tuple = ()

    @property
    def default_target_set(self):
        return self.target_sets[0] if self.target_sets else None

    def params(self, **changes):
        """What an address must carry to ask the same, leaving out what holds anyway."""
        asked = replace(self, **changes)
        pairs = {
            "date": asked.day.isoformat() if asked.day != asked.newest_day else "",
            "measure": asked.measure,
            "cohort": asked.cohort.code if asked.cohort else "",
            "denominator": asked.target_set.code if asked.target_set != asked.default_target_set else "",
            "as_of": asked.as_of.isoformat() if asked.as_of else "",
            "sort": asked.sort,
            "q": asked.q,
            "page": str(asked.page) if asked.page > 1 else "",
        }
        return {name: value for name, value in pairs.items() if value}

    @property
    def key(self):
        """Two addresses of one key show the same page."""
        return (
            self.day,
            self.last_day,
            self.target_set.pk if self.target_set else None,
            self.cohort.pk if self.cohort else None,
            self.as_of,
            self.measure,
            self.sort,
            self.q,
            self.page,
            self.problems,
        )


class Instant(forms.Field):
    """An instant: ISO with a time zone, or as the browser's picker sends it, then in the time of India.

    A plus sign that was not escaped in an address arrives as a space.
    """

    def to_python(self, value):
        if value in self.empty_values:
            return None
        try:
            moment = parse_datetime(value.strip().replace(" ", "+", 1) if "T" in value else value.strip())
        except ValueError:
            moment = None
        if moment is None:
            raise forms.ValidationError("invalid")
        return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


class DashboardForm(forms.Form):
    """Every field stands alone: one that cannot be read leaves the others in force."""

    date = forms.DateField(required=False)
    n = forms.IntegerField(required=False, min_value=0, max_value=20_000)
    as_of = Instant(required=False)
    cohort = forms.CharField(required=False, max_length=40)
    denominator = forms.CharField(required=False, max_length=60)
    measure = forms.SlugField(required=False, max_length=80)
    sort = forms.RegexField(r"^-?[a-z_0-9-]+$", required=False, max_length=80)
    q = forms.CharField(required=False, max_length=80)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)


def read_query(data, campaign, fresh):
    """The Query of an address. No query once the setup is known."""
    form = DashboardForm(data)
    form.is_valid()
    asked = form.cleaned_data
    problems = [
        _("%(name)s=%(value)s cannot be read and was left out.") % {"name": name, "value": data.get(name, "")}
        for name in form.errors
    ]
    newest = default_day(campaign, fresh)
    last = max(newest, min(campaign.ends_on, timezone.localdate()))
    day = asked.get("date") or newest
    if asked.get("n") is not None:
        day = campaign.starts_on + datetime.timedelta(asked["n"])
    kept = max(campaign.starts_on, min(day, last))
    if kept != day:
        problems.append(
            _("%(day)s lies outside the days of the campaign so far; the nearest day is shown.")
            % {"day": day.isoformat()}
        )
    cohorts, target_sets = setup_of(campaign).cohorts, setup_of(campaign).target_sets
    return Query(
        day=kept,
        first_day=campaign.starts_on,
        newest_day=newest,
        last_day=last,
        target_sets=target_sets,
        cohorts=cohorts,
        target_set=_chosen(target_sets, asked.get("denominator"), "denominator", problems)
        or (target_sets[0] if target_sets else None),
        cohort=_chosen(cohorts, asked.get("cohort"), "cohort", problems),
        as_of=asked.get("as_of"),
        measure=asked.get("measure") or "",
        sort=asked.get("sort") or "",
        q=(asked.get("q") or "").strip(),
        page=asked.get("page") or 1,
        problems=tuple(problems),
    )


def _chosen(options, code, name, problems):
    if not code:
        return None
    for option in options:
        if option.code == code:
            return option
    problems.append(_("%(name)s=%(value)s is not known in this campaign.") % {"name": name, "value": code})
    return None
