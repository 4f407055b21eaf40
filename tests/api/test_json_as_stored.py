"""Documents that others wrote in another way than this service would: who sends one back changes no byte of it."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from sqlalchemy import text

from tests.support.api import Api, serving
from tests.support.database import create_tables, transaction_on
from tests.support.kinds import KindBase, KindController, KindRow

WRITTEN = [
    r'{ "k" : "\u00e9\/" }',
    '{"b": 1, "a": [2.0, 1E2, -0, 1.50]}',
    r'"\ud83d\ude00"',
    r'{"\\u0000": "\\ud83d"}',
    "  [ ] ",
    "1.0",
]
NEVER_TAKEN = [r'"\u0000"', r'{"\uD800": 1}', r'["\\\u0000"]', r'"\ude00\ud83d"', "1e20000"]
NOT_IN_JSONB = [*NEVER_TAKEN, "1e-20000"]
OTHERS: list[tuple[str, Any]] = [
    ("1", True),
    ("true", 1),
    ('{"a": null}', {}),
    ("[1, 2]", [2, 1]),
    ('"1"', 1),
]
JSON = {"Content-Type": "application/json"}
ALONE, MANY = ("document", "plain"), ("documents", "plains")
TYPES = {"document": "JSONB", "plain": "JSON", "documents": "JSONB", "plains": "JSON"}


@pytest.fixture
async def kinds(postgres_url: str) -> AsyncGenerator[Api]:
    await create_tables(postgres_url, KindBase.metadata, KindRow.__tablename__)
    async with serving(postgres_url, resources=[KindController], API_DOCS="false") as served:
        yield served


async def store(url: str, name: str, document: str) -> str:
    """The path of a new row."""
    value = f"CAST(:document AS {TYPES[name]})"
    value = f"ARRAY[{value}]" if name in MANY else value
    insert = text(f'INSERT INTO "TestKind" ("{name}") VALUES ({value}) RETURNING id')
    async with transaction_on(url) as connection:
        number = (await connection.execute(insert, {"document": document})).scalar_one()
    return f"/kinds/{number}"


async def stored(url: str, path: str, name: str) -> Any:
    select = text(f'SELECT CAST("{name}" AS TEXT) FROM "TestKind" WHERE id = :id')
    async with transaction_on(url) as connection:
        return (await connection.execute(select, {"id": int(path.rpartition("/")[2])})).scalar_one()


@pytest.mark.parametrize("name", [*ALONE, *MANY])
async def test_a_document_that_is_sent_back_stays_as_it_was_written(
    kinds: Api, postgres_url: str, name: str
) -> None:
    for document in WRITTEN:
        path = await store(postgres_url, name, document)
        before = await stored(postgres_url, path, name)
        read = await kinds.get(path)
        shown = read.json()[name]
        alone = await kinds.patch(path, json={name: shown})
        assert (alone.status_code, alone.headers["etag"]) == (200, read.headers["etag"]), document
        beside = await kinds.patch(path, json={name: shown, "text": "x"})
        assert (beside.status_code, beside.json()[name]) == (200, shown), document
        assert await stored(postgres_url, path, name) == before


@pytest.mark.parametrize("name", [*ALONE, *MANY])
async def test_another_document_is_stored(kinds: Api, postgres_url: str, name: str) -> None:
    for document, other in OTHERS:
        path = await store(postgres_url, name, document)
        sent = [other] if name in MANY else other
        answer = await kinds.patch(path, json={name: sent})
        assert (answer.status_code, answer.text) == (200, answer.text)
        assert (await kinds.get(path)).json()[name] == sent
        assert type((await kinds.get(path)).json()[name]) is type(sent)


@pytest.mark.parametrize("name", ["plain", "plains"])
async def test_what_no_jsonb_can_hold_is_in_nobodys_way(kinds: Api, postgres_url: str, name: str) -> None:
    for document in NOT_IN_JSONB:
        path = await store(postgres_url, name, document)
        before = await stored(postgres_url, path, name)
        beside = await kinds.patch(path, json={"text": "x"})
        assert beside.status_code == 200, (document, beside.text)
        shown = document if name not in MANY else f"[{document}]"
        assert f'"{name}":{shown}' in (await kinds.get(path)).text
        if document in NEVER_TAKEN:
            refused = await kinds.patch(path, content=f'{{"{name}": {shown}}}', headers=JSON)
            assert (refused.status_code, await stored(postgres_url, path, name)) == (422, before)
        sent: Any = [1] if name in MANY else 1
        changed = await kinds.patch(path, json={name: sent})
        assert (changed.status_code, changed.json()[name]) == (200, sent), (document, changed.text)
