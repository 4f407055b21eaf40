"""Whatever PostgreSQL raises, the answer tells nothing of it, and neither log nor Sentry tells a secret."""

import json
from collections import Counter
from pathlib import Path

import httpx

from tests.faults.cluster import Cluster
from tests.faults.sabotage import MARKS, fail_with, sabotage
from tests.support.api import SECRET_KEY, bearer
from tests.support.log import LogReader
from tests.support.sentry import Envelopes
from tests.support.server import running

PASSWORD = "hidden-password"
KNOWN = {
    "09000": 422, "22000": 422, "22001": 422, "22003": 422, "22007": 422, "22021": 422, "22P02": 422, "23000": 422,
    "23502": 422, "23514": 422, "27000": 422, "44000": 422, "54000": 422, "P0001": 422, "23505": 409, "23P01": 409,
    "08000": 503, "08006": 503, "25006": 503, "26000": 503, "28000": 403, "28P01": 403, "3D000": 503, "3F000": 503,
    "40001": 503, "40002": 503, "40P01": 503, "42501": 403, "42703": 503, "42P01": 503, "53000": 503, "53100": 503,
    "53200": 503, "53300": 503, "55000": 422, "55P03": 503, "57P01": 503, "57P02": 503, "57P03": 503, "58000": 503,
    "HV000": 503, "57014": 504,
}  # fmt: skip
OTHERS = [
    "01000", "02000", "03000", "0A000", "0B000", "0F000", "0L000", "0P000", "0Z000", "20000", "21000", "24000", "25000",
    "2B000", "2D000", "2F000", "34000", "38000", "39000", "3B000", "42000", "F0000",
]  # fmt: skip
"""One of every other class: a fault of ours where PostgreSQL itself says so, a rule where a RAISE does, as here."""
UNFORESEEN = ["XX000", "XX001"]
"""What is a plain 500 whoever says it."""
REFERS_TO_NOTHING = "23503"
"""A write that refers to nothing is the caller's to mend; a read can hardly meet it."""
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
        Envelopes().running() as sentry,
        (tmp_path / "log").open("w") as output,
        running(url.replace(":unused@", f":{PASSWORD}@"), output, SENTRY_DSN=sentry.dsn) as server,
    ):
        async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=30) as client:
            assert (await client.get("/labels/")).json()["total"] == 1
            each = {state: (status, status) for state, status in KNOWN.items()}
            each |= (
                dict.fromkeys(OTHERS, (422, 422))
                | dict.fromkeys(UNFORESEEN, (500, 500))
                | {REFERS_TO_NOTHING: (422, 409)}
            )
            for state, statuses in each.items():
                await fail_with(url, state)
                calls = (
                    await client.post("/notes/", json={"title": "hidden_value"}),
                    await client.get("/labels/?q=hidden_value"),
                )
                for answer, status in zip(calls, statuses, strict=True):
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
    for where, told in (("Sentry", b"".join(sentry.bodies).decode()), ("the log", json.dumps(lines))):
        for secret in (PASSWORD, SECRET_KEY, token, "hidden_detail", "hidden_value"):
            at = told.find(secret)
            assert at < 0, f"{where}: {told[at - 100 : at + 100]}"
    print(
        f"\nleaks: {len(KNOWN) + len(OTHERS) + len(UNFORESEEN)} SQLSTATEs, {dict(answers)}, {len(events)} Sentry events, none leaked"
    )


PROBLEM = {"type", "title", "status", "detail", "instance", "code", "requestId", "errors"}
