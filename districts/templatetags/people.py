from django import template

from districts import people

register = template.Library()


@register.filter
def may_manage_people(user):
    """For the navigation: whether the people pages open for this user."""
    return people.may_manage(user)
