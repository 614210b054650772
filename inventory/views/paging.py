"""One page of many rows."""

from django.core.paginator import Paginator

PAGE = 50


def page_of(request, rows, size=PAGE):
    return Paginator(rows, size).get_page(request.GET.get("page"))
