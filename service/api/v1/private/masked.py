"""The settings without their secrets."""

from service.prisma.url import DatabaseUrl
from service.settings import Settings

MASK = "********"


def masked_settings(settings: Settings) -> dict[str, object]:
    """The settings for people to read, with secrets masked."""
    shown: dict[str, object] = {}
    for name in settings.__struct_fields__:
        value = getattr(settings, name)
        if name in {"secret_key", "other_secret_key", "sentry_dsn"}:
            value = value and MASK
        elif isinstance(value, DatabaseUrl):
            value = value.masked
        elif name == "database_replica_urls":
            value = [replica.masked for replica in settings.database_replica_urls]
        shown[name] = value
    return shown
