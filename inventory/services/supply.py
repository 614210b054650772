"""Supply that arrives, of a batch that may be new to the system."""

from django.db import transaction
from django.utils.translation import gettext as _

from inventory import ledger
from inventory.errors import StockRefused
from inventory.models import Batch
from inventory.safety import ask_why_expired, had_expired


@transaction.atomic
def receive_batch(
    *,
    store,
    vaccine,
    number,
    manufacturer,
    expires_on,
    doses,
    channel,
    happened_on,
    by,
    earmark,
    document,
    key,
    reason="",
):
    """Receive doses of a batch by its printed number, making the batch known when it is new.

    One that had expired on the day of receipt needs a ``reason``.
    """
    if had_expired(expires_on, happened_on) and not reason.strip():
        raise StockRefused(ask_why_expired(number.strip(), expires_on))
    batch, _is_new = Batch.objects.get_or_create(
        vaccine=vaccine,
        number=number.strip(),
        manufacturer=manufacturer.strip(),
        defaults={"expires_on": expires_on},
    )
    if batch.expires_on != expires_on:
        raise StockRefused(
            _("Batch %(batch)s is known to expire on %(day)s. Look at the vial again.")
            % {"batch": batch, "day": batch.expires_on.strftime("%d-%m-%Y")}
        )
    return ledger.receive(
        store=store,
        batch=batch,
        doses=doses,
        channel=channel,
        happened_on=happened_on,
        by=by,
        earmark=earmark,
        document=document.strip(),
        reason=reason,
        key=key,
    )
