"""Marks beside figures that look odd: each says why and by how much. Nothing is clamped or dropped."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from districts import numbers


@dataclass(frozen=True, slots=True)
class Mark:
    label: str  # short, fits a cell
    why: str  # a sentence


def marks_of(figures, names):
    """The marks of AreaFigures; ``names`` are item code → name."""
    return tuple(_mark(flag, figures, names) for flag in figures.flags)


def _mark(flag, figures, names):
    said = {"item": names.get(flag.item, flag.item), "count": numbers.indian(abs(flag.by))}
    match flag.kind:
        case "over_100":
            return Mark(
                _("over 100%"),
                _(
                    "%(item)s: %(count)s more than the target. People from elsewhere were reached, "
                    "or the target is too low."
                )
                % said,
            )
        case "negative_today":
            return Mark(
                _("below 0"),
                _("%(item)s: corrections took %(count)s more off this day than were counted on it.") % said,
            )
        case "more_second_than_first":
            return Mark(
                _("2nd over 1st"),
                _(
                    "%(item)s: %(count)s more than first doses. People who had the first dose elsewhere "
                    "came here, or first doses are missing."
                )
                % said,
            )
        case "revised":
            return Mark(
                _("revised"),
                _("Corrections and late reports added %(added)s and took off %(removed)s on earlier days.")
                % {
                    "added": numbers.indian(figures.revised_added),
                    "removed": numbers.indian(figures.revised_removed),
                },
            )
    return Mark(flag.kind, f"{flag.kind}: {numbers.indian(flag.by)}")
