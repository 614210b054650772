"""What the ledger refuses, said in plain words at the field where it can be put right."""

from django.utils.translation import gettext as _

from inventory.errors import InsufficientStock, StockKeyReused, StockRefused


def carry_out(form, act, *, field=None):
    """Call ``act``; what it returns in a tuple, or None when the ledger refused and ``form`` says why.

    Nothing that was typed is lost: the form is shown again as it was sent.
    """
    try:
        return (act(),)
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
