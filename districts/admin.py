from django.contrib import admin
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from districts import audit
from districts.models import Area, AreaAlias, Population
from districts.names import fold

# Secrets of second factors are shown to nobody, and one is removed on its person's page, where the trail sees it.
admin.site.unregister([TOTPDevice, StaticDevice])


class NoDeletion:
    """History hangs on areas: one that ends gets ``valid_until``."""

    def has_delete_permission(self, request, obj=None):
        return False


class AliasInline(admin.TabularInline):
    model = AreaAlias
    fk_name = "area"
    autocomplete_fields = ["within"]
    extra = 0


class PopulationInline(NoDeletion, admin.TabularInline):
    model = Population
    extra = 0


@admin.register(Area)
class AreaAdmin(NoDeletion, admin.ModelAdmin):
    """Names and validity may be put right here. Codes and places in the tree come from files (import_areas)."""

    list_display = ["code", "level", "name_en", "name_hi", "parent", "valid_from", "valid_until"]
    list_filter = ["level"]
    list_select_related = ["parent"]
    search_fields = ["=code", "name_en", "name_hi", "aliases__value"]
    show_full_result_count = False
    ordering = ["path"]
    fields = [
        ("code", "level"),
        "parent",
        ("name_en", "name_hi"),
        ("lgd_code", "iso_code"),
        ("valid_from", "valid_until"),
        "updated_at",
    ]
    readonly_fields = ["code", "level", "parent", "lgd_code", "updated_at"]
    inlines = [AliasInline, PopulationInline]

    def has_add_permission(self, request):
        # A new area needs a place in the tree, which only districts.tree hands out.
        return False

    def save_model(self, request, area, form, change):
        before = {name: str(form.initial[name]) for name in form.changed_data}
        super().save_model(request, area, form, change)
        if "name_en" in before and area.parent_id:
            # Files go on using the former name.
            AreaAlias.objects.get_or_create(
                scheme="name",
                value=fold(before["name_en"]),
                within_id=area.parent_id,
                defaults={"area": area},
            )
        after = {name: str(form.cleaned_data[name]) for name in form.changed_data}
        detail = {name: [before[name], after[name]] for name in before}
        audit.record(by=request.user, action="areas.edited", subject=area.code, area=area, detail=detail)

    def save_related(self, request, form, formsets, change):
        for formset in formsets:
            for row in formset.forms:
                if row.has_changed() and hasattr(row.instance, "value"):
                    row.instance.value = fold(row.instance.value)
        changed = [_change_of(row) for formset in formsets for row in formset.forms if row.has_changed()]
        super().save_related(request, form, formsets, change)
        if changed:
            audit.record(
                by=request.user,
                action="areas.edited",
                subject=form.instance.code,
                area=form.instance,
                detail={"rows": changed},
            )
        # An alias or a population that changed is a change of the area to those who ask what is new.
        Area.objects.filter(pk=form.instance.pk).update(updated_at=timezone.now())


def _change_of(row):
    """One alias or population of the form: what it was, what it is now, or that it is taken away."""
    fields = [name for name in row.fields if name not in ("id", "area", "DELETE")]
    before = {name: str(row.initial[name]) for name in fields if row.initial.get(name) is not None}
    if row.cleaned_data.get("DELETE"):
        after = None
    else:
        after = {
            name: str(row.cleaned_data[name]) for name in fields if row.cleaned_data.get(name) is not None
        }
    return {"kind": row.instance._meta.model_name, "before": before or None, "after": after}
