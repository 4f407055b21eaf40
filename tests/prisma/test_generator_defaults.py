"""Defaults that Prisma's client would send, and that Python writes in another way or not at all."""

import pytest
import sqlalchemy as sa

from service.dev.generator.column_types import TypeCode
from service.dev.generator.defaults import client_defaults
from service.dev.schema import parse_schema


@pytest.mark.parametrize(
    ("default", "made"),
    [
        ("2020-01-01t02:00:00+02:00", "2020-01-01T00:00:00+00:00"),
        ("2020-01-01T00:00:00z", "2020-01-01T00:00:00+00:00"),
        ("2020-06-30T23:59:60Z", None),
        ("0000-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-01:00", None),
    ],
)
def test_a_moment_that_python_lacks_is_left_to_the_database(default: str, made: str | None) -> None:
    schema = parse_schema(f'model A {{\n  at DateTime @id @default("{default}")\n}}')
    (field,) = schema.models[0].fields
    found = client_defaults(sa.Column("at", sa.DateTime()), field, TypeCode("sa.DateTime", "dt.datetime"), [])
    assert found == ({"default": f"dt.datetime.fromisoformat({made!r})"} if made else {})


def test_a_list_that_python_cannot_hold_whole_is_left_to_the_database() -> None:
    schema = parse_schema(
        'model A {\n  at DateTime[] @default(["2020-01-01T00:00:00Z", "2020-06-30T23:59:60Z"])\n}'
    )
    (field,) = schema.models[0].fields
    code = TypeCode("ScalarList(sa.DateTime)", "list[dt.datetime]")
    assert client_defaults(sa.Column("at", sa.DateTime()), field, code, []) == {}
