"""Entering the counts of a day: my reporting units, and the plain form of one of them."""

import datetime
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from campaigns.errors import KeyReused, StaleVersion, TallyRefused
from campaigns.forms.entry import REASON_FIELD, SheetInput, new_key
from campaigns.models import Campaign, ReviewState, Source
from campaigns.presenters.entry_sheet import Difference, differences, entry_tables, history_rows, names_of
from campaigns.presenters.findings import by_cell, finding_rows, rule_book
from campaigns.presenters.review import action_label, state_pill
from campaigns.selectors.calendar import calendar_of, deadline, opening_day
from campaigns.selectors.declared import declared_of
from campaigns.selectors.entry import LATE, REPORTED, SILENT, my_numbers, my_unit_days, standing_at_version
from campaigns.selectors.imports import areas_to_import
from campaigns.selectors.reviews import returned_days, reviews_of, state_of
from campaigns.selectors.rule_context import contexts
from campaigns.selectors.rules import ruling_of
from campaigns.selectors.sheets import sheet_of
from campaigns.selectors.tallies import current_version, history, journals_between, standing
from campaigns.services.checking import NO_ANSWERS, ReasonsWanted
from campaigns.services.posting_days import day_problem
from campaigns.services.settling import settle
from campaigns.services.tallies import submit_tally
from campaigns.views import taking_back
from campaigns.views.doors import for_entry, for_unit_day
from districts import access
from districts.models import Area

PAGE = 50
MOST_RETURNED = 20  # shown above the list, newest first
ONE_DAY = datetime.timedelta(1)


@for_entry
def entry_list(request, campaign):
    """My reporting units on one day: silent, reported, late."""
    day = asked_day(request, campaign)
    state = request.GET.get("state", "")
    state = state if state in (SILENT, REPORTED, LATE) else ""
    text = request.GET.get("q", "").strip()[:100]
    units = my_unit_days(campaign, request.user, day, state=state, text=text)
    page = Paginator(units, PAGE).get_page(request.GET.get("page"))
    mine, reported = my_numbers(campaign, request.user, day)
    context = {
        "campaign": campaign,
        "day": day,
        "yesterday": day - ONE_DAY if day > campaign.starts_on else None,
        "tomorrow": day + ONE_DAY if day < last_day(campaign) else None,
        "last_day": last_day(campaign),
        "is_working_day": calendar_of(campaign).is_working(day),
        "due": deadline(campaign, day),
        "is_due": timezone.now() <= deadline(campaign, day),
        "state": state,
        "states": [("", _("All")), (SILENT, _("Silent")), (REPORTED, _("Reported")), (LATE, _("Late"))],
        "text": text,
        "page": page,
        "mine": mine,
        "reported": reported,
        "returned": returned_days(campaign, request.user)[:MOST_RETURNED],
        "may_import": bool(areas_to_import(request.user, campaign)),
    }
    return render(request, "campaigns/entry/list.html", context)


def last_day(campaign):
    return min(campaign.ends_on, timezone.localdate())


def asked_day(request, campaign):
    """The day in the address, or the nearest day of the campaign; without a good one that on which pages open."""
    try:
        day = datetime.date.fromisoformat(request.GET.get("date", ""))
    except ValueError:
        day = opening_day(campaign)
    return max(min(day, last_day(campaign)), campaign.starts_on)


@dataclass(frozen=True)
class UnitDay:
    """What one page is about."""

    campaign: Campaign
    unit: Area
    day: datetime.date

    @property
    def address(self):
        return reverse("entry-form", args=[self.campaign.slug, self.unit.code, self.day.isoformat()])


@for_unit_day
def entry_form(request, campaign, unit, day):
    """The whole sheet of one unit and day; posting it goes through the ledger's one door."""
    where = UnitDay(campaign, unit, day)
    if request.method != "POST":
        return _show(request, where)
    if "undo" in request.POST:
        if taking_back.can_take_back_day(request, campaign, unit, day):
            taking_back.take_back(request, campaign)
        else:
            messages.info(request, _("There is nothing of this session to take back."))
        return redirect(where.address)
    sheet_input = SheetInput(request.POST, sheet_of(campaign))
    if sheet_input.errors or sheet_input.declared_error:
        return _show(request, where, sheet_input)
    if sheet_input.is_blank:
        problem = _("Nothing is filled in. If there was nothing to count, send a nil report.")
        return _show(request, where, sheet_input, problems=[problem])
    return _send(request, where, sheet_input)


