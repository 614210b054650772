"""The formats of a response. JSON and CSV come from the same rows, by ``?format=csv`` or the Accept header.

A view that offers both says ``renderer_classes = [JSONRenderer, CSVRenderer]`` and may name ``csv_columns``.
"""

import csv
import io

from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

from districts.spreadsheets import neutral

__all__ = ["CSVRenderer", "JSONRenderer", "neutral"]


class CSVRenderer(BaseRenderer):
    """UTF-8 without a byte order mark, CRLF, one header row. Nothing is spelled as an empty cell.

    Nested objects become columns with dotted names (``coverage.numerator``), lists one cell joined by ``;``
    (lists of objects as JSON). An error keeps its one documented shape: JSON, whatever was asked for.
    """

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data, accepted_media_type=None, renderer_context=None):
        context = renderer_context or {}
        response = context.get("response")
        if data is None:
            return ""
        if response is not None and response.status_code >= 400:
            response["Content-Type"] = "application/json"
            return JSONRenderer().render(data, renderer_context=context)
        rows = [flat(row) for row in _rows(data)]
        columns = getattr(context.get("view"), "csv_columns", None) or _columns(rows)
        out = io.StringIO()
        writer = csv.DictWriter(out, columns, extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue()


def _rows(data):
    if isinstance(data, dict):
        return data["results"] if isinstance(data.get("results"), list) else [data]
    return data


def _columns(rows):
    """The keys of all rows in the order they first appear: an optional key of a later row is not lost."""
    return list(dict.fromkeys(key for row in rows for key in row))


def flat(row, prefix=""):
    """One level of dotted keys with values fit for a cell."""
    cells = {}
    for key, value in row.items():
        if isinstance(value, dict):
            cells |= flat(value, f"{prefix}{key}.")
        else:
            cells[prefix + key] = _cell(value)
    return cells


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        if any(isinstance(part, dict | list) for part in value):
            return JSONRenderer().render(value).decode()
        value = ";".join(str(part) for part in value)
    if not isinstance(value, str | int | float):
        # A date, an instant, a Decimal: spelled as in JSON.
        value = JSONEncoder().default(value)
    return neutral(value)
