"""``tallies/``: posting the sheet of a unit and day, reading what stands, following what is recorded."""

from datetime import datetime

from django.http import Http404
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns.api import bodies, schemas
from campaigns.api.access import open_campaign
from campaigns.api.changes import answer_changes
from campaigns.api.queries import TallyQuery
from campaigns.api.serializers import (
    DaySerializer,
    ReceiptSerializer,
    ReportRequest,
    SubmissionPageSerializer,
)
from campaigns.errors import Problem
from campaigns.models import ReportingUnit, ReviewState, Source
from campaigns.rules.words import said
from campaigns.selectors.reviews import state_at
from campaigns.selectors.sheets import sheet_of
from campaigns.selectors.tallies import current_version, history, standing
from campaigns.services.settling import settle
from campaigns.services.tallies import submit_tally
from districts.api.conditional import matches
from districts.api.queries import instant
from districts.api.renderers import CSVRenderer, JSONRenderer


class Tallies(APIView):
    """The ledger, unit by unit and day by day."""

    renderer_classes = [JSONRenderer, CSVRenderer]

    @extend_schema(
        operation_id="tallies_read",
        parameters=[TallyQuery, schemas.IF_NONE_MATCH],
        responses=PolymorphicProxySerializer(
            component_name="TallyAnswer",
            serializers=[DaySerializer, SubmissionPageSerializer],
            resource_type_field_name=None,
            many=False,
        ),
    )
    def get(self, request):
        """What stands for one unit and day, with its history; or what was recorded since an instant.

        With ``unit`` and ``date``: the counts, and every submission that led to them. The ETag is the version,
        to be sent back as If-Match. Without them: every submission recorded since ``updated_since`` in the
        area, oldest first, a page at a time.
        """
        asked = TallyQuery.read(request)
        if "unit" in asked:
            return self._day(request, asked)
        campaign, area = open_campaign(request.user, asked["campaign"], asked.get("area"))
        return answer_changes(request, campaign, area, asked)

    @extend_schema(
        operation_id="tallies_post",
        parameters=[schemas.IDEMPOTENCY_KEY, schemas.IF_MATCH],
        request=ReportRequest,
        examples=[schemas.REPORT_EXAMPLE],
        responses=schemas.posting(ReceiptSerializer),
    )
    def post(self, request):
        """Post the whole sheet of one unit and day: a report, or a correction of one.

        A cell that is not named counts 0; no lines at all is a nil report. 201 for the first report of the day,
        200 for a correction or when nothing changes. What the campaign's rules find unusual is taken all the same,
        recorded, and named in ``warnings``; ``reasons`` answers findings by their name, such as
        ``unusual_value:first_dose|18-44|covaxin|``, or by their rule.
        """
        slug, report, reason = bodies.read_report(request.data)
        expected_version = bodies.read_expected_version(request)
        key = bodies.read_idempotency_key(request)
        campaign, unit = open_campaign(request.user, slug, report.unit, "submit")
        values = {
            "campaign": campaign,
            "unit": unit,
            "day": report.day,
            "lines": report.lines,
            "by": request.user,
            "source": Source.API,
            "reason": reason,
            "idempotency_key": key,
            "expected_version": expected_version,
            "answers": report.answers,
        }
        receipt = submit_tally(**values) if report.overtaken is None else _settled(report, values)
        response = Response(_presented(campaign, receipt), status=201 if receipt.is_first else 200)
        response["ETag"] = f'"{receipt.version}"'
        if receipt.is_first:
            address = {"campaign": campaign.slug, "unit": unit.code, "date": receipt.day}
            response["Location"] = request.build_absolute_uri(f"{reverse('tallies')}?{urlencode(address)}")
        if receipt.replayed:
            response["Idempotency-Replayed"] = "true"
        return response

    def _day(self, request, asked):
        campaign, unit = open_campaign(request.user, asked["campaign"], asked["unit"])
        day, as_of = asked["date"], asked.get("as_of")
        version = current_version(campaign, unit, day, as_of=as_of)
        if not version and not ReportingUnit.objects.filter(campaign=campaign, area=unit).exists():
            raise Http404(_("%(area)s is not a reporting unit of this campaign.") % {"area": unit.code})
        is_csv = request.accepted_renderer.format == "csv"
        state = state_at(campaign, unit, day, as_of) if version else None
        # A review changes no version, and what is said of the day all the same.
        reviewed = f"-{state}" if state in (ReviewState.VERIFIED, ReviewState.RETURNED) else ""
        tag = f'"{version}{reviewed}-csv"' if is_csv else f'"{version}{reviewed}"'
        if matches(request, tag):
            response = Response(status=304)
        else:
            response = Response(_day_rows(campaign, unit, day, as_of, version, state, is_csv))
        response["ETag"] = tag
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        return response


def _settled(report, values):
    if values["expected_version"] is None:
        text = _("Name the version that you compared with: the choice between two sheets is made against it.")
        raise bodies.BodyRefused([Problem("If-Match", "required", text)])
    return settle(overtaken=report.overtaken, overtaken_answers=report.overtaken_answers, **values)


def _presented(campaign, receipt):
    return {
        "campaign": campaign.slug,
        "unit": receipt.unit,
        "date": receipt.day,
        "version": receipt.version,
        "recorded_at": instant(datetime.fromisoformat(receipt.recorded_at)),
        "is_late": receipt.is_late,
        "is_nil": receipt.is_nil,
        "changes": [
            {"cell": cell, "before": before, "after": after} for cell, before, after in receipt.changes
        ],
        "declared_total": receipt.declared,
        "warnings": [
            {
                "name": f"{rule}:{cell}",
                "rule": rule,
                "cell": cell,
                "message": said(rule, observed),
                "observed": observed,
                "reason": reason,
            }
            for rule, cell, observed, reason in receipt.warnings
        ],
    }


def _day_rows(campaign, unit, day, as_of, version, state, is_csv):
    keys = sheet_of(campaign).keys
    counts = standing(campaign, unit, day, as_of=as_of)
    lines = [_line(keys[cell], counts[cell]) for cell in keys if cell in counts]
    head = {"campaign": campaign.slug, "unit": unit.code, "date": day.isoformat(), "version": version}
    head["review"] = state
    if is_csv:
        return [head | line for line in lines]
    past = history(campaign, unit, day)
    known = [one for one in past if one["version"] <= version]
    return head | {
        "as_of": instant(as_of),
        "is_reported": version > 0,
        "lines": lines,
        "history": known,
    }


def _line(key, count):
    item, cohort, vaccine, sex = key.split("|")
    return {"item": item, "cohort": cohort, "vaccine": vaccine, "sex": sex, "count": count}
