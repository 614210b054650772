"""Celery tasks. Each may run twice, late, or at the same time as another: the fold's lock and marks make it safe."""

from celery import shared_task
from django.utils import timezone

from campaigns.models import Campaign, FoldMark, ReviewMark
from reports import fold
from reports.models import WorkerHeartbeat


def beat():
    WorkerHeartbeat.objects.update_or_create(id=1, defaults={"beat_at": timezone.now()})


@shared_task
def fold_marks(campaign_id):
    fold.fold_marks(campaign_id)


@shared_task
def sweep():
    """Fold whatever carries a mark: what a lost message, a killed worker or a flushed broker left."""
    marked = FoldMark.objects.values_list("campaign_id").union(ReviewMark.objects.values_list("campaign_id"))
    for (campaign_id,) in sorted(marked):
        fold.fold_marks(campaign_id)
    beat()


@shared_task
def verify_progress():
    """Compare every campaign's figures with a full recompute. A difference is logged and kept."""
    for campaign in Campaign.objects.order_by("pk"):
        fold.verify(campaign)


@shared_task
def prune_delivered_messages():
    """The SQLAlchemy transport keeps every delivered message; without this its file grows for ever."""
    from django.conf import settings

    if not settings.CELERY_BROKER_URL.startswith("sqla+"):
        return
    import sqlalchemy

    engine = sqlalchemy.create_engine(settings.CELERY_BROKER_URL.removeprefix("sqla+"))
    with engine.begin() as broker:
        broker.execute(sqlalchemy.text("DELETE FROM kombu_message WHERE visible = 0"))
    engine.dispose()
