"""Reading the posted sheet of one unit and day."""

import re
import uuid
from dataclasses import replace

from django.utils.translation import gettext as _

from campaigns.imports.numbers import Unreadable, read_count
from campaigns.services.checking import Answers
from campaigns.services.tallies import Line

REASON_FIELD = "why-"
OVERTAKEN_FIELD = "overtaken-"
_KEY = re.compile(r"[0-9a-f]{32}")


class SheetInput:
    """What a person typed. ``texts`` and ``errors`` are by cell id; a cell left blank counts 0."""

    def __init__(self, post, sheet):
        # Whoever leaves everything as it stands settles too: what was typed is recorded, and then theirs again.
        self.keeps = "keep" in post
        self.texts = {row["id"]: self._text(post, f"cell-{row['id']}", row["id"]) for row in sheet.rows}
        self.is_nil = "nil" in post
        self.reason = post.get("reason", "").strip()[:500]
        if self.keeps and not self.reason:
            self.reason = _("Compared with the other report")
        # Without a version the form claims to have seen no report at all.
        version = post.get("version", "")
        self.version = int(version) if version.isascii() and version.isdigit() and len(version) < 8 else 0
        key = post.get("key", "")
        self.key = key if _KEY.fullmatch(key) else new_key()
        self.errors, self.counts, self.declared = {}, {}, None
        self.says_total = "declared" in post and not self.is_nil
        self.declared_text = self._text(post, "declared", "declared")
        self.declared_error = ""
        self.reasons = read_reasons(post)
        if not self.is_nil:
            self._read()
        self._rows = sheet.rows
        self.overtaken = self._read_overtaken(post)
        total = read_count(post.get(f"{OVERTAKEN_FIELD}declared", ""))
        self.overtaken_total = total if isinstance(total, int) else None

    def _text(self, post, name, cell):
        """What was typed; in a conflict theirs if that is kept, or the third count beside the two to choose from."""
        if self.keeps and (theirs := post.get(f"theirs-{cell}")) is not None:
            return theirs.strip()
        return post.get(f"third-{cell}", "").strip() or post.get(name, "").strip()

    def _read_overtaken(self, post):
        """{cell id: count} of the sheet that came too late and that this one settles, or None."""
        found = {row["id"]: read_count(post.get(f"{OVERTAKEN_FIELD}{row['id']}", "")) for row in self._rows}
        counts = {cell: count for cell, count in found.items() if isinstance(count, int)}
        return counts or None

    def _read(self):
        self._read_declared()
        for cell, text in self.texts.items():
            count = read_count(text)
            if isinstance(count, Unreadable):
                self.errors[cell] = count.explanation
            elif count is not None:
                self.counts[cell] = count

    def _read_declared(self):
        declared = read_count(self.declared_text)
        if isinstance(declared, Unreadable):
            self.declared_error = declared.explanation
        self.declared = None if self.declared_error else declared

    @property
    def answers(self):
        """What goes to the door beside the counts. Somebody sits at the form and can be asked."""
        return Answers(
            declared=self.declared, reasons=self.reasons, must_ask=True, says_total=self.says_total
        )

    @property
    def overtaken_answers(self):
        return replace(self.answers, declared=self.overtaken_total)

    @property
    def is_blank(self):
        return not self.is_nil and not any(self.texts.values())

    def lines(self):
        return self._lines(self.counts)

    def overtaken_lines(self):
        return self._lines(self.overtaken)

    def _lines(self, counts):
        return [
            Line(row["item"], counts[row["id"]], row["cohort"], row["vaccine"], row["sex"])
            for row in self._rows
            if row["id"] in counts
        ]


def new_key():
    return uuid.uuid4().hex


def read_reasons(post):
    """{name of a finding: why} of the fields ``why-…``; ``why-`` alone answers every finding."""
    return {
        name.removeprefix(REASON_FIELD): text.strip()[:500]
        for name, text in post.items()
        if name.startswith(REASON_FIELD) and text.strip()
    }
