"""What real reporting is like: units that are silent, late, wrong at first, or whose counts fall."""

import datetime
from dataclasses import dataclass

from config.demonstration import facts
from config.demonstration.chance import stream, whole

NORTH_EAST = frozenset({"S11", "S12", "S13", "S14", "S15", "S16", "S17", "S18"})

SILENT_PER_MILLE = 30
# The block of the demonstration's clerk: its report of the day is left for the visitor to enter.
CLERKS_BLOCK = "B3694"  # Arang in Raipur

# Late reports come in bundles: on Mondays, Wednesdays and Fridays, and on both last days.
LATE_WEEKDAYS = frozenset({1, 3, 5})
LAST_DAYS = (facts.AS_OF - datetime.timedelta(1), facts.AS_OF)

# Days on which a unit took doses back that it had reported twice: its cumulative count falls.
FALLING = (
    ("D490", datetime.date(2021, 8, 18), 1_412),
    ("D182", datetime.date(2021, 10, 5), 873),
    ("B3693", datetime.date(2021, 11, 10), 214),
)
FALLING_REASON = "Persons registered twice were removed at the source."

CORRECTED_EVERY_DAYS = 4
CORRECTED_ON = {LAST_DAYS[0]: 12, LAST_DAYS[1]: 14}
CORRECTED_TWICE = ("B3700", datetime.date(2021, 11, 9))  # Dharsiwa in Raipur


@dataclass(frozen=True)
class Calendar:
    """The days on which a unit does not report at all, and those whose report comes late: {day: when}."""

    silent: frozenset
    late: dict


@dataclass(frozen=True)
class Correction:
    unit: object
    day: datetime.date
    recorded_on: datetime.date
    kind: str


def days_of(units):
    """{unit: Calendar} of all units of the nation."""
    silent_at_the_end = _silent_at_the_end(units)
    return {unit: _calendar(unit, unit in silent_at_the_end) for unit in units}


def _silent_at_the_end(units):
    number = len(units) * SILENT_PER_MILLE // 1000
    kept = {code for code, _day, _doses in FALLING} | {CORRECTED_TWICE[0]}
    order = sorted(
        (unit for unit in units if unit.code not in kept),
        key=lambda unit: (unit.code != CLERKS_BLOCK, stream("silent", unit.code).random()),
    )
    return frozenset(order[:number])


def _calendar(unit, is_silent_at_the_end):
    chances = stream("calendar", unit.code)
    far = unit.state in NORTH_EAST
    keep = {CORRECTED_TWICE[1]}
    for code, day, _doses in FALLING:
        if code == unit.code:
            keep |= {day, day - datetime.timedelta(2)}
    silent, late = set(), {}
    for day in facts.days():
        # Two draws on every day, so that no day's chance depends on the days before.
        missed, delayed = chances.random(), chances.random()
        if unit.area.valid_from and day < unit.area.valid_from:
            silent.add(day)
        elif day == facts.AS_OF:
            if is_silent_at_the_end:
                silent.add(day)
        elif day in keep or day == facts.BULLETIN_DAY:
            continue
        elif missed < (0.008 if far else 0.002):
            silent.add(day)
        elif delayed < (0.030 if far else 0.009) and (
            recorded_on := _late_day(day + datetime.timedelta(1 + int(delayed * 10_000) % 5))
        ):
            late[day] = recorded_on
    return Calendar(frozenset(silent), late)


def _late_day(earliest):
    """The first day from ``earliest`` on which late reports are taken in; None after the last."""
    day = earliest
    while day <= facts.AS_OF:
        if day.isoweekday() in LATE_WEEKDAYS or day in LAST_DAYS:
            return day
        day += datetime.timedelta(1)
    return None


