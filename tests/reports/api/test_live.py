"""A client of another machine: real requests to a real server, counted by a real Celery worker."""

import pytest
import requests

from campaigns.models import FoldMark
from districts.services.tokens import issue
from tests.plugins.workers import wait_until

# Far more than the promised 2 or 3 seconds, which benchmarks measure: here only that it comes.
SOON = 20


class Portal:
    """A state's own system, which knows an address and a token."""

    def __init__(self, url, key):
        self.url = f"{url}/api/v1"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Token {key}"

    def get(self, path, **query):
        response = self.session.get(f"{self.url}/{path}", params=query, timeout=30)
        assert response.ok, response.text
        return response

    def coverage(self, area):
        return self.get("coverage/", campaign="drive", area=area, date="2021-11-11").json()["area"]


@pytest.fixture
def portal(live_server, drive, api_client_user):
    _token, key = issue(user=api_client_user, name="portal")
    portal = Portal(live_server.url, key)
    yield portal
    # Its connection keeps a thread of the server, and that one a connection to the database.
    portal.session.close()


def test_a_count_that_a_client_posts_is_in_the_coverage_of_every_area_above(portal, worker):
    def first_doses(area):
        return portal.coverage(area)["items"]["first_dose"]["to_date"]["value"]

    before = {area: first_doses(area) for area in ("IN", "S22", "D374", "S27")}
    unchanged = portal.get("coverage/", campaign="drive", area="S22", date="2021-11-11")
    cells = portal.get("campaigns/drive/").json()["cells"]
    line = {name: cells[0][name] for name in ("item", "cohort", "vaccine")} | {"count": 48}
    standing = portal.get("tallies/", campaign="drive", unit="D374", date="2021-11-12")
    body = {"campaign": "drive", "unit": "D374", "date": "2021-11-12", "lines": [line]}
    headers = {"If-Match": standing.headers["ETag"], "Idempotency-Key": "2021-11-12/D374"}
    posted = portal.session.post(f"{portal.url}/tallies/", json=body, headers=headers, timeout=30)
    assert (posted.status_code, posted.headers["ETag"]) == (201, '"1"')
    assert posted.json()["changes"] == [{"cell": cells[0]["key"], "before": 0, "after": 48}]
    again = portal.session.post(f"{portal.url}/tallies/", json=body, headers=headers, timeout=30)
    assert (again.status_code, again.json()) == (201, posted.json())

    wait_until(lambda: not FoldMark.objects.exists(), seconds=SOON, what="the fold of the posting")
    after = portal.get("coverage/", campaign="drive", area="S22", date="2021-11-12").json()
    assert after["pending"] == 0
    assert after["figures_as_of"] >= posted.json()["recorded_at"]
    day = {"date": "2021-11-12"}
    for area, more in (("IN", 48), ("S22", 48), ("D374", 48), ("S27", 0)):
        now = portal.get("coverage/", campaign="drive", area=area, **day).json()["area"]
        assert now["items"]["first_dose"]["to_date"]["value"] == before[area] + more
    assert portal.coverage("S22")["items"]["first_dose"]["to_date"]["value"] == before["S22"], "a day earlier"

    tag = {"If-None-Match": unchanged.headers["ETag"]}
    assert portal.session.get(unchanged.url, headers=tag, timeout=30).status_code == 200, (
        "the figures moved on"
    )
    newest = portal.get(
        "tallies/", campaign="drive", area="S22", updated_since=posted.json()["recorded_at"]
    ).json()
    assert [(row["unit"], row["changes"]) for row in newest["results"]] == [("D374", {cells[0]["key"]: 48})]
