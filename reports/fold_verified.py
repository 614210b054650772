"""The fold of what is verified: reviews become sums per area and day, as journals do, in the same transaction.

The verified entries are a second ledger of the shape of the first, and have tables of the shape of the first.
``reports.fold`` calls this with the campaign's fold locked.
"""

from campaigns.models import ReviewMark
from reports import fold_sql
from reports.fold_sql import Sums, month_of

_TEMPORARY = {
    "fold_act": "id bigint PRIMARY KEY",
    "fold_verified": "area_id bigint, cell_id bigint, day date, count bigint",
}


def verified_tables():
    month = {"month": month_of("day")}
    return (
        Sums("reports_dailyverified", "fold_verified", ("area_id", "cell_id", "day"), ("count",), {}),
        Sums("reports_monthlyverified", "fold_verified", ("area_id", "cell_id", "month"), ("count",), month),
        Sums("reports_verifiedtodate", "fold_verified", ("area_id", "cell_id"), ("count",), {}),
    )


def marked(campaign_id, most):
    """{act id: recorded at} of the acts to fold, oldest first."""
    marks = ReviewMark.objects.filter(campaign_id=campaign_id).order_by("act_id")
    return dict(marks.values_list("act_id", "recorded_at")[:most])


def fold(cursor, acts):
    """Add what the chosen acts verified or took back, and remove their marks."""
    fold_sql.prepare(cursor, _TEMPORARY)
    fold_sql.choose(cursor, acts, "fold_act")
    _collect(
        cursor,
        "fold_act f JOIN campaigns_review r ON r.act_id = f.id "
        "JOIN campaigns_verifiedentry e ON e.review_id = r.id",
    )
    fold_sql.add(cursor, verified_tables())
    cursor.execute("DELETE FROM campaigns_reviewmark WHERE act_id IN (SELECT id FROM fold_act)")


def rebuild(cursor, campaign_id):
    """Sum all that is verified anew, but for acts that still carry a mark. Returns how many rows were wrong."""
    campaign = int(campaign_id)
    fold_sql.prepare(cursor, _TEMPORARY)
    _collect(
        cursor,
        f"campaigns_verifiedentry e JOIN campaigns_sheetcell k ON k.id = e.cell_id AND k.campaign_id = {campaign}",
        "NOT EXISTS (SELECT 1 FROM campaigns_reviewmark m JOIN campaigns_review r ON r.act_id = m.act_id "
        f"WHERE m.campaign_id = {campaign} AND r.id = e.review_id)",
    )
    return fold_sql.replace(cursor, campaign, verified_tables())


def _collect(cursor, entries, where="true"):
    cursor.execute(
        f"INSERT INTO fold_verified (area_id, cell_id, day, count) "
        f"SELECT {fold_sql.BASE}, e.cell_id, e.happened_on, SUM(e.change) "
        f"FROM {entries} JOIN districts_area a ON a.id = e.unit_id WHERE {where} GROUP BY 1, 2, 3"
    )
    fold_sql.total(cursor, "fold_verified", keys=("day",), sums=("count",))
    fold_sql.lift(cursor, "fold_verified", keys=("cell_id", "day"), sums=("count",))
