"""Directories of the LGD: states, districts and blocks, compared with the tree.

A newer file adds and renames. It never moves an area to another parent (its past counts would move too) and
never deletes one: what the file no longer has is reported, and ends only when a day is given for it.
"""

import unicodedata

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from districts import tree
from districts.lookup import AreaIndex
from districts.models import Area, AreaAlias, Level
from districts.names import fold, letters, proper_case

LEVELS = {"states": Level.STATE, "districts": Level.DISTRICT, "blocks": Level.BLOCK}
PREFIX = {Level.STATE: "S", Level.DISTRICT: "D", Level.BLOCK: "B"}
FIELD = {Level.STATE: "state", Level.DISTRICT: "district", Level.BLOCK: "block"}


class DirectoryImport:
    def __init__(self, report, *, valid_from=None, close_absent_on=None):
        self.report = report
        self.level = LEVELS[report.kind]
        self.field = FIELD[self.level]
        self.valid_from = valid_from
        self.close_absent_on = close_absent_on
        self.seen = {}  # LGD code → (row number, LGD code of the parent)
        self.to_add, self.to_save, self.new_aliases = [], [], []

    def run(self, rows):
        tree.lock()
        self.nation = Area.objects.filter(level=Level.NATION).first() or tree.add_area(
            parent=None, code="IN", level=Level.NATION, name_en="India", name_hi="भारत"
        )
        self.index = AreaIndex(levels=[Level.NATION, Level.STATE, self.level - 1, self.level])
        parents = set()
        for row in rows:
            parent = self._take(row)
            if parent is not None:
                parents.add(parent.path[: len(self.nation.path) * 2])
        self._write()
        self._report_absent(parents)

    # -- one row -------------------------------------------------------------------------------------

    def _take(self, row):
        """Plan what the row asks for. Returns its parent, or None when the row was refused."""
        lgd_code = self._code(row, self.field)
        parent = self._parent(row)
        name = row[f"{self.field}_name"]
        if lgd_code is None or parent is None:
            return None
        if not name:
            self._refuse(row, f"{self.field}_name", _("The name is missing."))
            return None
        if lgd_code in self.seen:
            self._repeated(row, lgd_code, parent)
            return parent
        self.seen[lgd_code] = (row.number, parent)
        standing = self.index.by_lgd_code.get((self.level, lgd_code))
        local = row[f"{self.field}_name_local"]
        hindi = local if is_devanagari(local) else ""
        if standing is None:
            self._plan_addition(row, lgd_code, parent, name, hindi)
        else:
            self._compare(row, standing, parent, name, hindi)
        return parent

    def _code(self, row, field):
        text = row[f"{field}_code"]
        if text.isascii() and text.isdecimal() and 0 < int(text[:9]) < 10**8:
            return int(text[:9])
        self._refuse(row, f"{field}_code", _("An LGD code is a whole number above 0."))
        return None

    def _parent(self, row):
        if self.level == Level.STATE:
            return self.nation
        field = FIELD[self.level - 1]
        lgd_code = self._code(row, field)
        if lgd_code is None:
            return None
        parent = self.index.by_lgd_code.get((self.level - 1, lgd_code))
        name = row[f"{field}_name"]
        if parent is None:
            self._refuse(row, f"{field}_code", self._unknown_parent(name))
            return None
        meant = self.index.find_named(name, within=parent.parent_id) if name else None
        if meant is not None and meant != parent:
            reason = _("This code is that of %(parent)s, the name beside it that of %(meant)s. One is wrong.")
            self._refuse(row, f"{field}_code", reason % {"parent": parent, "meant": meant})
            return None
        return parent

    def _unknown_parent(self, name):
        close = self.index.suggest(name, within=self.nation) if self.level == Level.DISTRICT else []
        reason = _("No area of the level above has this code. Load the file of that level first.")
        if close:
            reason += " " + _("Did you mean %(area)s?") % {"area": close[0]}
        return reason

    def _repeated(self, row, lgd_code, parent):
        first_row, first_parent = self.seen[lgd_code]
        if parent == first_parent:
            self.report.counts["unchanged"] += 1
            return
        reason = _(
            "Row %(row)d has the same code under %(parent)s; an area lies in one place. It stays there."
        )
        self._refuse(row, f"{self.field}_code", reason % {"row": first_row, "parent": first_parent})

    def _plan_addition(self, row, lgd_code, parent, name, hindi):
        fields = {
            "parent": parent,
            "code": f"{PREFIX[self.level]}{lgd_code}",
            "level": self.level,
            "name_en": proper_case(name),
            "name_hi": hindi,
            "lgd_code": lgd_code,
            "valid_from": self.valid_from,
        }
        self.to_add.append((row, fields))

    def _compare(self, row, area, parent, name, hindi):
        if area.parent_id != parent.pk:
            stands = self.index.areas[area.parent_id]
            reason = _(
                "%(area)s stands under %(stands)s. An import does not move areas, since all their past counts "
                "would move too. Give the area a new code, or close it and add it again."
            )
            self._refuse(row, f"{FIELD[self.level - 1]}_code", reason % {"area": area, "stands": stands})
            return
        if area.valid_until and area.valid_until <= timezone.localdate():
            reason = _("%(area)s ended on %(day)s. Open it again in the administration if the file is right.")
            self._refuse(row, f"{self.field}_code", reason % {"area": area, "day": area.valid_until})
            return
        filled = bool(hindi and not area.name_hi)
        if filled:
            area.name_hi = hindi
        if not self._is_known(area, name):
            owner = self.index.find_named(name, within=parent)
            if owner is not None and owner != area:
                reason = _("%(owner)s is known by this name already.")
                self._refuse(row, f"{self.field}_name", reason % {"owner": owner})
                return
            self.new_aliases.append((area, area.name_en))
            self.report.renamed.append(f"{area.code} {area.name_en} → {proper_case(name)}")
            area.name_en = proper_case(name)
        elif filled:
            self.report.changed.append(f"{area.code} {area.name_en}: {hindi}")
        else:
            self.report.counts["unchanged"] += 1
            return
        self.to_save.append(area)

    def _is_known(self, area, name):
        spelt = {letters(area.name_en), letters(area.name_hi)}
        return letters(name) in spelt or self.index.find_named(name, within=area.parent_id) == area

    # -- writing -------------------------------------------------------------------------------------

    def _write(self):
        now = timezone.now()
        for area in self.to_save:
            area.updated_at = now
        Area.objects.bulk_update(self.to_save, ["name_en", "name_hi", "updated_at"], batch_size=500)
        AreaAlias.objects.bulk_create(
            [
                AreaAlias(area=area, scheme="name", value=fold(name), within_id=area.parent_id)
                for area, name in self.new_aliases
            ],
            ignore_conflicts=True,
        )
        # In the order of their names: that is the order of the paths and so of every list.
        rows = sorted(self._with_free_codes(), key=lambda row: fold(row["name_en"]))
        for area in tree.add_many(rows=rows):
            self.report.added.append(f"{area.code} {area.name_en}")

    def _with_free_codes(self):
        """The areas to add, but for those whose public code a site or a place of our own bears."""
        codes, taken = [fields["code"] for _row, fields in self.to_add], set()
        for start in range(0, len(codes), 500):
            some = codes[start : start + 500]
            taken.update(Area.objects.filter(code__in=some).values_list("code", flat=True))
        for row, fields in self.to_add:
            if fields["code"] in taken:
                reason = _("The code %(code)s belongs to an area without this LGD code.")
                self._refuse(row, f"{self.field}_code", reason % {"code": fields["code"]})
            else:
                yield fields

    def _report_absent(self, state_paths):
        """What the tree has and the file has not, in the states that the file speaks of."""
        inside = Q(pk__in=[])
        for path in state_paths:
            inside |= Q(path__startswith=path)
        current = Area.objects.filter(inside, level=self.level, lgd_code__isnull=False)
        current = current.current_on(timezone.localdate()).exclude(lgd_code__in=self.seen)
        for area in current.order_by("path"):
            self.report.absent.append(f"{area.code} {area.name_en}")
            if self.close_absent_on is not None:
                self._close(area)

    def _close(self, area):
        below = Area.objects.filter(parent=area).current_on(self.close_absent_on).count()
        if below:
            reason = _("%(count)d areas below it have not ended. Close those first.") % {"count": below}
            self.report.refuse(0, _("(absent)"), area.code, reason)
            return
        if area.valid_from and area.valid_from >= self.close_absent_on:
            reason = _("It begins on %(day)s and cannot end before.") % {"day": area.valid_from}
            self.report.refuse(0, _("(absent)"), area.code, reason)
            return
        area.valid_until = self.close_absent_on
        area.save(update_fields=["valid_until", "updated_at"])
        self.report.closed.append(f"{area.code} {area.name_en}")

    def _refuse(self, row, meaning, reason):
        self.report.refuse(row.number, row.header(meaning), row[meaning], reason)


def is_devanagari(text):
    """Is this a name in the script of Hindi? The local names of a directory come in a dozen scripts."""
    names = [unicodedata.name(char, "") for char in text if unicodedata.category(char)[0] == "L"]
    return bool(names) and all(name.startswith("DEVANAGARI") for name in names)
