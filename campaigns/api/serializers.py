"""The shapes of the campaign and tally endpoints, for the schema. Rows are read and written as plain dicts."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from campaigns.api import bodies
from campaigns.models import ItemKind, ReviewState, Sex, Source
from campaigns.services.tallies import LARGEST_COUNT
from districts.api.schema import ErrorBody


class _Named(serializers.Serializer):
    code = serializers.CharField()
    name_en = serializers.CharField()
    name_hi = serializers.CharField(help_text=_("Empty when none is known."))


class DeadlineSerializer(serializers.Serializer):
    days = serializers.IntegerField(help_text=_("After the day reported."))
    time = serializers.CharField(help_text=_("HH:MM, time of India."))


class CampaignSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name_en = serializers.CharField()
    name_hi = serializers.CharField()
    area = serializers.CharField(help_text=_("Code of the area it is held in."))
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    is_public = serializers.BooleanField()
    is_simulated = serializers.BooleanField()
    is_archived = serializers.BooleanField(help_text=_("Takes no more counts."))
    units = serializers.IntegerField(help_text=_("Reporting units."))
    deadline = DeadlineSerializer()
    late_window_days = serializers.IntegerField(
        allow_null=True, help_text=_("Counts are taken for so long after a day; null: always.")
    )
    rest_weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), help_text=_("ISO weekdays: 7 is Sunday.")
    )
    note_en = serializers.CharField()
    note_hi = serializers.CharField()
    version = serializers.IntegerField(help_text=_("Grows with every change of the setup."))


class CohortSerializer(_Named):
    is_open = serializers.BooleanField()


class VaccineSerializer(_Named):
    manufacturer = serializers.CharField()


class ItemSerializer(_Named):
    kind = serializers.ChoiceField(ItemKind.values)
    antigen = serializers.CharField()
    dose_number = serializers.IntegerField(allow_null=True)
    minimum_interval_days = serializers.IntegerField(allow_null=True)
    accumulates = serializers.BooleanField(help_text=_("Whether the counts of days add up."))
    by_cohort = serializers.BooleanField()
    by_vaccine = serializers.BooleanField()
    by_sex = serializers.BooleanField()
    cohorts = serializers.ListField(
        child=serializers.CharField(), help_text=_("Counted for these only; empty: for all.")
    )
    is_open = serializers.BooleanField()


class CellSerializer(serializers.Serializer):
    key = serializers.CharField(help_text=_("item|cohort|vaccine|sex"))
    item = serializers.CharField()
    cohort = serializers.CharField(help_text=_("Empty where the sheet asks for none."))
    vaccine = serializers.CharField()
    sex = serializers.ChoiceField(["", *Sex.values])
    is_open = serializers.BooleanField()


class TargetSetSerializer(_Named):
    source = serializers.CharField()
    source_hi = serializers.CharField(help_text=_("Empty where it is known in English alone."))
    year = serializers.IntegerField()
    is_default = serializers.BooleanField()


class RoundSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class DayOffSerializer(serializers.Serializer):
    day = serializers.DateField()
    name_en = serializers.CharField()
    name_hi = serializers.CharField()


class CampaignDetailSerializer(CampaignSerializer):
    cohorts = CohortSerializer(many=True)
    vaccines = VaccineSerializer(many=True)
    items = ItemSerializer(many=True)
    cells = CellSerializer(many=True)
    target_sets = TargetSetSerializer(many=True)
    rounds = RoundSerializer(many=True)
    days_off = DayOffSerializer(many=True)


class LineRequest(serializers.Serializer):
    closed = True
    item = serializers.CharField(max_length=200)
    cohort = serializers.CharField(required=False, help_text=_("Where the sheet asks for one."))
    vaccine = serializers.CharField(required=False)
    sex = serializers.ChoiceField(["", *Sex.values], required=False)
    count = serializers.IntegerField(min_value=0, max_value=LARGEST_COUNT)


class ReportRequest(serializers.Serializer):
    """The whole sheet of a unit and day: a cell that is not named counts 0."""

    closed = True
    campaign = serializers.SlugField(max_length=60)
    unit = serializers.SlugField(max_length=32, help_text=_("Code of the reporting unit."))
    date = serializers.DateField()
    lines = LineRequest(many=True, max_length=bodies.MOST_LINES)
    reason = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=bodies.LONGEST_REASON,
        help_text=_("Why, when this corrects a report."),
    )
    overtaken = LineRequest(
        many=True,
        required=False,
        max_length=bodies.MOST_LINES,
        help_text=_(
            "The sheet that was answered with 412 and that this one settles: it is recorded first, so that the "
            "history holds both. Needs If-Match."
        ),
    )
    declared_total = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=999_999_999,
        help_text=_("The total that the paper report declares. It need not be the sum of the lines."),
    )
    overtaken_declared_total = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=999_999_999,
        help_text=_(
            "The total that came with the overtaken sheet; without it that of this one stands for both."
        ),
    )
    reasons = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=bodies.LONGEST_REASON),
        required=False,
        help_text=_("Why what a rule finds is right, by name of the finding or by rule."),
    )


class BatchedReportRequest(serializers.Serializer):
    closed = True
    unit = serializers.SlugField(max_length=32)
    date = serializers.DateField()
    lines = LineRequest(many=True, max_length=bodies.MOST_LINES)
    version = serializers.IntegerField(
        required=False,
        min_value=0,
        help_text=_("The version that it was made from; refused if another stands."),
    )


class BatchRequest(serializers.Serializer):
    closed = True
    campaign = serializers.SlugField(max_length=60)
    reports = BatchedReportRequest(many=True, max_length=bodies.MOST_REPORTS)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=bodies.LONGEST_REASON)


class ChangeSerializer(serializers.Serializer):
    cell = serializers.CharField(help_text=_("item|cohort|vaccine|sex"))
    before = serializers.IntegerField()
    after = serializers.IntegerField()


class _Submitted(serializers.Serializer):
    unit = serializers.CharField()
    date = serializers.DateField()
    version = serializers.IntegerField()
    is_late = serializers.BooleanField()
    is_nil = serializers.BooleanField()


class WarningSerializer(serializers.Serializer):
    name = serializers.CharField(help_text=_("Name of the finding: a reason is given under it."))
    rule = serializers.CharField()
    cell = serializers.CharField(
        help_text=_("Key of the cell or code of the item; empty for the whole sheet.")
    )
    message = serializers.CharField()
    observed = serializers.DictField(help_text=_("The numbers that the rule compared."))
    reason = serializers.CharField(help_text=_("The reason given, if any."))


class ReceiptSerializer(_Submitted):
    campaign = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    changes = ChangeSerializer(many=True, help_text=_("Empty when nothing changed, or for a nil report."))
    declared_total = serializers.IntegerField(
        allow_null=True, help_text=_("The total of the paper that this version recorded, if any.")
    )
    warnings = WarningSerializer(
        many=True, help_text=_("What the campaign's rules find; the report is taken.")
    )


class BatchReceiptSerializer(serializers.Serializer):
    campaign = serializers.CharField()
    recorded_at = serializers.DateTimeField(allow_null=True, help_text=_("Null when nothing changed."))
    reports = serializers.IntegerField(help_text=_("Received."))
    written = _Submitted(many=True, help_text=_("Those that changed something, in the order received."))


class _Since(serializers.Serializer):
    version = serializers.IntegerField()
    recorded_at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True)
    source = serializers.ChoiceField(Source.values)
    reason = serializers.CharField()


class StaleError(ErrorBody):
    expected_version = serializers.IntegerField(required=False)
    current_version = serializers.IntegerField(required=False)
    standing = serializers.DictField(
        child=serializers.IntegerField(), required=False, help_text=_("What stands, by cell.")
    )
    submitted = serializers.DictField(
        child=serializers.IntegerField(), required=False, help_text=_("What you sent, by cell.")
    )
    declared_total = serializers.IntegerField(
        required=False, allow_null=True, help_text=_("The total of the paper that stands.")
    )
    since = _Since(many=True, required=False, help_text=_("Who posted what you had not seen, oldest first."))


class StaleSerializer(serializers.Serializer):
    error = StaleError()


class CountedLine(serializers.Serializer):
    item = serializers.CharField()
    cohort = serializers.CharField(allow_blank=True)
    vaccine = serializers.CharField(allow_blank=True)
    sex = serializers.ChoiceField(["", *Sex.values])
    count = serializers.IntegerField()


class DeclaredSerializer(serializers.Serializer):
    declared = serializers.IntegerField(help_text=_("The total of the paper report."))
    counted = serializers.IntegerField(help_text=_("What the lines add to."))
    reason = serializers.CharField(help_text=_("Why they differ; empty where they do not."))


class _Recorded(serializers.Serializer):
    version = serializers.IntegerField()
    recorded_at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True)
    source = serializers.ChoiceField(Source.values)
    is_late = serializers.BooleanField()
    is_nil = serializers.BooleanField()
    reason = serializers.CharField()
    changes = serializers.DictField(child=serializers.IntegerField(), help_text=_("Signed changes by cell."))
    declared_total = DeclaredSerializer(allow_null=True)


class DaySerializer(serializers.Serializer):
    """What stands for a unit and day."""

    campaign = serializers.CharField()
    unit = serializers.CharField()
    date = serializers.DateField()
    as_of = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text=_("0: nobody has reported."))
    is_reported = serializers.BooleanField()
    review = serializers.ChoiceField(
        ReviewState.values,
        allow_null=True,
        help_text=_("Of a reported day. Verified: an officer vouches for it, and it is locked to clerks."),
    )
    lines = CountedLine(many=True, help_text=_("A cell that is not named counts 0, if the day is reported."))
    history = _Recorded(many=True, help_text=_("Every submission, oldest first."))


class RecordedSubmission(_Recorded):
    campaign = serializers.CharField()
    unit = serializers.CharField()
    date = serializers.DateField()


class SubmissionPageSerializer(serializers.Serializer):
    """Submissions in the order in which they were recorded."""

    next = serializers.URLField(allow_null=True, help_text=_("The next page."))
    next_updated_since = serializers.DateTimeField(
        help_text=_(
            "Ask from here next time, when there is no next page: some rows come twice and none is missed."
        )
    )
    results = RecordedSubmission(many=True)
