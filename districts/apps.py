from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DistrictsConfig(AppConfig):
    name = "districts"
    verbose_name = _("Areas and people")

    def ready(self):
        from districts import receivers  # noqa: F401  (connects them)
