"""Rows inside of rows: in one statement, and in the form that each has alone, for every type."""

from collections.abc import AsyncGenerator
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.sql.visitors import iterate

from service.core.http.query import ListQuery
from service.core.lifecycle.needed_columns import needed_columns
from service.core.resources.access.policies import Policies
from service.core.resources.controller import ReadController
from service.core.resources.list_sql import ListShape
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Field, Mapping, MappingError
from service.core.resources.nested import chain, count_of, to_many, to_one, values_of
from service.core.resources.read_repository import ReadRepository
from service.core.schema import Resource
from tests.api.test_types import BEYOND_JSON, LISTS, SAME
from tests.support.api import Api, serving
from tests.support.database import create_tables
from tests.support.kinds import Kind, KindBase, KindController, KindRow
from tests.support.lens import LENS

link = sa.Table(
    "_TestBoxToKind",
    KindBase.metadata,
    sa.Column("A", sa.Integer, sa.ForeignKey("TestBox.id"), primary_key=True),
    sa.Column("B", sa.Integer, sa.ForeignKey("TestKind.id"), primary_key=True),
)


class BoxRow(KindBase):
    __tablename__ = "TestBox"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    kind_id: Mapped[int | None] = mapped_column("kindId", sa.ForeignKey("TestKind.id"))
    above_id: Mapped[int | None] = mapped_column("aboveId", sa.ForeignKey("TestBox.id"))
    kind: Mapped[KindRow | None] = relationship(foreign_keys=[kind_id])
    kinds: Mapped[list[KindRow]] = relationship(secondary=link)
    above: Mapped["BoxRow | None"] = relationship(remote_side="BoxRow.id", back_populates="below")
    below: Mapped[list["BoxRow"]] = relationship(back_populates="above")


class SmallBox(Resource):
    """A box, and what it holds."""

    id: int
    kind: Kind | None


class Share(Resource):
    """What is worked out of a box."""

    id: int
    share: float


class MiddleBox(Resource):
    """A box in a box, and those in it."""

    id: int
    below: list[SmallBox]


class Box(Resource):
    """A box with all that belongs to it."""

    id: int
    kind: Kind | None
    kinds: list[Kind]
    kind_ids: list[int]
    below: list[MiddleBox]
    below_count: int
    above: list[SmallBox]


KINDS = Mapping(Kind, KindRow)
"""Who may read kinds, their own resource says."""
SMALL = Mapping(SmallBox, BoxRow, fields={"kind": to_one(BoxRow.kind, KINDS)})
MIDDLE = Mapping(MiddleBox, BoxRow, fields={"below": to_many(BoxRow.below, SMALL, order=[], most=2)})


class BoxRepository(ReadRepository[BoxRow, Box]):
    """Reads boxes."""

    reader = ListReader(
        Mapping(
            Box,
            BoxRow,
            fields={
                "kind": to_one(BoxRow.kind, KINDS),
                "kinds": to_many(BoxRow.kinds, KINDS, order=[KindRow.id.desc()], most=100),
                "kind_ids": values_of(BoxRow.kinds, KindRow.id, most=100),
                "below": to_many(BoxRow.below, MIDDLE, order=[], most=100),
                "below_count": count_of(BoxRow.below),
                "above": chain(BoxRow.above, SMALL, most=5),
            },
        ),
        filters={},
        sorts={"id": BoxRow.id},
    )


class BoxController(ReadController[BoxRepository, Box, ListQuery]):
    """Boxes."""

    path = "/boxes"


@pytest.fixture
async def boxes(database_url: str) -> AsyncGenerator[Api]:
    await create_tables(database_url, KindBase.metadata, "TestKind", "TestBox", "_TestBoxToKind")
    async with serving(database_url, resources=[KindController, BoxController], API_DOCS="false") as served:
        yield served


async def insert(api: Api, statement: sa.Executable, *rows: dict[str, Any]) -> None:
    engine: AsyncEngine = api.application.state.database.servers[0].engine
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(statement, list(rows) or None)


async def kind(api: Api, **fields: Any) -> dict[str, Any]:
    return (await api.post("/kinds/", json=fields)).json()


async def test_a_value_is_nested_as_it_is_flat_whatever_its_type(boxes: Api) -> None:
    longest = max(len(values) for values in SAME.values())
    kinds = [
        await kind(boxes, **{name: values[place % len(values)] for name, values in SAME.items()} | LISTS)
        for place in range(longest)
    ]
    kinds.append(await kind(boxes))
    for place, each in enumerate(kinds):
        await insert(boxes, sa.insert(BoxRow), {"id": place + 1, "kind_id": each["id"]})
    await insert(boxes, sa.insert(link), *({"A": 1, "B": each["id"]} for each in kinds))
    for place, each in enumerate(kinds):
        assert (await boxes.get(f"/boxes/{place + 1}")).json()["kind"] == each
    first = (await boxes.get("/boxes/1")).json()
    assert first["kinds"] == kinds[::-1]
    assert first["kindIds"] == [each["id"] for each in kinds]
    assert [item["kind"] for item in (await boxes.get("/boxes/")).json()["items"]] == kinds


async def test_nothing_is_null_and_no_rows_are_an_empty_list(boxes: Api) -> None:
    await insert(boxes, sa.insert(BoxRow), {"id": 1})
    assert (await boxes.get("/boxes/1")).json() == {
        "id": 1,
        "kind": None,
        "kinds": [],
        "kindIds": [],
        "below": [],
        "belowCount": 0,
        "above": [],
    }


