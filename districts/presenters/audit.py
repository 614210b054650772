"""The audit trail in words: each action has its sentence here, and a test finds the one that has none."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from districts import audit_trail

WORDS = {
    "person.invite": gettext_lazy("Invited a person"),
    "person.remind": gettext_lazy("Sent an invitation again"),
    "person.correct": gettext_lazy("Corrected an invitation"),
    "posting.give": gettext_lazy("Gave a posting"),
    "posting.end": gettext_lazy("Ended a posting"),
    "password.set": gettext_lazy("Set a password through a link"),
    "password.change": gettext_lazy("Changed the password"),
    "email.ask": gettext_lazy("Asked to change the e-mail address"),
    "email.change": gettext_lazy("Changed the e-mail address"),
    "session.end": gettext_lazy("Ended a session"),
    "session.end_all": gettext_lazy("Ended the other sessions"),
    "second_factor.set_up": gettext_lazy("Set up a second factor"),
    "second_factor.recovery_code": gettext_lazy("Used a recovery code"),
    "second_factor.codes": gettext_lazy("Made new recovery codes"),
    "second_factor.remove": gettext_lazy("Removed a second factor"),
    "token.issue": gettext_lazy("Made an API token"),
    "token.revoke": gettext_lazy("Withdrew an API token"),
    "areas.edited": gettext_lazy("Changed an area, its names or its population"),
    "areas.imported": gettext_lazy("Imported areas or populations"),
    "areas.loaded": gettext_lazy("Loaded the reference areas"),
    "areas.drawn": gettext_lazy("Uploaded outlines"),
    "audit.export": gettext_lazy("Exported the audit trail"),
    "campaign.create": gettext_lazy("Made a campaign"),
    "campaign.basics": gettext_lazy("Changed a campaign's basics"),
    "campaign.publish": gettext_lazy("Opened a campaign to the public"),
    "campaign.withdraw": gettext_lazy("Closed a campaign to the public"),
    "campaign.archive": gettext_lazy("Archived a campaign"),
    "campaign.restore": gettext_lazy("Took a campaign back into service"),
    "campaign.cohort": gettext_lazy("Changed a cohort"),
    "campaign.item": gettext_lazy("Changed an item"),
    "campaign.vaccines": gettext_lazy("Changed the vaccines"),
    "campaign.order": gettext_lazy("Changed the order of the sheet"),
    "campaign.open": gettext_lazy("Opened a row of the sheet"),
    "campaign.close": gettext_lazy("Closed a row of the sheet"),
    "campaign.remove": gettext_lazy("Removed a row of the sheet"),
    "campaign.sheet": gettext_lazy("Changed the tally sheet"),
    "campaign.rounds": gettext_lazy("Changed the rounds"),
    "campaign.rules": gettext_lazy("Changed the rules"),
    "campaign.days_off": gettext_lazy("Changed the days off"),
    "campaign.units": gettext_lazy("Changed the reporting units"),
    "campaign.targets": gettext_lazy("Changed a target set"),
    "campaign.default_targets": gettext_lazy("Chose another target set"),
    "campaign.remove_targets": gettext_lazy("Removed a target set"),
    "vaccine.create": gettext_lazy("Added a vaccine"),
    "import.upload": gettext_lazy("Uploaded a file of counts"),
    "import.confirm": gettext_lazy("Confirmed a file of counts"),
    "import.load": gettext_lazy("Loaded a file of counts"),
    "import.cancel": gettext_lazy("Cancelled a file of counts"),
    "import.retry": gettext_lazy("Tried a file of counts again"),
    "stock.levels": gettext_lazy("Changed the stock levels of a store"),
    "stock.declared": gettext_lazy("Recorded published stock figures"),
    "stock.requisition": gettext_lazy("Asked for stock"),
    "stock.requisition_closed": gettext_lazy("Closed a requisition"),
    "stock.vaccine": gettext_lazy("Changed a vaccine"),
    "stock.batch": gettext_lazy("Added or changed a batch"),
    "stock.store": gettext_lazy("Opened or changed a store"),
    "stock.named_batch": gettext_lazy("Named the batch that was given"),
    "stock.monitor": gettext_lazy("Corrected the reading of a vial monitor"),
    "stock.file": gettext_lazy("Loaded a file of supplies"),
    "review.verify": gettext_lazy("Verified reported days"),
    "review.return": gettext_lazy("Returned a reported day"),
    "review.reopen": gettext_lazy("Reopened a verified day"),
    "review.resubmit": gettext_lazy("Submitted a returned day again"),
    "demonstration.loaded": gettext_lazy("Loaded the demonstration"),
}
# What an event is about begins with one of these; the name or key follows.
SUBJECTS = {
    "campaign": gettext_lazy("Campaign"),
    "user": gettext_lazy("Account"),
    "import": gettext_lazy("File of counts"),
    "token": gettext_lazy("API token"),
    "vaccine": gettext_lazy("Vaccine"),
}
LONGEST = 300


def worded(action):
    """An action that is not known here is shown by its code: a line of the trail is never left out."""
    return str(WORDS.get(action, action))


def event_rows(events, *, reader):
    return [
        {
            "at": event.at,
            "who": _who(event),
            "action": worded(event.action),
            "code": event.action,
            "subject": _subject(event.subject),
            "area": event.area,
            "detail": _detail(event.detail),
            "address": (event.address or "") if audit_trail.sees_address_of(reader, event) else None,
        }
        for event in events
    ]


def export_rows(events, *, reader):
    """A header and a row for each event, all of plain values."""
    yield [
        *(_("When"), _("Who"), _("Name for signing in"), _("What"), _("Code"), _("On")),
        *(_("Area"), _("Area code"), _("From address"), _("Details")),
    ]
    for event in events:
        told = audit_trail.sees_address_of(reader, event)
        yield [
            # As a spreadsheet sorts it; the clock is India's.
            timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S"),
            _who(event),
            event.by.get_username() if event.by else "",
            worded(event.action),
            event.action,
            event.subject,
            event.area.name if event.area else "",
            event.area.code if event.area else "",
            (event.address or "") if told else "",
            "; ".join(f"{name}: {value}" for name, value in _detail(event.detail)),
        ]


def _who(event):
    if event.by is None:
        return _("The system")
    return event.by.get_full_name() or event.by.get_username()


def _subject(text):
    kind, _space, name = text.partition(" ")
    return f"{SUBJECTS[kind]} {name}" if name and kind in SUBJECTS else text


def _detail(detail):
    """What changed as (name, text); two values in a list of a change read as before → after."""
    if not isinstance(detail, dict):
        return [("", _short(detail))]
    return [(name, _short(value)) for name, value in detail.items() if value not in (None, "", [], {})]


def _short(value):
    if isinstance(value, list) and len(value) == 2 and not any(isinstance(one, list | dict) for one in value):
        before, after = ("–" if one in (None, "") else str(one) for one in value)
        return f"{before} → {after}"[:LONGEST]
    if isinstance(value, list):
        value = ", ".join(str(one) for one in value)
    text = str(value)
    if len(text) > LONGEST:
        left = len(text) - LONGEST
        more = ngettext("%(left)d character more", "%(left)d characters more", left) % {"left": left}
        return f"{text[:LONGEST]}… ({more})"
    return text
