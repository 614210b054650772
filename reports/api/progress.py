"""``GET progress/``: counts of an area day by day, and their sums to date."""

import datetime

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from districts.api.queries import instant
from reports.api.coverage import freshness_of
from reports.api.presented import cells_of, figure
from reports.api.queries import MOST_DAYS, ProgressQuery, chosen, day_in
from reports.api.serializers import ProgressSerializer
from reports.api.views import ReportView
from reports.selectors.freshness import default_day
from reports.selectors.reporting import told_by
from reports.selectors.series import item_series
from reports.selectors.sums import SUBMITTED, VERIFIED


class Progress(ReportView):
    """Counts of each day and to date. A day on which nobody reported has no count; that is not 0."""

    query_class = ProgressQuery

    @extend_schema(parameters=[ProgressQuery], responses=ProgressSerializer, operation_id="progress")
    def get(self, request):
        return self.answer(request)

    def body(self, campaign, area, asked, fresh):
        first, last = _span(campaign, asked, fresh)
        as_of = asked.get("as_of")
        cohort = chosen("cohort", asked["cohort"], campaign.cohorts.all()) if "cohort" in asked else None
        items = list(campaign.items.all())
        if "item" in asked:
            items = [chosen("item", asked["item"], items)]
        series = item_series(
            campaign=campaign,
            area=area,
            first=first,
            last=last,
            items={item.code for item in items},
            cohort=cohort,
            as_of=as_of,
            book=VERIFIED if asked["verified_only"] == "1" else SUBMITTED,
        )
        eve = first - datetime.timedelta(1)
        told = area.pk in told_by(campaign=campaign, areas=[area], day=eve, as_of=as_of)
        return {
            "campaign": campaign.slug,
            "area": area.code,
            "cohort": cohort.code if cohort else None,
            "verified_only": asked["verified_only"] == "1",
            "from": first.isoformat(),
            "to": last.isoformat(),
            "as_of": instant(as_of),
            **freshness_of(fresh, as_of),
            "series": [
                {
                    "item": item.code,
                    "kind": item.kind,
                    "points": list(_points(item, series[item.code], told)),
                }
                for item in items
                if item.code in series
            ],
        }

    def rows(self, data):
        names = ("campaign", "area", "cohort", "verified_only", "as_of", "figures_as_of")
        context = {name: data[name] for name in names}
        for one in data["series"]:
            for point in one["points"]:
                yield cells_of({**context, "item": one["item"], **point})


def _span(campaign, asked, fresh):
    last = day_in(campaign, "to", asked["to"]) if "to" in asked else default_day(campaign, fresh)
    first = day_in(campaign, "from", asked["from"]) if "from" in asked else campaign.starts_on
    if first > last:
        raise serializers.ValidationError({"from": _("The first day lies after the last.")})
    if (last - first).days >= MOST_DAYS:
        raise serializers.ValidationError(
            {"from": _("At most %(days)d days at once: ask in parts.") % {"days": MOST_DAYS}}
        )
    return first, last


def _points(item, series, told):
    """``told``: somebody has reported before the first of these days."""
    for day, count, to_date in zip(series.days, series.daily, series.to_date, strict=True):
        told = told or count is not None
        yield {
            "date": day.isoformat(),
            "count": figure(count),
            "to_date": figure(to_date, known=told, applies=item.accumulates),
        }
