"""Totals that paper reports declared."""

from campaigns.models import DeclaredTotal


def declared_of(campaign, unit, day, version):
    """The total that the standing version of a unit's day declared, or None."""
    return (
        DeclaredTotal.objects.filter(
            submission__campaign=campaign,
            submission__unit=unit,
            submission__happened_on=day,
            submission__version=version,
        )
        .values_list("declared", flat=True)
        .first()
    )
