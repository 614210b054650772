"""System checks with ids, so that a wrong deployment says so before it serves."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def production_database(app_configs, **kwargs):
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return [
            Warning(
                "SQLite holds one writer at a time; a campaign of more than a district needs PostgreSQL.",
                hint="Set DATABASE_URL=postgresql://…",
                id="abhiyan.W001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def production_broker(app_configs, **kwargs):
    if not settings.REDIS_URL:
        return [
            Warning(
                "Messages travel through a database file; figures come up to 1 s later than with Redis.",
                hint="Set REDIS_URL=redis://…",
                id="abhiyan.W002",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def mail_leaves_the_machine(app_configs, **kwargs):
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        return [
            Warning(
                "Mail is written to the log: nobody can set a forgotten password anew.",
                hint="Set EMAIL_URL=smtp+tls://…",
                id="abhiyan.W003",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def officers_give_a_second_factor(app_configs, **kwargs):
    if not settings.SECOND_FACTOR:
        return [
            Warning(
                "A password alone opens the accounts of national and state officers.",
                hint="Set SECOND_FACTOR=on.",
                id="abhiyan.W004",
            )
        ]
    return []


@register(Tags.security)
def secret_key_is_long(app_configs, **kwargs):
    if len(settings.SECRET_KEY) < 32:
        return [Error("SECRET_KEY is shorter than 32 characters.", id="abhiyan.E001")]
    return []
