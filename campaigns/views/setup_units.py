"""Choosing reporting units: nothing is saved before a preview has been seen."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import ngettext

from campaigns.errors import SetupRefused
from campaigns.forms.units import Exceptions, UnitsForm
from campaigns.selectors.unit_choice import preview
from campaigns.services.setup import set_reporting_units
from campaigns.views.doors import for_setup
from campaigns.views.setup import seen_version, setup_page
from districts.models import Area, Level
from districts.numbers import indian

SHOWN = 500


@for_setup
def setup_units(request, campaign):
    form = UnitsForm(request.POST or None, top=campaign.area)
    exceptions = Exceptions(request.POST or None, prefix="except", form_kwargs={"top": campaign.area})
    seen = None
    if request.method == "POST" and form.is_valid() and exceptions.is_valid():
        try:
            choice = form.choice(campaign, exceptions)
            if "save" in request.POST:
                set_reporting_units(
                    campaign=campaign,
                    areas=choice.areas,
                    by=request.user,
                    expected_setup_version=seen_version(request),
                )
                messages.success(request, _saved(len(choice.areas)))
                return redirect("setup-units", campaign.slug)
            seen = preview(campaign, choice)
        except SetupRefused as refusal:
            form.add_error(None, str(refusal))
    units = campaign.units.select_related("area").order_by("area__path")
    return setup_page(
        request,
        campaign,
        "units",
        "campaigns/setup/units.html",
        {
            "form": form,
            "exceptions": exceptions,
            "preview": seen,
            "units": units[:SHOWN],
            "total": units.count(),
            "shown": SHOWN,
            "suggestions": Area.objects.under(campaign.area).filter(level__lte=Level.DISTRICT),
        },
    )


def _saved(number):
    return ngettext("Saved: %(count)s reporting unit.", "Saved: %(count)s reporting units.", number) % {
        "count": indian(number)
    }
