"""Changing what the rules of a campaign do: refuse, ask for a reason, or nothing; and their thresholds."""

from django.utils.translation import gettext as _

from campaigns.errors import SetupRefused
from campaigns.models import RuleSetting, Severity
from campaigns.rules import RULES, rule_named
from campaigns.selectors.rules import rules_with_settings
from campaigns.services.setup import changes_setup, lock, look_again
from districts.audit import record


@changes_setup
def set_rules(*, campaign, by, settings, expected_setup_version=None):
    """Write ``settings``: {rule: (severity, {threshold: number})}, of any of the rules that may be set.

    What stands is looked at again. Raises SetupRefused for a rule that always holds.
    """
    lock(campaign, expected_version=expected_setup_version, for_rules=False)
    before = {rule.code: rule for rule in rules_with_settings(campaign)}
    changed = {}
    for code, (severity, thresholds) in settings.items():
        _check(code, severity, thresholds)
        now = rule_named(code).set_to(severity, thresholds)
        if now == before[code]:
            continue
        RuleSetting.objects.update_or_create(
            campaign=campaign, rule=code, defaults={"severity": severity, "thresholds": now.thresholds}
        )
        was = before[code]
        changed[code] = [[was.severity, was.thresholds], [now.severity, now.thresholds]]
    if changed:
        look_again(campaign)
        record(
            by=by,
            action="campaign.rules",
            subject=f"campaign {campaign.slug}",
            area=campaign.area,
            detail=changed,
        )


def _check(code, severity, thresholds):
    rule = rule_named(code)
    if rule is None or rule.is_fixed:
        settable = ", ".join(rule.code for rule in RULES if not rule.is_fixed)
        raise SetupRefused(
            _("%(rule)s cannot be set. These can: %(known)s") % {"rule": code, "known": settable}
        )
    if severity not in Severity.values:
        raise SetupRefused(
            _("%(value)s is not one of %(known)s.") % {"value": severity, "known": Severity.values}
        )
    for name, number in thresholds.items():
        if name not in rule.thresholds or not 0 < number <= 1_000_000:
            raise SetupRefused(_("A threshold is a number above 0."))