async def test_rows_are_nested_in_nested_rows_of_their_own_table(boxes: Api) -> None:
    held = await kind(boxes, text="held", data="AP8=")
    rows = [{"id": 1, "kind_id": None, "above_id": None}, {"id": 2, "kind_id": None, "above_id": 1}]
    rows += [{"id": number, "kind_id": held["id"], "above_id": 2} for number in (3, 4, 5)]
    for row in rows:
        await insert(boxes, sa.insert(BoxRow), row)
    top = (await boxes.get("/boxes/1")).json()
    assert (top["below"], top["belowCount"]) == (
        [{"id": 2, "below": [{"id": 3, "kind": held}, {"id": 4, "kind": held}]}],
        1,
    )
    assert (await boxes.get("/boxes/2")).json()["belowCount"] == 3
    assert [each["id"] for each in (await boxes.get("/boxes/3")).json()["above"]] == [1, 2]


async def test_a_chain_has_an_end_and_a_circle_is_walked_once(boxes: Api) -> None:
    for number in range(1, 10):
        await insert(boxes, sa.insert(BoxRow), {"id": number, "above_id": number - 1 or None})
    assert [each["id"] for each in (await boxes.get("/boxes/9")).json()["above"]] == [4, 5, 6, 7, 8]
    await insert(boxes, sa.update(BoxRow), {"id": 1, "above_id": 3})
    assert [each["id"] for each in (await boxes.get("/boxes/2")).json()["above"]] == [3, 1]
    # The circle lies above this one, and is longer than the walk in it.
    assert [each["id"] for each in (await boxes.get("/boxes/4")).json()["above"]] == [1, 2, 3]


async def test_what_json_cannot_write_is_nested_as_it_is_flat(boxes: Api) -> None:
    engine: AsyncEngine = boxes.application.state.database.servers[0].engine
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite holds no such values")
    for number, (column, value, _) in enumerate(BEYOND_JSON, 1):
        await insert(boxes, sa.text(f'INSERT INTO {LENS.schema}."TestKind" ("{column}") VALUES ({value})'))
        await insert(boxes, sa.insert(BoxRow), {"id": number, "kind_id": number})
    items = (await boxes.get("/boxes/")).json()["items"]
    for number, (column, _, shown) in enumerate(BEYOND_JSON, 1):
        held = (await boxes.get(f"/kinds/{number}")).json()
        assert held[column] == shown
        assert (await boxes.get(f"/boxes/{number}")).json()["kind"] == held
        assert items[number - 1]["kind"] == held


@pytest.mark.parametrize("name", BoxRepository.reader.mapping.extra_fields)
def test_what_a_field_needs_is_told_without_its_sql(name: str) -> None:
    field = BoxRepository.reader.mapping.extra_fields[name]
    told = _columns_in(*field.reads, *(field.shows.resource_columns if field.shows else ()))
    assert told == _columns_in(field.sql)


def test_what_a_resource_needs_is_what_its_statements_name() -> None:
    mapping = BoxRepository.reader.mapping
    named = _columns_in(*mapping.resource_columns, *mapping.this_row)
    assert {table for table, _ in named} == {"TestBox", "TestKind", "_TestBoxToKind"}
    assert needed_columns([BoxRepository]) == named


def _columns_in(*expressions: sa.ColumnElement[Any]) -> set[tuple[str, str]]:
    return {
        (base.table.fullname, base.name)
        for expression in expressions
        for each in iterate(expression)
        if isinstance(each, sa.ColumnElement)
        for base in each.base_columns
        if isinstance(base, sa.Column)
    }


async def test_what_is_shown_of_a_row_is_not_worked_out_where_it_is_passed_over(boxes: Api) -> None:
    """The first row would divide by zero, which PostgreSQL refuses; `nested` is as dear as that."""
    share = Field(sa.literal(6) / (BoxRow.id - 1))
    reader = ListReader(Mapping(Share, BoxRow, fields={"share": share}), filters={}, sorts={"id": BoxRow.id})
    for number in (1, 2, 3):
        await insert(boxes, sa.insert(BoxRow), {"id": number})
    engine: AsyncEngine = boxes.application.state.database.servers[0].engine
    statement = Policies({}).unrestricted.resolve(reader.sql.rows(ListShape((), "id", skips=True)))
    async with engine.connect() as connection:
        rows = (await connection.execute(statement, {"limit": 2, "offset": 1})).all()
    assert [(row[0], float(row[1])) for row in rows] == [(2, 6.0), (3, 3.0)]


async def test_as_many_columns_as_a_table_has_fit(boxes: Api) -> None:
    wide = msgspec.defstruct(
        "Wide", [("id", int), *((f"f{place}", int) for place in range(99))], bases=(Resource,)
    )
    numbers = {f"f{place}": Field(sa.literal(place)) for place in range(99)}
    many = to_many(BoxRow.below, Mapping(wide, BoxRow, fields=numbers), order=[], most=3)
    await insert(boxes, sa.insert(BoxRow), {"id": 1})
    await insert(boxes, sa.insert(BoxRow), {"id": 2, "above_id": 1})
    engine: AsyncEngine = boxes.application.state.database.servers[0].engine
    async with engine.connect() as connection:
        statement = sa.select(many.sql).select_from(BoxRow).where(BoxRow.id == 1)
        value = await connection.scalar(Policies({}).unrestricted.resolve(statement))
    assert many.read
    ((row,),) = many.read([value])
    assert msgspec.structs.astuple(row) == (2, *range(99))


def test_a_relation_that_leads_elsewhere_is_refused() -> None:
    with pytest.raises(MappingError, match=r"BoxRow\.kinds does not lead to TestBox"):
        to_many(BoxRow.kinds, SMALL, order=[], most=1)
