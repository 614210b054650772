"""``POST tallies/batch/``: many sheets at once, all or none."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns.api import bodies, schemas
from campaigns.api.access import open_campaign_of
from campaigns.api.serializers import BatchReceiptSerializer, BatchRequest
from campaigns.errors import Problem, TallyRefused
from campaigns.services.batches import Sheet, submit_batch
from districts import access
from districts.models import Area

# SQLite refuses a statement with more parameters than its build allows; 500 is below every build.
CODES_AT_ONCE = 500


class TallyBatch(APIView):
    @extend_schema(
        operation_id="tallies_post_batch",
        parameters=[schemas.IDEMPOTENCY_KEY],
        request=BatchRequest,
        responses={200: OpenApiResponse(BatchReceiptSerializer, "")} | schemas.REFUSALS,
    )
    def post(self, request):
        """Post up to 1,000 sheets of units and days at once: all of them are taken, or none.

        Each is a whole sheet, as in POST tallies/. One reason stands for all corrections among them.
        """
        slug, reports, reason = bodies.read_reports(request.data)
        key = bodies.read_idempotency_key(request)
        campaign, units = self._units(request.user, slug, reports)
        receipt = submit_batch(
            campaign=campaign,
            sheets=[Sheet(units[one.unit], one.day, one.lines, one.version) for one in reports],
            by=request.user,
            reason=reason,
            idempotency_key=key,
        )
        codes = {unit.pk: unit.code for unit in units.values()}
        response = Response(
            {
                "campaign": campaign.slug,
                "recorded_at": receipt.recorded_at,
                "reports": receipt.reports,
                "written": [
                    {
                        "unit": codes[one.unit_id],
                        "date": one.happened_on,
                        "version": one.version,
                        "is_late": one.is_late,
                        "is_nil": one.is_nil,
                    }
                    for one in receipt.written
                ],
            }
        )
        if receipt.replayed:
            response["Idempotency-Replayed"] = "true"
        return response

    def _units(self, user, slug, reports):
        """(campaign, {code: Area}). A unit outside one's area is refused like one that does not exist."""
        codes, found = sorted({one.unit for one in reports}), []
        for start in range(0, len(codes), CODES_AT_ONCE):
            found += Area.objects.filter(code__in=codes[start : start + CODES_AT_ONCE])
        units = {area.code: area for area in found if access.has_right(user, "see", area)}
        campaign = open_campaign_of(user, slug)
        problems = [
            Problem(f"reports[{number}].unit", "unknown_unit", _("There is no such unit that you may see."))
            for number, one in enumerate(reports)
            if one.unit not in units
        ]
        if problems:
            raise TallyRefused(problems)
        for area in units.values():
            if not access.has_right(user, "submit", area):
                raise PermissionDenied(_("Your posting does not allow this here."))
        return campaign, units
