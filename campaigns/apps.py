from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self):
        from campaigns import (
            notices,
            receivers,  # noqa: F401  (books what is posted in the stock)
        )

        notices.register()
