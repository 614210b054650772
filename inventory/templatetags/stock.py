"""What templates outside the stock pages ask about stock."""

from django import template

from districts.access import has_right
from inventory.giving import given_without_stock
from inventory.selectors.scope import SEE, top_areas

register = template.Library()


@register.filter
def may_see_stock(user):
    """{% if user|may_see_stock %}: has the user a posting with stock in it?"""
    return bool(top_areas(user))


@register.filter
def may_see_stock_of(user, area):
    """{% if user|may_see_stock_of:area %}: is there a page of stock of this area for this user?"""
    return has_right(user, SEE, area)


@register.filter
def without_stock_on(area, day):
    """{{ unit|without_stock_on:day }}: doses of the day that were given and that no store had on record."""
    return sum(given_without_stock(area, day).values())
