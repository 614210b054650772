"""Pages of what was recorded, for clients that follow the ledger."""

import base64
import binascii
import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from campaigns.selectors.following import Place, place_of, submissions_since
from districts.api.queries import instant

# A posting is stamped before it is committed, a large file minutes before. Whoever asks again from this long
# before the last visit sees some rows twice (a unit, a day and a version name one) and misses none.
OVERLAP = datetime.timedelta(minutes=15)


def answer_changes(request, campaign, area, asked):
    """The page as JSON, or as CSV with one row per change; the next one is also in a Link header."""
    after, next_since = None, timezone.now() - OVERLAP
    if "cursor" in asked:
        after, next_since = _read(asked["cursor"])
    limit = asked["limit"]
    found = submissions_since(
        campaign=campaign, area=area, since=asked.get("updated_since"), after=after, most=limit + 1
    )
    page, link = found[:limit], None
    if len(found) > limit:
        cursor = _written(place_of(page[-1]), next_since)
        link = replace_query_param(request.build_absolute_uri(), "cursor", cursor)
    rows = [_presented(campaign, row) for row in page]
    if request.accepted_renderer.format == "csv":
        response = Response([cells for row in rows for cells in _cells(row)])
    else:
        response = Response({"next": link, "next_updated_since": instant(next_since), "results": rows})
    if link:
        response["Link"] = f'<{link}>; rel="next"'
    return response


def _presented(campaign, row):
    return {
        "campaign": campaign.slug,
        "unit": row["unit_code"],
        "date": row["happened_on"],
        "version": row["version"],
        "recorded_at": row["recorded_at"],
        "by": row["by"],
        "source": row["source"],
        "is_late": row["is_late"],
        "is_nil": row["is_nil"],
        "reason": row["reason"],
        "changes": row["changes"],
        "declared_total": row["declared_total"],
    }


def _cells(row):
    """A row per change; a submission without any (a nil report) has one, with an empty cell."""
    head = {name: value for name, value in row.items() if name != "changes"}
    head["declared_total"] = row["declared_total"] and row["declared_total"]["declared"]
    for cell, change in row["changes"].items() or [("", None)]:
        yield head | {"cell": cell, "change": change}


def _written(place, next_since):
    parts = (place.recorded_at.isoformat(), place.journal_id, place.submission_id, next_since.isoformat())
    return base64.urlsafe_b64encode("|".join(map(str, parts)).encode()).decode().rstrip("=")


def _read(cursor):
    """(the Place, when the first page was asked for less the overlap) of a cursor that we wrote."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        recorded_at, journal, submission, next_since = text.split("|")
        if not all(number.isdecimal() and len(number) < 19 for number in (journal, submission)):
            raise ValueError  # no id that a database could hold
        moments = [datetime.datetime.fromisoformat(moment) for moment in (recorded_at, next_since)]
        if any(timezone.is_naive(moment) or not 2000 <= moment.year < 2200 for moment in moments):
            raise ValueError
    except (ValueError, binascii.Error):
        raise serializers.ValidationError(
            {"cursor": _("This is no cursor: take it from next of the page before.")}
        ) from None
    return Place(moments[0], int(journal), int(submission)), moments[1]
