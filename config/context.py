"""What every page is told besides its own figures."""

from django.conf import settings


def demonstration(request):
    return {"is_demonstration": settings.DEMONSTRATION}
