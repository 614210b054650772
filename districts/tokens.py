"""Whose API tokens one may make, see and withdraw: one's own, and those of the API clients below one."""

from django.db.models import F

from districts import people
from districts.models import ApiToken, Role, User


def programs_managed(user):
    """The API clients that the user may make tokens for.

    Accounts of programs only: a token opens all that its account may, so that an officer who could make one for
    a colleague would act under the colleague's name.
    """
    met = people.postings_managed(user).to_come_or_in_force().filter(role=Role.API_CLIENT)
    candidates = User.objects.filter(
        pk__in=met.values("user"), is_active=True, is_staff=False, is_superuser=False
    )
    return [
        program
        for program in candidates.order_by("first_name", "username")
        if people.is_program(program) and people.may_look_after(user, program)
    ]


def tokens_of(user):
    return ApiToken.objects.filter(user=user).select_related("user", "area")


def tokens_managed(user):
    """One's own and those of one's programs, the open ones first."""
    owners = [user.pk, *(program.pk for program in programs_managed(user))]
    rows = ApiToken.objects.filter(user__in=owners).select_related("user", "area")
    return rows.order_by(F("revoked_at").asc(nulls_first=True), "-created_at")
