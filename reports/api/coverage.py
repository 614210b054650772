"""``GET coverage/``: where an area and its children stand on a day."""

from drf_spectacular.utils import extend_schema

from districts.api.queries import instant
from reports.api.presented import cells_of, presented_area
from reports.api.queries import CoverageQuery, chosen, day_in
from reports.api.serializers import CoverageSerializer
from reports.api.views import ReportView
from reports.selectors.coverage import area_figures
from reports.selectors.freshness import default_day
from reports.selectors.reporting import silent_units, told_by

# Named in the answer; how many there are in all is among the figures of the area.
MOST_SILENT = 200


class Coverage(ReportView):
    """Where an area stands on a day, and its children if asked: doses, coverage, drop-out, pace, silence.

    Open to anyone for public campaigns; for others to those who may see the area.
    """

    query_class = CoverageQuery

    @extend_schema(parameters=[CoverageQuery], responses=CoverageSerializer, operation_id="coverage")
    def get(self, request):
        return self.answer(request)

    def body(self, campaign, area, asked, fresh):
        as_of, verified_only = asked.get("as_of"), asked["verified_only"] == "1"
        day = day_in(campaign, "date", asked["date"]) if "date" in asked else default_day(campaign, fresh)
        cohort = chosen("cohort", asked["cohort"], campaign.cohorts.all()) if "cohort" in asked else None
        target_set = None
        if "denominator" in asked:
            target_set = chosen("denominator", asked["denominator"], campaign.target_sets.all())
        found = area_figures(
            campaign=campaign,
            area=area,
            day=day,
            children=asked["children"] == "1",
            as_of=as_of,
            target_set=target_set,
            cohort=cohort,
            fresh=fresh,
            verified_only=verified_only,
        )
        told = told_by(campaign=campaign, areas=found.areas, day=day, as_of=as_of)
        names = {item.code: item.name for item in found.sheet.items}
        presented = [
            presented_area(
                one,
                found.sheet,
                names,
                told=one.id in told,
                is_current=as_of is None,
                verified_only=verified_only,
            )
            for one in (found.area, *found.children)
        ]
        return {
            "campaign": campaign.slug,
            "date": day.isoformat(),
            "as_of": instant(as_of),
            "cohort": cohort.code if cohort else None,
            "verified_only": verified_only,
            "denominator": _denominator(found.target_set),
            "working_days": {
                "elapsed": found.elapsed,
                "left": found.total - found.elapsed,
                "total": found.total,
            },
            "first_item": found.sheet.first.code if found.sheet.first else None,
            "last_item": found.sheet.last.code if found.sheet.last else None,
            **freshness_of(fresh, as_of),
            "area": presented[0],
            "children": presented[1:] if asked["children"] == "1" else None,
            "silent_units": _silent(campaign, area, day, as_of),
        }

    def rows(self, data):
        """The area, then its children, one row each."""
        names = ("campaign", "date", "as_of", "cohort", "verified_only", "figures_as_of")
        context = {name: data[name] for name in names}
        context["denominator"] = data["denominator"] and data["denominator"]["code"]
        for one in (data["area"], *(data["children"] or ())):
            flags = [" ".join(filter(None, (flag["kind"], flag["item"]))) for flag in one["flags"]]
            yield cells_of({**context, **one, "flags": flags})


def freshness_of(fresh, as_of):
    """How far the figures go. What waits for the fold is in none of them yet, whatever instant is asked for."""
    until = fresh.figures_as_of
    if as_of is not None and until is not None:
        until = min(until, as_of)
    return {
        "figures_as_of": instant(until),
        "pending": fresh.pending,
        "version": fresh.version,
    }


def _denominator(target_set):
    if target_set is None:
        return None
    names = ("code", "name_en", "name_hi", "source", "source_hi", "year")
    return {name: getattr(target_set, name) for name in names}


def _silent(campaign, area, day, as_of):
    units = silent_units(campaign=campaign, area=area, day=day, as_of=as_of, most=MOST_SILENT + 1)
    codes = [unit.code for unit in units]
    return {"codes": codes[:MOST_SILENT], "is_complete": len(codes) <= MOST_SILENT}
