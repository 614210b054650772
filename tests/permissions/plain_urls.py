"""The site's own addresses, with refusals in one word: thousands of them would draw the same page again."""

from django.http import HttpResponse

from config.urls import handler400, handler500, urlpatterns

__all__ = ["handler400", "handler500", "urlpatterns"]


def handler403(request, exception):
    return HttpResponse("refused", status=403)


def handler404(request, exception):
    return HttpResponse("not there", status=404)
