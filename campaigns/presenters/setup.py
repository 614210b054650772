"""The tabs of the setup pages."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

SECTIONS = {
    "overview": (_("Overview"), "campaign-setup"),
    "basics": (_("Basics"), "setup-basics"),
    "cohorts": (_("Groups"), "setup-cohorts"),
    "vaccines": (_("Vaccines"), "setup-vaccines"),
    "items": (_("Tally sheet"), "setup-items"),
    "calendar": (_("Working days"), "setup-calendar"),
    "units": (_("Reporting units"), "setup-units"),
    "targets": (_("Targets"), "setup-targets"),
    "rules": (_("Rules"), "setup-rules"),
}


def section_tabs(campaign, current):
    """[(label, address, is current)]"""
    return [
        (label, reverse(name, args=[campaign.slug]), section == current)
        for section, (label, name) in SECTIONS.items()
    ]


def section_address(campaign, section):
    return reverse(SECTIONS[section][1], args=[campaign.slug])
