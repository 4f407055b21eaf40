"""Whatever PostgreSQL raises, the answer tells nothing of it, and neither log nor Sentry tells a secret."""

import json
from collections import Counter
from pathlib import Path

import httpx

from tests.faults.cluster import Cluster
from tests.faults.sabotage import MARKS, fail_with, sabotage
from tests.support.api import SECRET_KEY, bearer
from tests.support.log import LogReader
from tests.support.sentry import sentry_server
from tests.support.server import running

PASSWORD = "hidden-password"
KNOWN = {
    "22000": 422, "22001": 422, "22003": 422, "22007": 422, "22021": 422, "22P02": 422, "23502": 422, "23514": 422,
    "23503": 409, "23505": 409,
    "40001": 503, "40P01": 503, "08000": 503, "08006": 503, "53000": 503, "53100": 503, "53200": 503, "53300": 503,
    "57P01": 503, "57P02": 503, "57P03": 503, "57014": 504,
}  # fmt: skip
UNFORESEEN = [
    "02000", "03000", "09000", "0A000", "0B000", "0F000", "0L000", "0P000", "0Z000", "20000", "21000", "23000", "23P01",
    "24000", "25000", "25006", "26000", "27000", "28000", "28P01", "2B000", "2D000", "2F000", "34000", "38000", "39000",
    "3B000", "3D000", "3F000", "40002", "42000", "42501", "42703", "42P01", "44000", "54000", "55000", "55P03", "58000",
    "F0000", "HV000", "P0001", "XX000", "XX001",
]  # fmt: skip
"""One of every class that PostgreSQL has, and the usual ones; each is a plain 500."""
SQL = (
    "SELECT",
    "INSERT",
    '"TestNote"',
    '"TestLabel"',
    "asyncpg",
    "sqlalchemy",
    "127.0.0.1",
    "postgres",
    "Traceback",
    ".py",
)


def words(answer: httpx.Response) -> str:
    return f"{answer.headers} {answer.text}"


async def test_nothing_leaks(cluster: Cluster, database: str, tmp_path: Path) -> None:
    url = cluster.url(database)
    await sabotage(url)
    headers = bearer()
    answers = Counter[int]()
    with (
        sentry_server() as sentry,
        (tmp_path / "log").open("w") as output,
        running(url.replace(":unused@", f":{PASSWORD}@"), output, SENTRY_DSN=sentry.dsn) as server,
    ):
        async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=30) as client:
            assert (await client.get("/labels/")).json()["total"] == 1
            for state, status in {**KNOWN, **dict.fromkeys(UNFORESEEN, 500)}.items():
                await fail_with(url, state)
                for answer in (
                    await client.post("/notes/", json={"title": "hidden_value"}),
                    await client.get("/labels/?q=hidden_value"),
                ):
                    assert answer.status_code == status, (state, answer.text)
                    assert answer.json().keys() == PROBLEM
                    assert ("retry-after" in answer.headers) == (status == 503)
                    for secret in (*MARKS, "hidden_value", PASSWORD, SECRET_KEY, database, *SQL):
                        assert secret not in words(answer), (state, secret)
                    answers[status] += 1
        events = sentry.new_events(answers[500])
        assert server.stop() == 0
    assert len(events) == answers[500], "each 500 is reported once, and nothing else is"
    lines = LogReader.parse((tmp_path / "log").read_text())
    token = headers["Authorization"].removeprefix("Bearer ")
    for where, told in (("Sentry", json.dumps(sentry.bodies)), ("the log", json.dumps(lines))):
        for secret in (PASSWORD, SECRET_KEY, token, "hidden_detail", "hidden_value"):
            at = told.find(secret)
            assert at < 0, f"{where}: {told[at - 100 : at + 100]}"
    print(
        f"\nleaks: {len(KNOWN) + len(UNFORESEEN)} SQLSTATEs, {dict(answers)}, {len(events)} Sentry events, none leaked"
    )


PROBLEM = {"type", "title", "status", "detail", "instance", "code", "requestId", "errors"}
