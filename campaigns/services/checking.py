"""Running the rules where a sheet is posted: hard ones refuse, soft ones ask for a reason and are recorded.

What is recorded is what is found when the sheet comes, with the reason given then; a correction is checked anew and
leaves findings of its own. After other changes ``judging`` looks again. Nothing found ever changes a count.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from campaigns.errors import Problem, TallyRefused
from campaigns.models import DeclaredTotal, RuleHit
from campaigns.rules import evaluate
from campaigns.rules.words import said
from campaigns.selectors.rule_context import contexts
from campaigns.selectors.rules import ruling_of

REASON_LENGTH = 500


@dataclass(frozen=True)
class Answers:
    """What came with a sheet besides its counts.

    ``declared``: the total on the paper; None says that the paper has none where ``says_total`` is on, and nothing
    where it is off. ``reasons``: {hit name, rule or "": why}, the most precise wins.
    ``must_ask``: a person sits there who can be asked, so that a soft finding without a reason holds the sheet.
    """

    declared: int | None = None
    reasons: dict = field(default_factory=dict)
    must_ask: bool = False
    says_total: bool = False

    def declares_anew(self, standing):
        """Whether the total is another than the ``standing`` one: recorded, though no count may change."""
        return (self.says_total or self.declared is not None) and self.declared != standing

    def reason_for(self, hit):
        for name in (hit.name, hit.rule, ""):
            if reason := self.reasons.get(name, "").strip():
                return reason[:REASON_LENGTH]
        return ""


NO_ANSWERS = Answers()


class ReasonsWanted(Exception):
    """The sheet is held, nothing is written: ``hits`` want a reason. Hits that have one are among them."""

    def __init__(self, hits):
        self.hits = list(hits)
        super().__init__("; ".join(said(hit.rule, hit.observed) for hit in self.hits))


def findings(campaign, context, counts, answers=NO_ANSWERS):
    """The hits of a sheet in its context. ``counts``: {cell key: count}."""
    ruling = ruling_of(campaign)
    context = context | {"declared": answers.declared}
    return evaluate(ruling.judging, ruling.sheet, context, counts)


def check(campaign, unit, day, counts, standing, answers):
    """The soft hits of one sheet. Raises TallyRefused for a hard one, ReasonsWanted for one without a reason."""
    context = contexts(campaign, [unit], day, standing={unit.pk: standing})[unit.pk]
    hits = findings(campaign, context, counts, answers)
    if problems := refusals(hits):
        raise TallyRefused(problems)
    if answers.must_ask and not all(answers.reason_for(hit) for hit in hits):
        raise ReasonsWanted(hits)
    return hits


def refusals(hits, path=""):
    """The Problems of the hard hits."""
    return [Problem(f"{path}lines", hit.rule, _placed(hit)) for hit in hits if hit.severity == "hard"]


def _placed(hit):
    words = said(hit.rule, hit.observed)
    return _("%(cell)s: %(what)s") % {"cell": hit.cell, "what": words} if hit.cell else words


def hit_row(hit, reason, *, submission_id, campaign_id, unit_id, day, version, recorded_at):
    return RuleHit(
        submission_id=submission_id,
        campaign_id=campaign_id,
        unit_id=unit_id,
        happened_on=day,
        version=version,
        rule=hit.rule,
        cell=hit.cell[:140],
        observed=plain(hit.observed),
        reason=reason,
        recorded_at=recorded_at,
    )


def plain(observed):
    """The numbers of a finding as they are kept and shown: whole, or with two places."""
    return {
        name: round(value, 2) if isinstance(value, float) else value
        for name, value in observed.items()
        if value is not None
    }


def told(hits, answers):
    """The hits as a receipt keeps them: (rule, cell, observed, reason)."""
    return [[hit.rule, hit.cell, plain(hit.observed), answers.reason_for(hit)] for hit in hits]


def record(hits, answers, journal, submission_id, unit, receipt, counts):
    """Keep what was found and declared beside a submission, in its transaction. At most one statement each."""
    if hits:
        RuleHit.objects.bulk_create(
            hit_row(
                hit,
                answers.reason_for(hit),
                submission_id=submission_id,
                campaign_id=journal.campaign_id,
                unit_id=unit.pk,
                day=receipt.day,
                version=receipt.version,
                recorded_at=journal.recorded_at,
            )
            for hit in hits
        )
    if answers.declared is not None:
        counted = counted_total(journal.campaign, counts)
        DeclaredTotal.objects.bulk_create([declared_row(submission_id, hits, answers, counted)])


def declared_row(submission_id, hits, answers, counted):
    differs = next((hit for hit in hits if hit.rule == "declared_total"), None)
    return DeclaredTotal(
        submission_id=submission_id,
        declared=answers.declared,
        counted=counted,
        reason=answers.reason_for(differs) if differs else "",
    )


def counted_total(campaign, counts):
    """What the lines add to: the doses, or on a sheet without doses everything."""
    sheet = ruling_of(campaign).sheet
    keys = sheet.dose_cells or sheet.cells
    return sum(counts.get(key, 0) for key in keys)
