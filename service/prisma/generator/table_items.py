"""Server defaults and indexes as source."""

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement, TextClause

IDENTITY_OPTIONS = ("start", "increment", "minvalue", "maxvalue", "cycle", "cache")


def literal(sql: str) -> str:
    """SQL as it stands: `text()` would read `:word` as a parameter."""
    return f"literal_sql({sql!r})"


def render_server_default(column: "sa.Column[object]") -> dict[str, str]:
    """The keyword arguments for what the database fills in; `*` is the one that has no keyword."""
    default = column.server_default
    if isinstance(default, sa.Computed):
        persisted = "" if default.persisted is None else f", persisted={default.persisted}"
        return {"*": f"sa.Computed({literal(str(default.sqltext))}{persisted})"}
    if isinstance(default, sa.Identity):
        return {"*": f"sa.Identity(always={bool(default.always)})"}
    if isinstance(default, sa.DefaultClause) and isinstance(default.arg, TextClause):
        if column.primary_key and column.autoincrement is True:
            return {"autoincrement": "True"}
        return {"server_default": literal(default.arg.text)}
    return {"autoincrement": "False"} if column.primary_key and _looks_serial(column) else {}


def _looks_serial(column: "sa.Column[object]") -> bool:
    """SQLAlchemy takes a lone whole-numbered key for a serial one unless told."""
    return isinstance(column.type, sa.Integer)


def render_index(index: sa.Index, dialect: sa.Dialect) -> str:
    """An index with its expressions, order, and options."""
    parts = [repr(index.name), *(_element(element, dialect) for element in index.expressions)]
    if index.unique:
        parts.append("unique=True")
    for name, value in sorted(index.dialect_kwargs.items()):
        if value not in ([], {}, None, False):
            parts.append(f"{name}={_option(name, value)}")
    return f"sa.Index({', '.join(parts)})"


def _element(element: ColumnElement[object] | str, dialect: sa.Dialect) -> str:
    if isinstance(element, sa.Column):
        return repr(element.name)
    if isinstance(element, TextClause):
        return literal(element.text)
    compiled = sa.inspect(element, raiseerr=False) if isinstance(element, str) else element
    return literal(
        str(compiled.compile(dialect=dialect, compile_kwargs={"include_table": False}))
        if compiled is not None
        else str(element)
    )


def _option(name: str, value: object) -> str:
    if name == "postgresql_where":
        return literal(str(value))
    return repr(dict(value)) if isinstance(value, dict) else repr(value)
