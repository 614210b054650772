"""Reading the tally ledger: what stands for a unit and day, now or as known at an instant."""

from django.db.models import Max, OuterRef, Sum

from campaigns.models import Submission, TallyEntry


def standing(campaign, unit, day, *, as_of=None, only_open=False):
    """{cell id: count} of the cells with a count other than 0.

    ``only_open`` leaves out the cells that may no longer be counted into: no sheet names them, and what they
    hold is not to be undone by a correction of something else.
    """
    entries = TallyEntry.objects.filter(unit=unit, happened_on=day, cell__campaign=campaign)
    if as_of is not None:
        entries = entries.filter(recorded_at__lte=as_of)
    if only_open:
        entries = entries.filter(cell__is_open=True)
    sums = entries.values_list("cell_id").annotate(count=Sum("change")).order_by()
    return {cell: count for cell, count in sums if count}


def current_version(campaign, unit, day, *, as_of=None):
    """How many times the unit has posted the day; 0 means it has not reported."""
    submissions = Submission.objects.filter(campaign=campaign, unit=unit, happened_on=day)
    if as_of is not None:
        submissions = submissions.filter(journal__recorded_at__lte=as_of)
    return submissions.aggregate(version=Max("version"))["version"] or 0


def later_reports(campaign):
    """For Exists: what has been posted of the same unit and day after the row of a submission, or of its finding.

    The row stands where there is none.
    """
    return Submission.objects.filter(
        campaign=campaign,
        unit=OuterRef("unit"),
        happened_on=OuterRef("happened_on"),
        version__gt=OuterRef("version"),
    )


def journals_between(campaign, unit, day, after, until):
    """Ids of the journals that wrote the versions of a unit's day after the one and up to the other."""
    submissions = Submission.objects.filter(campaign=campaign, unit=unit, happened_on=day)
    return list(
        submissions.filter(version__gt=after, version__lte=until)
        .order_by("version")
        .values_list("journal_id", flat=True)
    )


def _posting(submission):
    """Who posted it, when, how and why."""
    return {
        "version": submission.version,
        "recorded_at": submission.journal.recorded_at,
        "by": submission.journal.by.get_username() if submission.journal.by else None,
        "source": submission.journal.source,
        "reason": submission.reason,
    }


def submitted_since(campaign, unit, day, version):
    """Who posted the unit and day after that version, oldest first: without the counts."""
    return [
        _posting(submission)
        for submission in Submission.objects.filter(
            campaign=campaign, unit=unit, happened_on=day, version__gt=version
        )
        .select_related("journal__by")
        .order_by("version")
    ]


def history(campaign, unit, day):
    """Every submission of the unit and day, oldest first, with its signed changes by cell key.

    ``declared_total``: what the paper declared and what the counts add to, or None.
    """
    submissions = list(
        Submission.objects.filter(campaign=campaign, unit=unit, happened_on=day)
        .select_related("journal__by", "declared_total")
        .prefetch_related("entries__cell")
        .order_by("version")
    )
    return [
        {
            **_posting(submission),
            "is_late": submission.is_late,
            "is_nil": submission.is_nil,
            "changes": {entry.cell.key: entry.change for entry in submission.entries.all()},
            "declared_total": _declared(getattr(submission, "declared_total", None)),
        }
        for submission in submissions
    ]


def _declared(total):
    return total and {"declared": total.declared, "counted": total.counted, "reason": total.reason}
