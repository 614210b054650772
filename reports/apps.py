from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self):
        from inventory.selectors import explaining
        from reports import receivers  # noqa: F401  (folds what is posted)
        from reports.selectors.stock import silent_in_campaigns

        explaining.register(silent_in_campaigns)
