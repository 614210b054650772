from campaigns.models.imports import ImportRun, ImportState
from campaigns.models.ledger import FoldMark, Journal, Source, StockMark, Submission, TallyEntry
from campaigns.models.quality import (
    DeclaredTotal,
    Draft,
    FollowUp,
    FollowUpComment,
    RuleHit,
    RuleMark,
    RuleSetting,
    Severity,
)
from campaigns.models.review import (
    DayReview,
    Review,
    ReviewAct,
    ReviewAction,
    ReviewMark,
    ReviewState,
    VerifiedEntry,
)
from campaigns.models.setup import Campaign, Cohort, DayOff, ReportingUnit, Round, UnitTotal
from campaigns.models.sheet import Item, ItemKind, Sex, SheetCell
from campaigns.models.targets import Target, TargetSet, TargetTotal

__all__ = [
    "Campaign",
    "Cohort",
    "DayOff",
    "DayReview",
    "DeclaredTotal",
    "Draft",
    "FoldMark",
    "FollowUp",
    "FollowUpComment",
    "ImportRun",
    "ImportState",
    "Item",
    "ItemKind",
    "Journal",
    "ReportingUnit",
    "Review",
    "ReviewAct",
    "ReviewAction",
    "ReviewMark",
    "ReviewState",
    "Round",
    "RuleHit",
    "RuleMark",
    "RuleSetting",
    "Severity",
    "Sex",
    "SheetCell",
    "Source",
    "StockMark",
    "Submission",
    "TallyEntry",
    "Target",
    "TargetSet",
    "TargetTotal",
    "UnitTotal",
    "VerifiedEntry",
]
