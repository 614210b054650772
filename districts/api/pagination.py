"""Paging of lists. Every list has a stable order and says where it goes on, in JSON and in a Link header.

``Pages`` (``?page=2&limit=100``) for lists that are counted anyway; ``Cursors`` (``?cursor=…``) for ledgers,
where rows arrive while a client reads and a page number would repeat or skip some.
"""

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.response import Response

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000


class _StatedLimit:
    """``limit`` is refused when it is out of range: a silent cut would look like the end of the list."""

    page_size = DEFAULT_LIMIT
    page_size_query_param = "limit"
    page_size_query_description = _("Rows per page, 1 to 1000.")
    max_page_size = MAX_LIMIT

    def get_page_size(self, request):
        given = request.query_params.get(self.page_size_query_param)
        if given is None:
            return self.page_size
        # isdecimal() and int() also take Devanagari digits; the documented form is ASCII.
        if given.isascii() and given.isdecimal() and 1 <= int(given[:9]) <= self.max_page_size:
            return int(given[:9])
        raise ValidationError(
            {"limit": _("Write a whole number from 1 to %(most)d.") % {"most": self.max_page_size}}
        )

    def get_schema_operation_parameters(self, view):
        parameters = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {
                    "minimum": 1,
                    "maximum": self.max_page_size,
                    "default": self.page_size,
                }
        return parameters

    def linked(self, response):
        links = [("prev", self.get_previous_link()), ("next", self.get_next_link())]
        header = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links if url)
        if header:
            # A CSV has no room for "next"; without the header a client would take a page for the whole.
            response["Link"] = header
        return response


class Pages(_StatedLimit, PageNumberPagination):
    def get_paginated_response(self, data):
        return self.linked(super().get_paginated_response(data))


class Cursors(_StatedLimit, CursorPagination):
    """The view names ``ordering`` on a subclass; it must end in a unique column."""

    ordering = "-id"

    def get_paginated_response(self, data):
        body = {"next": self.get_next_link(), "previous": self.get_previous_link(), "results": data}
        return self.linked(Response(body))
