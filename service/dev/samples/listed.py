"""Made-up values for columns whose CHECK lists the allowed ones: the database would refuse any other value."""

import re
from functools import cache
from typing import Any

import sqlalchemy as sa

from service.dev.samples.order import AnyTable
from service.dev.samples.values import sample_value
from service.prisma.types import plain_type

LIST = re.compile(r'"?(\w+)"?\)?(?:::[\w ]+)? = ANY \(+ARRAY\[([^\]]*)\]')
"""How PostgreSQL writes the CHECK `status IN ('open', 'closed')`."""
VALUE = re.compile(r"'((?:[^']|'')*)'")


def sample_of(column: "sa.Column[Any]", number: int) -> Any:
    """The made-up value with this number for a column. Raises `NoSampleError`."""
    listed = _listed(column.table).get(column.name)
    if listed and isinstance(plain_type(column.type), sa.String):
        return listed[number % len(listed)]
    return sample_value(column.name, column.type, number)


@cache
def _listed(table: AnyTable) -> dict[str, list[str]]:
    """The values that CHECKs list, by the names of columns."""
    checks = (str(each.sqltext) for each in table.constraints if isinstance(each, sa.CheckConstraint))
    found = (match.groups() for check in checks for match in LIST.finditer(check))
    return {name: [text.replace("''", "'") for text in VALUE.findall(values)] for name, values in found}
