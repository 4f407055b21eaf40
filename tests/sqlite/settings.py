"""Settings whose database is an SQLite file, which the service takes from no variable: DATABASE_URL is PostgreSQL's."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import make_url

from service.prisma.url import DatabaseUrl
from service.settings import Settings, load_settings
from tests.sqlite.names import MAIN

SQLITE = "sqlite:"
SQLITE_URL = "SQLITE_URL"
NOWHERE = "postgresql://nobody@localhost:1/none"


def database_of(url: str) -> DatabaseUrl:
    """Of the URL of an SQLite file."""
    return DatabaseUrl(url=make_url(url).set(drivername="sqlite+aiosqlite"), schema=MAIN)


def variables_of(database_url: str) -> dict[str, str]:
    """The variables that name a database of either kind, for `settings_of`, in this process or another."""
    if database_url.startswith(SQLITE):
        return {"DATABASE_URL": NOWHERE, SQLITE_URL: database_url}
    return {"DATABASE_URL": database_url}


def settings_of(variables: Mapping[str, str]) -> Settings:
    settings = load_settings(variables)
    url = variables.get(SQLITE_URL)
    return msgspec.structs.replace(settings, database_url=database_of(url)) if url else settings
