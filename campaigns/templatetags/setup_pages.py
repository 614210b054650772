"""Addresses inside the setup pages."""

from django import template
from django.urls import reverse

from campaigns.presenters import setup

register = template.Library()


@register.simple_tag
def section_address(campaign, section):
    return setup.section_address(campaign, section)


@register.simple_tag
def row_address(campaign, rows, row, act):
    """Where a group or an item is moved, closed, opened or removed."""
    if act == "confirm":
        return reverse(f"setup-{rows}-remove-confirm", args=[campaign.slug, row.code])
    return reverse(f"setup-{rows}-act", args=[campaign.slug, row.code, act])
