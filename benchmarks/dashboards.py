"""A dashboard against the bare template of the same page with ready-made values.

    DATABASE_URL=postgresql://postgres@127.0.0.1/any python -m benchmarks.dashboards

Server time of one request through Django's whole stack (test client, one thread): a page somebody has seen since
the last fold, and the first drawing after a fold. The floor renders the same figures template from values that
are ready. What a fold leaves as it is (the setup of the campaign) has been read before. Goal: ≤ 3 × the floor, and no
growth with days of history.
"""

import datetime

from benchmarks import national
from benchmarks.measuring import Results, median, own_database

HISTORY = (30, 180, 365)
GOAL = 3.0


def main():
    results = Results("Dashboards")
    with own_database("dashboards"):
        campaign = national.make_public_campaign(days=max(HISTORY))
        before = 0
        for days in HISTORY:
            national.add_folded_history(campaign, before=before, days=days)
            before = days
            for name, code in (("nation, 36 rows", "IN"), ("state, 75 districts", "S0")):
                _measure(results, campaign, f"{name}, {days} days", code, days)
    results.show()


def _measure(results, campaign, name, code, days):
    from django.template.loader import render_to_string
    from django.test import Client

    from reports import bodies

    client = Client()
    day = national.FIRST_DAY + datetime.timedelta(days - 1)
    address = f"/{campaign.slug}/" if code == "IN" else f"/{campaign.slug}/{code}/"
    query = {"date": day.isoformat()}

    kept = {}

    def keep_values(template, context):
        kept["template"], kept["context"] = template, context
        return render_to_string(template, context)

    bodies.render_to_string, original = keep_values, bodies.render_to_string
    try:
        bodies.bodies.clear()
        assert client.get(address, query).status_code == 200
    finally:
        bodies.render_to_string = original

    floor = median(lambda: render_to_string(kept["template"], kept["context"]), times=15)
    seen = median(lambda: client.get(address, query), times=15)
    first = median(lambda: client.get(address, query), times=15, before=_forget)
    for what, took in (("seen since the fold", seen), ("first drawing", first)):
        results.add(f"{name}, {what}", took, floor=floor, goal=f"≤ {GOAL:g} ×", met=took / floor <= GOAL)


def _forget():
    """As every fold does: it raises the version under which bodies and overdue doses are remembered."""
    from reports import bodies
    from reports.selectors import overdue

    bodies.bodies.clear()
    overdue._overdue_units.cache_clear()


if __name__ == "__main__":
    main()
