"""The admin's view of campaigns: to look things up. What changes goes through the setup pages and their services,
which lock, check and leave an audit row; the ledger changes nowhere but through its door.
"""

from django.contrib import admin

from campaigns.models import (
    Campaign,
    Cohort,
    DayOff,
    FoldMark,
    Item,
    Journal,
    ReportingUnit,
    Round,
    SheetCell,
    Submission,
    TallyEntry,
    TargetSet,
)
from campaigns.services.changes import change_basics

WORDS = ["name_en", "name_hi", "note_en", "note_hi"]


class OnlyToLookAt:
    """Nothing is added, changed or deleted here, by nobody."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class CohortInline(OnlyToLookAt, admin.TabularInline):
    model = Cohort
    fields = ["code", "name_en", "name_hi", "is_open", "position"]
    extra = 0


class ItemInline(OnlyToLookAt, admin.TabularInline):
    model = Item
    fields = ["code", "name_en", "kind", "antigen", "dose_number", "accumulates", "is_open", "position"]
    extra = 0


class RoundInline(OnlyToLookAt, admin.TabularInline):
    model = Round
    extra = 0


class DayOffInline(OnlyToLookAt, admin.TabularInline):
    model = DayOff
    extra = 0


@admin.register(Campaign)
class CampaignAdmin(admin.ModelAdmin):
    """Names and notes may be put right here; everything else has a page of its own under /campaigns/."""

    list_display = [
        "slug",
        "name_en",
        "area",
        "starts_on",
        "ends_on",
        "is_public",
        "is_simulated",
        "archived_at",
    ]
    list_filter = ["is_public", "is_simulated"]
    list_select_related = ["area"]
    search_fields = ["slug", "name_en", "name_hi"]
    inlines = [CohortInline, ItemInline, RoundInline, DayOffInline]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return [field.name for field in Campaign._meta.get_fields() if self._is_shown(field)]

    @staticmethod
    def _is_shown(field):
        return not field.auto_created and field.name not in WORDS

    def save_model(self, request, campaign, form, change):
        change_basics(campaign=campaign, by=request.user, **{name: getattr(campaign, name) for name in WORDS})


@admin.register(ReportingUnit)
class ReportingUnitAdmin(OnlyToLookAt, admin.ModelAdmin):
    list_display = ["campaign", "area"]
    list_select_related = ["campaign", "area"]
    list_filter = ["campaign"]
    search_fields = ["=area__code", "area__name_en", "area__name_hi"]


@admin.register(SheetCell)
class SheetCellAdmin(OnlyToLookAt, admin.ModelAdmin):
    list_display = ["key", "campaign", "is_open"]
    list_select_related = ["campaign"]
    list_filter = ["campaign", "is_open"]
    search_fields = ["key"]


@admin.register(TargetSet)
class TargetSetAdmin(OnlyToLookAt, admin.ModelAdmin):
    list_display = ["name_en", "campaign", "source", "year", "is_default"]
    list_select_related = ["campaign"]
    list_filter = ["campaign"]


@admin.register(Journal)
class JournalAdmin(OnlyToLookAt, admin.ModelAdmin):
    list_display = ["id", "campaign", "source", "by", "recorded_at", "file_name"]
    list_select_related = ["campaign", "by"]
    list_filter = ["campaign", "source"]
    date_hierarchy = None
    ordering = ["-id"]


@admin.register(Submission)
class SubmissionAdmin(OnlyToLookAt, admin.ModelAdmin):
    list_display = ["id", "campaign", "unit", "happened_on", "version", "is_late", "is_nil", "reason"]
    list_select_related = ["campaign", "unit"]
    list_filter = ["campaign"]
    search_fields = ["=unit__code"]
    ordering = ["-id"]


@admin.register(TallyEntry)
class TallyEntryAdmin(OnlyToLookAt, admin.ModelAdmin):
    list_display = ["id", "unit", "happened_on", "cell", "change", "recorded_at"]
    list_select_related = ["unit", "cell"]
    search_fields = ["=unit__code"]
    ordering = ["-id"]


@admin.register(FoldMark)
class FoldMarkAdmin(OnlyToLookAt, admin.ModelAdmin):
    """What is still to be folded: an old row here means that no worker runs."""

    list_display = ["journal", "campaign", "recorded_at"]
    list_select_related = ["journal", "campaign"]
