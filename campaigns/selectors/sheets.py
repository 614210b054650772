"""The tally sheet of a campaign, read once per change of its setup."""

from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.translation import gettext as _

from campaigns.errors import Problem
from campaigns.models import SheetCell


@dataclass(frozen=True)
class Sheet:
    """``cell_ids``: open cell key → id. ``keys``: id → key, closed and total cells included.

    ``rows`` are dicts of id, key, item, cohort, vaccine, sex (codes, "" where not asked) of the open cells.
    """

    cell_ids: dict
    keys: dict
    rows: tuple
    items: dict = field(repr=False)  # item code → the (cohorts, vaccines, sexes) its open cells know

    def problem(self, line, *, field):
        """The Problem with a line's item, cohort, vaccine or sex, naming the one that is unknown, or None."""
        if line.key in self.cell_ids:
            return None
        if line.item not in self.items:
            known = ", ".join(self.items)
            return Problem(
                f"{field}.item",
                "unknown_item",
                _("%(value)r is not on this sheet. Known: %(known)s") % {"value": line.item, "known": known},
            )
        for name, known in zip(("cohort", "vaccine", "sex"), self.items[line.item], strict=True):
            value = getattr(line, name)
            if value not in known:
                return Problem(
                    f"{field}.{name}",
                    f"unknown_{name}",
                    _("%(value)r is no %(name)s of %(item)s. Known: %(known)s")
                    % {
                        "value": value,
                        "name": name,
                        "item": line.item,
                        "known": ", ".join(sorted(known - {""})) or _("none, leave it empty"),
                    },
                )
        return Problem(field, "unknown_cell", _("The sheet has no cell %(key)s.") % {"key": line.key})


def sheet_of(campaign):
    """One query per change of the setup and process. A campaign object carries its setup version."""
    return _sheet(campaign.pk, campaign.setup_version)


@lru_cache(maxsize=64)
def _sheet(campaign_id, _setup_version):
    cells = (
        SheetCell.objects.filter(campaign_id=campaign_id)
        .order_by("item__position", "item_id", "cohort__position", "vaccine__code", "sex")
        .values("id", "key", "is_open", "item__code", "cohort__code", "vaccine__code", "sex")
    )
    cell_ids, keys, rows, items = {}, {}, [], {}
    for cell in cells:
        keys[cell["id"]] = cell["key"]
        if not cell["is_open"]:
            continue
        row = {
            "id": cell["id"],
            "key": cell["key"],
            "item": cell["item__code"],
            "cohort": cell["cohort__code"] or "",
            "vaccine": cell["vaccine__code"] or "",
            "sex": cell["sex"],
        }
        rows.append(row)
        cell_ids[cell["key"]] = cell["id"]
        known = items.setdefault(row["item"], (set(), set(), set()))
        for values, name in zip(known, ("cohort", "vaccine", "sex"), strict=True):
            values.add(row[name])
    return Sheet(cell_ids, keys, tuple(rows), items)
