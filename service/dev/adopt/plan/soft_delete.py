"""Finds the columns by which applications mark rows as deleted without deleting them."""

from sqlalchemy import types

from service.dev.adopt.plan.columns import ColumnPlan
from service.dev.adopt.plan.names import words_of

SAY_SO = frozenset(
    [
        "deleted",
        "is deleted",
        "deleted at",
        "deleted on",
        "deleted time",
        "deletion date",
        "soft deleted",
        "soft deleted at",
    ]
)


def marks_deleted(column: ColumnPlan) -> bool:
    """Whether app-web may mark a row as deleted in this column, where a DELETE of this service removes the row."""
    is_mark = column.is_moment or isinstance(column.kind, types.Boolean)
    return is_mark and " ".join(words_of(column.wire)) in SAY_SO
