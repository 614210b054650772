"""How fresh the figures are, and whether anybody is counting."""

import datetime
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

# The sweep beats every 10 seconds; three missed ones mean that no worker runs.
WORKER_IS_DOWN_AFTER = datetime.timedelta(seconds=45)
# A mark waits a second or two for its worker; longer means that the page is behind.
BEHIND_AFTER = datetime.timedelta(seconds=10)
# Reports of units that may wait without a word: they are added within a second or two. A file is more than that.
HANDFUL = 50


@dataclass(frozen=True, slots=True)
class Freshness:
    """``figures_as_of``: everything recorded up to this instant is in the figures."""

    version: int
    setup_version: int
    last_day: datetime.date | None
    busy_day: datetime.date | None
    newest_recorded_at: datetime.datetime | None
    folded_at: datetime.datetime | None
    pending: int
    reports_pending: int  # counted up to one more than a handful
    oldest_pending: datetime.datetime | None
    heartbeat: datetime.datetime | None
    areas_changed_at: datetime.datetime | None
    now: datetime.datetime

    @property
    def figures_as_of(self):
        return self.oldest_pending or self.newest_recorded_at

    @property
    def worker_is_down(self):
        return self.heartbeat is None or self.now - self.heartbeat > WORKER_IS_DOWN_AFTER

    @property
    def is_behind(self):
        return self.oldest_pending is not None and self.now - self.oldest_pending > BEHIND_AFTER

    @property
    def is_incomplete(self):
        """Whether so much waits that the figures, which may all be 0, would deceive whoever reads them as they are."""
        return self.reports_pending > (HANDFUL if self.folded_at else 0)

    @property
    def tag(self):
        """Changes whenever a figure of the campaign, or a name or an outline of an area, may have changed.

        Marks (of journals and of reviews) are only added until a fold takes them and raises the version. So version
        and number of marks together name one state of the ledger, also for what is read from the ledger itself
        (a site's counts, the silent units) and does not wait for the fold.
        """
        areas = int(self.areas_changed_at.timestamp() * 1_000_000) if self.areas_changed_at else 0
        return f"{self.version}.{self.setup_version}.{self.pending}.{areas:x}"


# In one statement, so that all of it is of one instant, and because a 304 may not cost more.
_STATE = """
SELECT COALESCE(f.version, 0), c.setup_version, f.last_day, f.busy_day, f.newest_recorded_at, f.folded_at,
    (SELECT COUNT(*) FROM campaigns_foldmark m WHERE m.campaign_id = c.id)
    + (SELECT COUNT(*) FROM campaigns_reviewmark m WHERE m.campaign_id = c.id),
    (SELECT COUNT(*) FROM (
        SELECT 1 FROM campaigns_foldmark m JOIN campaigns_submission s ON s.journal_id = m.journal_id
        WHERE m.campaign_id = c.id LIMIT %s
    ) waiting),
    (SELECT MIN(m.recorded_at) FROM campaigns_foldmark m WHERE m.campaign_id = c.id),
    (SELECT MIN(m.recorded_at) FROM campaigns_reviewmark m WHERE m.campaign_id = c.id),
    (SELECT h.beat_at FROM reports_workerheartbeat h WHERE h.id = 1),
    (SELECT MAX(a.updated_at) FROM districts_area a)
FROM campaigns_campaign c LEFT JOIN reports_campaignfold f ON f.campaign_id = c.id
WHERE c.id = %s
"""


def freshness(campaign):
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [HANDFUL + 1, campaign.pk])
        (
            version,
            setup_version,
            last_day,
            busy_day,
            newest,
            folded_at,
            pending,
            reports,
            *oldest,
            beat,
            areas,
        ) = cursor.fetchone()
    return Freshness(
        version=version,
        setup_version=setup_version,
        last_day=_day(last_day),
        busy_day=_day(busy_day),
        newest_recorded_at=_moment(newest),
        folded_at=_moment(folded_at),
        pending=pending,
        reports_pending=reports,
        oldest_pending=min(map(_moment, filter(None, oldest)), default=None),
        heartbeat=_moment(beat),
        areas_changed_at=_moment(areas),
        now=timezone.now(),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is in the ledger and in no figure yet."""

    reports: int
    counts: int


def waiting(campaign, fresh):
    """What makes the figures incomplete, or None. One query then, of as many rows as wait."""
    if not fresh.is_incomplete:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [campaign.pk])
        return Waiting(*cursor.fetchone())


_WAITING = """
SELECT COUNT(*), COALESCE(SUM((SELECT COUNT(*) FROM campaigns_tallyentry e WHERE e.submission_id = s.id)), 0)
FROM campaigns_foldmark m JOIN campaigns_submission s ON s.journal_id = m.journal_id
WHERE m.campaign_id = %s
"""


def _day(value):
    return parse_date(value) if isinstance(value, str) else value


def _moment(value):
    """An instant as the driver gives it: SQLite keeps UTC, and hands a computed one back as text."""
    if isinstance(value, str):
        value = parse_datetime(value)
    if value is None or timezone.is_aware(value):
        return value
    return value.replace(tzinfo=datetime.UTC)


def default_day(campaign, fresh):
    """The day a page opens on: the last one reported, kept inside the campaign and not after today.

    Of a campaign that is over the last one that most units reported: a single report of a later day would show
    everybody a nation that is silent.
    """
    today = timezone.localdate()
    day = (today > campaign.ends_on and fresh.busy_day) or fresh.last_day or min(today, campaign.ends_on)
    return max(campaign.starts_on, min(day, campaign.ends_on, today))
