"""The rules of a campaign, its sheet as the rules see it, and its working days: read once per change of the setup."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from campaigns.models import Campaign
from campaigns.rules import RULES, Rule
from campaigns.rules.facts import Sheet, SheetItem
from campaigns.selectors.calendar import WorkCalendar, calendar_of
from campaigns.selectors.sheets import sheet_of


@dataclass(frozen=True)
class Ruling:
    """``can_refuse``: whether an officer has made a rule refuse that by itself only asks."""

    rules: tuple[Rule, ...]
    sheet: Sheet
    calendar: WorkCalendar
    vaccines: tuple  # ids
    cohorts: dict  # id → code

    @cached_property
    def judging(self):
        """Without the rules that always hold: the door has seen to those before it asks."""
        return tuple(rule for rule in self.rules if not rule.is_fixed)

    @property
    def can_refuse(self):
        return any(rule.severity == "hard" and not rule.is_fixed for rule in self.rules)


def ruling_of(campaign):
    """No query when it is known, five otherwise. A campaign object carries its setup version."""
    return _ruling(campaign.pk, campaign.setup_version)


@lru_cache(maxsize=64)
def _ruling(campaign_id, setup_version):
    campaign = Campaign.objects.get(pk=campaign_id)
    # The version that was asked for, not one that came since: what is kept is kept under that number.
    campaign.setup_version = setup_version
    vaccines = list(campaign.vaccines.values_list("pk", "code"))
    keys = tuple(row["key"] for row in sheet_of(campaign).rows)
    cohorts = dict(campaign.cohorts.values_list("pk", "code"))
    items = tuple(
        SheetItem(
            code=item.code,
            kind=item.kind,
            dose=item.dose_number,
            antigen=item.antigen,
            is_split=item.by_sex or item.by_vaccine,
            cohorts=tuple(cohort.code for cohort in item.cohorts.all()) or tuple(cohorts.values()),
        )
        for item in campaign.items.filter(is_open=True).prefetch_related("cohorts")
    )
    return Ruling(
        rules=rules_with_settings(campaign),
        sheet=Sheet(items, keys, vaccines[0][1] if len(vaccines) == 1 else ""),
        calendar=calendar_of(campaign),
        vaccines=tuple(pk for pk, _code in vaccines),
        cohorts=cohorts,
    )


def rules_with_settings(campaign):
    """Every rule, as the campaign has set it."""
    settings = {one.rule: one for one in campaign.rule_settings.all()}
    return tuple(
        rule.set_to(settings[rule.code].severity, settings[rule.code].thresholds)
        if rule.code in settings
        else rule
        for rule in RULES
    )
