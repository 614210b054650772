"""The shapes of the stock endpoints, for the schema. Answers are written as plain dicts (``presented``)."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from inventory.api.presented import LEVELS
from inventory.expiry import URGENCIES
from inventory.models import Channel, Earmark, LocationKind, Operation

_URGENCIES = [*(name for name, _days in URGENCIES), "later"]


class BatchSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField(help_text=_("As printed; “?” for doses that nobody can trace."))
    vaccine = serializers.CharField()
    manufacturer = serializers.CharField()
    expires_on = serializers.DateField(help_text=_("The last day on which it may be used."))


class StoreSerializer(serializers.Serializer):
    code = serializers.CharField()
    name_en = serializers.CharField()
    name_hi = serializers.CharField()
    area = serializers.CharField()


class PlaceSerializer(serializers.Serializer):
    code = serializers.CharField()
    kind = serializers.ChoiceField(LocationKind.values)
    cause = serializers.CharField(help_text=_("The channel of a supply, the cause of a loss, else empty."))
    area = serializers.CharField()


class ExpirySerializer(serializers.Serializer):
    days = serializers.IntegerField(help_text=_("Days to expiry; below 0, days past it."))
    urgency = serializers.ChoiceField(_URGENCIES)


class BalanceSerializer(serializers.Serializer):
    date = serializers.DateField()
    store = StoreSerializer()
    batch = BatchSerializer()
    earmark = serializers.ChoiceField(Earmark.values)
    doses = serializers.IntegerField(
        help_text=_("Below 0 on a past day whose supply was recorded later, never now.")
    )
    doses_per_vial = serializers.IntegerField()
    expiry = ExpirySerializer()


class ExpiringSerializer(serializers.Serializer):
    date = serializers.DateField()
    store = StoreSerializer()
    batch = BatchSerializer()
    doses = serializers.IntegerField()
    at_risk = serializers.IntegerField(help_text=_("Doses that will expire unused if use goes on as now."))
    expiry = ExpirySerializer()
    vvm_stage = serializers.IntegerField(
        allow_null=True, min_value=1, max_value=4, help_text=_("Null: never read. 3 is the discard point.")
    )


class RatioSerializer(serializers.Serializer):
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()
    of = serializers.CharField(help_text=_("What the denominator is."))
    percent = serializers.RegexField(
        r"^-?[0-9]+\.[0-9]$", allow_null=True, help_text=_("Null without a denominator.")
    )


class SuppliedSerializer(serializers.Serializer):
    total = serializers.IntegerField()
    by_channel = serializers.DictField(child=serializers.IntegerField())


class WastedSerializer(serializers.Serializer):
    total = serializers.IntegerField()
    open_vial = serializers.IntegerField()
    closed_vial = serializers.IntegerField()
    by_cause = serializers.DictField(child=serializers.IntegerField())


class IdentityRowSerializer(serializers.Serializer):
    """supplied + transferred_in = administered + wasted + balance + in_transit + unreported_residual"""

    area = serializers.CharField()
    level = serializers.ChoiceField(list(LEVELS.values()))
    vaccine = serializers.CharField(allow_null=True, help_text=_("Null: all vaccines together."))
    supplied = SuppliedSerializer()
    transferred_in = serializers.IntegerField(
        help_text=_("From stores outside the area, less what went there; 0 for the nation.")
    )
    administered = serializers.IntegerField()
    wasted = WastedSerializer()
    balance = serializers.IntegerField()
    in_transit = serializers.IntegerField()
    unreported_residual = serializers.IntegerField(
        help_text=_("Below 0: more was given or counted than was supplied on record. Never part of wastage.")
    )
    open_vial_wastage = RatioSerializer()
    closed_vial_wastage = RatioSerializer()
    wastage_limit_percent = serializers.IntegerField(
        allow_null=True, help_text=_("WHO's indicative maximum for the presentation.")
    )
    utilisation = RatioSerializer()


class IdentitySerializer(serializers.Serializer):
    area = serializers.CharField()
    earmark = serializers.ChoiceField(Earmark.values, allow_null=True)
    channel = serializers.ChoiceField(Channel.values, allow_null=True)
    as_of = serializers.DateTimeField(allow_null=True)
    results = IdentityRowSerializer(many=True)

    def get_fields(self):
        return super().get_fields() | {
            "from": serializers.DateField(allow_null=True),
            "to": serializers.DateField(),
        }


class TransferSerializer(serializers.Serializer):
    from_store = StoreSerializer()
    to_store = StoreSerializer()
    batch = BatchSerializer()
    earmark = serializers.ChoiceField(Earmark.values)
    doses = serializers.IntegerField()
    across_states = serializers.BooleanField()


class PlanSerializer(serializers.Serializer):
    area = serializers.CharField()
    date = serializers.DateField()
    as_of = serializers.DateTimeField(allow_null=True)
    earmark = serializers.ChoiceField(Earmark.values)
    at_risk = serializers.IntegerField(help_text=_("Doses that will expire unused if nothing is done."))
    saved = serializers.IntegerField(help_text=_("Of these, saved by the transfers below."))
    results = TransferSerializer(many=True, help_text=_("The most doses first."))


class MovementSerializer(serializers.Serializer):
    id = serializers.IntegerField(help_text=_("Never used for another; a row may come in two pages."))
    journal = serializers.IntegerField(help_text=_("Movements of one operation share it."))
    operation = serializers.ChoiceField(Operation.values)
    date = serializers.DateField()
    recorded_at = serializers.DateTimeField()
    batch = BatchSerializer()
    from_earmark = serializers.ChoiceField(Earmark.values)
    to_earmark = serializers.ChoiceField(Earmark.values)
    doses = serializers.IntegerField(min_value=1)
    reversal_of = serializers.IntegerField(allow_null=True, help_text=_("The movement that this one undoes."))
    document = serializers.CharField()
    reason = serializers.CharField()
    by = serializers.CharField(allow_null=True)

    def get_fields(self):
        return super().get_fields() | {"from": PlaceSerializer(), "to": PlaceSerializer()}


class MovementPageSerializer(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    next_updated_since = serializers.DateTimeField(
        help_text=_("Ask from here next time: some rows come twice, none is missed.")
    )
    results = MovementSerializer(many=True)


class ConsignmentSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.CharField(help_text=_("The voucher number."))
    from_store = serializers.CharField()
    to_store = serializers.CharField()
    sent_on = serializers.DateField()


class OperationReceiptSerializer(serializers.Serializer):
    operation = serializers.ChoiceField(Operation.values)
    consignment = ConsignmentSerializer(allow_null=True)
    movements = MovementSerializer(many=True, help_text=_("Empty when a count agrees with the book."))


class StandingSerializer(serializers.Serializer):
    place = PlaceSerializer()
    earmark = serializers.ChoiceField(Earmark.values)
    doses = serializers.IntegerField()


class TraceSerializer(serializers.Serializer):
    batch = BatchSerializer()
    everywhere = serializers.DictField(
        child=serializers.IntegerField(),
        help_text=_("Doses of the whole batch by kind of place. Supply is below 0; all sum to 0."),
    )
    places = StandingSerializer(many=True, help_text=_("Where it stands now, in your own areas."))
    results = MovementSerializer(many=True, help_text=_("Its movements into, out of and in your own areas."))
    next = serializers.URLField(allow_null=True)
