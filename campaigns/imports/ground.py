"""What a file is read against: the campaign, its units and cells, the open days, and where findings go."""

from dataclasses import dataclass, field

from campaigns.imports.days import OpenDays
from campaigns.imports.findings import Findings
from campaigns.imports.units import Units
from campaigns.models import Campaign
from campaigns.selectors.sheets import sheet_of


@dataclass
class Ground:
    campaign: Campaign
    units: Units
    days: OpenDays
    findings: Findings = field(default_factory=Findings)

    @property
    def cells(self):
        """Open cell key → id."""
        return sheet_of(self.campaign).cell_ids


def ground_of(campaign, *, areas=None, findings=None):
    """``areas``: where the one who imports may; None for the command line, which may everywhere."""
    return Ground(campaign, Units(campaign, areas), OpenDays(campaign), findings or Findings())
