from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("Vaccines and stock")

    def ready(self):
        from districts import notices
        from inventory.presenters import alerts
        from inventory.selectors.alerts import AlertKind
        from inventory.services.alerts import BALANCES_DIFFER

        for kind in AlertKind:
            words = alerts.notice_words(kind)
            notices.register(notices.Kind(kind.value, kind.label, words, right="keep_stock"))
        differ = _("Kept stock balances that differ")
        notices.register(notices.Kind(BALANCES_DIFFER, differ, alerts.check_words, right="keep_stock"))
