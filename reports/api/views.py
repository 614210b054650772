"""What coverage and progress share: rights, the tag, and the answer that is kept while its tag stands."""

from django.http import HttpResponse
from django.utils.translation import get_language
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from districts.api.conditional import ConditionalGet
from districts.api.renderers import CSVRenderer, JSONRenderer
from reports.api.answers import answers
from reports.api.scope import campaign_and_area, not_found, stamp_for
from reports.selectors.freshness import freshness

# A fold may commit while an answer is read; another may while it is read again.
TRIES = 3


class ReportView(ConditionalGet, APIView):
    """Subclasses read ``query_class`` and answer ``body`` (a dict) and ``rows`` (for CSV, of that dict)."""

    permission_classes = [AllowAny]
    renderer_classes = [JSONRenderer, CSVRenderer]
    stamp = None

    def etag_key(self):
        self.stamp = stamp_for(self.request)
        return self.stamp.key if self.stamp else None

    def answer(self, request):
        key = self._key(request)
        body = answers.get(key) if key else None
        if body is None:
            data, is_settled = self._read(request)
            renderer = request.accepted_renderer
            if renderer.format == "csv":
                data = self.rows(data)
            body = renderer.render(data, renderer_context=self.get_renderer_context())
            body = body.encode() if isinstance(body, str) else body
            if key and is_settled:
                answers.keep(key, body)
        content_type = (
            "text/csv; charset=utf-8" if request.accepted_renderer.format == "csv" else "application/json"
        )
        return HttpResponse(body, content_type=content_type)

    def _key(self, request):
        if self.stamp is None:
            return None
        address = (request.path, request.META.get("QUERY_STRING", ""))
        return (
            *address,
            request.accepted_renderer.format,
            get_language(),
            self.stamp.campaign_id,
            self.stamp.key,
        )

    def _read(self, request):
        """(the answer, whether all of it is of one version of the figures)."""
        asked = self.query_class.read(request)
        if self.stamp is None:
            raise not_found()
        campaign, area = campaign_and_area(self.stamp)
        fresh = freshness(campaign)
        for _try in range(TRIES):
            data = self.body(campaign, area, asked, fresh)
            before, fresh = fresh, freshness(campaign)
            if before.tag == fresh.tag:
                return data, True
        return data, False
