"""Which kind of file it is, told by its header."""

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.imports import long, states, template, wide
from districts.table_files.errors import FileRefused
from districts.table_files.tables import open_table


class Format(models.TextChoices):
    TEMPLATE = "template", gettext_lazy("Template of this campaign")
    COWIN_WIDE = "cowin_wide", gettext_lazy("CoWIN, districts, ten columns per date")
    DISTRICT_LONG = "district_long", gettext_lazy("Districts, one row per date, running totals")
    STATES = "states", gettext_lazy("States, one row per date, running totals")


class _Way(NamedTuple):
    recognises: object
    survey: object
    reader: object


_WAYS = {
    Format.COWIN_WIDE: _Way(wide.recognises, wide.survey, wide.WideReader),
    Format.DISTRICT_LONG: _Way(long.recognises, long.survey, long.LongReader),
    Format.STATES: _Way(states.recognises, states.survey, states.StatesReader),
    Format.TEMPLATE: _Way(template.recognises, None, template.TemplateReader),
}


def detect(path):
    """The format of a file. Raises FileRefused, saying what was found and what is known."""
    with open_table(path) as table:
        for known, way in _WAYS.items():
            if way.recognises(table.header):
                return known
        raise FileRefused(
            _("The columns “%(columns)s” belong to no format that is known. Known are: %(formats)s.")
            % {
                "columns": ", ".join(table.header[:8])[:200],
                "formats": "; ".join(str(label) for label in Format.labels),
            }
        )


def check_format(path, name):
    """Raise FileRefused when the header is not that of the format that was asked for."""
    with open_table(path) as table:
        if not _WAYS[Format(name)].recognises(table.header):
            raise FileRefused(
                _("The file does not have the columns of the format “%(format)s”.")
                % {"format": Format(name).label}
            )


def survey_of(path, name):
    """What a national file speaks about; None for the template, which needs no first pass."""
    way = _WAYS[Format(name)]
    if way.survey is None:
        return None
    with open_table(path) as table:
        return way.survey(table)


def open_reader(table, name, ground, found):
    """The reader of a format over an open table."""
    return _WAYS[Format(name)].reader(table, ground, found)
