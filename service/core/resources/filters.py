"""Filters: a query parameter as a condition over a column and one bound value, however many values are given."""

from collections.abc import Callable, Sequence
from operator import eq, ge, le, lt
from typing import Any

import msgspec
from sqlalchemy import BindParameter, ColumnElement, Text, any_, bindparam, or_, types
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from service.core.resources.columns.comparisons import contains_all
from service.core.resources.columns.conversions import conversion_of, each, unchanged
from service.core.resources.columns.exact import compared_as
from service.core.resources.columns.word_search import holds_words, word_index
from service.core.resources.conditions import Access, RowCondition
from service.core.resources.mapping import Attribute, MappingError
from service.core.resources.rows.model_rows import table_column
from service.core.resources.rows.related import Related, constant, relationship_of
from service.prisma.names import api_name
from service.prisma.types import ScalarList, plain_type

Bind = BindParameter[Any]


class Filter(msgspec.Struct, frozen=True):
    """A condition, the type as which its value is bound, and how the value is converted first."""

    build: Callable[[Bind], ColumnElement[bool]]
    bind_type: TypeEngine[Any]
    prepare: Callable[[Any], Any]
    """Converts the value; raises `ValueError` for one that the column's type cannot hold."""
    alone: "Filter | None" = None
    """The filter to use when one value is given where several may be: with `=` PostgreSQL reads rows in the order of an
    index, with `= ANY` it has to sort them."""
    plan_each_time: bool = False
    """Whether PostgreSQL should plan for each value, which decides how many rows match, and so which index is best."""
    description: str | None = None
    """What the filter matches: the API document says this of the parameter, in place of the query's description."""
    relation: InstrumentedAttribute[Any] | None = None
    """The relation to rows of another model by which the filter decides."""
    columns: tuple[Attribute, ...] = ()
    """The columns that callers compare their values with; those of the related rows, where there is a `relation`."""

    def condition(self, name: str) -> ColumnElement[bool]:
        return self.build(bindparam(name, type_=self.bind_type))


def equals(column: Attribute) -> Filter:
    """The column is this value."""
    return _compares(eq, column, _comparable(column))


def one_of(column: Attribute) -> Filter:
    """The column is one of these values."""
    return Filter(
        lambda values: column == any_(values),
        ScalarList(compared_as(table_column(column).type)),
        each(_comparable(column)),
        alone=equals(column),
        columns=(column,),
    )


def is_given(column: Attribute) -> Filter:
    """Whether the column has a value: true finds the rows where it has one, false those where it is NULL."""
    return Filter(
        lambda value: column.is_not(None) == value,
        types.Boolean(),
        unchanged,
        columns=(column,),
    )


def any_related(relation: InstrumentedAttribute[Any], column: Attribute) -> Filter:
    """A related row that the caller may read has one of these values in its `column`."""
    mapper = relationship_of(relation).mapper
    if column.property.parent is not mapper:
        raise MappingError(
            f"{relation} does not lead to rows that have {column}: any_related cannot filter by it"
        )
    is_readable = RowCondition(mapper, Access.READ)

    def related(item: Filter) -> Filter:
        return Filter(
            lambda value: Related(relation).select(constant(1), item.build(value), is_readable).exists(),
            item.bind_type,
            item.prepare,
            alone=item.alone and related(item.alone),
            relation=relation,
            columns=item.columns,
        )

    return related(one_of(column))


def holds_all(column: Attribute) -> Filter:
    """The list in the column holds all of these values."""
    kind = table_column(column).type
    if not isinstance(kind, ScalarList):
        raise MappingError(f"{column} is no list: holds_all cannot filter by it")
    conversion = conversion_of(kind.item)
    if not conversion.comparable:
        raise MappingError(
            f"{column} has items that PostgreSQL cannot compare: holds_all cannot filter by it"
        )
    return Filter(
        lambda values: contains_all(column, values),
        ScalarList(compared_as(kind.item)),
        each(conversion.write),
        columns=(column,),
    )


def at_or_after(column: Attribute) -> Filter:
    """The column is this value or a larger (later) one."""
    return _compares(ge, column, _ordered(column))


def at_most(column: Attribute) -> Filter:
    """The column is this value or a smaller one."""
    return _compares(le, column, _ordered(column))


def before(column: Attribute) -> Filter:
    """The column is smaller (earlier) than this value."""
    return _compares(lt, column, _ordered(column))


def text_in(*columns: Attribute) -> Filter:
    """The text occurs in one of the columns, whatever its upper and lower case.

    PostgreSQL finds it by trigram indexes where each of the columns has one and the text has three letters or more. The
    database's locale decides which letters differ only in case: `C` knows those of ASCII.
    """
    if not columns:
        raise MappingError("text_in searches in no column: name one")
    for column in columns:
        kind = plain_type(table_column(column).type)
        if not isinstance(kind, types.String) or isinstance(kind, types.Enum):
            raise MappingError(f"{column} is no text: text_in cannot search in it")
    return Filter(
        lambda value: or_(*(column.ilike(value, escape="\\") for column in columns)),
        Text(),
        _like_pattern,
        plan_each_time=True,
        description=f"This text in {_either([api_name(column) for column in columns])}, as it is and in one piece, inside "
        "words too. Spaces, accents and signs count; upper and lower case are the same.",
        columns=columns,
    )


def words_in(column: Attribute) -> Filter:
    """The words of the text are in `column`, a tsvector that PostgreSQL generates from other columns of the row.

    A GIN index makes the search fast.
    """
    mapper = column.class_.__mapper__
    index = word_index(table_column(column))
    if index is None:
        raise MappingError(
            f"{column} is no tsvector that PostgreSQL generates by one configuration: words_in cannot search in it"
        )
    sources = tuple([mapper.get_property_by_column(each).class_attribute for each in index.sources])
    return Filter(
        lambda value: holds_words(column.expression, value, index),
        Text(),
        unchanged,
        description=f"These words in {_either([api_name(each) for each in sources])}: all of them, in any order, each in any form that PostgreSQL's "
        f'`{index.language}` takes for the same word, but no parts of words. `"two words"` must follow each other, of '
        "words with `or` between them one is enough, and a word after `-` must be missing.",
        columns=sources,
    )


def _comparable(column: Attribute) -> Callable[[Any], Any]:
    conversion = conversion_of(table_column(column).type)
    if not conversion.comparable:
        raise MappingError(f"{column} is of a type that PostgreSQL cannot compare: no filter can use it")
    return conversion.write


def _ordered(column: Attribute) -> Callable[[Any], Any]:
    if isinstance(table_column(column).type, types.Boolean | types.Enum | ScalarList):
        raise MappingError(f"{column} has no order that callers know: it cannot be filtered by a range")
    return _comparable(column)


def _compares(
    compare: Callable[[Attribute, Any], ColumnElement[bool]], column: Attribute, prepare: Callable[[Any], Any]
) -> Filter:
    return Filter(
        lambda value: compare(column, value),
        compared_as(table_column(column).type),
        prepare,
        columns=(column,),
    )


def _either(names: Sequence[str]) -> str:
    *others, last = (f"`{name}`" for name in names)
    return f"{', '.join(others)} or {last}" if others else last


def _like_pattern(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
