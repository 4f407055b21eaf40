"""The settings without their secrets."""

from service.prisma.url import DatabaseUrl
from service.settings import SECRETS, Settings

MASK = "********"


def masked_settings(settings: Settings) -> dict[str, object]:
    """The settings for people to read, with secrets masked."""
    values = ((name, getattr(settings, name)) for name in settings.__struct_fields__)
    return {name: _masked(value) if name in SECRETS else value for name, value in values}


def _masked(value: DatabaseUrl | tuple[DatabaseUrl, ...] | str | None) -> object:
    """A database's URL with its password masked; of any other value the mask alone."""
    if isinstance(value, tuple):
        return [each.masked for each in value]
    return value.masked if isinstance(value, DatabaseUrl) else value and MASK
