"""Which columns say of a row that it counts as deleted, though it is there."""

from sqlalchemy import types

from service.dev.adopt.columns import ColumnPlan
from service.dev.adopt.names import words_of

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
    """Whether app-web may only mark rows as deleted here, which a DELETE of this service knows nothing of."""
    is_mark = column.is_moment or isinstance(column.kind, types.Boolean)
    return is_mark and " ".join(words_of(column.wire)) in SAY_SO
