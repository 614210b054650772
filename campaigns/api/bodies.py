"""Reading the body and the headers of a posting: its shape only. What the counts may be, the door knows.

By hand and not through a serializer: a sheet of a hundred lines is checked in the time that building the
serializer of one would take, and every posting pays it.
"""

import datetime
import re
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from campaigns.errors import Problem
from campaigns.services.checking import NO_ANSWERS, Answers
from campaigns.services.tallies import LARGEST_COUNT, Line

MOST_LINES = 5_000
MOST_REPORTS = 1_000
MOST_REASONS = 500
LONGEST_REASON = 500
LONGEST_KEY = 100

_CODE = re.compile(r"[A-Za-z0-9_-]{1,60}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_VERSION_TAG = re.compile(r'"([0-9]{1,9})(?:-(?:verified|returned))?(?:-csv)?"')
_KEY = re.compile(r"[\x21-\x7e]{1,100}")
_LINE_NAMES = {"item", "cohort", "vaccine", "sex", "count"}


class BodyRefused(Exception):
    """The body or a header is not of the documented shape."""

    def __init__(self, problems):
        self.problems = problems
        super().__init__("; ".join(problem.message for problem in problems))


@dataclass(frozen=True, slots=True)
class Report:
    """The whole sheet of one unit and day. ``version`` is the one it was made from, if that was said.

    ``overtaken`` are the lines of the sheet that was refused because of another's, which this one settles.
    ``answers`` are the declared total and the reasons for findings, ``overtaken_answers`` those that
    came with the refused sheet, if that was said.
    """

    unit: str
    day: datetime.date
    lines: list
    version: int | None = None
    overtaken: list | None = None
    answers: Answers = NO_ANSWERS
    overtaken_answers: Answers | None = None


class _Reader:
    """Takes values out of a body and gathers what is wrong with them."""

    def __init__(self):
        self.problems = []

    def problem(self, field, code, message):
        self.problems.append(Problem(field, code, message))

    def known(self, data, names, path=""):
        """Whether it is an object of these names only: a misspelt "cohrt" must not count elsewhere."""
        if not isinstance(data, dict):
            self.problem(path, "not_an_object", _("Write an object: { … }."))
            return False
        for name in sorted(data.keys() - names):
            text = _("There is no such name here. Known are: %(names)s.") % {
                "names": ", ".join(sorted(names))
            }
            self.problem(f"{path}.{name}".lstrip("."), "unknown_name", text)
        return True

    def code(self, data, name, path=""):
        value = data.get(name)
        if isinstance(value, str) and _CODE.fullmatch(value):
            return value
        field = f"{path}.{name}".lstrip(".")
        self.problem(field, "required" if value is None else "not_a_code", _("Write a code as text."))
        return ""

    def day(self, data, path=""):
        value = data.get("date")
        try:
            if not _DAY.fullmatch(value):
                raise ValueError
            return datetime.date.fromisoformat(value)
        except (TypeError, ValueError):
            code = "required" if value is None else "not_a_date"
            self.problem(f"{path}.date".lstrip("."), code, _("Write a day as YYYY-MM-DD."))
            return None

    def reason(self, data):
        value = data.get("reason", "")
        if not isinstance(value, str) or len(value) > LONGEST_REASON or not _is_plain(value):
            self.problem(
                "reason",
                "not_a_text",
                _("Write a text of at most %(most)d characters.") % {"most": LONGEST_REASON},
            )
            return ""
        return value

    def list(self, data, name, most, path=""):
        field = f"{path}.{name}".lstrip(".")
        value = data.get(name)
        if not isinstance(value, list):
            self.problem(field, "required" if value is None else "not_a_list", _("Write a list: [ … ]."))
            return []
        if len(value) > most:
            self.problem(
                field, "too_many", _("At most %(most)d at once: send them in parts.") % {"most": most}
            )
            return []
        return value

    def lines(self, data, path="", name="lines"):
        lines = []
        for number, one in enumerate(self.list(data, name, MOST_LINES, path)):
            here = f"{path}.{name}[{number}]".lstrip(".")
            if not self.known(one, _LINE_NAMES, here):
                continue
            texts = {name: one.get(name, "") for name in ("item", "cohort", "vaccine", "sex")}
            wrong = [name for name, text in texts.items() if not isinstance(text, str)]
            for name in wrong:
                self.problem(f"{here}.{name}", "not_a_code", _("Write a code as text."))
            for name in {"item", "count"} - one.keys():
                self.problem(f"{here}.{name}", "required", _("This is missing."))
            if not wrong and "count" in one:
                lines.append(Line(count=one["count"], **texts))
        return lines

    def total(self, data, name):
        total = data.get(name)
        if total is not None and (type(total) is not int or not 0 <= total <= LARGEST_COUNT):
            self.problem(name, "not_a_count", _("Write a whole number, 0 or more."))
        return total

    def answers(self, data, reason):
        """The declared total and the reasons for findings; the reason of the whole report stands for the rest."""
        declared, reasons = self.total(data, "declared_total"), data.get("reasons", {})
        if (
            not isinstance(reasons, dict)
            or len(reasons) > MOST_REASONS
            or not all(map(_is_reason, reasons.values()))
        ):
            text = _(
                "Write an object of the names of findings and their reasons, at most %(most)d characters each."
            )
            self.problem("reasons", "not_reasons", text % {"most": LONGEST_REASON})
            return NO_ANSWERS
        if declared is None and not reasons and not reason:
            return NO_ANSWERS
        return Answers(declared=declared, reasons={"": reason} | reasons)


def _is_reason(text):
    return isinstance(text, str) and len(text) <= LONGEST_REASON and _is_plain(text)


def _is_plain(text):
    """Neither a NUL, which PostgreSQL keeps in no text, nor half of a surrogate pair, which no encoding takes."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


REPORT_NAMES = {
    "campaign",
    "unit",
    "date",
    "lines",
    "reason",
    "overtaken",
    "overtaken_declared_total",
    "declared_total",
    "reasons",
}


def read_report(data):
    """(campaign slug, Report, reason) of ``POST tallies/``. Raises BodyRefused."""
    reader = _Reader()
    report, slug, reason = None, "", ""
    if reader.known(data, REPORT_NAMES):
        slug, reason = reader.code(data, "campaign"), reader.reason(data)
        overtaken = reader.lines(data, name="overtaken") if "overtaken" in data else None
        answers = reader.answers(data, reason)
        total = reader.total(data, "overtaken_declared_total")
        report = Report(
            reader.code(data, "unit"),
            reader.day(data),
            reader.lines(data),
            overtaken=overtaken,
            answers=answers,
            overtaken_answers=replace(answers, declared=total)
            if "overtaken_declared_total" in data
            else None,
        )
    if reader.problems:
        raise BodyRefused(reader.problems)
    return slug, report, reason


def read_reports(data):
    """(campaign slug, [Report], reason) of ``POST tallies/batch/``. Raises BodyRefused."""
    reader = _Reader()
    reports, slug, reason = [], "", ""
    if reader.known(data, {"campaign", "reports", "reason"}):
        slug, reason = reader.code(data, "campaign"), reader.reason(data)
        for number, one in enumerate(reader.list(data, "reports", MOST_REPORTS)):
            here = f"reports[{number}]"
            if not reader.known(one, {"unit", "date", "lines", "version"}, here):
                continue
            version = one.get("version")
            if version is not None and (type(version) is not int or version < 0):
                reader.problem(f"{here}.version", "not_a_version", _("Write a whole number, 0 or more."))
            reports.append(
                Report(
                    reader.code(one, "unit", here), reader.day(one, here), reader.lines(one, here), version
                )
            )
    if reader.problems:
        raise BodyRefused(reader.problems)
    return slug, reports, reason


def read_expected_version(request):
    """The version named by If-Match, or None. ``"0"`` says that nobody has reported yet."""
    given = request.headers.get("If-Match")
    if given is None:
        return None
    found = _VERSION_TAG.fullmatch(given.strip())
    if found is None:
        text = _('Write the version that you worked from in quotes, as the ETag of GET tallies/ has it: "3".')
        raise BodyRefused([Problem("If-Match", "not_a_version", text)])
    return int(found[1])


def read_idempotency_key(request):
    """The key, apart from those of other users; "" when there is none."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return ""
    if not _KEY.fullmatch(given):
        text = _("Write 1 to %(most)d characters of ASCII without spaces.") % {"most": LONGEST_KEY}
        raise BodyRefused([Problem("Idempotency-Key", "not_a_key", text)])
    return f"{request.user.pk}/{given}"
