"""What is written for models of odd names and keys."""

import ast
import builtins
from collections.abc import Iterable, Mapping
from keyword import kwlist
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import OID
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.dev.adopt.options import Options
from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.plans import plan
from service.dev.adopt.render.imports import HOME
from service.dev.adopt.render.slices import render
from service.dev.generator.names import attribute_name, class_name
from service.dev.schema import parse_schema
from service.prisma.enums import PrismaEnum, stored_values
from tests.support.own_base import OwnBase

SCHEMA = """
model RenderedQuery {
  id                Int @id
  renderedQueryName String
  lines             RenderedLine[]
}
model RenderedLine {
  id           Int           @id
  queryId      Int
  itemId       Int
  repositoryId Int
  controllerId Int
  note         String
  shade        String
  maker        String
  batch        String        @db.Uuid
  query        RenderedQuery @relation("query", fields: [queryId], references: [id])
  item         RenderedQuery @relation("item", fields: [itemId], references: [id])
  repository   RenderedQuery @relation("repository", fields: [repositoryId], references: [id])
  controller   RenderedQuery @relation("controller", fields: [controllerId], references: [id])

  @@unique([shade, maker])
  @@index([batch])
}
model RenderedReply {
  id         Int             @id
  parentId   Int
  answerId   Int
  replyCount Int
  parent     RenderedReply   @relation("a", fields: [parentId], references: [id])
  answer     RenderedReply   @relation("b", fields: [answerId], references: [id])
  reply      RenderedReply[] @relation("a")
  replies    RenderedReply[] @relation("b")
}
model RenderedColor {
  color Color @id
  note  String?
  limit String? @unique
  a1    String? @unique
  a_1   String? @unique
}
model RenderedStock {
  id         Int     @id
  groupId    Int
  legacy_id  BigInt?
  partnerId  String
  objectId   Int     @db.Oid
  level      Int
  shelf      Int
  minPrice   Int     @unique
  price      Int
  weight     Decimal
  sortOrder  Int
  minOrder   Decimal

  @@index([shelf, weight])
}
enum Color {
  RED
}
"""


class RenderedBase(OwnBase):
    __abstract__ = True
    metadata = sa.MetaData()


class Color(PrismaEnum):
    RED = "RED"


class RenderedQuery(RenderedBase):
    __tablename__ = "RenderedQuery"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    rendered_query_name: Mapped[str] = mapped_column("renderedQueryName", sa.Text)


class RenderedLine(RenderedBase):
    __tablename__ = "RenderedLine"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    query_id: Mapped[int] = mapped_column("queryId", sa.ForeignKey("RenderedQuery.id"))
    item_id: Mapped[int] = mapped_column("itemId", sa.ForeignKey("RenderedQuery.id"))
    repository_id: Mapped[int] = mapped_column("repositoryId", sa.ForeignKey("RenderedQuery.id"))
    controller_id: Mapped[int] = mapped_column("controllerId", sa.ForeignKey("RenderedQuery.id"))
    note: Mapped[str] = mapped_column(sa.Text)
    shade: Mapped[str] = mapped_column(sa.Text)
    maker: Mapped[str] = mapped_column(sa.Text)
    batch: Mapped[str] = mapped_column(sa.Uuid(as_uuid=False), index=True)
    query: Mapped[RenderedQuery] = relationship(foreign_keys=[query_id])
    item: Mapped[RenderedQuery] = relationship(foreign_keys=[item_id])
    repository: Mapped[RenderedQuery] = relationship(foreign_keys=[repository_id])
    controller: Mapped[RenderedQuery] = relationship(foreign_keys=[controller_id])


class RenderedReply(RenderedBase):
    __tablename__ = "RenderedReply"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    parent_id: Mapped[int] = mapped_column("parentId", sa.ForeignKey("RenderedReply.id"))
    answer_id: Mapped[int] = mapped_column("answerId", sa.ForeignKey("RenderedReply.id"))
    reply_count: Mapped[int] = mapped_column("replyCount", sa.Integer)
    parent: Mapped["RenderedReply"] = relationship(foreign_keys=[parent_id], remote_side="RenderedReply.id")
    answer: Mapped["RenderedReply"] = relationship(foreign_keys=[answer_id], remote_side="RenderedReply.id")
    reply: Mapped[list["RenderedReply"]] = relationship(foreign_keys=[parent_id], viewonly=True)
    replies: Mapped[list["RenderedReply"]] = relationship(foreign_keys=[answer_id], viewonly=True)


