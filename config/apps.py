from django.apps import AppConfig


class AbhiyanConfig(AppConfig):
    name = "config"
    label = "abhiyan"

    def ready(self):
        from config import checks  # noqa: F401  (registers the system checks)
