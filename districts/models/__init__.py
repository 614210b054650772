from districts.models.areas import Area, AreaAlias, AreaBoundary, Level, Population
from districts.models.audit import AuditEvent
from districts.models.notices import Notice, NoticeChoice
from districts.models.people import ApiToken, Posting, Role, SignIn, TokenScope, User

__all__ = [
    "ApiToken",
    "Area",
    "AreaAlias",
    "AreaBoundary",
    "AuditEvent",
    "Level",
    "Notice",
    "NoticeChoice",
    "Population",
    "Posting",
    "Role",
    "SignIn",
    "TokenScope",
    "User",
]
