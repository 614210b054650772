"""Totals that paper reports declared."""

from campaigns.models import DeclaredTotal


def declared_of(campaign, unit, day, version):
    """The total that the standing version of a unit's day declared, or None."""
    return declared_of_many(campaign, {unit.pk: version}, day).get(unit.pk)


def declared_of_many(campaign, versions, day):
    """{unit id: total} of those of the ``versions``, {unit id: version}, that declared one. One query."""
    units = [unit for unit, version in versions.items() if version]
    rows = DeclaredTotal.objects.filter(
        submission__campaign=campaign, submission__unit__in=units, submission__happened_on=day
    ).values_list("submission__unit_id", "submission__version", "declared")
    return {unit: declared for unit, version, declared in rows if version == versions[unit]}
