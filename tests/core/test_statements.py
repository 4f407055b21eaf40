"""Compiled statements are kept up to a ceiling."""

from sqlalchemy import literal, select

from service.core.database.engine import make_engine
from service.core.database.statement import AnySelect, Statements
from service.prisma.url import parse_database_url


def build() -> AnySelect:
    return select(literal(1))


def test_those_longest_out_of_use_give_way() -> None:
    url = parse_database_url("postgresql://u:p@127.0.0.1/none")
    statements = Statements(make_engine(url, statement_timeout=1), most=2)
    first = statements.get("first", build)
    statements.get("second", build)
    assert statements.get("first", build) is first
    statements.get("third", build)
    assert len(statements) == 2
    assert statements.get("first", build) is first
