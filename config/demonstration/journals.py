"""The reports of the campaign as they came in: evening by evening, late, corrected, each through the one door."""

import datetime
from collections import defaultdict

from django.utils import timezone

from campaigns.models import Source
from campaigns.services.bulk import submit_tallies
from campaigns.services.tallies import Line, submit_tally
from config.demonstration import facts, irregularities, people

EVENING = datetime.time(20, 30)
# After five, when the reports of the day before are due.
LATE = datetime.time(18, 15)
CORRECTIONS = datetime.time(11, 5)


class Journals:
    """Posts one stretch of true counts after another. What is recorded later is kept until its day comes."""

    def __init__(self, *, campaign, users, units, calendars, corrections, sheets):
        self._campaign, self._users, self._sheets = campaign, users, sheets
        self._units = units
        self._calendars = calendars
        self._late = defaultdict(list)  # day of recording → [(unit, day, counts)]
        self._corrections = defaultdict(list)  # day of recording → [(unit, day, counts, kind)]
        self._to_come = defaultdict(list)  # (unit, day) → corrections
        for correction in corrections:
            self._to_come[correction.unit, correction.day].append(correction)

    def post(self, counts, *, write, progress):
        """Post the days of ``counts``. Without ``write`` they were posted before, and are only gone through."""
        for day, by_unit in counts.items():
            evening, falling = self._reports(day, by_unit)
            corrections, late = self._corrections.pop(day, []), self._late.pop(day, [])
            if write:
                for number, correction in enumerate(corrections):
                    self._correct(day, number, *correction)
                self._bulk("late", day, LATE, late, by=people.NATIONAL, source=Source.FILE)
                self._bulk("evening", day, EVENING, evening, by=people.API_CLIENT, source=Source.API)
                self._bulk(
                    "falling",
                    day,
                    EVENING,
                    falling,
                    by=people.NATIONAL,
                    source=Source.FILE,
                    allow_negative=True,
                    reason=irregularities.FALLING_REASON,
                )
            progress(day)

    def _reports(self, day, by_unit):
        """What comes in on the evening of the day, and what falls; the late and the wrong are put aside."""
        evening, falling = [], []
        for unit in self._units:
            calendar = self._calendars[unit]
            if day in calendar.silent:
                continue
            counts = by_unit.get(unit, {})
            if day in calendar.late:
                self._late[calendar.late[day]].append((unit, day, counts))
            elif irregularities.falls(unit, day):
                falling.append((unit, day, counts))
            else:
                evening.append((unit, day, self._as_first_reported(unit, day, counts)))
        return evening, falling

    def _as_first_reported(self, unit, day, counts):
        corrections = self._to_come.pop((unit, day), [])
        versions = irregularities.versions(corrections, counts)
        for correction, corrected in zip(corrections, versions[1:], strict=False):
            self._corrections[correction.recorded_on].append((unit, day, corrected, correction.kind))
        return versions[0]

    def _bulk(self, what, day, time, reports, *, by, source, **options):
        if reports:
            submit_tallies(
                campaign=self._campaign,
                rows=self._rows(reports),
                by=self._users[by],
                source=source,
                file_name=f"{what}-{day}.csv" if source == Source.FILE else "",
                idempotency_key=f"demonstration/{day}/{what}",
                recorded_at=at(day, time),
                **options,
            )

    def _rows(self, reports):
        for unit, day, counts in reports:
            unit_id, written = unit.area.pk, day.isoformat()
            for cell, count in self._sheets.cells(unit, day, counts).items():
                yield unit_id, written, cell, count

    def _correct(self, recorded_on, number, unit, day, counts, kind):
        cells = self._sheets.cells(unit, day, counts)
        submit_tally(
            campaign=self._campaign,
            unit=unit.area,
            day=day,
            lines=[Line(item, count, cohort, vaccine) for item, cohort, vaccine, count in self._named(cells)],
            by=self._users[_corrector(unit)],
            source=Source.FORM,
            reason=irregularities.REASONS[kind],
            idempotency_key=f"demonstration/{recorded_on}/correction/{number}",
            now=at(recorded_on, CORRECTIONS) + datetime.timedelta(minutes=7 * number),
        )

    def _named(self, cells):
        for cell, count in cells.items():
            item, cohort, vaccine, _sex = self._sheets.keys[cell]
            yield item, cohort, vaccine, count


def at(day, time):
    return timezone.make_aware(datetime.datetime.combine(day, time))


def _corrector(unit):
    if unit.district == people.HOME_DISTRICT:
        return people.DISTRICT
    return people.STATE if unit.state == facts.CHHATTISGARH else people.NATIONAL
