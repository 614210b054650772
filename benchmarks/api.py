"""The API against bare views of the same server.

    DATABASE_URL=postgresql://postgres@127.0.0.1/any REDIS_URL=redis://127.0.0.1/1 python -m benchmarks.api

A real gunicorn with one worker, PostgreSQL, the whole middleware, one client that opens a connection per request.
Ours and its floor take turns, so that both meet the same load of the machine; medians of all requests.
"""

import contextlib
import datetime
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import national
from benchmarks.measuring import Results, own_database
from runner.servers import free_port

HISTORY = (30, 365)
TURNS, REQUESTS = 12, 25  # of each kind, in turns
FOR_ALL_TIME = "100000000/min"  # the throttles count, and stop nobody


def main():
    os.environ["API_RATE_ANONYMOUS"] = os.environ["API_RATE_SIGNED_IN"] = FOR_ALL_TIME
    results = Results("API")
    with own_database("api"), tempfile.TemporaryDirectory() as folder:
        campaign, before = national.make_public_campaign(days=max(HISTORY)), 0
        for days in HISTORY:
            national.add_folded_history(campaign, before=before, days=days)
            before = days
            with _server(folder, campaign) as server:
                _measure_reading(results, server, days)
        key = _token()
        posts = _campaign_of_twelve_cells()
        with _server(folder, campaign) as server:
            _measure_posting(results, server, key, posts)
    results.show()


# -- the world -------------------------------------------------------------------------------------------


def _token():
    from districts.models import Area, Posting, Role, User
    from districts.services.tokens import issue

    user = User.objects.create_user("portal")
    nation = Area.objects.get(code="IN")
    Posting.objects.create(user=user, area=nation, role=Role.API_CLIENT, starts_on=datetime.date(2020, 1, 1))
    return issue(user=user, name="portal")[1]


def _campaign_of_twelve_cells():
    """Two doses by three age groups and two vaccines: the bodies to post, a unit and day each."""
    from campaigns.models import Campaign
    from campaigns.services import setup
    from inventory.models import Vaccine

    campaign = national.make_campaign(days=max(HISTORY), slug="posts")
    for code in ("covishield", "covaxin"):
        campaign.vaccines.add(Vaccine.objects.get_or_create(code=code, name_en=code, antigen="COVID-19")[0])
    campaign.items.update(by_vaccine=True)
    setup.build_sheet(campaign=campaign, by=None)
    cells = list(
        Campaign.objects.get(pk=campaign.pk)
        .cells.filter(is_open=True)
        .values_list("item__code", "cohort__code", "vaccine__code")
    )
    assert len(cells) == 12
    for number in range(10**6):
        day = national.FIRST_DAY + datetime.timedelta(number // national.DISTRICTS)
        lines = [
            {"item": item, "cohort": cohort, "vaccine": vaccine, "count": 1 + (number + place) % 900}
            for place, (item, cohort, vaccine) in enumerate(cells)
        ]
        unit = f"D{number % national.DISTRICTS}"
        yield json.dumps({"campaign": "posts", "unit": unit, "date": day.isoformat(), "lines": lines})


# -- the server and its client ---------------------------------------------------------------------------


@contextlib.contextmanager
def _server(folder, campaign):
    """The port of a gunicorn whose bare view answers what coverage of the nation answers now."""
    from django.db import connections
    from django.test import Client

    answer = Client().get("/api/v1/coverage/", {"campaign": campaign.slug, "children": "1"})
    assert answer.status_code == 200, answer.content
    bare = Path(folder) / "coverage.json"
    bare.write_bytes(answer.content)
    connections.close_all()
    port = free_port()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.bare_settings", "BARE_JSON": str(bare)}
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--workers=1",
        f"--bind=127.0.0.1:{port}",
        "--log-level=error",
    ]
    process = subprocess.Popen([*command, "config.wsgi"], env=environment)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _wait_for(port, process):
    for _time in range(300):
        if process.poll() is not None:
            sys.exit("gunicorn did not start.")
        with contextlib.suppress(OSError):
            return _ask(port, "/bare/response/", expect=200)
        time.sleep(0.1)
    return sys.exit("gunicorn does not answer.")


def _ask(port, path, *, method="GET", body=None, expect, **headers):
    """(headers, body) of one request on a connection of its own."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    client.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = client.getresponse()
    content = response.read()
    client.close()
    assert response.status == expect, (path, response.status, content[:500])
    return response.headers, content


def _in_turns(*functions):
    """Median seconds of each, taking turns; the first turn warms up."""
    took = [[] for _function in functions]
    for turn in range(TURNS + 1):
        for function, times in zip(functions, took, strict=True):
            for _time in range(REQUESTS):
                start = time.perf_counter()
                function()
                if turn:
                    times.append(time.perf_counter() - start)
    return [statistics.median(times) for times in took]


# -- what is measured ------------------------------------------------------------------------------------


def _measure_reading(results, port, days):
    address = "/api/v1/coverage/?campaign=national&children=1"
    headers, content = _ask(port, address, expect=200)
    tag, anew = headers["ETag"], iter(range(10**6))
    bare_json, kept, read_anew, bare, unchanged = _in_turns(
        lambda: _ask(port, "/bare/json/", expect=200),
        lambda: _ask(port, address, expect=200),
        # A limit is allowed everywhere and means nothing here: an address that nobody has asked for yet.
        lambda: _ask(port, f"{address}&limit={next(anew) % 1000 + 1}", expect=200),
        lambda: _ask(port, "/bare/response/", expect=200),
        lambda: _ask(port, address, expect=304, If_None_Match=tag),
    )
    size = f"{len(content) // 1000} kB, {days} days"
    goal = "≥ 0.5 × requests/s of a bare JsonResponse"
    results.add(
        f"coverage of the nation and 36 states ({size})",
        kept,
        floor=bare_json,
        ratio=bare_json / kept,
        goal=goal,
        met=bare_json / kept >= 0.5,
    )
    results.add(f"the same, read anew ({days} days)", read_anew, floor=bare_json, ratio=bare_json / read_anew)
    results.add(
        f"304 ({days} days)",
        unchanged,
        floor=bare,
        goal="≤ 1.5 × a bare HttpResponse",
        met=unchanged / bare <= 1.5,
    )


def _measure_posting(results, port, key, bodies):
    row = json.dumps({"action": "benchmark", "subject": "a row"})
    kind = {"method": "POST", "expect": 201, "Content_Type": "application/json"}
    bare, posting = _in_turns(
        lambda: _ask(port, "/bare/post/", body=row, **kind),
        lambda: _ask(port, "/api/v1/tallies/", body=next(bodies), Authorization=f"Token {key}", **kind),
    )
    results.add(
        "POST tallies/ of 12 cells",
        posting,
        floor=bare,
        ratio=bare / posting,
        goal="≥ 0.25 × requests/s of a bare DRF POST of one row",
        met=bare / posting >= 0.25,
    )


if __name__ == "__main__":
    main()
