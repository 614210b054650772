"""Celery tasks of campaigns. Each may run twice or late: marks and locks make it safe."""

from celery import shared_task

from campaigns.models import ImportRun, RuleMark, StockMark
from campaigns.selectors.imports import silent_runs
from campaigns.services import import_runs
from campaigns.services.evening import tell_officers
from campaigns.services.giving import give_marked
from campaigns.services.judging import judge_marked
from districts.notice_mail import mail_everybody

JUDGE_SECONDS = 10


def _marked(marks):
    """The campaigns of marks that still stand: a lost message or a killed worker left them."""
    return marks.objects.values_list("campaign_id", flat=True).distinct().order_by("campaign_id")


@shared_task
def give_doses(campaign_id):
    give_marked(campaign_id)


@shared_task
def sweep_stock_marks():
    """Book whatever carries a mark."""
    for campaign_id in _marked(StockMark):
        give_marked(campaign_id)


@shared_task
def judge(campaign_id, units=None):
    """After a change of the setup this may take minutes: in between the queue has its turn, counts wait in it."""
    if not judge_marked(campaign_id, units, seconds=JUDGE_SECONDS):
        judge.delay(campaign_id, units)


@shared_task
def sweep_rule_marks():
    """Judge whatever carries a mark."""
    for campaign_id in _marked(RuleMark):
        judge_marked(campaign_id, seconds=JUDGE_SECONDS)


@shared_task
def work_on_import(run_id):
    run = ImportRun.objects.select_related("campaign__area", "by").filter(pk=run_id).first()
    if run is not None:
        import_runs.work(run)


@shared_task
def sweep_imports():
    """Take up the imports whose worker died or whose message was lost."""
    for run in silent_runs():
        work_on_import.delay(run.pk)


@shared_task
def evening_digest():
    """Tell the officers what the day has left open, and send everybody their mail of the day."""
    tell_officers()
    mail_everybody()
