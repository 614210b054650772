"""The reporting units that a file may post for."""

from django.utils.translation import gettext as _

from campaigns.imports.findings import Kind
from campaigns.models import ReportingUnit
from districts.models import Area


class Units:
    """The campaign's reporting units inside ``areas`` (None: all of them), by code. One query."""

    def __init__(self, campaign, areas=None):
        self._areas = areas
        self.ids, self.codes, self.paths, self.terms, self._outside = {}, {}, {}, {}, set()
        units = ReportingUnit.objects.filter(campaign=campaign).values_list(
            "area_id", "area__code", "area__path", "area__valid_from", "area__valid_until"
        )
        for pk, code, path, valid_from, valid_until in units:
            if areas is not None and not any(path.startswith(area.path) for area in areas):
                self._outside.add(code)
                continue
            self.ids[code], self.codes[pk], self.paths[pk] = pk, code, path
            if valid_from or valid_until:
                self.terms[pk] = (valid_from, valid_until)

    def under(self, path):
        """The ids of the units in an area."""
        return {pk for pk, own in self.paths.items() if own.startswith(path)}

    def refusal(self, code):
        """(kind, explanation) of why nothing can be posted for the code."""
        if code in self._outside:
            return Kind.OUTSIDE_AREA, _("%(code)s lies outside the area of your posting.") % {"code": code}
        if not code:
            return Kind.UNKNOWN_UNIT, _("The row names no area. Write its code, such as D387.")
        if area := Area.objects.filter(code=code).first():
            return Kind.NOT_A_UNIT, _(
                "%(area)s does not report in this campaign. Use the codes of the template for your area."
            ) % {"area": area}
        return Kind.UNKNOWN_UNIT, _("There is no area with the code “%(code)s”.") % {"code": code[:40]}

    def term_problem(self, pk, day):
        """(kind, explanation) when the area did not exist on the day, or None."""
        if pk not in self.terms:
            return None
        valid_from, valid_until = self.terms[pk]
        if valid_from and day < valid_from:
            return Kind.UNIT_NOT_THERE, _("%(code)s exists only since %(day)s.") % {
                "code": self.codes[pk],
                "day": valid_from,
            }
        if valid_until and day >= valid_until:
            return Kind.UNIT_NOT_THERE, _("%(code)s ended on %(day)s.") % {
                "code": self.codes[pk],
                "day": valid_until,
            }
        return None
