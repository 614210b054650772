"""Setting up working days: rest days, days off with the public holidays proposed, rounds."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from campaigns.errors import SetupRefused
from campaigns.forms.calendar import ExtraDays, ProposeRoundsForm, RestDaysForm, Rounds, ticked_days
from campaigns.selectors.calendar import calendar_of
from campaigns.selectors.proposals import propose_rounds, public_holidays
from campaigns.services.calendar_changes import set_days_off, set_rounds
from campaigns.services.changes import change_basics
from campaigns.views.doors import for_setup
from campaigns.views.setup import seen_version, setup_page


@for_setup
def setup_calendar(request, campaign):
    """One page, three forms; the name of the button says which one was sent."""
    calendar = calendar_of(campaign)
    forms = {
        "rest": RestDaysForm(initial={"weekdays": campaign.rest_weekdays.split(",")}),
        "extra_days": ExtraDays(prefix="extra"),
        "rounds": Rounds(prefix="rounds", initial=_standing_rounds(campaign)),
        "propose": ProposeRoundsForm(initial={"first": campaign.starts_on}),
    }
    for name, save in (("rest", _save_rest_days), ("days", _save_days_off), ("rounds", _save_rounds)):
        if f"save-{name}" in request.POST and save(request, campaign, forms):
            messages.success(request, _("Saved."))
            return redirect("setup-calendar", campaign.slug)
    if "propose" in request.GET:
        _propose(request, forms, calendar)
    return setup_page(
        request,
        campaign,
        "calendar",
        "campaigns/setup/calendar.html",
        forms
        | {
            "days": _days_to_tick(request, campaign),
            "calendar": calendar,
            "standing_rounds": [
                (one, calendar.working_days(one.starts_on, one.ends_on)) for one in campaign.rounds.all()
            ],
        },
    )


def _save_rest_days(request, campaign, forms):
    form = forms["rest"] = RestDaysForm(request.POST)
    return form.is_valid() and _write(
        form, change_basics, campaign=campaign, by=request.user, rest_weekdays=form.value()
    )


def _save_days_off(request, campaign, forms):
    extra = forms["extra_days"] = ExtraDays(request.POST, prefix="extra")
    if not extra.is_valid():
        return False
    names = _known_days(campaign)
    days = {day: names[day] for day in ticked_days(request.POST.getlist("day")) if day in names}
    for form in extra:
        if day := form.cleaned_data.get("day"):
            days[day] = (form.cleaned_data["name_en"], form.cleaned_data["name_hi"])
    return _write(
        extra.forms[0],
        set_days_off,
        campaign=campaign,
        by=request.user,
        days=days,
        expected_setup_version=seen_version(request),
    )


def _save_rounds(request, campaign, forms):
    rounds = forms["rounds"] = Rounds(request.POST, prefix="rounds")
    if not rounds.is_valid():
        return False
    filled = (form.cleaned_data for form in rounds)
    spans = [(row["starts_on"], row["ends_on"]) for row in filled if row.get("starts_on")]
    return _write(
        rounds.forms[0],
        set_rounds,
        campaign=campaign,
        by=request.user,
        spans=spans,
        expected_setup_version=seen_version(request),
    )


def _write(form, write, **values):
    try:
        write(**values)
    except SetupRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _propose(request, forms, calendar):
    form = forms["propose"] = ProposeRoundsForm(request.GET)
    if not form.is_valid():
        return
    spans = propose_rounds(
        **form.cleaned_data,
        is_off=lambda day: day.isoweekday() in calendar.rest_weekdays or day in calendar.days_off,
    )
    forms["rounds"] = Rounds(
        prefix="rounds", initial=[{"starts_on": first, "ends_on": last} for first, last in spans]
    )
    messages.info(request, _("These rounds are a proposal. Look through them, then save."))


def _standing_rounds(campaign):
    return list(campaign.rounds.values("starts_on", "ends_on"))


def _known_days(campaign):
    """{day: names} of the holidays in the campaign's days and of the days off that stand."""
    known = {
        holiday.day: (holiday.name_en, holiday.name_hi)
        for holiday in public_holidays(campaign.area, campaign.starts_on, campaign.ends_on)
    }
    standing = campaign.days_off.values_list("day", "name_en", "name_hi")
    return known | {day: (name_en, name_hi) for day, name_en, name_hi in standing}


def _days_to_tick(request, campaign):
    """[(day, name in English, name in Hindi, is ticked)]; a form that came back keeps its ticks."""
    if "save-days" in request.POST:
        ticked = set(ticked_days(request.POST.getlist("day")))
    else:
        ticked = set(campaign.days_off.values_list("day", flat=True))
    return [(day, *names, day in ticked) for day, names in sorted(_known_days(campaign).items())]
