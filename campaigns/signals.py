"""``posted`` is sent inside the transaction of a posting, with ``campaign_id``. Receivers act on commit.

``load_unchecked`` is sent inside the transaction of a load that the rules must still look through, with
``campaign_id``.

``import_due`` is sent inside the transaction that leaves an import with work for a worker, with ``run``.
"""

from django.dispatch import Signal

posted = Signal()
import_due = Signal()
load_unchecked = Signal()
