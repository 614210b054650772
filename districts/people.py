"""Who may appoint whom, and whose accounts they may look after.

Nobody gives a role of which they do not hold every right themselves, and nobody gives one outside their own
area. A superuser, who installs the site, may give any: somebody must appoint the first national officer.
"""

from django.db.models import Prefetch, Q

from districts import access
from districts.models import Area, Level, Posting, Role, User

RIGHT = "manage_people"

# Where a role is at home: a state officer of a block would be a word without a meaning.
LEVELS_OF = {
    Role.NATIONAL_OFFICER: {Level.NATION},
    Role.STATE_OFFICER: {Level.STATE},
    Role.DISTRICT_OFFICER: {Level.DISTRICT},
    Role.BLOCK_CLERK: {Level.DISTRICT, Level.BLOCK, Level.SITE},
    Role.STOCK_KEEPER: set(Level),
    Role.AUDITOR: set(Level),
    Role.API_CLIENT: set(Level),
}


def may_manage(user):
    return user.is_authenticated and (user.is_superuser or bool(access.areas_with_right(user, RIGHT)))


def areas_managed(user):
    """Every area to which the user may post somebody."""
    return Area.objects.all() if user.is_superuser else access.visible_to(user, right=RIGHT)


def roles_given(user, area=None):
    """The roles that the user may give and take in the area, or anywhere without one."""
    if user.is_superuser:
        return set(Role)
    own = [
        access.RIGHTS[posting.role]
        for posting in access.postings_of(user)
        if RIGHT in access.RIGHTS[posting.role] and (area is None or posting.area.contains(area))
    ]
    return {role for role in Role if any(access.RIGHTS[role] <= rights for rights in own)}


def may_give(user, role, area):
    return role in roles_given(user, area)


def postings_managed(user):
    """All postings, past ones too, in the areas where the user manages people."""
    rows = Posting.objects.select_related("area", "user")
    return rows if user.is_superuser else access.visible_to(user, rows, field="area", right=RIGHT)


def people_managed(user):
    """Those who are or were posted where the user manages people; with nobody posted yet, a superuser sees them."""
    if user.is_superuser:
        return User.objects.all()
    return User.objects.filter(pk__in=postings_managed(user).values("user"))


def may_look_after(user, person):
    """Whether the user may act on the account itself, and not only on postings in their own area.

    Every posting that the person holds must be one that the user could have given. Otherwise a district officer
    could post a national officer to a block, and then take over the account as "one of mine".
    """
    if user.is_superuser:
        return True
    if person.is_superuser or person.is_staff:
        return False
    held = person.postings.to_come_or_in_force().select_related("area")
    return all(may_give(user, posting.role, posting.area) for posting in held) and (
        person == user or people_managed(user).filter(pk=person.pk).exists()
    )


def is_program(person):
    """Whether the account is an API client's and nobody's own: all that it holds is that role, and it has no
    password. An account with one is a person's, even if API client is all that they are posted as now: tokens
    for it would speak in that person's name."""
    if person.has_usable_password():
        return False
    roles = set(person.postings.to_come_or_in_force().values_list("role", flat=True))
    return roles == {Role.API_CLIENT}


def area_of(user, person):
    """The area under which an act on the person's account is filed: of the latest posting that the user manages."""
    latest = postings_managed(user).filter(user=person).order_by("-pk").first()
    return latest.area if latest else None


def found(user, *, text="", role="", area=None, ended=False):
    """People posted where the user manages, by name; each with ``.shown``, the postings that the search met.

    ``ended``: those whose postings there are over, and only these postings.
    """
    rows = postings_managed(user)
    now = rows.to_come_or_in_force()
    if ended:
        rows = rows.exclude(pk__in=now.values("pk"))
    else:
        rows = now
    if role:
        rows = rows.filter(role=role)
    if area is not None:
        rows = rows.filter(area__path__gte=area.path, area__path__lte=area.path_end)
    people = User.objects.filter(pk__in=rows.values("user"))
    for word in text.split():
        people = people.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(username__icontains=word)
            | Q(email__icontains=word)
            | Q(phone__contains=word)
        )
    shown = Prefetch("postings", rows.order_by("area__path", "role"), to_attr="shown")
    return people.prefetch_related(shown).order_by("first_name", "last_name", "username")