def _send(request, where, sheet_input):
    try:
        receipt = _submit(request, where, sheet_input)
    except StaleVersion as stale:
        return _show_conflict(request, where, sheet_input, stale)
    except ReasonsWanted as wanted:
        return _show(request, where, sheet_input, hits=wanted.hits)
    except TallyRefused as refusal:
        problems = [problem.message for problem in refusal.problems]
        return _show(request, where, sheet_input, problems=problems)
    if receipt.is_written:
        journals = journals_between(
            where.campaign, where.unit, where.day, sheet_input.version, receipt.version
        )
        taking_back.remember(request, where.campaign, where.day, journals, [where.unit.pk])
    _say(request, where, receipt)
    return redirect(where.address)


def _submit(request, where, sheet_input):
    values = {
        "campaign": where.campaign,
        "unit": where.unit,
        "day": where.day,
        "lines": sheet_input.lines(),
        "by": request.user,
        "source": Source.FORM,
        "reason": sheet_input.reason,
        "expected_version": sheet_input.version,
        "answers": sheet_input.answers,
    }
    post = submit_tally
    if sheet_input.overtaken is not None:
        values |= {
            "overtaken": sheet_input.overtaken_lines(),
            "overtaken_answers": sheet_input.overtaken_answers,
        }
        post = settle
    try:
        return post(idempotency_key=f"form-{sheet_input.key}", **values)
    except KeyReused:
        # Sent, then changed with the Back button and sent again: not the same submission. Its old version
        # number makes sure that it is compared with the first.
        return post(idempotency_key=f"form-{new_key()}", **values)


def _say(request, where, receipt):
    dashboard = reverse("area-dashboard", args=[where.campaign.slug, where.unit.code])
    if not receipt.changed and not receipt.is_first:
        text = _("Nothing has changed: these counts stand already.")
    elif receipt.is_nil:
        text = _("The nil report is received.")
    elif receipt.version > 1:
        text = _("The correction is saved.")
    else:
        text = _("The report is received.")
    if receipt.is_late and receipt.version == 1:
        text += " " + _("It is late and marked so.")
    messages.success(
        request,
        format_html('{} <a href="{}">{}</a>', text, dashboard, _("Dashboard of %s") % where.unit.name),
    )


def _show(request, where, sheet_input=None, problems=(), hits=()):
    campaign, unit, day = where.campaign, where.unit, where.day
    sheet, names = sheet_of(campaign), names_of(campaign)
    version = current_version(campaign, unit, day)
    counts = standing(campaign, unit, day)
    frame = _frame(where) | _review(request, where, version)
    is_fixed = bool(version) and (frame["is_locked"] or frame["closed_because"] is not None)
    if sheet_input is not None and not is_fixed:
        texts = sheet_input.texts
    else:
        # Once reported, a cell without entries is a 0 that somebody meant; before, it is still blank.
        blank = "0" if version else ""
        texts = {row["id"]: str(counts.get(row["id"], blank)) for row in sheet.rows}
    before = None
    if current_version(campaign, unit, day - ONE_DAY):
        before = standing(campaign, unit, day - ONE_DAY)
    errors = sheet_input.errors if sheet_input else {}
    findings = finding_rows(hits, names, sheet, sheet_input.answers if sheet_input else NO_ANSWERS)
    open_cells = set(sheet.cell_ids.values())
    declared = declared_of(campaign, unit, day, version)
    context = frame | {
        "tables": entry_tables(sheet, names, texts, before, errors, by_cell(findings)),
        "has_before": before is not None,
        "version": sheet_input.version if sheet_input else version,
        "is_correction": version > 0,
        "key": sheet_input.key if sheet_input else new_key(),
        "reason": sheet_input.reason if sheet_input else "",
        "problems": list(problems),
        "errors": [(cell, names.label(sheet.keys[cell]), text) for cell, text in errors.items()],
        "closed": [
            (names.label(sheet.keys[cell]), count) for cell, count in counts.items() if cell not in open_cells
        ],
        "history": history_rows(history(campaign, unit, day), names),
        "unsent": _unsent(sheet, names, counts, sheet_input) if sheet_input and is_fixed else (),
        "stands_declared": declared,
        "findings": findings,
        "overtaken": (sheet_input.overtaken or {}).items() if sheet_input else (),
        "declared": sheet_input.declared_text if sheet_input else declared,
        "declared_error": sheet_input.declared_error if sheet_input else "",
        "rule_book": _rule_book(where, sheet, counts),
        "can_undo": sheet_input is None
        and not is_fixed
        and taking_back.can_take_back_day(request, campaign, unit, day),
    }
    return render(request, "campaigns/entry/form.html", context)


