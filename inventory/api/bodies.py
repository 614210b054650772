"""The bodies of ``POST stock/movements/``, one shape for each operation."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from inventory.models import Channel, Earmark, Vaccine, WasteCause

MOST_DOSES = 1_00_00_00_000
MOST_VIALS = 1_00_00_000
MOST_LINES = 200
LARGEST_ID = 2**31 - 1


class Body(serializers.Serializer):
    """A name that is not known is refused: a misspelt "earmak" must not book elsewhere."""

    closed = True

    def to_internal_value(self, data):
        if isinstance(data, dict) and (unknown := data.keys() - self.fields.keys()):
            text = _("There is no such name here. Known are: %(names)s.") % {
                "names": ", ".join(sorted(self.fields))
            }
            raise serializers.ValidationError(
                {str(name): serializers.ErrorDetail(text, code="unknown_name") for name in unknown}
            )
        return super().to_internal_value(data)


class _Amount(Body):
    least = 1

    def get_fields(self):
        either = gettext_lazy("Either doses or whole vials.")
        return super().get_fields() | {
            "doses": serializers.IntegerField(
                required=False, min_value=self.least, max_value=MOST_DOSES, help_text=either
            ),
            "vials": serializers.IntegerField(
                required=False, min_value=self.least, max_value=MOST_VIALS, help_text=either
            ),
        }

    def validate(self, asked):
        if ("doses" in asked) == ("vials" in asked):
            raise serializers.ValidationError({"doses": _("Write either doses or vials.")})
        return asked


class _OfBatch(Body):
    batch = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, help_text=gettext_lazy("The number of the batch in this system.")
    )
    earmark = serializers.ChoiceField(Earmark.values, default=Earmark.CAMPAIGN)


class CountedLine(_Amount, _OfBatch):
    least = 0


class SentLine(_Amount, _OfBatch):
    pass


class AcceptedLine(_OfBatch):
    good = serializers.IntegerField(min_value=0, max_value=MOST_DOSES)
    damaged = serializers.IntegerField(min_value=0, max_value=MOST_DOSES, default=0)


def _distinct(lines):
    """A batch named twice would be counted twice, or the second would be taken for the first."""
    keys = [(line["batch"], line["earmark"]) for line in lines]
    if len(set(keys)) < len(keys):
        raise serializers.ValidationError(_("Name each batch and earmark once."))
    return lines


class _Operation(Body):
    operation = serializers.CharField()
    date = serializers.DateField(help_text=gettext_lazy("The day on which it happened."))


class _AtStore(_Operation):
    # Not a slug: the code of a store may hold a colon.
    store = serializers.CharField(max_length=48, help_text=gettext_lazy("Code of the store that acts."))


def _reason(**options):
    return serializers.CharField(max_length=300, **options)


class ReceiveRequest(_Amount, _AtStore):
    """Supply from outside, of a batch that may be new here."""

    vaccine = serializers.SlugRelatedField(slug_field="code", queryset=Vaccine.objects.all())
    number = serializers.CharField(max_length=40, help_text=gettext_lazy("Batch number as printed."))
    manufacturer = serializers.CharField(max_length=120)
    expires_on = serializers.DateField()
    channel = serializers.ChoiceField(Channel.values)
    earmark = serializers.ChoiceField(Earmark.values, default=Earmark.CAMPAIGN)
    document = serializers.CharField(max_length=60, default="", allow_blank=True)
    reason = serializers.CharField(
        max_length=300,
        default="",
        allow_blank=True,
        help_text=gettext_lazy("Why a batch is taken in that had expired before it came; else not needed."),
    )


class WasteRequest(_Amount, _OfBatch, _AtStore):
    """Doses that can no longer be given, with the cause."""

    cause = serializers.ChoiceField(WasteCause.values)
    reason = _reason(default="", allow_blank=True)


class EarmarkRequest(_Amount, _AtStore):
    """Stock that changes its use, on record."""

    batch = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    from_earmark = serializers.ChoiceField(Earmark.values)
    to_earmark = serializers.ChoiceField(Earmark.values)
    reason = _reason()

    def validate(self, asked):
        if asked["from_earmark"] == asked["to_earmark"]:
            raise serializers.ValidationError({"to_earmark": _("Name another earmark.")})
        return super().validate(asked)


class CountRequest(_AtStore):
    """A physical count; where it differs from the book, a reason is needed."""

    lines = CountedLine(many=True, allow_empty=False, max_length=MOST_LINES)
    reason = _reason(default="", allow_blank=True)

    def validate_lines(self, lines):
        return _distinct(lines)


class DispatchRequest(_AtStore):
    """Doses sent to another store. They are in transit until it accepts them."""

    to_store = serializers.CharField(max_length=48)
    lines = SentLine(many=True, allow_empty=False, max_length=MOST_LINES)
    note = serializers.CharField(max_length=300, default="", allow_blank=True)

    def validate_lines(self, lines):
        return _distinct(lines)


class AcceptRequest(_Operation):
    """A consignment taken in. What is neither good nor damaged is short; a difference needs a reason."""

    consignment = serializers.CharField(max_length=40, help_text=gettext_lazy("The voucher number."))
    lines = AcceptedLine(many=True, allow_empty=False, max_length=MOST_LINES)
    reason = _reason(default="", allow_blank=True)

    def validate_lines(self, lines):
        return _distinct(lines)


class ReverseRequest(Body):
    """An earlier operation undone, on the day on which it happened."""

    operation = serializers.CharField()
    journal = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    reason = _reason()


BODIES = {
    "receive": ReceiveRequest,
    "waste": WasteRequest,
    "earmark": EarmarkRequest,
    "count": CountRequest,
    "dispatch": DispatchRequest,
    "accept": AcceptRequest,
    "reverse": ReverseRequest,
}


def read_body(data):
    """The checked values of the operation that the body names."""
    if not isinstance(data, dict):
        raise serializers.ValidationError({"": _("Write an object: { … }.")})
    shape = BODIES.get(data.get("operation")) if isinstance(data.get("operation"), str) else None
    if shape is None:
        text = _("Write one of: %(names)s.") % {"names": ", ".join(BODIES)}
        raise serializers.ValidationError({"operation": text})
    body = shape(data=data)
    body.is_valid(raise_exception=True)
    return body.validated_data
