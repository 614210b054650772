"""What is odd in an area, told by going through every row: reports, entries, reviews, settled findings."""

import datetime

from campaigns.models import Campaign, FollowUp, Review, RuleHit, Submission, TallyEntry
from districts.models import Area

ONE_DAY = datetime.timedelta(1)


def count(campaign, area, first, last):
    """{kind: number} over all rows there are; a rule without any finding is absent."""
    parents = dict(Area.objects.values_list("pk", "parent_id"))
    settled = {
        (one.unit_id, one.happened_on, one.rule): one.resolved_at
        for one in FollowUp.objects.all()
        if one.resolved_at
    }

    def is_open(key, rule, recorded_at):
        at = settled.get((*key, rule))
        return at is None or at < recorded_at

    def lies_here(unit):
        while unit is not None and unit != area.pk:
            unit = parents[unit]
        return unit is not None

    reports, standing = {}, {}
    for report in Submission.objects.filter(campaign=campaign).order_by("version"):
        if lies_here(report.unit_id):
            key = report.unit_id, report.happened_on
            reports.setdefault(key, report)
            standing[key] = report.version
    inside = {key for key in reports if first <= key[1] <= last}
    found = {"late": 0, "silent": 0, "returned": 0, "falling": 0, "resolved": 0}
    found["late"] = sum(reports[key].is_late and (*key, "late") not in settled for key in inside)
    works = str(last.isoweekday()) not in Campaign.objects.get(pk=campaign.pk).rest_weekdays.split(",")
    for unit in campaign.units.all():
        key = unit.area_id, last
        if works and lies_here(unit.area_id) and key not in reports and (*key, "") not in settled:
            found["silent"] += 1
    state = {}
    for review in Review.objects.filter(campaign=campaign).order_by("pk"):
        state[review.unit_id, review.happened_on] = review
    found["returned"] = sum(
        key in state
        and state[key].state == "returned"
        and is_open(key, "returned", state[key].act.recorded_at)
        for key in inside
    )
    falls = {}
    for entry in TallyEntry.objects.filter(cell__campaign=campaign).select_related("cell"):
        if (entry.unit_id, entry.happened_on) in inside:
            key = entry.unit_id, entry.happened_on
            name = entry.submission_id, entry.cell.item_id, key, entry.recorded_at
            falls[name] = falls.get(name, 0) + entry.change
    found["falling"] = sum(
        change < 0 and is_open(key, "falling", recorded_at)
        for (_submission, _item, key, recorded_at), change in falls.items()
    )
    for hit in RuleHit.objects.filter(campaign=campaign):
        key = hit.unit_id, hit.happened_on
        if key in inside and standing[key] == hit.version and is_open(key, hit.rule, hit.recorded_at):
            found[hit.rule] = found.get(hit.rule, 0) + 1
    found["resolved"] = sum(first <= day <= last and lies_here(unit) for unit, day, _rule in settled)
    return found
