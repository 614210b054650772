"""Turning running totals into the counts of days.

The count of a day is its running total less what stands for all days before it. What stands before the first
day of the file, or on days that the file leaves out, was posted by others and is respected: after the import
the sum up to each day of the file is the file's figure, whatever was loaded before.
"""

from collections import defaultdict
from datetime import date

from django.db.models import Sum

from campaigns.models import Submission, TallyEntry


class Growth:
    """The ledger as it stood before the file, for the cells that add up over days."""

    def __init__(self, campaign, cell_ids, first_day, last_day):
        self._cells = list(cell_ids)
        self._first_day = first_day
        self._day_before = first_day.toordinal() - 1
        self._tracks = {}  # (unit, cell) -> (ordinal of its last day, running total)
        self._opening = defaultdict(int)
        submissions = Submission.objects.filter(campaign=campaign)
        if submissions.filter(happened_on__lt=first_day).exists():
            entries = TallyEntry.objects.filter(cell__in=self._cells, happened_on__lt=first_day)
            sums = entries.values_list("unit_id", "cell_id").annotate(count=Sum("change")).order_by()
            for unit, cell, count in sums:
                self._opening[unit, cell] = count
        # On new ground no gap needs a query.
        self._has_history = submissions.filter(happened_on__gte=first_day, happened_on__lte=last_day).exists()

    def opening(self, unit, cell):
        """What stands before the file's first day."""
        return self._opening.get((unit, cell), 0)

    def count(self, unit, cell, day, total):
        """The count of a day (an ordinal) whose running total is given; days must come in order."""
        last, before = self._tracks.get((unit, cell)) or (self._day_before, self.opening(unit, cell))
        self._tracks[unit, cell] = (day, total)
        if day - last > 1 and self._has_history:
            before += self._between(unit, cell, last, day)
        return total - before

    def _between(self, unit, cell, after, before):
        """What others posted on the days that the file leaves out."""
        entries = TallyEntry.objects.filter(
            unit=unit,
            cell=cell,
            happened_on__gt=date.fromordinal(after),
            happened_on__lt=date.fromordinal(before),
        )
        return entries.aggregate(count=Sum("change"))["count"] or 0

    def by_day(self, units, last_day, cells=None):
        """{(cell, day): what stands in all the units}, for the days of the file."""
        if not self._has_history or not units:
            return {}
        entries = TallyEntry.objects.filter(
            unit__in=list(units),
            cell__in=list(cells or self._cells),
            happened_on__gte=self._first_day,
            happened_on__lte=last_day,
        )
        sums = entries.values_list("cell_id", "happened_on").annotate(count=Sum("change")).order_by()
        return {(cell, day): count for cell, day, count in sums if count}