def corrections(units, calendars):
    """The corrections of the whole campaign, in the order in which they are recorded."""
    found = [
        Correction(_by_code(units, CORRECTED_TWICE[0]), CORRECTED_TWICE[1], day, "again") for day in LAST_DAYS
    ]
    taken = {CORRECTED_TWICE}
    chances = stream("corrections")
    for number, recorded_on in enumerate(_days_of_corrections()):
        while True:
            unit = units[int(chances.random() * len(units))]
            day = recorded_on - datetime.timedelta(whole(chances, 1, 6))
            calendar = calendars[unit]
            usable = day >= facts.FIRST_DAY and day not in calendar.silent and day not in calendar.late
            if usable and unit.adults > 60_000 and (unit.code, day) not in taken and not falls(unit, day):
                break
        taken.add((unit.code, day))
        found.append(Correction(unit, day, recorded_on, KINDS[number % len(KINDS)]))
    return sorted(found, key=lambda correction: correction.recorded_on)


def _by_code(units, code):
    return next(unit for unit in units if unit.code == code)


def _days_of_corrections():
    day = facts.FIRST_DAY + datetime.timedelta(CORRECTED_EVERY_DAYS)
    while day < LAST_DAYS[0]:
        yield day
        day += datetime.timedelta(CORRECTED_EVERY_DAYS)
    for day, number in CORRECTED_ON.items():
        yield from [day] * number


REASONS = {
    "entered_twice": "The sheet of one session site was entered twice.",
    "site_missing": "The sheet of one session site came in after the report.",
    "digits_swapped": "Two digits were swapped when the count was typed.",
    "wrong_dose": "Doses had been entered under the wrong dose number.",
    "register": "Compared with the vaccination register.",
    "again": "Recounted with the register of the urban health centre.",
}
LEAST_TO_BE_WRONG = 12
KINDS = ("entered_twice", "site_missing", "digits_swapped", "wrong_dose", "register")


def versions(corrections, counts):
    """The counts {(group, dose): n} of a unit and day as they were posted, one version after another.

    The last is the true one; without anything that could be wrong it is the only one.
    """
    if not counts or max(counts.values()) < LEAST_TO_BE_WRONG:
        return [counts]
    steps = range(len(corrections), 0, -1)
    return [*(_wrong(corrections[0].kind, counts, step) for step in steps), counts]


def _wrong(kind, counts, step):
    """Counts that differ from the true ones; ``step`` corrections are still to come."""
    largest = max(counts, key=lambda key: (counts[key], key))
    count = counts[largest]
    if kind == "wrong_dose":
        group, dose = largest
        other = (group, facts.SECOND if dose == facts.FIRST else facts.FIRST)
        moved = count // 10
        return counts | {largest: count - moved, other: counts.get(other, 0) + moved}
    wrong = {
        "entered_twice": count + count // 4,
        "site_missing": count - count // 5,
        "digits_swapped": _swapped(count),
        "register": count + 7,
        "again": count - min(40 * step, count // 4 * step),
    }
    return counts | {largest: wrong[kind]}


def falls(unit, day):
    return any(unit.code == code and day == on for code, on, _doses in FALLING)


def take_back(counts):
    """Let the first doses of the falling units fall, and give them to an earlier day: the sum stays."""
    for code, day, doses in FALLING:
        if day not in counts:
            continue
        unit = next((unit for unit in counts[day] if unit.code == code), None)
        if unit is None:
            continue
        before = counts[day - datetime.timedelta(2)][unit]
        for key in [key for key in counts[day][unit] if key[1] == facts.FIRST]:
            before[key] = before.get(key, 0) + counts[day][unit].pop(key)
        key = ("18-44", facts.FIRST)
        before[key] = before.get(key, 0) + doses
        counts[day][unit][key] = -doses


def _swapped(count):
    """12 → 21. A count of equal digits is taken for one more."""
    digits = str(count)
    for place in range(len(digits) - 1, 0, -1):
        if digits[place] != digits[place - 1]:
            head, pair = digits[: place - 1], digits[place] + digits[place - 1]
            return int(head + pair + digits[place + 1 :])
    return count + 1
