"""What the ledger refuses, said in plain words at the field where it can be put right."""

from django.utils.translation import gettext as _

from inventory.errors import InsufficientStock, NotHeldThen, StockKeyReused, StockRefused
from inventory.forms.fields import DayField


def carry_out(form, act, *, field=None):
    """Call ``act``; what it returns in a tuple, or None when the ledger refused and ``form`` says why.

    Nothing that was typed is lost: the form is shown again as it was sent.
    """
    try:
        return (act(),)
    except NotHeldThen as refused:
        form.add_error(_day_field(form), str(refused))
    except InsufficientStock as refused:
        form.add_error(field, str(refused))
    except StockRefused as refused:
        form.add_error(None, str(refused))
    except StockKeyReused:
        form.renew_key()
        form.add_error(
            None,
            _(
                "This form was sent before with other figures, and those are booked. Look into the ledger; to book "
                "these as well, send the form once more."
            ),
        )
    return None


def _day_field(form):
    """The name of the field that says when it happened; None, for the whole form, where there is none."""
    return next((name for name, field in form.fields.items() if isinstance(field, DayField)), None)
