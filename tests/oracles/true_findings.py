"""What the rules find in every report that stands, one day after the other, with nothing of what was found before.

Counts, sums to date, targets and working days are read row by row; only the rules themselves are the project's.
"""

import datetime

from campaigns.models import Campaign, DeclaredTotal, Submission, TallyEntry
from campaigns.rules import evaluate
from campaigns.selectors.rules import rules_with_settings, ruling_of
from tests.oracles import rule_context


def scan(campaign, last_days=None):
    """{(unit id, day, rule, cell): observed} of all reports, or of the last days of each unit. Without stock."""
    campaign = Campaign.objects.get(pk=campaign.pk)
    rules = [rule for rule in rules_with_settings(campaign) if not rule.is_fixed]
    sheet, found = ruling_of(campaign).sheet, {}
    for submission in _standing(campaign, last_days):
        unit, day = submission.unit, submission.happened_on
        total = DeclaredTotal.objects.filter(submission=submission).first()
        context = rule_context.context(campaign, unit, day) | {
            "declared": total.declared if total else None,
            "working_day": _is_worked(campaign, day),
        }
        for hit in evaluate(rules, sheet, context, _counts(campaign, unit, day)):
            found[unit.pk, day, hit.rule, hit.cell] = {
                name: round(value, 2) if isinstance(value, float) else value
                for name, value in hit.observed.items()
                if value is not None
            }
    return found


def _standing(campaign, last_days):
    standing, newest = {}, {}
    for one in Submission.objects.filter(campaign=campaign).select_related("unit").order_by("version"):
        standing[one.unit_id, one.happened_on] = one
        newest[one.unit_id] = max(newest.get(one.unit_id, one.happened_on), one.happened_on)
    for (unit, day), one in standing.items():
        if last_days is None or newest[unit] - day < datetime.timedelta(last_days):
            yield one


def _counts(campaign, unit, day):
    counts = {}
    for entry in TallyEntry.objects.filter(unit=unit, happened_on=day, cell__campaign=campaign):
        if entry.cell.is_open:
            counts[entry.cell.key] = counts.get(entry.cell.key, 0) + entry.change
    return counts


def _is_worked(campaign, day):
    rounds = list(campaign.rounds.all())
    inside = any(one.starts_on <= day <= one.ends_on for one in rounds) or not rounds
    rest = str(day.isoweekday()) in campaign.rest_weekdays.split(",")
    return inside and not rest and not campaign.days_off.filter(day=day).exists()
