"""Compiled statements are kept up to a ceiling."""

from typing import Any

import pytest
from sqlalchemy import literal, select

from service.core.database import statement
from service.core.database.engine import make_engine
from service.core.database.statement import AnySelect
from service.core.resources.access.policies import Policies
from service.core.resources.list_sql import ListShape
from service.prisma.url import parse_database_url
from tests.support.api import serving
from tests.support.notes import NoteRepository


def build() -> AnySelect:
    return select(literal(1))


def test_those_longest_out_of_use_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement, "MAX_STATEMENTS", 2)
    url = parse_database_url("postgresql://u:p@127.0.0.1/none")
    statements = statement.Statements(make_engine(url, statement_timeout=1))
    first = statements.get("first", build)
    second = statements.get("second", build)
    assert statements.get("first", build) is first
    statements.get("third", build)
    assert statements.get("first", build) is first
    assert statements.get("second", build) is not second


async def test_a_list_is_compiled_for_its_parameters_not_for_their_number(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str] = []

    class Compiled(statement.Statement):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            compiled.append(self.sql)

    monkeypatch.setattr(statement, "Statement", Compiled)
    async with serving(postgres_url) as api:
        await api.get("/notes/", params={"status": "DRAFT", "tag": "t"})
        of_one = len(compiled)
        await api.get("/notes/", params={"status": "DONE", "tag": "t"})
        assert len(compiled) == of_one
        await api.get("/notes/", params=[("status", "DRAFT"), ("status", "DONE"), ("tag", "t")])
        of_several = len(compiled)
        assert of_several > of_one
        for number in range(2, 51):
            repeated = [("status", "DRAFT")] * number + [
                ("tag", f"t{each}") for each in range(number % 10 + 1)
            ]
            assert (await api.get("/notes/", params=tuple(repeated))).status_code == 200
        assert len(compiled) == of_several


def test_one_value_is_asked_for_by_an_equation() -> None:
    """So that its rows are read in the order of an index; of several, all are sorted: 70 ms in place of 3 for 15,000 pages."""
    resolve = Policies({}).unrestricted.resolve
    asked = {
        alone: str(resolve(NoteRepository.reader.sql.count(ListShape(("status",), "title", alone=alone))))
        for alone in (frozenset({"status"}), frozenset[str]())
    }
    one, several = asked.values()
    assert one.endswith("status = :status")
    assert one != several
