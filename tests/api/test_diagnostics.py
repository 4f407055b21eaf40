"""Diagnostics: there in local, absent elsewhere."""

import pytest

from service.models import Base
from service.prisma.migrations import read_migrations
from tests.support.api import SECRET_KEY, Api, bearer, serving

PATHS = ("/private/diagnostics/server", "/private/diagnostics/database")


async def test_the_server_shows_itself_without_secrets(api: Api) -> None:
    answer = await api.get(PATHS[0])
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["packages"]["litestar"]
    assert shown["memoryBytes"] > 0
    assert shown["settings"]["secret_key"] == "********"
    assert SECRET_KEY not in answer.text


async def test_the_database_shows_itself(api: Api, database_url: str) -> None:
    await api.make_note("counted")
    shown = (await api.get(PATHS[1])).json()
    assert shown["rows"]["TestNote"] == 1
    assert shown["rows"].keys() == set(Base.metadata.tables)
    assert shown["sizeBytes"] > 0
    if database_url.startswith("postgresql"):
        assert shown["serverVersion"].startswith("18")
        assert shown["drift"] == {"missing": [], "differences": []}
        assert len(shown["migrations"]["applied"]) == len(read_migrations())
        assert shown["migrations"]["missing"] == []
        assert shown["pool"] == {"size": 10, "inUse": 1, "idle": 0}


SAYS_LOCAL = (
    {"X-Forwarded-For": "127.0.0.1", "Host": "localhost"},
    {"X-Forwarded-Host": "localhost", "X-Real-IP": "127.0.0.1"},
    {"Forwarded": "for=127.0.0.1;host=localhost;proto=http", "Environment": "local"},
    {"X-Original-URL": "/api/v1/utils/health-check", "X-Rewrite-URL": "/api/v1/utils/health-check"},
    {"X-HTTP-Method-Override": "GET", "Origin": "http://localhost:3000"},
)


@pytest.mark.parametrize("environment", ["staging", "production"])
@pytest.mark.parametrize("path", PATHS)
async def test_they_are_absent_elsewhere(postgres_url: str, environment: str, path: str) -> None:
    async with serving(postgres_url, environment=environment) as api:
        for headers in ({}, bearer(), *SAYS_LOCAL, bearer() | SAYS_LOCAL[0]):
            answer = await api.get(path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