def _unsent(sheet, names, counts, sheet_input):
    """What was typed into a day that was closed meanwhile, where it differs: it is in no field any more."""
    stands, typed = (
        {sheet.keys[cell]: count for cell, count in one.items() if cell in sheet.keys}
        for one in (counts, sheet_input.counts)
    )
    return differences(sheet, names, stands, typed, {})[0]


def _rule_book(where, sheet, counts):
    """The rules, and what they must know of this unit and day, for the browser."""
    stands = {sheet.keys[cell]: count for cell, count in counts.items()}
    context = contexts(where.campaign, [where.unit], where.day, standing={where.unit.pk: stands})
    ids = {row["key"]: row["id"] for row in sheet.rows}
    return rule_book(ruling_of(where.campaign)) | {"context": context[where.unit.pk], "ids": ids}


def _review(request, where, version):
    """What reviewers said of the day, and whether this user may still correct it."""
    if not version:
        return {"review_state": None, "is_locked": False}
    state, comment = state_of(where.campaign, where.unit, where.day)
    may_review = access.has_right(request.user, "review", where.unit)
    return {
        "review_state": state,
        "is_locked": state == ReviewState.VERIFIED and not may_review,
        "review_pill": state_pill(state),
        "review_comment": comment,
        "may_review": may_review,
        "reviews": [
            (one, action_label(one.act.action)) for one in reviews_of(where.campaign, where.unit, where.day)
        ],
    }


def _frame(where):
    """What every page about a unit and day shows around its form."""
    campaign, unit, day = where.campaign, where.unit, where.day
    due = deadline(campaign, day)
    return {
        "campaign": campaign,
        "unit": unit,
        "day": day,
        "closed_because": day_problem(campaign, unit, day),
        "yesterday": day - ONE_DAY if day > campaign.starts_on else None,
        "tomorrow": day + ONE_DAY if day < last_day(campaign) else None,
        "is_working_day": calendar_of(campaign).is_working(day),
        "due": due,
        "is_past_due": timezone.now() > due,
    }


def _show_conflict(request, where, sheet_input, stale):
    """Both states side by side. Whatever is chosen is sent as a correction of the newest version."""
    campaign, unit, day = where.campaign, where.unit, where.day
    sheet, names = sheet_of(campaign), names_of(campaign)
    base = standing_at_version(campaign, unit, day, sheet_input.version)
    differing, agreed = differences(sheet, names, stale.standing, stale.submitted, base)
    total = _total_difference(where, sheet_input, stale)
    if not differing and total is None:
        messages.success(
            request, _("Nothing is lost: somebody else has already reported exactly these counts.")
        )
        return redirect(where.address)
    rows = history_rows(history(campaign, unit, day), names)
    context = _frame(where) | {
        "differences": differing,
        "agreed": agreed.items(),
        "latest": rows[0],
        "since": [row for row in rows if row["version"] > sheet_input.version],
        "version": stale.current,
        "key": new_key(),
        "reason": sheet_input.reason,
        "overtaken": _overtaken(sheet_input, sheet, stale).items(),
        "overtaken_total": sheet_input.declared
        if sheet_input.overtaken is None
        else sheet_input.overtaken_total,
        "total": total,
        "declared": sheet_input.declared_text,
        "reasons": [(f"{REASON_FIELD}{name}", text) for name, text in sheet_input.reasons.items()],
    }
    return render(request, "campaigns/entry/conflict.html", context, status=409)


def _total_difference(where, sheet_input, stale):
    """The Difference of the declared totals, None where they agree."""
    if sheet_input.declared == stale.declared:
        return None
    seen = declared_of(where.campaign, where.unit, where.day, sheet_input.version)
    mine = sheet_input.declared
    return Difference("declared", _("Declared total"), stale.declared, mine, keep_mine=mine != seen)


def _overtaken(sheet_input, sheet, stale):
    """{cell id: count} of the sheet that came too late first: it goes along until somebody has settled it."""
    if sheet_input.overtaken is not None:
        return sheet_input.overtaken
    return {row["id"]: stale.submitted.get(row["key"], 0) for row in sheet.rows}
