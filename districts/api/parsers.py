"""Bodies that come in. JSON only; Django bounds how large (DATA_UPLOAD_MAX_MEMORY_SIZE)."""

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, parsers, status


class BodyTooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The body is larger than is taken here. Send it in parts.")
    default_code = "body_too_large"


class JSONParser(parsers.JSONParser):
    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            # "[[[[…": valid, and deeper than Python follows.
            raise exceptions.ParseError(_("This JSON is nested too deeply.")) from None
