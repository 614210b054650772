"""One row of the wide CoWIN district file: its running totals, with every fault named and the shifts mended."""

from django.utils.translation import gettext as _

from campaigns.imports.fields import FIELDS
from campaigns.imports.findings import Kind
from campaigns.imports.numbers import Counts, Unreadable
from campaigns.imports.shift import ORDER, lost_last_figure, shifted_left, sums_hold
from campaigns.imports.wide_layout import NAMING


class RowReader:
    """``totals`` gives what a row says for each field and date."""

    def __init__(self, header, names, blocks, fields, findings):
        self._header, self._names = header, names
        self._blocks, self._fields, self._findings = blocks, fields, findings
        self._counts = Counts()

    def _label(self, column):
        return self._names[column].strip() if column < len(self._names) else str(column + 1)

    def totals(self, number, row, key):
        """{field code: running totals by date, None where the row says nothing}, faults named and mended."""
        counts = self._counts
        values = [counts[text] for text in row]
        self._note_decimals(number, row, key)
        days = [self._figures(number, row, values, block, key) for block in self._blocks]
        self._mend_shifts(number, row, days, key)
        totals = {code: [None] * len(days) for code in self._fields}
        for index, (block, day) in enumerate(zip(self._blocks, days, strict=True)):
            suffix = "_all" if block.all_doses else "_first"
            for measure, figure in day.items():
                code = measure + suffix if measure in ("covaxin", "covishield") else measure
                if code in totals:
                    totals[code][index] = figure
        for code, series in totals.items():
            if FIELDS[code].accumulates:
                self._note_falls(number, code, series, key)
        return totals

    def _figures(self, number, row, values, block, key):
        """{measure: figure or None} of one date, blank and unreadable cells named."""
        day = {measure: values[column] for measure, column in block.columns.items()}
        blank = []
        for measure, figure in day.items():
            if figure is None:
                blank.append(block.columns[measure])
            elif isinstance(figure, Unreadable):
                column = block.columns[measure]
                self._findings.fail(
                    figure.kind,
                    row=number,
                    column=self._label(column),
                    place=column,
                    date=block.iso,
                    unit=key.district_key,
                    value=row[column],
                    explanation=figure.explanation,
                    cells=row[: len(NAMING)],
                )
                day[measure] = None
        if blank and not (block.is_short and len(blank) == len(day)):
            self._findings.note(
                Kind.BLANK,
                row=number,
                column=self._label(blank[0]) if len(blank) == 1 else "",
                columns=[self._label(column) for column in blank],
                place=blank[0],
                date=block.iso,
                unit=key.district_key,
                cells=len(blank),
                explanation=_(
                    "%(count)d of %(all)d cells of the date are blank: the running totals stay where they "
                    "were, and nothing is reported for the day."
                )
                % {"count": len(blank), "all": len(day)},
            )
        return day

    def _note_decimals(self, number, row, key):
        decimals = [column for column in range(len(NAMING), len(row)) if "." in row[column]]
        if decimals:
            self._findings.note(
                Kind.DECIMAL,
                row=number,
                place=decimals[0],
                date=self._header[decimals[0]],
                unit=key.district_key,
                value=row[decimals[0]],
                cells=len(decimals),
                explanation=_(
                    "%(count)d cells of the row write a whole number with decimals; the first is shown."
                )
                % {"count": len(decimals)},
            )

    def _note_falls(self, number, code, series, key):
        before = before_index = None
        for index, total in enumerate(series):
            if total is None:
                continue
            if before is not None and total < before:
                block = self._blocks[index]
                self._findings.note(
                    Kind.FALL,
                    row=number,
                    column=FIELDS[code].label,
                    place=block.columns[code.removesuffix("_all").removesuffix("_first")],
                    date=block.iso,
                    unit=key.district_key,
                    value=total,
                    explanation=_("%(total)d after %(before)d on %(day)s: the day counts −%(fall)d.")
                    % {
                        "total": total,
                        "before": before,
                        "day": self._blocks[before_index].iso,
                        "fall": before - total,
                    },
                )
            before, before_index = total, index

    # -- shifted dates ---------------------------------------------------------------------------------

    def _mend_shifts(self, number, row, days, key):
        for index, block in enumerate(self._blocks):
            if not block.is_full:
                continue
            figures = _ordered(days[index])
            if sums_hold(figures, block.all_doses) is not False:
                continue
            before = self._blocks[index - 1] if index else None
            moved = None
            if before and before.is_full and _adjacent(before, block):
                moved = shifted_left(days[index - 1]["covishield"], figures, block.all_doses)
            if moved:
                self._mend(number, row, days, index, moved, key)
            elif not self._is_robbed_by_next(days, index):
                self._findings.note(
                    Kind.NOT_ADDING_UP,
                    row=number,
                    column=self._label(block.first_column),
                    place=block.first_column,
                    date=block.iso,
                    unit=key.district_key,
                    value=" ".join(map(str, figures)),
                    explanation=_(
                        "Women, men and others, the vaccines, or the individuals do not make up the doses. "
                        "The figures are loaded as they stand."
                    ),
                )

    def _is_robbed_by_next(self, days, index):
        """Whether the last figure of this date was overwritten by the shifted date that follows."""
        if index + 1 == len(self._blocks) or not _adjacent(self._blocks[index], self._blocks[index + 1]):
            return False
        following = self._blocks[index + 1]
        return bool(shifted_left(days[index]["covishield"], _ordered(days[index + 1]), following.all_doses))

    def _mend(self, number, row, days, index, moved, key):
        block, before = self._blocks[index], self._blocks[index - 1]
        stray_column, lost_column = block.columns["covishield"], before.columns["covishield"]
        for measure, figure in zip(_measures(block), moved, strict=True):
            days[index][measure] = figure
        lost = lost_last_figure(_ordered(days[index - 1]), before.all_doses)
        days[index - 1]["covishield"] = lost
        note = self._findings.note
        note(
            Kind.SHIFTED,
            row=number,
            column=self._label(block.first_column),
            place=block.first_column,
            date=block.iso,
            unit=key.district_key,
            value=" ".join(row[column] for column in block.columns.values()),
            explanation=_(
                "The ten figures stand one column too far left (no sum holds as they stand, all hold once "
                "moved). Read as: %(moved)s."
            )
            % {"moved": " ".join(map(str, moved))},
        )
        note(
            Kind.OVERWRITTEN,
            row=number,
            column=self._label(lost_column),
            place=lost_column,
            date=before.iso,
            unit=key.district_key,
            value=row[lost_column],
            explanation=_(
                "The cell holds the first figure of %(day)s. Its own follows from the doses less the other "
                "vaccine: %(lost)s."
            )
            % {"day": block.iso, "lost": _("not known") if lost is None else lost},
        )
        note(
            Kind.STRAY,
            row=number,
            column=self._label(stray_column),
            place=stray_column,
            date=block.iso,
            unit=key.district_key,
            value=row[stray_column],
            explanation=_(
                "After the shifted figures one cell is left over; its figure belongs to no column and is "
                "left out."
            ),
        )


def _measures(block):
    individuals = "registered" if "registered" in block.columns else "vaccinated"
    return [individuals, *ORDER[1:]]


def _ordered(day):
    individuals = "registered" if "registered" in day else "vaccinated"
    return [day.get(individuals), *(day.get(measure) for measure in ORDER[1:])]


def _adjacent(before, block):
    """Whether both dates stand in the usual order, one right after the other."""
    columns = [before.columns.get(measure) for measure in _measures(before)]
    columns += [block.columns.get(measure) for measure in _measures(block)]
    return None not in columns and columns == list(range(columns[0], columns[0] + len(columns)))
