"""The grid: many of my units on one screen, a row each, for one day."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.forms.entry_grid import posted_units, read_grid
from campaigns.presenters.entry_grid import add_outcomes, column_groups, grid_rows
from campaigns.presenters.entry_sheet import names_of
from campaigns.presenters.findings import rule_book
from campaigns.selectors.calendar import deadline
from campaigns.selectors.declared import declared_of_many
from campaigns.selectors.entry import my_numbers
from campaigns.selectors.entry_grid import befores, cell_history, drafts_of, standings, standings_at, units_of
from campaigns.selectors.rule_context import contexts
from campaigns.selectors.rules import ruling_of
from campaigns.selectors.sheets import sheet_of
from campaigns.services import grid
from campaigns.services.checking import Answers
from campaigns.services.drafts import discard_drafts, save_drafts
from campaigns.services.posting_days import archived_problem
from campaigns.views import taking_back
from campaigns.views.doors import for_entry
from campaigns.views.entry import ONE_DAY, asked_day, last_day

PAGE = 200
# Above this many columns a grid begins with one item of the sheet.
MOST_COLUMNS = 40
HELD = (grid.REFUSED, grid.ASKED, grid.CONFLICT)


@dataclass
class Ground:
    """What a request to the grid is about: the day, the columns, the units of the page."""

    request: object
    campaign: object

    @cached_property
    def day(self):
        return asked_day(self.request, self.campaign)

    @cached_property
    def text(self):
        return self.request.GET.get("q", "").strip()[:100]

    @cached_property
    def sheet(self):
        return sheet_of(self.campaign)

    @cached_property
    def item(self):
        """The item whose cells are shown; "" for the whole sheet."""
        asked = self.request.GET.get("item")
        if asked in self.sheet.items:
            return asked
        return next(iter(self.sheet.items)) if asked is None and len(self.sheet.rows) > MOST_COLUMNS else ""

    @cached_property
    def columns(self):
        return [row for row in self.sheet.rows if not self.item or row["item"] == self.item]

    @cached_property
    def cells(self):
        return [row["id"] for row in self.columns]

    @cached_property
    def page(self):
        units = units_of(self.campaign, self.request.user, text=self.text)
        return Paginator(units, PAGE).get_page(self.request.GET.get("page"))

    @cached_property
    def units(self):
        """Areas of the page; of a posted page those that it showed and that are still mine to enter."""
        if self.request.method == "POST":
            rows = units_of(self.campaign, self.request.user, ids=posted_units(self.request.POST)[:PAGE])
        else:
            rows = self.page.object_list
        return [row.area for row in rows]

    def standings(self):
        return standings(
            self.campaign, [unit.pk for unit in self.units], self.day, self.sheet.cell_ids.values()
        )

    def shown(self, inputs, stands):
        """{unit id: Standing} that the page was made from, where somebody has posted since.

        Compared with what stands now, a row that nobody has touched would be a conflict.
        """
        overtaken = {
            pk: row.version
            for pk, row in inputs.items()
            if row.settles is None and row.version != stands[pk].version
        }
        return standings_at(self.campaign, overtaken, self.day)

    def declared(self, stands):
        """{unit id: declared total} of what stands."""
        return declared_of_many(self.campaign, {pk: one.version for pk, one in stands.items()}, self.day)

    def query(self, **values):
        asked = {"date": self.day.isoformat(), "item": self.item, "q": self.text} | values
        return urlencode({name: value for name, value in asked.items() if value or name == "item"})

    @property
    def address(self):
        return f"{reverse('entry-grid', args=[self.campaign.slug])}?{self.query(page=self.page.number)}"


@for_entry
def entry_grid(request, campaign):
    """The grid, and what its buttons do. What is not accepted comes back as it was typed."""
    ground = Ground(request, campaign)
    if request.method != "POST":
        return _show(ground)
    inputs = read_grid(request.POST, ground.units, ground.cells)
    stands = ground.standings()
    totals = ground.declared(stands)
    shown = stands | ground.shown(inputs, stands)
    shown_totals = totals if shown == stands else ground.declared(shown)
    for pk, row in inputs.items():
        row.leave_alone(shown[pk])
    changed = {pk: row for pk, row in inputs.items() if row.is_changed(shown[pk], shown_totals.get(pk))}
    if "undo" in request.POST:
        taking_back.take_back(request, campaign)
        return redirect(ground.address)
    if "discard" in request.POST:
        gone = discard_drafts(campaign=campaign, day=ground.day, unit_ids=inputs, by=request.user)
        if gone:
            messages.success(request, _("The draft is discarded."))
        return redirect(ground.address)
    if "draft" in request.POST:
        return _draft(ground, inputs, changed)
    if "nil" in request.POST:
        return _nil(ground, inputs, changed, request.POST["nil"])
    for pk, row in changed.items():
        row.decide(stands[pk], totals.get(pk))
    return _submit(ground, inputs, changed)


def _submit(ground, inputs, changed):
    unreadable = {pk for pk, row in changed.items() if row.errors or row.declared_error}
    sheets = [row.sheet() for pk, row in changed.items() if pk not in unreadable]
    if not changed:
        messages.info(ground.request, _("Nothing is filled in that does not stand already."))
    return _post(ground, inputs, changed, sheets, len(unreadable))


def _nil(ground, inputs, changed, unit):
    """A nil report of one unit in one tap; what is typed elsewhere stays typed."""
    row = inputs.get(int(unit)) if unit.isdigit() and len(unit) < 19 else None
    if row is None:
        raise Http404("No such unit on this page.")
    every = dict.fromkeys(ground.sheet.cell_ids.values(), 0)
    sheet = grid.UnitSheet(row.unit, every, row.version, row.reason, Answers(must_ask=True))
    return _post(ground, inputs, changed | {row.unit.pk: row}, [sheet], 0)


def _post(ground, inputs, changed, sheets, unreadable):
    """Send the sheets; show what became of them, with what is still to be done as it was typed."""
    request, campaign = ground.request, ground.campaign
    receipt = grid.submit_sheets(campaign=campaign, day=ground.day, sheets=sheets, by=request.user)
    done = [one for one in receipt.outcomes if one.status in (grid.ACCEPTED, grid.UNCHANGED)]
    accepted = [one for one in done if one.status == grid.ACCEPTED]
    if done:
        discard_drafts(
            campaign=campaign, day=ground.day, unit_ids=[one.sheet.unit.pk for one in done], by=request.user
        )
    if accepted:
        units = [one.sheet.unit.pk for one in accepted]
        taking_back.remember(request, campaign, ground.day, receipt.journal_ids, units)
    _say(request, accepted, unreadable + len(receipt.outcomes) - len(done))
    if len(done) == len(changed):
        return redirect(ground.address)
    gone = {one.sheet.unit.pk for one in done}
    kept = {pk: row for pk, row in changed.items() if pk not in gone}
    return _show(ground, kept, receipt.outcomes)


def _say(request, accepted, held):
    if accepted:
        late = sum(one.is_late and one.version == 1 for one in accepted)
        text = ngettext("%(count)d unit is received.", "%(count)d units are received.", len(accepted)) % {
            "count": len(accepted)
        }
        if late:
            text += " " + ngettext(
                "%(count)d is late and marked so.", "%(count)d are late and marked so.", late
            ) % {"count": late}
        messages.success(request, text)
    if held:
        messages.warning(
            request,
            ngettext("%(count)d unit still needs you.", "%(count)d units still need you.", held)
            % {"count": held},
        )


def _draft(ground, inputs, changed):
    request = ground.request
    drafts = {pk: (row.version, row.draft() if pk in changed else {}) for pk, row in inputs.items()}
    save_drafts(campaign=ground.campaign, day=ground.day, drafts=drafts, by=request.user)
    kept = sum(bool(texts) for _version, texts in drafts.values())
    if request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"kept": kept})
    messages.success(
        request,
        ngettext(
            "A draft of %(count)d unit is saved. It counts nowhere until you submit it.",
            "A draft of %(count)d units is saved. It counts nowhere until you submit it.",
            kept,
        )
        % {"count": kept},
    )
    return redirect(ground.address)


def _show(ground, inputs=None, outcomes=()):
    request, campaign, day = ground.request, ground.campaign, ground.day
    names, ruling = names_of(campaign), ruling_of(campaign)
    ids = [unit.pk for unit in ground.units]
    stands = ground.standings()
    drafts = drafts_of(request.user, campaign, ids, day)
    rows = grid_rows(
        ground.units,
        ground.cells,
        stands,
        befores(campaign, ids, day, ground.cells),
        ground.declared(stands),
        inputs=inputs,
        drafts=drafts,
    )
    add_outcomes(rows, outcomes, inputs, names, ground.sheet)
    mine, reported = my_numbers(campaign, request.user, day)
    due = deadline(campaign, day)
    context = {
        "campaign": campaign,
        "day": day,
        "iso_day": day.isoformat(),
        "yesterday": day - ONE_DAY if day > campaign.starts_on else None,
        "tomorrow": day + ONE_DAY if day < last_day(campaign) else None,
        "last_day": last_day(campaign),
        "is_working_day": ruling.calendar.is_working(day),
        "due": due,
        "is_due": timezone.now() <= due,
        "closed_because": archived_problem(campaign),
        "groups": column_groups(ground.columns, names, set(ruling.sheet.dose_cells)),
        "items": [(code, names.items.get(code, code)) for code in ground.sheet.items],
        "item": ground.item,
        "text": ground.text,
        "rows": rows,
        "unit_ids": ",".join(map(str, ids)),
        "page": ground.page,
        "query": ground.query(),
        "here": ground.query(page=ground.page.number),
        "mine": mine,
        "reported": reported,
        "drafts": [row for row in rows if row.draft is not None],
        "drafted_at": max((draft.updated_at for draft in drafts.values()), default=None),
        "held": [row for row in rows if row.outcome and row.outcome.status in HELD],
        "has_findings": any(row.findings for row in rows),
        "can_undo": taking_back.can_take_back(request, campaign),
        "reason": request.POST.get("reason", "")[:500],
        "rule_book": rule_book(ruling) | {"ids": {row["key"]: row["id"] for row in ground.columns}},
    }
    return render(request, "campaigns/entry/grid.html", context)


@for_entry
def grid_context(request, campaign):
    """What the rules must know of the units of a page, for the browser: asked for when the page stands."""
    ground = Ground(request, campaign)
    keys = ground.sheet.keys
    standing = {
        pk: {keys[cell]: count for cell, count in one.counts.items()}
        for pk, one in ground.standings().items()
    }
    known = contexts(campaign, ground.units, ground.day, standing=standing)
    units = {pk: context | {"standing": standing[pk]} for pk, context in known.items()}
    response = JsonResponse({"units": units})
    response["Cache-Control"] = "private, no-store"
    return response


@for_entry
def grid_history(request, campaign):
    """The history of one cell, as a fragment beside the grid or a page of its own: value, who, when, why."""
    ground = Ground(request, campaign)
    unit = request.GET.get("unit", "")
    cell = request.GET.get("cell", "")
    if not (unit.isdigit() and cell.isdigit() and len(unit) < 19 and len(cell) < 19):
        raise Http404("No such cell.")
    area = get_object_or_404(units_of(campaign, request.user, ids=[int(unit)])).area
    key = ground.sheet.keys.get(int(cell))
    if key is None:
        raise Http404("No such cell.")
    context = {
        "campaign": campaign,
        "unit": area,
        "day": ground.day,
        "label": names_of(campaign).label(key),
        "history": cell_history(campaign, area, ground.day, key)[::-1],
    }
    return render(request, "campaigns/entry/_cell_history.html", context)
