"""What the door refuses, each with a code that a client can act on."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where (``field``), what (``code``), and what would be right (``message``)."""

    field: str
    code: str
    message: str


class TallyRefused(Exception):
    """The submission is refused whole; nothing was written."""

    def __init__(self, problems):
        self.problems = list(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


class ReviewRefused(TallyRefused):
    """A review that the state of a day, or who the reviewer is, does not allow. Nothing was written."""


@dataclass
class StaleVersion(Exception):
    """Somebody else has posted this unit and day since. Both states are told; nothing was written.

    ``since`` are the submissions that the sender had not seen, oldest first: version, by, recorded_at, …
    ``declared`` is the total of the paper that stands, or None.
    """

    expected: int
    current: int
    standing: dict = field(default_factory=dict)
    submitted: dict = field(default_factory=dict)
    since: list = field(default_factory=list)
    declared: int | None = None

    def __str__(self):
        return _(
            "This day was changed by somebody else: you worked from version %(expected)d, it now stands at "
            "version %(current)d. Compare both and send again."
        ) % {"expected": self.expected, "current": self.current}


class StaleReports(Exception):
    """Of many sheets, these were overtaken by somebody else's. Nothing was written."""

    def __init__(self, problems):
        self.problems = list(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


class KeyReused(Exception):
    """An idempotency key came again with a different content."""

    def __str__(self):
        return _("This idempotency key was used before for a different submission. Use a new key.")


class SetupRefused(Exception):
    """A change of a campaign's setup that is not possible, with the reason."""
