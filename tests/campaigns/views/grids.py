"""The grid of many units, as somebody without JavaScript fills it in."""

import re

from django.urls import reverse

from campaigns.selectors.tallies import standing
from campaigns.services.tallies import Line, submit_tally


class Grid:
    """The page and its fields, as somebody without JavaScript fills them in."""

    def __init__(self, client, campaign, day, **query):
        self.client, self.campaign = client, campaign
        self.address = reverse("entry-grid", args=[campaign.slug])
        self.query = {"date": day.isoformat()} | query
        self.cells = dict(campaign.cells.values_list("key", "pk"))
        self.show(client.get(self.address, self.query))

    def show(self, response):
        self.response, self.page = response, response.content.decode()
        assert response.status_code == 200, self.page
        inputs = [tag for tag in re.findall(r"<input[^>]*>", self.page) if 'type="radio"' not in tag]
        inputs += re.findall(r"<input[^>]* checked>", self.page)
        self.fields = dict(re.findall(r'name="([^"]+)"[^>]*?value="([^"]*)"', "\n".join(inputs)))
        self.fields.pop("q", None)

    def name(self, unit, key):
        return f"c{unit.pk}-{self.cells[key]}"

    def fill(self, unit, counts, **values):
        for key, count in counts.items():
            self.fields[self.name(unit, key)] = str(count)
        self.fields |= values
        return self

    def press(self, button="submit", value="1", **values):
        query = "&".join(f"{name}={value}" for name, value in self.query.items())
        data = self.fields | {button: value} | values
        self.show(self.client.post(f"{self.address}?{query}", data, follow=True))
        return self

    def said(self):
        return " ".join(str(message) for message in self.response.context["messages"])

    def outcome(self, unit):
        found = re.search(rf'<tr data-unit="{unit.pk}"[^>]* data-outcome="(\w+)"', self.page)
        return found and found[1]


def stands(campaign, unit, day):
    keys = dict(campaign.cells.values_list("pk", "key"))
    return {keys[pk]: count for pk, count in standing(campaign, unit, day).items()}


def post(campaign, unit, day, by, reason="", **counts):
    lines = [Line(item, count) for item, count in counts.items()]
    return submit_tally(
        campaign=campaign, unit=unit, day=day, lines=lines, by=by, source="form", reason=reason
    )
