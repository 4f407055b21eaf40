"""SQL that gives columns the form in which they go over the wire, so that rows need little work in Python."""

from typing import Any

from sqlalchemy import ColumnElement, String, TypeDecorator, types
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from service.prisma.types import Money, Unsupported, shown

CALENDAR = "BETWEEN '0001-01-01' AND '9999-12-31 23:59:59.999999'"
"""The moments that RFC 3339 can write. PostgreSQL also has infinity, years before Christ, and years after 9999."""


class utc_text(FunctionElement[str]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A timestamp as RFC 3339 in UTC with milliseconds; as PostgreSQL's text where RFC 3339 cannot write it."""

    type = String()
    inherit_cache = True


@compiles(utc_text)
def _utc_text(element: utc_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    (column,) = element.clauses
    return _moment(compiler.process(column, **kwargs), column.type)


class key_moment_text(utc_text):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """`utc_text`, with microseconds where the value has any, so that a key finds its row again."""

    inherit_cache = True


@compiles(key_moment_text)
def _key_moment_text(element: key_moment_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    (column,) = element.clauses
    return _moment(compiler.process(column, **kwargs), column.type, finer=True)


class date_text(FunctionElement[str]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A date as `2026-01-31`."""

    type = String()
    inherit_cache = True


@compiles(date_text)
def _date_text(element: date_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    return _day(compiler.process(element.clauses, **kwargs))


class time_text(FunctionElement[str]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A time of day as `12:00:00.000`."""

    type = String()
    inherit_cache = True


@compiles(time_text)
def _time_text(element: time_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **kwargs)}, 'HH24:MI:SS.MS')"


class key_time_text(time_text):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """`time_text`, with microseconds where the value has any."""

    inherit_cache = True


@compiles(key_time_text)
def _key_time_text(element: key_time_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    return _finer(f"to_char({compiler.process(element.clauses, **kwargs)}, 'HH24:MI:SS.US')")


class uuid_text(FunctionElement[str]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A UUID as text with its dashes."""

    type = String()
    inherit_cache = True


@compiles(uuid_text)
def _uuid_text(element: uuid_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kwargs)} AS TEXT)"


class single_text(FunctionElement[float]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A `@db.Real` with as few digits as identify it: 0.1, where its value as a double is 0.10000000149011612."""

    type: TypeEngine[float] = types.Double()
    inherit_cache = True


@compiles(single_text)
def _single_text(element: single_text, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"CAST(CAST({compiler.process(element.clauses, **kwargs)} AS TEXT) AS DOUBLE PRECISION)"


class native_list(FunctionElement[list[Any]]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A list whose items the driver reads as they go out; empty for NULL, since Prisma reads a NULL list so."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(native_list)
def _native_list(element: native_list, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"coalesce({compiler.process(element.clauses, **kwargs)}, '{{}}')"


class TextList(TypeDecorator[list[str]]):
    """The type of a `text_list`: the texts of a list's items."""

    impl = types.ARRAY
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__(types.Text())
        self.item = item


class text_list(FunctionElement[list[str]]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """A list of texts: each item as a single value of its type would go over the wire; never NULL."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], item: TypeEngine[Any]) -> None:
        super().__init__(column)
        self.item = item
        self.type = TextList(item)


@compiles(text_list)
def _text_list(element: text_list, compiler: SQLCompiler, **kwargs: Any) -> str:
    column = compiler.process(element.clauses, **kwargs)
    match element.item:
        case types.DateTime():
            form = _moment("item", element.item)
        case types.Date():
            form = _day("item")
        case types.Time():
            form = "to_char(item, 'HH24:MI:SS.MS')"
        case Unsupported() | Money():
            form = shown("item", element.item)
        case _:
            return f"coalesce(CAST({column} AS TEXT[]), '{{}}')"
    return f"ARRAY(SELECT {form} FROM unnest({column}) WITH ORDINALITY AS listed(item, place) ORDER BY place)"  # noqa: S608  # compiled SQL


def _moment(moment: str, kind: TypeEngine[Any], *, finer: bool = False) -> str:
    if getattr(kind, "timezone", False):
        moment = f"({moment} AT TIME ZONE 'UTC')"
    text = f'to_char({moment}, \'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\')'
    if finer:
        exact = f"to_char({moment}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
        text = f"{_finer(exact)} || 'Z'"
    return f"CASE WHEN {moment} {CALENDAR} THEN {text} ELSE CAST({moment} AS TEXT) END"


def _finer(text: str) -> str:
    """SQL that cuts a text ending in microseconds to milliseconds where the last three digits are zeros."""
    return f"regexp_replace({text}, '000$', '')"


def _day(day: str) -> str:
    return f"CASE WHEN {day} {CALENDAR} THEN to_char({day}, 'YYYY-MM-DD') ELSE CAST({day} AS TEXT) END"
