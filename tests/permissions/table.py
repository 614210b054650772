"""Who may open what: one line for each address of the site, by its name.

``at(right, …)``   about a thing in an area: 404 outside one's own, 403 inside it without the right.
``some(right)``    about no one area: 403 without the right anywhere.
``mine(…)``        somebody else's own thing: 404 for everybody, in their area or not.
``SIGNED_IN``      for everybody with an account.     ``OPEN``   for everybody.

The names after the right are the words of the address, as ``world`` calls them. ``first`` marks the doors at which
a right is asked before the thing is looked for: without it 403 everywhere, which tells nothing of the thing.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    kind: str
    right: str = "see"
    words: tuple = ()
    methods: tuple = ("GET",)
    first: str = ""
    api: bool = False
    anonymous: int | None = None  # what a visitor is told, where it is not "sign in" (302; API: 401)
    query: str = ""
    body: object = None  # place → what a POST brings
    post_right: str = ""  # where deciding takes another right than looking
    lacking: int = 403  # what somebody inside without the right is told
    extra: dict = field(default_factory=dict)


RIGHT_FIRST = "the same"
GET, POST, FORM = ("GET",), ("POST",), ("GET", "POST")


def at(right, *words, **more):
    return Line("at", right, words, **more)


def some(right, **more):
    return Line("some", right, **more)


def mine(*words, right=None, **more):
    return Line("mine", right, words, **more)


OPEN = Line("open")
SIGNED_IN = Line("signed in")

DISTRICTS = {
    "about-data": OPEN,
    "boundaries": mine(methods=FORM),  # about the whole country, in which nobody here is posted
    "sign-in": OPEN,
    "sign-out": Line("open", methods=POST),
    "set_language": Line("open", methods=POST),
    "password_change": SIGNED_IN,
    "password_change_done": SIGNED_IN,
    "password_reset": OPEN,
    "password_reset_done": OPEN,
    "password_reset_confirm": Line("open", extra={"uidb64": "MQ", "token": "x-y"}),
    "password_reset_complete": OPEN,
    "people": some("manage_people"),
    "person-invite": some("manage_people", methods=FORM),
    "person": at("manage_people", "person:pk", first=RIGHT_FIRST),
    "person-correct": at("manage_people", "person:pk", methods=FORM, first=RIGHT_FIRST),
    "person-invitation": at("manage_people", "person:pk", methods=POST, first=RIGHT_FIRST),
    "posting-new": at("manage_people", "person:pk", methods=FORM, first=RIGHT_FIRST),
    "person-second-factor-remove": at("manage_people", "person:pk", methods=FORM, first=RIGHT_FIRST),
    "posting-end": at("manage_people", "posting:pk", methods=FORM, first=RIGHT_FIRST),
    "account": SIGNED_IN,
    "email-change": Line("signed in", methods=FORM),
    "email-confirm": Line("signed in", methods=FORM, extra={"key": "x:y:z"}),
    "session-end": mine("session:pk", methods=POST),
    "sessions-end-others": Line("signed in", methods=POST),
    "second-factor-set-up": SIGNED_IN,
    "second-factor-code": SIGNED_IN,
    "second-factor-codes": Line("nobody", methods=FORM),  # nobody here has a second factor
    "second-factor-remove": Line("nobody", methods=FORM),
    "tokens": SIGNED_IN,
    "token-new": Line("signed in", methods=FORM),
    "token-revoke": at("manage_people", "token:pk", methods=FORM, lacking=404),
    "notices": SIGNED_IN,
    "notice-count": OPEN,
    "notices-read": Line("signed in", methods=POST),
    "notice-read": mine(methods=POST, extra={"pk": 10**9}),
    "notice-choices": Line("signed in", methods=FORM),
    "audit": SIGNED_IN,
    "audit-csv": SIGNED_IN,
    "audit-xlsx": SIGNED_IN,
}

_STORE_FORMS = ("receive", "waste", "earmark", "count", "monitors", "levels", "dispatch", "request")
_AREA_PAGES = ("area", "identity", "movements", "risk", "plan", "requisitions")
INVENTORY = {
    "stock": some("see_stock"),
    **{f"stock-{name}": at("see_stock", "code") for name in _AREA_PAGES},
    **{f"stock-{name}": at("see_stock", "store=code") for name in ("store", "ledger", "consignments")},
    **{f"stock-{name}": at("keep_stock", "store=code", methods=FORM) for name in _STORE_FORMS},
    "stock-consignment": at("see_stock", "consignment:number"),
    "stock-accept": at("keep_stock", "consignment:number", methods=FORM),
    "stock-voucher": at("see_stock", "consignment:number"),
    "stock-receipt": at("see_stock", "consignment:number"),
    "stock-requisition": at("see_stock", "requisition:number"),
    "stock-requisition-paper": at("see_stock", "requisition:number"),
    "stock-requisition-close": at("keep_stock", "requisition:number", methods=FORM),
    "stock-batch": at("see_stock", "batch:number", first=RIGHT_FIRST),
    "stock-journal": at("see_stock", "journal:number"),
    "stock-undo": at("keep_stock", "journal:number", methods=FORM),
    "stock-vaccines": some("see_stock"),
    "stock-vaccine-new": Line("nobody", methods=FORM),  # the whole country's
    "stock-vaccine": Line("nobody", methods=FORM, extra={"code": "covishield"}),
    "stock-batches": some("see_stock"),
    "stock-batch-new": some("keep_stock", methods=FORM),
    "stock-batch-change": at("set_up", "batch:number", methods=FORM, first="see_stock"),
    "stock-stores": at("see_stock", "code"),
    "stock-store-new": at("set_up", "code", methods=FORM),
    "stock-store-change": at("set_up", "store=code", methods=FORM),
    "stock-given": at("submit", "code", "day", methods=FORM),
    "stock-files": at("keep_stock", "code", methods=FORM),
    "stock-template-csv": at("keep_stock", "code"),
    "stock-template-xlsx": at("keep_stock", "code"),
    "stock-file": mine("file=key"),
    "stock-file-confirm": mine("file=key", methods=POST),
    "stock-file-cancel": mine("file=key", methods=POST),
    "stock-file-failures": mine("file=key"),
}

_SETUP_PAGES = (
    "units",
    "targets",
    "calendar",
    "vaccines",
    "basics",
    "cohorts",
    "new-cohort",
    "items",
    "new-item",
)
_RUN = ("slug", "run=key")
CAMPAIGNS = {
    "campaign-list": SIGNED_IN,
    "campaign-new": some("set_up", methods=FORM),
    "campaign-setup": at("set_up", "slug"),
    **{f"setup-{name}": at("set_up", "slug", methods=FORM) for name in _SETUP_PAGES},
    **{
        f"setup-{name}": at("set_up", "slug", methods=POST)
        for name in ("publish", "withdraw", "archive", "restore")
    },
    "setup-archive-confirm": at("set_up", "slug"),
    "setup-cohort": at("set_up", "slug", methods=FORM, extra={"code": "18-44"}),
    "setup-cohorts-remove-confirm": at("set_up", "slug", extra={"code": "18-44"}),
    "setup-cohorts-act": at("set_up", "slug", methods=POST, extra={"code": "18-44", "act": "down"}),
    "setup-item": at("set_up", "slug", methods=FORM, extra={"code": "first_dose"}),
    "setup-items-remove-confirm": at("set_up", "slug", extra={"code": "first_dose"}),
    "setup-items-act": at("set_up", "slug", methods=POST, extra={"code": "first_dose", "act": "close"}),
    "target-table": at("set_up", "slug"),
    "target-set-default": at("set_up", "slug", methods=POST, extra={"code": "estimate"}),
    "target-set-remove": at("set_up", "slug", methods=FORM, extra={"code": "estimate"}),
    "entry-list": at("submit", "slug", methods=FORM),
    "entry-grid": at("submit", "slug", methods=FORM),
    "entry-grid-context": at("submit", "slug"),
    "entry-grid-history": at("submit", "slug", query="unit={pk}&cell={cell}"),
    "setup-rules": at("set_up", "slug", methods=FORM),
    "review": at("see_quality", "slug"),
    "review-area": at("see_quality", "slug", "code"),
    "review-day": at(
        "see_quality",
        "slug",
        "code",
        "reported=day",
        methods=FORM,
        post_right="review",
        body=lambda place: {"action": "return", "version": "1", "comment": "Look again"},
    ),
    "review-many": at("review", "slug", "code", methods=FORM, body=lambda place: {"until": "0"}),
    "review-chosen": at("review", "slug", "code", methods=POST),
    "review-act": at("see_quality", "slug", "act:pk", methods=FORM, post_right="review"),
    "quality": at("see_quality", "slug"),
    "quality-area": at("see_quality", "slug", "code"),
    "quality-file": at("see_quality", "slug", "code", extra={"kind": "csv"}),
    "finding-open": at(
        "review", "slug", "code", methods=POST, body=lambda place: {"day": place.day, "kind": "silent"}
    ),
    "follow-up": at(
        "see_quality",
        "slug",
        "follow_up:pk",
        methods=FORM,
        lacking=404,
        body=lambda place: {"act": "comment", "text": "Called them"},
    ),
    "entry-kit": at("submit", "slug"),
    "entry-form": at("submit", "slug", "code", "day", methods=FORM),
    "imports": at("import", "slug", methods=FORM),
    "import-template-csv": at("import", "slug"),
    "import-template-xlsx": at("import", "slug"),
    "import-run": mine(*_RUN, right="import"),
    "import-confirm": mine(*_RUN, right="import", methods=POST),
    "import-cancel": mine(*_RUN, right="import", methods=POST),
    "import-retry": mine(*_RUN, right="import", methods=POST),
    "import-findings": mine(*_RUN, right="import", extra={"step": "check", "name": "failures"}),
    "device": OPEN,
    "device-who": OPEN,
    "device-shell": Line("open", extra={"language": "hi"}),
    "service-worker": OPEN,
    "manifest": OPEN,
}

REPORTS = {
    "home": OPEN,
    "shapes": Line("open", words=("code",)),
    "campaign-dashboard": at("see", "slug", anonymous=404),
    "area-dashboard": at("see", "slug", "code", anonymous=404),
    "pulse": at("see", "slug", anonymous=404),
    "dashboard-file": at("see", "slug", "code", anonymous=404, extra={"name": "table.csv"}),
}


def _tally(place):
    return {"campaign": place.slug, "unit": place.code, "date": place.day, "lines": []}


def _movement(place):
    return {
        "operation": "waste",
        "store": place.store,
        "date": place.day,
        "batch": place.batch.pk,
        "doses": 1,
        "cause": "open_leftover",
    }


_FIGURES = "campaign={slug}&area={code}"
API = {
    "coverage": at("see", api=True, anonymous=404, query=_FIGURES),
    "progress": at("see", api=True, anonymous=404, query=_FIGURES),
    "area-list": Line("open", api=True),
    "area-detail": Line("open", words=("code",), api=True),
    "api-campaign-list": Line("open", api=True),
    "api-campaign-detail": at("see", "slug", api=True, anonymous=404),
    "tallies": at("see", api=True, query="campaign={slug}&unit={code}&date={day}"),
    "reviews": at("see", api=True, query="campaign={slug}&area={code}"),
    "reviews POST": at(
        "review",
        api=True,
        methods=POST,
        body=lambda place: {
            "campaign": place.slug,
            "action": "reopen",
            "comment": "Look again",
            "days": [{"unit": place.code, "date": place.reported}],
        },
    ),
    "tallies POST": at("submit", api=True, methods=POST, body=_tally),
    "tallies-batch": at(
        "submit",
        api=True,
        methods=POST,
        body=lambda place: {
            "campaign": place.slug,
            "reports": [{"unit": place.code, "date": place.day, "lines": []}],
        },
    ),
    **{
        f"api-stock-{name}": at("see_stock", api=True, query="area={code}")
        for name in ("balances", "movements", "identity", "expiring", "plan")
    },
    "api-stock-movements POST": at("keep_stock", api=True, methods=POST, body=_movement),
    "api-stock-given": at(
        "submit",
        api=True,
        methods=POST,
        body=lambda place: {"area": place.code, "date": place.day, "vaccine": "covishield", "batch": None},
    ),
    "api-batch-trace": at("see_stock", "batch:number", api=True, first=RIGHT_FIRST),
    "api-schema": Line("open", api=True),
    "api-docs": Line("open", api=True),
}

# Names in one table: an address that two apps called the same would be asked for once only.
TABLE = DISTRICTS | INVENTORY | CAMPAIGNS | REPORTS | API
