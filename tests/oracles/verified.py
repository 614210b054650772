"""What is verified, told the obvious way: the last review of each day, and the tallies of the version it saw.

The ledger of verified entries is not read at all.
"""

from campaigns.models import Review, ReviewMark, TallyEntry
from districts.models import Area, Level


class Verified:
    """Of a campaign as known at ``as_of`` (None: now).

    Acts that wait for the fold are left out as the figures do, but for sites, whose figures are the ledger.
    """

    def __init__(self, campaign, *, as_of=None, cohort=None):
        waiting = set(ReviewMark.objects.values_list("act_id", flat=True))
        folded, recorded = {}, {}
        for review in Review.objects.filter(campaign=campaign).select_related("act").order_by("pk"):
            if as_of is None or review.act.recorded_at <= as_of:
                recorded[review.unit_id, review.happened_on] = review
                if review.act_id not in waiting:
                    folded[review.unit_id, review.happened_on] = review
        self._parents = dict(Area.objects.values_list("pk", "parent_id"))
        entries = TallyEntry.objects.filter(cell__campaign=campaign).select_related("cell", "submission")
        entries = [one for one in entries if cohort is None or one.cell.cohort_id == cohort.pk]
        self._folded = [one for one in entries if _is_vouched_for(one, folded)]
        self._recorded = [one for one in entries if _is_vouched_for(one, recorded)]

    def count(self, area, item, first, last):
        return sum(
            entry.change
            for entry in (self._recorded if area.level == Level.SITE else self._folded)
            if entry.cell.item_id == item.pk
            and first <= entry.happened_on <= last
            and area.pk in self._above(entry.unit_id)
        )

    def _above(self, unit):
        while unit is not None:
            yield unit
            unit = self._parents[unit]


def _is_vouched_for(entry, last):
    review = last.get((entry.unit_id, entry.happened_on))
    return review and review.state == "verified" and entry.submission.version <= review.version
