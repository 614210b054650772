"""The parameters of the stock endpoints."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from districts.api.queries import Instant, Query
from inventory.models import Batch, Channel, Earmark, Vaccine


class VaccineCode(serializers.SlugRelatedField):
    """A code in a query; the checked value is the vaccine itself."""

    default_error_messages = {"does_not_exist": gettext_lazy("There is no vaccine with the code {value}.")}

    def __init__(self, **options):
        options.setdefault("required", False)
        super().__init__(slug_field="code", queryset=Vaccine.objects.all(), **options)


class _Stock(Query):
    area = serializers.SlugField(
        required=False,
        max_length=32,
        help_text=gettext_lazy("Code of the area, everything below included; without it, your own."),
    )
    vaccine = VaccineCode(help_text=gettext_lazy("Code of a vaccine; without it, all."))
    earmark = serializers.ChoiceField(
        Earmark.values, required=False, help_text=gettext_lazy("Stock for this use only.")
    )


class _AsOf(serializers.Serializer):
    as_of = Instant(
        required=False, help_text=gettext_lazy("As it was known at this instant, instead of now.")
    )

    def validate_as_of(self, moment):
        if moment > timezone.now():
            raise serializers.ValidationError(
                _("What will be known then is not known yet."), code="in_the_future"
            )
        return moment


class BalanceQuery(_AsOf, _Stock):
    date = serializers.DateField(
        required=False,
        help_text=gettext_lazy(
            "At the end of this day; without it, of the opening day: the one on which the stock page of the area "
            "opens, which is today, or the last day with a movement when that was more than 60 days ago."
        ),
    )


class ExpiringQuery(_AsOf, _Stock):
    date = serializers.DateField(
        required=False,
        help_text=gettext_lazy("Seen from this day; without it, from the opening day (see stock/balances/)."),
    )
    within = serializers.IntegerField(
        required=False,
        default=90,
        min_value=0,
        max_value=3650,
        help_text=gettext_lazy("Batches that expire within so many days, and all doses at risk."),
    )


class _Channel(serializers.Serializer):
    channel = serializers.ChoiceField(
        Channel.values,
        required=False,
        help_text=gettext_lazy("Of the batches that came through this supply channel."),
    )


class IdentityQuery(_AsOf, _Channel, _Stock):
    children = serializers.ChoiceField(
        ["0", "1"], default="0", help_text=gettext_lazy("1: also the areas directly below.")
    )

    def get_fields(self):
        # Named as in the address: ``from`` is no name that Python would take for an attribute.
        return super().get_fields() | {
            "from": serializers.DateField(
                required=False,
                help_text=gettext_lazy("What changed from this day on; without it, since the beginning."),
            ),
            "to": serializers.DateField(
                required=False,
                help_text=gettext_lazy(
                    "To the end of this day; without it, of the opening day (see stock/balances/)."
                ),
            ),
        }

    def validate(self, asked):
        if "from" in asked and asked["from"] > asked.get("to", timezone.localdate()):
            raise serializers.ValidationError({"from": _("The first day lies after the last.")})
        return asked


class PlanQuery(_AsOf, Query):
    area = serializers.SlugField(
        required=False, max_length=32, help_text=gettext_lazy("Among the stores of this area.")
    )
    earmark = serializers.ChoiceField(Earmark.values, required=False, default=Earmark.CAMPAIGN)
    date = serializers.DateField(
        required=False,
        help_text=gettext_lazy(
            "Run forward from this day what the stores held at its end; without it, from the opening day (see "
            "stock/balances/)."
        ),
    )


class MovementQuery(_Channel, _Stock):
    batch = serializers.PrimaryKeyRelatedField(
        queryset=Batch.objects.all(),
        required=False,
        pk_field=serializers.IntegerField(min_value=1, max_value=2**31 - 1),
        help_text=gettext_lazy("Number of a batch; without it, all."),
    )
    updated_since = Instant(
        required=False, help_text=gettext_lazy("Movements recorded at or after this instant.")
    )
    cursor = serializers.CharField(
        required=False, max_length=200, help_text=gettext_lazy("Where the last page stopped; see next.")
    )
    limit = serializers.IntegerField(
        required=False, default=100, min_value=1, max_value=1000, help_text=gettext_lazy("Rows per page.")
    )
