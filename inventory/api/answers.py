"""How answers about stock go out: as JSON or CSV, with a tag made of what they say."""

import hashlib

from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.response import Response
from rest_framework.views import APIView

from districts.api.conditional import etag, matches
from districts.api.renderers import CSVRenderer, JSONRenderer

IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description=_("The ETag of an earlier answer: 304 without a body if it still stands."),
)
UNCHANGED = {304: OpenApiResponse(description=_("Not changed since the tag in If-None-Match."))}


class StockView(APIView):
    renderer_classes = [JSONRenderer, CSVRenderer]


def conditional(request, response, content=None):
    """The response with a tag of its content, or 304 where the client has it.

    The tag is made of the answer itself: stock hangs on movements, readings, levels and names alike, and a
    cheaper tag that misses one of them would leave a client with yesterday's stock. ``content`` is what counts
    of an answer that also says when it was asked for.
    """
    content = response.data if content is None else content
    tag = etag(request, hashlib.sha256(repr(content).encode()).hexdigest())
    if matches(request, tag):
        response = Response(status=304)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept", "Accept-Language", "Authorization", "Cookie"])
    return response
