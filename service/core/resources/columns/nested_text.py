"""Values of related rows as texts inside a JSON list, and how they are read back."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, FromClause, Select, Text, types
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from service.core.resources.columns.conversions import Convert
from service.prisma.types import plain_type

ROW = "shown"
"""The name of the column that is a `json_row` in a SELECT of related rows."""


class nested_text(FunctionElement[str]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A value as a text, without loss: `reader_of` its type restores what the driver would give."""

    type = Text()
    inherit_cache = True

    def __init__(self, value: ColumnElement[Any]) -> None:
        super().__init__(value)
        self.kind = plain_type(value.type)


@compiles(nested_text)
def _nested_text(element: nested_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    value = compiler.process(element.clauses, **kwargs)
    match element.kind:
        case types.LargeBinary():
            return f"encode({value}, 'hex')"
        case types.ARRAY():
            return f"CAST(to_json({value}) AS TEXT)"
        case types.CHAR():
            # A cast would cut off the spaces that pad it.
            return f"(to_json({value}) #>> '{{}}')"
        case _:
            return f"CAST({value} AS TEXT)"


class json_row(FunctionElement[str]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """One row for `json_rows`: an array of any number of texts."""

    type = Text()
    inherit_cache = True


@compiles(json_row)
def _json_row(element: json_row, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"ARRAY[{compiler.process(element.clauses, **kwargs)}]"


class json_rows(FunctionElement[str]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """The rows of a SELECT as a JSON list of lists, in its order. Its only column is a `json_row` called `ROW`."""

    type = Text()
    inherit_cache = True

    def __init__(self, rows: Select[Any]) -> None:
        super().__init__(rows.scalar_subquery())


@compiles(json_rows)
def _json_rows(element: json_rows, compiler: SQLCompiler, **kwargs: Any) -> str:
    """All rows are converted to JSON as one array, which takes an eighth less than `json_agg` of each row's JSON."""
    return f"CAST(to_json(ARRAY{compiler.process(element.clauses, **kwargs)}) AS TEXT)"


class outside(FunctionElement[Any]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A column of the row outside a subquery, which does not add its table to the subquery's FROM.

    SQLAlchemy correlates subqueries with the table of a SELECT or an UPDATE, but not in the RETURNING of an INSERT.
    """

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type

    @property
    def _from_objects(self) -> list[FromClause]:
        return []


class nested(FunctionElement[Any]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A subquery in which columns of the row outside keep their table's name, which a RETURNING would leave out."""

    inherit_cache = True

    def __init__(self, subquery: ColumnElement[Any], kind: TypeEngine[Any]) -> None:
        super().__init__(subquery)
        self.type = kind


@compiles(outside)
@compiles(nested)
def _with_tables(element: outside | nested, compiler: SQLCompiler, **kwargs: Any) -> str:
    return compiler.process(element.clauses, **{**kwargs, "include_table": True})


def decoded_as(kind: TypeEngine[Any]) -> Any:
    """The type as which msgspec, not strict, decodes a `nested_text`: text where `reader_of` is to convert it."""
    match plain_type(kind):
        case types.Boolean():
            return bool | None
        case types.Integer() | pg.OID():
            return int | None
        case _:
            return str | None


def reader_of(kind: TypeEngine[Any]) -> Convert | None:
    """A function that makes of the text what asyncpg would give; None where `decoded_as` has given that already."""
    match plain_type(kind):
        case types.Float():
            # Not msgspec, which reads `-0` as 0.
            return float
        case types.LargeBinary():
            return bytes.fromhex
        case types.ARRAY() as many:
            return _list_reader(many.item_type)
        case _:
            return None


def _list_reader(item: TypeEngine[Any]) -> Convert:
    match plain_type(item):
        case pg.OID():
            return lambda text: [None if each is None else int(each) for each in msgspec.json.decode(text)]
        case types.Float():
            # JSON has no numbers for NaN and the infinities: they are texts.
            return lambda text: [None if each is None else float(each) for each in msgspec.json.decode(text)]
        case types.LargeBinary():
            return lambda text: [
                None if each is None else bytes.fromhex(each.removeprefix("\\x"))
                for each in msgspec.json.decode(text)
            ]
        case _:
            return msgspec.json.decode
