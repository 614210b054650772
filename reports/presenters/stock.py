"""The stock headline of a campaign as tiles."""

from django.utils.translation import gettext as _

from districts import numbers
from districts.templatetags.indian import short
from inventory.models import Channel
from reports.presenters.headline import Tile


def stock_tiles(headline, *, reported, cohort=None):
    """Empty for a campaign that keeps no stock.

    ``reported``: the doses to date that stand above, of the ``cohort`` alone where one is chosen. Where the ledger
    of the stock says another number, the tile says by how much: two figures that differ without a word make both
    unbelievable. None where what was reported is not all added up yet: then nothing can be compared.
    """
    if headline is None:
        return ()
    one = headline.identity
    channels = [
        _("%(channel)s: %(doses)s") % {"channel": Channel(code).label, "doses": short(doses)}
        for code, doses in sorted(one.supplied.items())
        if doses
    ]
    if one.transferred_in:
        channels.append(_("from outside the area: %(doses)s") % {"doses": short(one.transferred_in)})
    return (
        _tile(_("Supplied"), one.total_supplied + one.transferred_in, *channels),
        _tile(
            _("Administered"),
            one.administered,
            *_differs(reported, one.administered, cohort),
            _("wasted: %(doses)s") % {"doses": short(one.total_wasted)},
        ),
        _tile(
            _("Balance in the stores"),
            one.balance,
            _("in transit: %(doses)s") % {"doses": short(one.in_transit)},
        ),
        _tile(
            _("At risk of expiry"),
            headline.at_risk,
            *(
                [_("of these expired: %(doses)s") % {"doses": short(headline.expired)}]
                if headline.expired
                else []
            ),
        ),
        _tile(
            _("Unreported residual"),
            one.residual,
            *([_("more given than supplied on record")] if one.residual < 0 else []),
            _("not wastage"),
        ),
    )


def _differs(reported, booked, cohort):
    if cohort is not None:
        return [_("of all groups, not of %(group)s alone") % {"group": cohort.name}]
    if reported is None:
        return []
    if reported > booked:
        return [
            _("%(doses)s doses reported are not booked in the stock yet")
            % {"doses": short(reported - booked)}
        ]
    if reported < booked:
        return [_("%(doses)s doses more are booked than reported") % {"doses": short(booked - reported)}]
    return []


def _tile(label, doses, *lines):
    text, full = short(doses), numbers.indian(doses)
    return Tile(label, text, full=full if full != text else "", lines=lines)
