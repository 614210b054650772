"""Two people counted the same unit and day: what one sent too late is recorded too, then what they agree on.

A sheet that is refused as overtaken (StaleVersion) is written nowhere. Were only the choice between the two
recorded, one of the counts would be lost. So the choice comes with the sheet that was overtaken: the ledger
takes that one first and the choice as the next version, in one transaction. No figure ever shows the first.
"""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.errors import StaleVersion
from campaigns.services.checking import NO_ANSWERS
from campaigns.services.tallies import submit_tally

LONGEST_REASON = 500


@transaction.atomic
def settle(
    *,
    overtaken,
    lines,
    reason,
    idempotency_key,
    expected_version,
    answers=NO_ANSWERS,
    overtaken_answers=None,
    **values,
):
    """Post ``overtaken`` and then ``lines``, both whole sheets; the Receipt is that of the second.

    ``overtaken_answers`` came with the overtaken sheet; without them those of the choice stand for both.
    ``expected_version`` is the version that the two were compared with. Raises what ``submit_tally`` raises;
    then neither is written. A choice that is the overtaken sheet itself is posted once.
    """
    lines, overtaken = list(lines), list(overtaken)
    first_answers = answers if overtaken_answers is None else overtaken_answers
    if _counts(lines) != _counts(overtaken) or first_answers.declared != answers.declared:
        key = f"{idempotency_key}/overtaken" if idempotency_key else ""
        try:
            first = submit_tally(
                lines=overtaken,
                reason=_aside(reason),
                idempotency_key=key,
                expected_version=expected_version,
                # The questions are about the choice, which is what will stand.
                answers=replace(first_answers, must_ask=False),
                **values,
            )
        except StaleVersion as stale:
            # Overtaken once more: what is to be compared now is the choice.
            stale.submitted = _counts(lines)
            raise
        expected_version = first.version
    return submit_tally(
        lines=lines,
        reason=reason,
        idempotency_key=idempotency_key,
        expected_version=expected_version,
        answers=answers,
        **values,
    )


def _counts(lines):
    return {line.key: line.count for line in lines if line.count}


def _aside(reason):
    text = _("Counted at the same time on another device; the next version settles which counts are right.")
    return f"{text} {reason}".strip()[:LONGEST_REASON]
