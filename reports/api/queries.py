"""The parameters of the report endpoints, and the rows of the campaign that they name."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from districts.api.queries import Instant, Query

MOST_DAYS = 1100  # of one series: three years


class ReportQuery(Query):
    campaign = serializers.SlugField(max_length=60, help_text=gettext_lazy("Short name of the campaign."))
    area = serializers.SlugField(
        required=False,
        max_length=32,
        help_text=gettext_lazy("Code of the area, e.g. S22; without it, the campaign's own."),
    )
    cohort = serializers.SlugField(
        required=False, max_length=40, help_text=gettext_lazy("Counts and targets of this cohort only.")
    )
    verified_only = serializers.ChoiceField(
        ["0", "1"],
        default="0",
        help_text=gettext_lazy("1: leave out of the counts what no officer has verified yet."),
    )
    as_of = Instant(
        required=False,
        help_text=gettext_lazy("As it was known at this instant, instead of now."),
    )

    def validate_as_of(self, moment):
        if moment > timezone.now():
            raise serializers.ValidationError(
                _("What will be known then is not known yet."), code="in_the_future"
            )
        return moment


class CoverageQuery(ReportQuery):
    children = serializers.ChoiceField(
        ["0", "1"], default="0", help_text=gettext_lazy("1: also the areas directly below.")
    )
    date = serializers.DateField(
        required=False, help_text=gettext_lazy("A day of the campaign; without it, the last one reported.")
    )
    denominator = serializers.SlugField(
        required=False,
        max_length=60,
        help_text=gettext_lazy("Code of a target set; without it, the campaign's default."),
    )


class ProgressQuery(ReportQuery):
    item = serializers.SlugField(
        required=False, max_length=40, help_text=gettext_lazy("Code of an item; without it, all.")
    )

    def get_fields(self):
        # Named as in the address: ``from`` is no name that Python would take for an attribute.
        return super().get_fields() | {
            "from": serializers.DateField(
                required=False, help_text=gettext_lazy("Without it, the first day of the campaign.")
            ),
            "to": serializers.DateField(
                required=False, help_text=gettext_lazy("Without it, the last day reported.")
            ),
        }


def chosen(name, code, rows):
    """The row with this code. An unknown one is refused with the codes that are known."""
    for row in rows:
        if row.code == code:
            return row
    known = ", ".join(row.code for row in rows) or "—"
    raise serializers.ValidationError(
        {
            name: serializers.ErrorDetail(
                _("This campaign has no %(name)s “%(code)s”. Known: %(known)s")
                % {"name": name, "code": code, "known": known},
                code=f"unknown_{name}",
            )
        }
    )


def day_in(campaign, name, day):
    """The day, if it is one of the campaign."""
    if not campaign.starts_on <= day <= campaign.ends_on:
        raise serializers.ValidationError(
            {
                name: serializers.ErrorDetail(
                    _("%(day)s lies outside the campaign, which runs from %(first)s to %(last)s.")
                    % {"day": day, "first": campaign.starts_on, "last": campaign.ends_on},
                    code="outside_campaign",
                )
            }
        )
    return day
