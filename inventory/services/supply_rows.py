"""Booking the rows of a file of opening balances and supplies. What was booked before is told from what is new."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from districts import audit, numbers
from inventory.imports.columns import DOSES, OPENING
from inventory.imports.reading import Failure
from inventory.ledger import Move
from inventory.models import Batch, LocationKind, Operation, StockJournal
from inventory.services.history import Past, book, virtual_ends

KEYS_AT_ONCE = 1_000
OPENING_DOCUMENT = "OPENING"


@dataclass(frozen=True)
class Weighed:
    """``new`` rows would be booked, ``known`` are booked already, ``failed`` cannot be."""

    new: list
    known: list
    failed: list


def weigh(rows):
    """Compare rows with each other and with what files booked before."""
    before = _booked([row.key for row in rows])
    new, known, failed, first = [], [], [], {}
    for row in rows:
        if row.key in first:
            failed.append(_failure(row, _twice(row, first[row.key])))
            continue
        first[row.key] = row.row
        if row.key not in before:
            new.append(row)
            continue
        doses, undone = before[row.key]
        if undone:
            failed.append(_failure(row, _undone(row)))
        elif doses != row.doses:
            failed.append(_failure(row, _differs(row, doses)))
        else:
            known.append(row)
    return Weighed(new, known, failed)


def _failure(row, reason):
    return Failure(row.row, row.cells, DOSES, str(row.doses), reason)


def _twice(row, first):
    if row.what == OPENING:
        return _("Row %(row)d has the opening balance of this batch already. Keep one of the two.") % {
            "row": first
        }
    return _(
        "Row %(row)d is the same supply: store, batch, day and document number agree. Keep one of the two, or give "
        "each its own document number."
    ) % {"row": first}


def _undone(row):
    return _(
        "This row was booked from a file and undone since. To book it again, enter it by hand, or as a supply with "
        "another document number."
    )


def _differs(row, doses):
    if row.what == OPENING:
        return _(
            "The opening balance of this batch is booked as %(doses)s doses. Correct it by a physical count."
        ) % {"doses": numbers.indian(doses)}
    return _(
        "This supply is booked as %(doses)s doses. If that was wrong, undo it in the ledger; if this is another "
        "supply, give it its own document number."
    ) % {"doses": numbers.indian(doses)}


def _booked(keys):
    """{key: (doses, was undone)} of the journals that files made before."""
    found = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        journals = StockJournal.objects.filter(idempotency_key__in=keys[start : start + KEYS_AT_ONCE])
        for key, doses, reversal in journals.values_list(
            "idempotency_key", "movements__doses", "movements__reversed_by"
        ):
            found[key] = (doses, reversal is not None)
    return found


@transaction.atomic
def book_rows(rows, *, by, name):
    """Book good rows, each as one operation of its own, and leave what is booked already. Returns Weighed.

    Raises IntegrityError when somebody books the same rows at the same moment; nothing is booked then.
    """
    weighed = weigh(rows)
    if not weighed.new:
        return weighed
    batches = _batches(weighed.new)
    ends = virtual_ends({(row.store.area, LocationKind.SUPPLY, row.channel) for row in weighed.new})
    now = timezone.now()
    book(
        [
            Past(
                Operation.RECEIVE,
                [
                    Move(
                        batches[row.batch],
                        ends[row.store.area_id, LocationKind.SUPPLY, row.channel],
                        row.store,
                        row.doses,
                        row.earmark,
                        row.earmark,
                    )
                ],
                row.happened_on,
                now,
                by=by,
                document=row.document or (OPENING_DOCUMENT if row.what == OPENING else ""),
                reason=row.reason,
                key=row.key,
            )
            for row in weighed.new
        ]
    )
    audit.record(
        by=by,
        action="stock.file",
        subject=name,
        detail={
            "rows": len(weighed.new),
            "known": len(weighed.known),
            "refused": len(weighed.failed),
            "doses": sum(row.doses for row in weighed.new),
        },
    )
    return weighed


def _batches(rows):
    """{BatchName: Batch}, those made that are new."""
    wanted = {row.batch: row.expires_on for row in rows}
    Batch.objects.bulk_create(
        (
            Batch(
                vaccine=one.vaccine,
                number=one.number,
                manufacturer=one.manufacturer,
                expires_on=expires_on,
            )
            for one, expires_on in wanted.items()
        ),
        ignore_conflicts=True,
    )
    found = {
        (one.vaccine_id, one.number, one.manufacturer): one
        for one in Batch.objects.filter(vaccine__in={one.vaccine for one in wanted})
    }
    return {one: found[one.vaccine.pk, one.number, one.manufacturer] for one in wanted}


def summary(weighed):
    """[(vaccine code, vaccine, channel, rows, doses)] of what would be booked, in order."""
    sums = defaultdict(lambda: [0, 0])
    for row in weighed.new:
        one = sums[row.batch.vaccine.code, row.batch.vaccine.name, row.channel]
        one[0] += 1
        one[1] += row.doses
    return [(*key, *value) for key, value in sorted(sums.items())]
