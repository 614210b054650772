"""People and postings as the pages show them."""

from django.utils import timezone

from districts import people
from districts.models import Role


def person_rows(persons):
    return [
        {
            "person": person,
            "name": person.get_full_name() or person.get_username(),
            "is_invited": not person.has_usable_password(),
            "postings": posting_rows(person.shown),
        }
        for person in persons
    ]


def posting_rows(postings, *, by=None):
    """``by`` is who looks: the rows say what they may end."""
    today = timezone.localdate()
    return [
        {
            "posting": posting,
            "role": Role(posting.role).label,
            "area": posting.area,
            "is_to_come": posting.starts_on > today and not posting.ended_at,
            "may_end": by is not None
            and posting.ended_at is None
            and (posting.ends_on is None or posting.ends_on >= today)
            and people.may_give(by, posting.role, posting.area),
        }
        for posting in postings
    ]
