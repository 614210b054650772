"""The shapes of the report endpoints, for the schema. Answers are written as plain dicts (``presented``)."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from campaigns.models import ItemKind
from reports.api.presented import LEVELS, STATES

_LEVEL_NAMES = list(LEVELS.values())


class _Figure(serializers.Serializer):
    state = serializers.ChoiceField(
        STATES,
        help_text=_("no_data: nobody has told; not_applicable: there can be none here. 0 is a value."),
    )


class CountFigure(_Figure):
    value = serializers.IntegerField(allow_null=True)


class DateFigure(_Figure):
    value = serializers.DateField(allow_null=True)


class CategoryFigure(_Figure):
    value = serializers.ChoiceField(
        ["A", "B", "C", "D"],
        allow_null=True,
        help_text=_(
            "Coverage of the first dose 90 % or more: A with a drop-out of 10 % or less, else B; below: C, D."
        ),
    )


class _Ratio(_Figure):
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    of = serializers.CharField(help_text=_("What the denominator is: a target set, an item, a kind of days."))


class PercentFigure(_Ratio):
    percent = serializers.RegexField(
        r"^-?[0-9]+\.[0-9]$",
        allow_null=True,
        help_text=_("100 × numerator / denominator, to one decimal, rounded half up."),
    )


class QuotientFigure(_Ratio):
    value = serializers.RegexField(
        r"^-?[0-9]+\.[0-9]$",
        allow_null=True,
        help_text=_("numerator / denominator, to one decimal, rounded half up."),
    )


class ItemFigures(serializers.Serializer):
    kind = serializers.ChoiceField(ItemKind.values)
    today = CountFigure()
    to_date = CountFigure(help_text=_("Not applicable where the counts of days do not add up."))
    verified_today = CountFigure(help_text=_("Of these, what an officer has verified."))
    verified_to_date = CountFigure()
    target = CountFigure()
    coverage = PercentFigure()
    expected = CountFigure(help_text=_("Target × working days elapsed / working days in all."))
    days_ahead = QuotientFigure(help_text=_("Working days ahead of the plan; below 0, behind it."))
    required_daily = QuotientFigure(help_text=_("Remaining / working days left."))
    mean_of_last_7 = QuotientFigure(help_text=_("Mean of the last 7 days of 14 on which somebody reported."))
    eta = DateFigure(help_text=_("The working day on which the target is reached at that mean."))


class UnitFigures(serializers.Serializer):
    expected = serializers.IntegerField()
    reported = serializers.IntegerField(help_text=_("Nil reports count."))
    on_time = serializers.IntegerField()
    late = serializers.IntegerField()
    silent = serializers.IntegerField()
    completeness = PercentFigure()
    timeliness = PercentFigure()


class Revised(serializers.Serializer):
    added = CountFigure()
    removed = CountFigure()


class FlagSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(["over_100", "negative_today", "more_second_than_first", "revised"])
    item = serializers.CharField(allow_null=True)
    by = serializers.IntegerField(help_text=_("By how much."))
    label = serializers.CharField()
    reason = serializers.CharField(help_text=_("In the language of the request."))


class AreaFiguresSerializer(serializers.Serializer):
    code = serializers.CharField()
    level = serializers.ChoiceField(_LEVEL_NAMES)
    name_en = serializers.CharField()
    name_hi = serializers.CharField()
    items = serializers.DictField(
        child=ItemFigures(), help_text=_("By the code of the item, in the order of the sheet.")
    )
    doses_today = CountFigure(help_text=_("Of all items that are doses."))
    doses_to_date = CountFigure()
    doses_verified_today = CountFigure(help_text=_("Of these, what an officer has verified."))
    doses_verified_to_date = CountFigure()
    drop_out = PercentFigure(help_text=_("100 × (first − last) / first."))
    left_out = CountFigure(help_text=_("Target − first doses."))
    overdue = CountFigure(
        help_text=_(
            "First doses given at least the minimum interval ago less last doses, per unit never below 0."
        )
    )
    category = CategoryFigure()
    units = UnitFigures()
    revised = Revised(help_text=_("By corrections and late reports to earlier days, recorded on this day."))
    flags = FlagSerializer(many=True, help_text=_("Figures that look odd, with the reason."))


class DenominatorSerializer(serializers.Serializer):
    code = serializers.CharField()
    name_en = serializers.CharField()
    name_hi = serializers.CharField()
    source = serializers.CharField()
    source_hi = serializers.CharField()
    year = serializers.IntegerField()


class WorkingDays(serializers.Serializer):
    elapsed = serializers.IntegerField()
    left = serializers.IntegerField()
    total = serializers.IntegerField()


class SilentUnits(serializers.Serializer):
    codes = serializers.ListField(child=serializers.CharField(), help_text=_("The first 200."))
    is_complete = serializers.BooleanField()


class _Report(serializers.Serializer):
    campaign = serializers.CharField()
    cohort = serializers.CharField(allow_null=True)
    verified_only = serializers.BooleanField(help_text=_("Whether what nobody has verified yet is left out."))
    as_of = serializers.DateTimeField(allow_null=True)
    figures_as_of = serializers.DateTimeField(
        allow_null=True, help_text=_("Everything recorded up to this instant is in the figures.")
    )
    pending = serializers.IntegerField(help_text=_("Postings and reviews that are in no figure yet."))
    version = serializers.IntegerField(help_text=_("Grows whenever the figures change."))


class CoverageSerializer(_Report):
    date = serializers.DateField()
    denominator = DenominatorSerializer(allow_null=True)
    working_days = WorkingDays()
    first_item = serializers.CharField(allow_null=True, help_text=_("Drop-out is taken from this item …"))
    last_item = serializers.CharField(allow_null=True, help_text=_("… to this one."))
    area = AreaFiguresSerializer()
    children = AreaFiguresSerializer(
        many=True, allow_null=True, help_text=_("In the order of the tree; null unless asked for.")
    )
    silent_units = SilentUnits()


class Point(serializers.Serializer):
    date = serializers.DateField()
    count = CountFigure()
    to_date = CountFigure()


class SeriesSerializer(serializers.Serializer):
    item = serializers.CharField()
    kind = serializers.ChoiceField(ItemKind.values)
    points = Point(many=True)


class ProgressSerializer(_Report):
    area = serializers.CharField()
    series = SeriesSerializer(many=True)

    def get_fields(self):
        return super().get_fields() | {"from": serializers.DateField(), "to": serializers.DateField()}
