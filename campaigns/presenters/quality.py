"""The findings of an area as rows, whatever their kind. Pure: values in, rows out."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.models import FollowUp
from campaigns.presenters.review import rule_title
from campaigns.rules.words import said
from campaigns.selectors.quality import FALLING, KINDS, LATE, RESOLVED, RETURNED, SILENT
from districts import numbers
from districts.templatetags.indian import instant

SPARK_WIDTH, SPARK_HEIGHT = 98, 24


def kind_label(kind):
    return {
        SILENT: _("Silent units"),
        "": _("Silent units"),
        LATE: _("Late reports"),
        RETURNED: _("Returned days"),
        FALLING: _("Counts that fall"),
        RESOLVED: _("Resolved"),
    }.get(kind) or rule_title(kind)


def kind_cards(found, kind):
    """(kind, label, number, is chosen) of what can be looked at: a rule only once it has found something."""
    always = (SILENT, LATE, RETURNED, FALLING, "second_above_first", "split_differs", "unusual_value")
    shown = [one for one in KINDS if one in always or found.get(one) or one == kind]
    return [(one, kind_label(one), numbers.indian(found.get(one, 0)), one == kind) for one in shown]


@dataclass(frozen=True)
class Row:
    """``people`` are (name, phone); ``spark`` is None or a Spark."""

    unit: object
    day: object
    kind: str
    text: str
    reason: str = ""
    people: tuple = ()
    spark: object = None
    follow_up: FollowUp | None = None
    is_reported: bool = True


@dataclass(frozen=True)
class Spark:
    path: str
    x: str
    y: str
    label: str


def spark_of(counts):
    """A line of the days; gaps where nobody counted. The last day is the one that looks odd."""
    known = [count for count in counts if count is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    step = SPARK_WIDTH / (len(counts) - 1)

    def place(number, count):
        share = (count - low) / (high - low) if high > low else 0.5
        return f"{number * step + 2:.1f}", f"{SPARK_HEIGHT - 4 - share * (SPARK_HEIGHT - 8):.1f}"

    path, pen = [], "M"
    for number, count in enumerate(counts):
        if count is None:
            pen = "M"
            continue
        path.append(f"{pen}{' '.join(place(number, count))}")
        pen = "L"
    x, y = place(len(counts) - 1, counts[-1] if counts[-1] is not None else known[-1])
    shown = ", ".join("–" if count is None else numbers.indian(count) for count in counts)
    return Spark("".join(path), x, y, _("The last 14 days: %(counts)s") % {"counts": shown})


def person_line(person):
    return person.get_full_name() or person.get_username(), person.phone


def silent_row(unit, day, people, follow_up):
    return Row(
        unit=unit,
        day=day,
        kind=SILENT,
        text=_("has not reported"),
        people=tuple(person_line(person) for person in people),
        follow_up=follow_up,
        is_reported=False,
    )


def late_row(report, follow_up):
    text = _("reported on %(when)s") % {"when": instant(report.journal.recorded_at)}
    return Row(unit=report.unit, day=report.happened_on, kind=LATE, text=text, follow_up=follow_up)


def returned_row(day, follow_up):
    by = day.review.act.by
    text = _("returned by %(name)s on %(when)s") % {
        "name": person_line(by)[0] if by else "",
        "when": instant(day.review.act.recorded_at),
    }
    return Row(
        unit=day.unit,
        day=day.happened_on,
        kind=RETURNED,
        text=text,
        reason=day.review.act.comment,
        follow_up=follow_up,
    )


def falling_row(found, unit, item, follow_up):
    text = _("%(item)s fell by %(count)s with version %(version)s") % {
        "item": item,
        "count": numbers.indian(-found["by"]),
        "version": found["submission__version"],
    }
    return Row(
        unit=unit,
        day=found["happened_on"],
        kind=FALLING,
        text=text,
        reason=found["submission__reason"],
        follow_up=follow_up,
    )


def hit_row(hit, names, counts, follow_up):
    cell = names.label(hit.cell) if hit.cell else ""
    return Row(
        unit=hit.unit,
        day=hit.happened_on,
        kind=hit.rule,
        text=": ".join(filter(None, (cell, said(hit.rule, hit.observed)))),
        reason=hit.reason,
        spark=spark_of(counts) if counts else None,
        follow_up=follow_up,
    )


def resolved_row(follow_up):
    text = _("%(kind)s: settled by %(name)s on %(when)s") % {
        "kind": kind_label(follow_up.rule),
        "name": person_line(follow_up.resolved_by)[0],
        "when": instant(follow_up.resolved_at),
    }
    return Row(
        unit=follow_up.unit,
        day=follow_up.happened_on,
        kind=RESOLVED,
        text=text,
        reason=follow_up.resolution,
        follow_up=follow_up,
        is_reported=bool(follow_up.rule),
    )


def file_rows(rows):
    yield [
        _("Code"),
        _("Unit"),
        _("In"),
        _("Day"),
        _("Finding"),
        _("What"),
        _("Reason or comment"),
        _("Posted there"),
        _("Looked after by"),
        _("Settled because"),
    ]
    for row in rows:
        after = row.follow_up
        yield [
            row.unit.code,
            row.unit.name,
            row.unit.parent.name if row.unit.parent else "",
            row.day.isoformat(),
            kind_label(row.kind),
            row.text,
            row.reason,
            "; ".join(" ".join(filter(None, person)) for person in row.people),
            person_line(after.assignee)[0] if after and after.assignee else "",
            after.resolution if after else "",
        ]
