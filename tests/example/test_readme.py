"""The README says nothing that does not work."""

import importlib
import re
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from textwrap import dedent
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from service.api import v1
from service.dev.demo.load import load_demo
from service.models import Subscription
from service.prisma.url import parse_database_url
from tests.example.support import serving
from tests.support.api import EDITOR, MEMBER, bearer

ROOT = Path(__file__).parents[2]
ROW = UUID("01a20920-9006-77b7-8aa7-1d8fb76ab68d")
README = (ROOT / "README.md").read_text("utf-8")

WRITTEN = "service/dev/adopted/"
"""What adoption writes, and is not here."""


def test_every_session_is_explained_and_every_named_session_exists() -> None:
    sessions = set(
        re.findall(r"^@nox\.session.*\ndef (\w+)\(", (ROOT / "noxfile.py").read_text(), re.MULTILINE)
    )
    table = README[README.index("## Sessions") : README.index("## The house")]
    assert set(re.findall(r"nox -s (\w+)", README)) <= sessions
    assert sessions <= set(re.findall(r"`(?:nox -s )?(\w+)[^`]*`", table))


async def test_the_first_answer_is_the_one_that_it_shows(postgres_url: str) -> None:
    await load_demo(parse_database_url(postgres_url))
    ((url, shown),) = re.findall(r"\$ curl 'http://127\.0\.0\.1:8000/api/v1(.+?)'\n(.+)\n", README)
    async with serving(postgres_url) as api:
        answer = await api.get(url)
        assert re.fullmatch(re.escape(shown).replace("…", ".+"), answer.text), answer.text
        total = (await api.get("/pages/?limit=1")).json()["total"]
    (promised,) = re.findall(r"loads over (\d+) demo pages", README)
    assert int(promised) < total < int(promised) + 10


async def test_the_resource_that_it_adds_works(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chapter = README[README.index("## Adding a resource") : README.index("## After a Prisma migration")]
    files = re.findall(r"^\d\. `(\w+\.py)`.*?^ *```python\n(.*?)^ *```", chapter, re.DOTALL | re.MULTILINE)
    assert [name for name, _ in files] == ["dto.py", "repository.py", "controller.py"]
    folder = tmp_path / "subscriptions"
    folder.mkdir()
    for name, code in files:
        (folder / name).write_text(dedent(code), "utf-8")
    monkeypatch.setattr(v1, "__path__", [*v1.__path__, str(tmp_path)])
    module = importlib.import_module("service.api.v1.subscriptions.controller")
    try:
        async with serving(database_url, resources=[module.SubscriptionController], headers=bearer()) as api:
            row = Subscription(
                id=ROW,
                user_id=EDITOR,
                stripe_customer_id="customer",
                monthly_price=Decimal("4.5"),
                current_period_end=datetime(2026, 12, 1, tzinfo=UTC),
            )
            async with (
                AsyncSession(api.application.state.database.servers[0].engine) as session,
                session.begin(),
            ):
                session.add(row)
            listed = (await api.get("/subscriptions/?status=TRIALING")).json()
            assert listed["items"] == [(await api.get(f"/subscriptions/{ROW}")).json()]
            assert (listed["total"], listed["items"][0]["currentPeriodEnd"]) == (
                1,
                "2026-12-01T00:00:00.000Z",
            )
            assert (await api.get("/subscriptions/not-a-uuid")).status_code == 404
            other = await api.get(f"/subscriptions/{ROW}", headers=bearer(MEMBER))
            assert other.status_code == 404, "another user's"
            document = (await api.get("/openapi.json")).json()
            assert {"listSubscriptions", "getSubscription"} <= {
                operation["operationId"]
                for path in document["paths"].values()
                for operation in path.values()
                if "operationId" in operation
            }
    finally:
        for name in [name for name in sys.modules if name.startswith("service.api.v1.subscriptions")]:
            del sys.modules[name]


def test_every_path_that_it_names_exists() -> None:
    for path in re.findall(r"`((?:service|tests|migrations-readonly)/[\w./-]*)`", README):
        assert (ROOT / path).exists() or "subscriptions" in path or path == WRITTEN, path
