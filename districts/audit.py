"""The audit trail. Call inside the transaction of the act, so that neither stands without the other."""

from districts import addresses
from districts.models import AuditEvent


def record(*, by, action, subject, area=None, detail=None):
    """``action`` is worded in districts/presenters/audit.py; ``detail`` holds what changed, before and after."""
    return AuditEvent.objects.create(
        by=by,
        action=action,
        subject=subject[:120],
        area=area,
        detail=detail or {},
        address=addresses.current(),
    )
