"""A field of a DTO is of the type that its column gives."""

from decimal import Decimal
from typing import Annotated, Any, Literal, NewType

import msgspec
import pytest
import sqlalchemy as sa
from msgspec import Meta
from sqlalchemy.orm import Mapped, mapped_column

from service.core import schema
from service.core.resources.mapping import Mapping
from service.core.schema import BigInt, Int, JsonText, Resource, Timestamp
from service.core.type_info import AnnotationError
from service.dev.adopt.plan.annotations import shown
from service.dev.declarations.dto_types import refuse_what_columns_do_not_give
from service.prisma.enums import PrismaEnum
from service.prisma.types import ScalarList
from tests.support.own_base import OwnBase


class Colour(PrismaEnum):
    RED = "red"


Name = NewType("Name", str)


class TypedBase(OwnBase):
    """Apart from the mirrored schema, with which the database is compared."""

    __abstract__ = True
    metadata = sa.MetaData()


class Typed(TypedBase):
    """A column of each kind."""

    __tablename__ = "Typed"
    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer)
    big: Mapped[int] = mapped_column(sa.BigInteger)
    ratio: Mapped[float] = mapped_column(sa.Double)
    price: Mapped[Decimal] = mapped_column(sa.Numeric(8, 2))
    moment: Mapped[Any] = mapped_column(sa.DateTime)
    flag: Mapped[bool] = mapped_column(sa.Boolean)
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)
    document: Mapped[Any] = mapped_column(sa.JSON)
    colour: Mapped[Colour] = mapped_column(sa.Enum(Colour))
    tags: Mapped[list[str] | None] = mapped_column(ScalarList(sa.Text()), nullable=True)
    note: Mapped[str | None] = mapped_column(sa.Text)


def checked(name: str, kind: Any) -> None:
    dto = msgspec.defstruct("Shown", [("id", str), (name, kind)], bases=(Resource,), rename="camel")
    refuse_what_columns_do_not_give([Mapping(dto, Typed)])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("number", Int),
        ("number", float),
        ("number", int | None),
        ("big", BigInt),
        ("ratio", float),
        ("price", Annotated[str, Meta(max_length=9)]),
        ("moment", Timestamp),
        ("flag", bool),
        ("flag", Any),
        ("data", bytes),
        ("document", JsonText),
        ("colour", Colour),
        ("colour", Annotated[Colour, Meta(description="Which.")]),
        ("colour", str),
        ("colour", Literal["RED"]),
        ("tags", list[str]),
        ("tags", list[str | None]),
        ("note", str | None),
        ("note", Name | None),
        ("note", Annotated[str | None, Meta(description="Said.")]),
        ("note", Literal["a", "b"] | None),
        ("note", Literal["a", None]),  # noqa: PYI061  # this form is what is tried
    ],
    ids=str,
)
def test_the_type_that_a_column_gives_is_taken(name: str, kind: Any) -> None:
    checked(name, kind)


@pytest.mark.parametrize(
    ("name", "kind", "instead"),
    [
        ("number", str, "Int"),
        ("number", bool, "Int"),
        ("big", int, "BigInt"),
        ("ratio", int, "float"),
        ("price", float, "Decimal"),
        ("price", Decimal, r"service\.core\.schema\.Decimal"),
        ("moment", float, "Timestamp"),
        ("flag", str, "bool"),
        ("flag", int, "bool"),
        ("flag", Literal[1], "bool"),
        ("data", str, "bytes"),
        ("document", dict[str, Any], "JsonText"),
        ("colour", Literal[1], "Colour"),
        ("colour", int, r"service\.models\.Colour"),
        ("tags", str, r"list\[str\]"),
        ("tags", list[int], r"list\[str\]"),
        ("note", str, r"NULL.*str \| None"),
        ("note", int | None, "str"),
        ("note", Literal[1, 2] | None, "str"),
        ("note", Literal["a", "b"], r"NULL.*str \| None"),
    ],
    ids=str,
)
def test_another_type_is_refused_with_the_one_to_write(name: str, kind: Any, instead: str) -> None:
    with pytest.raises(AnnotationError, match=rf"Shown\.{name}: the column {name} .*{instead}"):
        checked(name, kind)


@pytest.mark.parametrize("name", sorted({*Typed.__mapper__.columns.keys()} - {"id", "tags", "note"}))
def test_what_an_adoption_writes_is_taken(name: str) -> None:
    """The generator and this check each have a table of types."""
    written = shown(Typed.__table__.columns[name].type)
    own = {"§[service.models]Colour": Colour, "bool": bool, "bytes": bytes, "float": float}
    checked(name, own.get(written) or getattr(schema, written.removeprefix("§")))
