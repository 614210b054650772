"""What an officer writes into the form of an invitation, for the tests of the pages about people."""

from django.utils import timezone

from districts.models import Role


def invitation(**changes):
    return {
        "first_name": "Kavita",
        "last_name": "Nag",
        "email": "Kavita.Nag@example.org",
        "phone": "+91 00000 00001",
        "language": "hi",
        "role": Role.BLOCK_CLERK.value,
        "area": "B3693",
        "starts_on": timezone.localdate().isoformat(),
        "ends_on": "",
        **changes,
    }


def text(response):
    return response.content.decode()
