"""What became of the rows of a file."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken. Rows are numbered as a spreadsheet shows them; the header is row 1."""

    row: int
    column: str
    value: str
    reason: str

    def __str__(self):
        return f"row {self.row}, {self.column}: {self.value!r}. {self.reason}"


@dataclass
class FileReport:
    file: str
    kind: str
    rows: int = 0
    counts: Counter = field(default_factory=Counter)
    added: list = field(default_factory=list)  # "D743 Parvathipuram Manyam"
    renamed: list = field(default_factory=list)  # "D409 Hoshangabad → Narmadapuram"
    changed: list = field(default_factory=list)  # anything else that now reads differently
    absent: list = field(default_factory=list)  # in the tree and not in the file
    closed: list = field(default_factory=list)
    refused: list = field(default_factory=list)

    def refuse(self, row, column, value, reason):
        self.refused.append(Refusal(row, column, value, str(reason)))

    @property
    def wrote_something(self):
        return bool(self.added or self.renamed or self.changed or self.closed)

    def summary(self):
        """Counts by name, in the order in which they are told."""
        return {
            "added": len(self.added),
            "renamed": len(self.renamed),
            "changed": len(self.changed),
            "unchanged": self.counts["unchanged"],
            "without a figure": self.counts["blank"],
            "absent": len(self.absent),
            "closed": len(self.closed),
            "refused": len(self.refused),
        }
