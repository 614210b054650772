"""Requisitions of the districts of Chhattisgarh to the state store: one in each of the states one can be in."""

import datetime

from config.demonstration import facts
from config.demonstration.journals import at
from inventory.models import Dispatch, Requisition, RequisitionFilling, RequisitionState
from inventory.selectors.consignments import lines_of

ASKED_AT = datetime.time(11, 0)
DAY = datetime.timedelta(1)

# (district, vaccine, doses asked for, or None for as many as the consignment under way to it holds, state, asked so
# many days ago, needed so many days from then, reason, why it was closed)
ASKED = (
    ("D637", "covishield", 6_000, RequisitionState.OPEN, 9, 5, "Nothing left; teams wait in two blocks", ""),
    ("D637", "covaxin", 2_000, RequisitionState.OPEN, 2, 7, "Second doses are due", ""),
    ("D387", "covishield", 90_000, RequisitionState.PART_FILLED, 18, 7, "House-to-house drive", ""),
    ("D374", "covishield", None, RequisitionState.FILLED, 18, 7, "Second doses of Jagdalpur", ""),
    ("D375", "covishield", 4_000, RequisitionState.CLOSED, 12, 6, "Mela of the week", "Asked for twice"),
)


def load(stores, vaccines, officer):
    """What was asked for, with the consignments that fill it. Districts and vaccines not loaded are passed over."""
    source = stores.get(facts.CHHATTISGARH)
    for code, vaccine, doses, state, ago, needed, reason, closed in ASKED:
        target = stores.get(code)
        if source is None or target is None or vaccine not in vaccines:
            continue
        filling = None
        if state in (RequisitionState.PART_FILLED, RequisitionState.FILLED):
            filling = _sent(source, target, vaccines[vaccine], after=facts.AS_OF - ago * DAY)
            if filling is None:
                continue
        asked_on = facts.AS_OF - ago * DAY
        row = Requisition.objects.create(
            from_store=source,
            to_store=target,
            vaccine=vaccines[vaccine],
            doses=doses or filling[1],
            wanted_by=asked_on + needed * DAY,
            reason=reason,
            state=state,
            by=officer,
            closed_reason=closed,
        )
        # It was asked for then, not on the day of the load.
        Requisition.objects.filter(pk=row.pk).update(recorded_at=at(asked_on, ASKED_AT))
        if filling:
            RequisitionFilling.objects.create(requisition=row, dispatch=filling[0], doses=filling[1])


def _sent(source, target, vaccine, *, after):
    """(the newest consignment since then, its doses of the vaccine), or None."""
    rows = Dispatch.objects.filter(from_store=source, to_store=target, sent_on__gte=after)
    for consignment in rows.order_by("-sent_on", "-pk"):
        if doses := sum(line.sent for line in lines_of(consignment) if line.batch.vaccine_id == vaccine.pk):
            return consignment, doses
    return None
