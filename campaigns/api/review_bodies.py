"""The shapes of ``reviews/``: what may be asked, what may be sent, what is answered."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from campaigns.models import ReviewAction, ReviewState
from districts.api.queries import Query

ACTIONS = [ReviewAction.VERIFY, ReviewAction.RETURN, ReviewAction.REOPEN]
MOST_DAYS = 1_000
MOST_SPAN = 366


class ReviewQuery(Query):
    campaign = serializers.SlugField(max_length=60, help_text=gettext_lazy("Short name of the campaign."))
    area = serializers.SlugField(
        required=False,
        max_length=32,
        help_text=gettext_lazy("Days of the units in this area; without it, of the whole campaign."),
    )
    state = serializers.ChoiceField(ReviewState.values, required=False)
    page = serializers.IntegerField(required=False, default=1, min_value=1, max_value=1_000_000)
    limit = serializers.IntegerField(
        required=False, default=100, min_value=1, max_value=1000, help_text=gettext_lazy("Rows per page.")
    )

    def get_fields(self):
        # Named as in the address: ``from`` is no name that Python would take for an attribute.
        return super().get_fields() | {
            "from": serializers.DateField(
                required=False, help_text=gettext_lazy("Without it, 14 days up to the last one asked for.")
            ),
            "to": serializers.DateField(required=False, help_text=gettext_lazy("Without it, today.")),
        }

    def validate(self, asked):
        if "from" in asked and "to" in asked and not 0 <= (asked["to"] - asked["from"]).days < MOST_SPAN:
            raise serializers.ValidationError(
                {"from": _("At most %(days)d days at once: ask in parts.") % {"days": MOST_SPAN}}
            )
        return asked


class _Closed(serializers.Serializer):
    """Of these names only: a misspelt one must not be taken for one that was left out."""

    closed = True

    def to_internal_value(self, data):
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            text = _("There is no such name here. Known are: %(names)s.") % {
                "names": ", ".join(sorted(self.fields))
            }
            raise serializers.ValidationError(dict.fromkeys(unknown, text), code="unknown_name")
        return super().to_internal_value(data)


class DayToReview(_Closed):
    unit = serializers.SlugField(max_length=32)
    date = serializers.DateField()
    version = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text=gettext_lazy("The version that was looked at; refused if another stands."),
    )


class ReviewRequest(_Closed):
    campaign = serializers.SlugField(max_length=60)
    action = serializers.ChoiceField(ACTIONS)
    days = DayToReview(many=True, max_length=MOST_DAYS, allow_empty=False)
    comment = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=1000,
        default="",
        help_text=gettext_lazy("Needed to return or to reopen."),
    )


class _Day(serializers.Serializer):
    unit = serializers.CharField()
    date = serializers.DateField()


class ReviewReceiptSerializer(serializers.Serializer):
    campaign = serializers.CharField()
    action = serializers.ChoiceField(ACTIONS)
    recorded_at = serializers.DateTimeField(
        allow_null=True, help_text=gettext_lazy("Null when nothing changed.")
    )
    changed = _Day(many=True)
    unchanged = _Day(many=True, help_text=gettext_lazy("They were in the wanted state already."))


class ReviewedDay(_Day):
    version = serializers.IntegerField()
    state = serializers.ChoiceField(ReviewState.values)
    is_late = serializers.BooleanField()
    warnings = serializers.IntegerField(
        help_text=gettext_lazy("What the rules found in it and nobody has settled.")
    )
    comment = serializers.CharField(help_text=gettext_lazy("Of the last review."))


class ReviewPageSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    results = ReviewedDay(many=True)
