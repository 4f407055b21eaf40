"""Search for words by a tsvector that PostgreSQL computes: what its expression says, and the condition."""

import re
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Computed
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from service.prisma.types import AsText

_CONFIGURATION = re.compile(r"to_tsvector\(('(?:[^']|'')*'::regconfig)")
_CALL = re.compile(r"to_tsvector\(")
_NOT_A_NAME = re.compile(r"""'(?:[^']|'')*' | ::\s*(?:"(?:[^"]|"")*"|\w+)""", re.VERBOSE)
_NAME = re.compile(r'"((?:[^"]|"")*)" | (\w+)(?!\w*\()', re.VERBOSE)


class WordIndex(msgspec.Struct, frozen=True):
    """Which columns a generated tsvector holds the words of, and how PostgreSQL reads them."""

    configuration: str
    """A constant in SQL, such as `'english'::regconfig`."""
    sources: "tuple[Column[Any], ...]"

    @property
    def language(self) -> str:
        """The configuration's name."""
        return self.configuration.rpartition("::")[0].strip("'").removeprefix("pg_catalog.")


def word_index(column: "Column[Any]") -> WordIndex | None:
    """None where the column is no tsvector that PostgreSQL generates by one configuration."""
    default = column.server_default
    if not (
        isinstance(column.type, AsText) and column.type.name == "tsvector" and isinstance(default, Computed)
    ):
        return None
    sql = str(default.sqltext)
    configurations = _CONFIGURATION.findall(sql)
    if len(set(configurations)) != 1 or len(configurations) != len(_CALL.findall(sql)):
        return None
    names = {quoted.replace('""', '"') or bare for quoted, bare in _NAME.findall(_NOT_A_NAME.sub(" ", sql))}
    return WordIndex(configurations[0], tuple(each for each in column.table.columns if each.name in names))


class holds_words(FunctionElement[bool]):  # noqa: N801  # SQLAlchemy writes the names of SQL functions in lower case
    """Whether a tsvector holds the words of a text."""

    inherit_cache = False

    def __init__(self, column: ColumnElement[Any], text: ColumnElement[str], index: WordIndex) -> None:
        super().__init__(column, text, *index.sources)
        self.configuration = index.configuration


@compiles(holds_words)
def _holds_words(element: holds_words, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, text, *_ = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} @@ websearch_to_tsquery({element.configuration}, {text})"
