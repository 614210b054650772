"""Changing what a campaign counts: its groups, its vaccines and the items of its tally sheet.

Before the first report anything may be changed or removed. Afterwards an item or a group is closed instead,
which keeps its counts in every sum, and the way an item is split stays: counts of two splits of one item would
stand beside each other and count twice.
"""

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from campaigns.errors import SetupRefused
from campaigns.models import Cohort, Item
from campaigns.services.rule_marks import has_reports
from campaigns.services.setup import build_sheet, changes_setup, hold_postings, lock
from districts.audit import record
from inventory.models import Vaccine

COHORT_FIELDS = ("name_en", "name_hi")
ITEM_FIELDS = (
    "name_en",
    "name_hi",
    "kind",
    "antigen",
    "dose_number",
    "minimum_interval_days",
    "accumulates",
    "by_cohort",
    "by_vaccine",
    "by_sex",
)


@changes_setup
def save_cohort(*, campaign, by, code, cohort=None, **values):
    """Add a group, or change the names of one; its code stays."""
    lock(campaign)
    cohort = _save(campaign, cohort or Cohort(campaign=campaign, code=code), values, COHORT_FIELDS)
    _rebuild(campaign, by, "campaign.cohort", code=cohort.code)
    return cohort


@changes_setup
def save_item(*, campaign, by, code, item=None, cohorts=None, **values):
    """Add an item, or change one; its code stays. ``cohorts``: the groups it is for, none for all of them."""
    lock(campaign)
    item = _save(campaign, item or Item(campaign=campaign, code=code), values, ITEM_FIELDS)
    if cohorts is not None:
        if any(cohort.campaign_id != campaign.pk for cohort in cohorts):
            raise SetupRefused(_("A group of another campaign cannot be counted here."))
        item.cohorts.set(cohorts)
    _rebuild(campaign, by, "campaign.item", code=item.code)
    return item


@changes_setup
def set_open(*, campaign, by, row, is_open):
    """Close a group or an item, so that nothing more is counted into it, or open it again."""
    lock(campaign)
    type(row).objects.filter(pk=row.pk, campaign=campaign).update(is_open=is_open)
    row.is_open = is_open
    _rebuild(campaign, by, "campaign.open" if is_open else "campaign.close", **_name(row))


@changes_setup
def remove(*, campaign, by, row):
    """Take a group or an item out whole. Only before the first report."""
    lock(campaign)
    hold_postings(campaign)
    if has_reports(campaign):
        raise SetupRefused(
            _("Units have reported, so that %(name)s can be closed but not removed.") % {"name": row.name}
        )
    if isinstance(row, Cohort):
        _refuse_last_cohort_of_an_item(row)
        cells = campaign.cells.filter(cohort=row)
    else:
        cells = campaign.cells.filter(item=row)
    cells.filter(total__isnull=False).delete()
    cells.delete()
    name = _name(row)
    row.delete()
    _rebuild(campaign, by, "campaign.remove", **name)


@changes_setup
def move(*, campaign, by, row, steps):
    """Move a group or an item up (negative) or down in the order in which forms and tables show it."""
    lock(campaign, for_rules=False)
    rows = list(type(row).objects.filter(campaign=campaign))
    rows.insert(max(rows.index(row) + steps, 0), rows.pop(rows.index(row)))
    for position, one in enumerate(rows):
        one.position = position
    type(row).objects.bulk_update(rows, ["position"])
    _record(campaign, by, "campaign.order", **_name(row))


@changes_setup
def set_vaccines(*, campaign, by, vaccines):
    """Name the vaccines in use. The cells of one that leaves are closed; their counts stay."""
    lock(campaign)
    campaign.vaccines.set(vaccines)
    _rebuild(campaign, by, "campaign.vaccines", vaccines=sorted(vaccine.code for vaccine in vaccines))


@changes_setup
def add_vaccine(*, campaign, by, code, **values):
    """Enter a vaccine that no campaign has used yet, and use it."""
    vaccine = Vaccine(code=code, **values)
    try:
        vaccine.full_clean()
    except ValidationError as error:
        raise SetupRefused(" ".join(error.messages)) from error
    vaccine.save()
    record(by=by, action="vaccine.create", subject=f"vaccine {code}", area=campaign.area)
    set_vaccines(campaign=campaign, by=by, vaccines=[*campaign.vaccines.all(), vaccine])
    return vaccine


def _save(campaign, row, values, known):
    if unknown := values.keys() - set(known):
        raise TypeError(f"Not fields of {type(row).__name__}: {', '.join(sorted(unknown))}")
    if row.pk is None:
        last = type(row).objects.filter(campaign=campaign).aggregate(last=Max("position"))["last"]
        row.position = 0 if last is None else last + 1
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        raise SetupRefused(" ".join(error.messages)) from error
    row.save()
    return row


def _refuse_last_cohort_of_an_item(cohort):
    for item in cohort.items.prefetch_related("cohorts"):
        if len(item.cohorts.all()) == 1:
            raise SetupRefused(
                _("%(item)s is counted for %(cohort)s only. Without it, it would be counted for every group.")
                % {"item": item.name, "cohort": cohort.name}
            )


def _rebuild(campaign, by, action, **detail):
    hold_postings(campaign)
    build_sheet(campaign=campaign, by=by)
    if has_reports(campaign):
        _refuse_another_split(campaign)
    _record(campaign, by, action, **detail)


def _refuse_another_split(campaign):
    shapes = {}
    cells = campaign.cells.filter(total__isnull=False, item__is_open=True).select_related("item")
    for cell in sorted(cells, key=lambda cell: not cell.is_open):
        shape = (cell.cohort_id is not None, cell.vaccine_id is not None, bool(cell.sex))
        if cell.is_open:
            shapes.setdefault(cell.item_id, set()).add(shape)
        elif cell.item_id in shapes and shape not in shapes[cell.item_id]:
            raise SetupRefused(
                _(
                    "Units have reported, so that the way “%(item)s” is split can no longer change: the old and "
                    "the new counts would count twice. Close the item and add another."
                )
                % {"item": cell.item.name}
            )


def _name(row):
    return {type(row).__name__.lower(): row.code}


def _record(campaign, by, action, **detail):
    record(by=by, action=action, subject=f"campaign {campaign.slug}", area=campaign.area, detail=detail)
