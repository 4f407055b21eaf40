"""Values of one column's type, however many, bound as one."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, TypeDecorator, types
from sqlalchemy.types import TypeEngine

from service.prisma.types import list_as_sent


class ValueList(TypeDecorator[list[Any]]):
    """An array of values of a column's type."""

    impl = types.ARRAY
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__(item)
        self.item = item

    def bind_expression(self, bindparam: BindParameter[Any]) -> ColumnElement[Any]:
        return list_as_sent(bindparam, self.item)
