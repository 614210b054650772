"""``posted`` is sent inside the transaction of a posting, with ``campaign_id``. Receivers act on commit.

``unjudged`` is sent inside the transaction that leaves marks for the rules, with ``campaign_id`` and, where it
concerns a few units only, ``units`` (their ids).

``import_due`` is sent inside the transaction that leaves an import with work for a worker, with ``run``.
"""

from django.dispatch import Signal

posted = Signal()
import_due = Signal()
unjudged = Signal()