class RenderedColor(RenderedBase):
    __tablename__ = "RenderedColor"

    color: Mapped[Color] = mapped_column(
        sa.Enum(Color, name="RenderedColor", values_callable=stored_values), primary_key=True
    )
    note: Mapped[str | None] = mapped_column(sa.Text)
    limit: Mapped[str | None] = mapped_column(sa.Text, unique=True)
    a1: Mapped[str | None] = mapped_column(sa.Text, unique=True)
    a_1: Mapped[str | None] = mapped_column(sa.Text, unique=True)


class RenderedStock(RenderedBase):
    __tablename__ = "RenderedStock"
    __table_args__ = (sa.Index("RenderedStock_shelf_weight_idx", "shelf", "weight"),)

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    group_id: Mapped[int] = mapped_column("groupId", sa.Integer)
    legacy_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    partner_id: Mapped[str] = mapped_column("partnerId", sa.Text)
    object_id: Mapped[int] = mapped_column("objectId", OID)
    level: Mapped[int] = mapped_column(sa.Integer)
    shelf: Mapped[int] = mapped_column(sa.Integer)
    min_price: Mapped[int] = mapped_column("minPrice", sa.Integer, unique=True)
    price: Mapped[int] = mapped_column(sa.Integer)
    weight: Mapped[str] = mapped_column(sa.Numeric)
    sort_order: Mapped[int] = mapped_column("sortOrder", sa.Integer)
    min_order: Mapped[str] = mapped_column("minOrder", sa.Numeric)


MODELS = (RenderedQuery, RenderedLine, RenderedReply, RenderedColor, RenderedStock)


@pytest.fixture(scope="module")
def files() -> dict[str, Mapping[str, str]]:
    schema = {model.name: model for model in parse_schema(SCHEMA).models}
    tables = RenderedBase.metadata.tables
    sources = [Source(sa.inspect(model), tables[model.__name__], schema[model.__name__]) for model in MODELS]
    rendered = render(plan(sources, Options(), {}).resources, ["Color"])
    return {name: slice_.files for name, slice_ in rendered.slices.items()}


def _fields(source: str) -> dict[str, set[str]]:
    """The fields of each class."""
    return {
        each.name: {
            line.target.id
            for line in each.body
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
        }
        for each in ast.parse(source).body
        if isinstance(each, ast.ClassDef)
    }


def test_a_relation_may_be_called_as_a_part_of_a_slice(files: dict[str, Mapping[str, str]]) -> None:
    found = _fields(files["RenderedLine"]["dto.py"])
    assert "query_id" in found["RenderedLineQuery"]
    assert found["RenderedLineQuery2"] == {"id", "rendered_query_name"}
    assert {"query", "item", "query_id"} <= found["RenderedLine"]
    assert {"RenderedLineRepository", "RenderedLineController"} <= found.keys()
    for module in files["RenderedLine"].values():
        bound = _bound(module)
        assert len(set(bound)) == len(bound), module


def test_a_list_is_in_the_order_of_its_key_whatever_that_is(files: dict[str, Mapping[str, str]]) -> None:
    assert 'Literal["color", "-color"]' in files["RenderedColor"]["dto.py"]
    assert 'default_sort="color"' in files["RenderedColor"]["repository.py"]


def test_a_list_is_in_the_order_of_the_places_that_rows_have(files: dict[str, Mapping[str, str]]) -> None:
    sorts = files["RenderedStock"]["repository.py"].partition("sorts=")[2].partition("}")[0]
    assert '"sortOrder": tables.RenderedStock.sort_order' in sorts
    assert "minOrder" not in sorts


def test_a_list_is_asked_for_those_of_a_unique_text(files: dict[str, Mapping[str, str]]) -> None:
    filters = files["RenderedColor"]["repository.py"]
    for name, column in (("limit_is", "limit"), ("a1", "a1"), ("a_1_is", "a_1")):
        assert f'"{name}": one_of(tables.RenderedColor.{column})' in filters


