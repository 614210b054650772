"""Setting up the rules that each report is checked by."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from campaigns.errors import SetupRefused
from campaigns.forms.rules import RulesForm
from campaigns.selectors.rules import rules_with_settings
from campaigns.services.rule_changes import set_rules
from campaigns.views.doors import for_setup
from campaigns.views.setup import seen_version, setup_page


@for_setup
def setup_rules(request, campaign):
    rules = rules_with_settings(campaign)
    form = RulesForm(request.POST or None, rules=rules)
    if request.method == "POST" and form.is_valid():
        try:
            set_rules(
                campaign=campaign,
                by=request.user,
                settings=form.settings(),
                expected_setup_version=seen_version(request),
            )
        except SetupRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("setup-rules", campaign.slug)
    context = {"form": form, "fixed": [rule for rule in rules if rule.is_fixed]}
    return setup_page(request, campaign, "rules", "campaigns/setup/rules.html", context)
