"""Celery tasks of stock. Each may run twice or late."""

from celery import shared_task

from inventory.services.alerts import tell_alerts, tell_of_check
from inventory.services.checking import verify_balances


@shared_task
def verify_stock_balances():
    """Compare every kept balance with the sum of its movements; a difference is kept, logged and told."""
    tell_of_check(verify_balances())


@shared_task
def tell_stock_alerts():
    tell_alerts()