def test_a_list_is_asked_for_by_what_rows_are_looked_up_by(files: dict[str, Mapping[str, str]]) -> None:
    filters = files["RenderedLine"]["repository.py"]
    for name in ("shade", "maker", "batch"):
        assert f'"{name}": one_of(tables.RenderedLine.{name})' in filters
    assert '"note": one_of' not in filters


def test_numbers_that_rows_are_looked_up_by_are_asked_for_as_they_are(
    files: dict[str, Mapping[str, str]],
) -> None:
    filters = files["RenderedStock"]["repository.py"]
    stock = "tables.RenderedStock"
    for name in ("group_id", "legacy_id", "partner_id", "object_id", "shelf"):
        assert f'"{name}": one_of({stock}.{name})' in filters
    for name in ("level", "price", "weight"):
        assert f'"{name}": one_of' not in filters
    for name in ("group_id", "shelf", "level", "weight"):
        assert f'"min_{name}": at_or_after({stock}.{name})' in filters
    assert f'"min_price": at_or_after({stock}.price)' in filters
    assert f'"min_price_is": one_of({stock}.min_price)' in filters
    query = files["RenderedStock"]["dto.py"].partition("class RenderedStockQuery")[2]
    assert "legacy_id: Annotated[\n        tuple[BigInt, ...]" in query


def test_two_relations_and_a_column_may_have_one_name_for_how_many(
    files: dict[str, Mapping[str, str]],
) -> None:
    shown = _fields(files["RenderedReply"]["dto.py"])
    assert "reply_count" in shown["RenderedReplyItem"]
    assert shown["RenderedReply"] == {"reply_count_linked", "reply_count_linked_linked"}
    for name, relation in (("reply_count_linked", "reply"), ("reply_count_linked_linked", "replies")):
        assert f'"{name}": count_of(tables.RenderedReply.{relation})' in " ".join(
            files["RenderedReply"]["repository.py"].split()
        )


@pytest.mark.parametrize("name", ["msgspec", "tuple", "storedRowHash", "list"])
def test_a_field_hides_nothing_that_its_class_needs(name: str) -> None:
    assert attribute_name(name).endswith("_")


def test_a_model_may_be_called_as_anything_that_a_slice_imports() -> None:
    class Named(OwnBase):
        __abstract__ = True
        metadata = sa.MetaData()

    kinds = PrismaEnum("Text", {"RED": "RED"})
    names = {f"{name[0].upper()}{name[1:]}" for name in HOME} | {
        *("None", "True", "Warning", "Read", "Crud", "List", "Model", "Base", "Tables"),
        *("Core", "CoreMapping", "Health", "Count", "Problem"),
    }
    sources: list[Source] = []
    for name in sorted(map(class_name, names)):
        columns: dict[str, Any] = {
            "__tablename__": name,
            "id": mapped_column(sa.Integer, primary_key=True),
            "note": mapped_column(sa.Text),
            "kind": mapped_column(sa.Enum(kinds, name="kinds", values_callable=stored_values)),
        }
        model = type(name, (Named,), columns)
        (prisma,) = parse_schema(f"model {name}x {{ id Int @id\n note String\n kind Text }}").models
        sources.append(Source(sa.inspect(model), Named.metadata.tables[name], prisma))
    rendered = render(plan(sources, Options(), {}).resources, ["Text"])
    modules = [text for slice_ in rendered.slices.values() for text in slice_.files.values()]
    for module in [*modules, *rendered.loose.values()]:
        bound = _bound(module)
        assert len(set(bound)) == len(bound), module
        assert not set(bound) & {*kwlist, *dir(builtins)}, module
    shown = [name for name in _classes(modules) if not name.endswith(("Repository", "Controller"))]
    assert len(set(shown)) == len(shown)
    assert not set(shown) & {"Text", "Health", "Count", "Problem"}


def _bound(module: str) -> list[str]:
    """The names that a module imports and defines."""
    return [
        name
        for each in ast.parse(module).body
        for name in (
            [each.name]
            if isinstance(each, ast.ClassDef)
            else [alias.asname or alias.name for alias in each.names]
            if isinstance(each, ast.Import | ast.ImportFrom)
            else []
        )
    ]


def _classes(modules: Iterable[str]) -> list[str]:
    return [each.name for text in modules for each in ast.parse(text).body if isinstance(each, ast.ClassDef)]
