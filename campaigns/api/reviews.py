"""``reviews/``: the state of reported days, and deciding on them."""

import datetime

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from campaigns.api.access import open_campaign
from campaigns.api.review_bodies import (
    ReviewPageSerializer,
    ReviewQuery,
    ReviewReceiptSerializer,
    ReviewRequest,
)
from campaigns.errors import Problem, ReviewRefused
from campaigns.models import DayReview
from campaigns.selectors.reviews import ALL, worklist
from campaigns.services import reviews
from campaigns.services.reviews import Day
from districts import access
from districts.api.queries import instant
from districts.api.renderers import CSVRenderer, JSONRenderer
from districts.api.schema import ErrorSerializer
from districts.models import Area

DAYS = 14
CODES_AT_ONCE = 500


class Reviews(APIView):
    renderer_classes = [JSONRenderer, CSVRenderer]

    @extend_schema(operation_id="reviews_list", parameters=[ReviewQuery], responses=ReviewPageSerializer)
    def get(self, request):
        """Reported days of an area with their state: those with warnings first, then late ones, then the newest."""
        asked = ReviewQuery.read(request)
        campaign, area = open_campaign(request.user, asked["campaign"], asked.get("area"))
        # Bounded by the campaign first: from the first day of the calendar one cannot go back two weeks.
        last = max(min(asked.get("to") or timezone.localdate(), campaign.ends_on), campaign.starts_on)
        first = asked.get("from") or last - datetime.timedelta(DAYS - 1)
        rows = worklist(campaign, area, first=first, last=last, shown=asked.get("state", ALL))
        pages = Paginator(rows, asked["limit"])
        page = pages.get_page(asked["page"]) if asked["page"] <= pages.num_pages else []
        results = _presented(campaign, list(page))
        link = None
        if asked["page"] < pages.num_pages:
            link = replace_query_param(request.build_absolute_uri(), "page", asked["page"] + 1)
        is_csv = request.accepted_renderer.format == "csv"
        response = Response(results if is_csv else {"count": pages.count, "next": link, "results": results})
        if link:
            response["Link"] = f'<{link}>; rel="next"'
        return response

    @extend_schema(
        operation_id="reviews_post",
        request=ReviewRequest,
        responses={
            200: ReviewReceiptSerializer,
            422: OpenApiResponse(ErrorSerializer, _("A day is refused; details name each.")),
        },
    )
    def post(self, request):
        """Verify, return or reopen up to 1,000 days, all or none.

        Safe to send again: days that are in the wanted state already stay as they are.
        """
        body = ReviewRequest(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        campaign, _area = open_campaign(request.user, asked["campaign"], asked["days"][0]["unit"])
        units = _units(request.user, asked["days"])
        outcome = reviews.ACTIONS[asked["action"]](
            campaign=campaign,
            days=[Day(units[one["unit"]], one["date"], one.get("version")) for one in asked["days"]],
            by=request.user,
            comment=asked["comment"],
        )
        return Response(
            {
                "campaign": campaign.slug,
                "action": asked["action"],
                "recorded_at": instant(outcome.act.recorded_at) if outcome.act else None,
                "changed": [_named(day) for day in outcome.changed],
                "unchanged": [_named(day) for day in outcome.unchanged],
            }
        )


def _named(day):
    return {"unit": day.unit.code, "date": day.day.isoformat()}


def _units(user, days):
    """{code: Area}. A unit outside one's area is refused like one that does not exist."""
    codes, found = sorted({one["unit"] for one in days}), []
    for start in range(0, len(codes), CODES_AT_ONCE):
        found += Area.objects.filter(code__in=codes[start : start + CODES_AT_ONCE])
    units = {area.code: area for area in found if access.has_right(user, "see", area)}
    problems = [
        Problem(f"days[{number}].unit", "unknown_unit", _("There is no such unit that you may see."))
        for number, one in enumerate(days)
        if one["unit"] not in units
    ]
    if problems:
        raise ReviewRefused(problems)
    if not all(access.has_right(user, "review", area) for area in units.values()):
        raise PermissionDenied(_("Your posting does not allow this here."))
    return units


def _presented(campaign, rows):
    comments = {
        (unit, day): comment
        for unit, day, comment in DayReview.objects.filter(
            campaign=campaign,
            unit__in={row.unit_id for row in rows},
            happened_on__in={row.happened_on for row in rows},
        ).values_list("unit_id", "happened_on", "review__act__comment")
    }
    return [
        {
            "unit": row.unit.code,
            "date": row.happened_on.isoformat(),
            "version": row.version,
            "state": row.state,
            "is_late": row.was_late,
            "warnings": row.warnings,
            "comment": comments.get((row.unit_id, row.happened_on), ""),
        }
        for row in rows
    ]
