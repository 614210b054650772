"""Reports of the small campaign, and what is found of them."""

from campaigns.selectors.reviews import open_hits
from campaigns.services.checking import Answers
from campaigns.services.tallies import Line, submit_tally
from tests.oracles import true_findings

RULE = "second_above_first"


def poster(campaign, by):
    """A function that posts a sheet."""

    def post(unit, day, first, second=0, *, why="", declared=None):
        submit_tally(
            campaign=campaign,
            unit=unit,
            day=day,
            lines=[Line("first", first), Line("second", second)],
            by=by,
            source="form",
            reason="counted again",
            answers=Answers(declared=declared, reasons={"": why}),
        )

    return post


def found(campaign):
    return sorted((hit.unit.code, hit.happened_on, hit.rule) for hit in open_hits(campaign))


def agrees(campaign):
    shown = {(hit.unit_id, hit.happened_on, hit.rule, hit.cell): hit.observed for hit in open_hits(campaign)}
    assert open_hits(campaign).count() == len(shown)
    return shown == true_findings.scan(campaign)
