"""The parameters of ``GET tallies/``."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from districts.api.queries import Instant, Query


class TallyQuery(Query):
    campaign = serializers.SlugField(max_length=60, help_text=gettext_lazy("Short name of the campaign."))
    unit = serializers.SlugField(
        required=False, max_length=32, help_text=gettext_lazy("Code of a reporting unit; goes with date.")
    )
    date = serializers.DateField(required=False, help_text=gettext_lazy("The day reported; goes with unit."))
    as_of = Instant(
        required=False, help_text=gettext_lazy("As it stood at this instant; goes with unit and date.")
    )
    area = serializers.SlugField(
        required=False,
        max_length=32,
        help_text=gettext_lazy("Submissions of the units in this area; without it, of the whole campaign."),
    )
    updated_since = Instant(
        required=False, help_text=gettext_lazy("Submissions recorded at or after this instant.")
    )
    cursor = serializers.CharField(
        required=False, max_length=200, help_text=gettext_lazy("Where the last page stopped; see next.")
    )
    limit = serializers.IntegerField(
        required=False, default=100, min_value=1, max_value=1000, help_text=gettext_lazy("Rows per page.")
    )

    def validate(self, asked):
        of_day = asked.keys() & {"unit", "date", "as_of"}
        of_list = asked.keys() & {"area", "updated_since", "cursor"}
        if of_day and not {"unit", "date"} <= of_day:
            raise serializers.ValidationError(
                {min({"unit", "date"} - of_day): _("unit and date go together.")}
            )
        if of_day and of_list:
            raise serializers.ValidationError(
                {min(of_list): _("Either unit and date, or area and updated_since.")}
            )
        return asked
