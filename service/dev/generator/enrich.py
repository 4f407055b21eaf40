"""Finds the Prisma model behind each reflected table and the field behind each column."""

from collections.abc import Iterable

from sqlalchemy import NUMERIC, BigInteger, Column, Table

from service.dev.generator.reflect import Reflection
from service.dev.schema import Field, Model, Schema

INFO = "prisma"
NAMED = 5
"""How many tables with row-level security are named; a team that uses it has it on most of its tables."""
SECURED = (
    "row-level security is on for {tables}: its policies know nothing of the callers of this service. In production, "
    "ALTER ROLE ... BYPASSRLS, or give the service's role a policy of its own; `readable` and `writable` say here who sees what"
)
ONLY_IN_PRISMA = "is in schema.prisma only: left out"
NUMBERS = frozenset({"Int", "Float"})
"""Prisma's types that cross the wire as a number."""
AS_TEXT = (NUMERIC, BigInteger)


def model_of(table: Table) -> Model | None:
    """The Prisma model of a reflected table."""
    found = table.info.get(INFO)
    return found if isinstance(found, Model) else None


def field_of(column: "Column[object]") -> Field | None:
    """The Prisma field of a reflected column."""
    found = column.info.get(INFO)
    return found if isinstance(found, Field) else None


def field_name(column: "Column[object]") -> str:
    """The name of a column in schema.prisma, or in the database where schema.prisma does not have it."""
    field = field_of(column)
    return field.name if field else column.name


def columns_of(table: Table, model: Model, names: Iterable[str]) -> list["Column[object]"]:
    """The columns of some fields of a table's model; none at all where the table lacks one of them."""
    stored = [field.column for name in names if (field := model.field(name))]
    return [table.columns[name] for name in stored] if all(name in table.columns for name in stored) else []


def enrich(reflection: Reflection, schema: Schema) -> list[str]:
    """Attach models to tables and fields to columns; return where schema.prisma and the database differ."""
    notes: list[str] = []
    models = {(reflection.schema_of(model.database_schema), model.table): model for model in schema.models}
    for _, table in sorted(reflection.metadata.tables.items()):
        model = models.pop((reflection.schema_of(table.schema), table.name), None)
        if model:
            table.info[INFO] = model
            notes += _enrich_columns(table, model, is_view=reflection.is_view(table))
        elif not is_join_table(table):
            notes.append(
                f"{table.fullname} is in the database only: its names are made up from the database's"
            )
    notes += [f"{model.name} {ONLY_IN_PRISMA}" for model in models.values()]
    return [*notes, *_secured(reflection)]


def _secured(reflection: Reflection) -> list[str]:
    found = [
        model.name
        for table in reflection.metadata.tables.values()
        if (model := model_of(table)) and reflection.is_secured(table)
    ]
    more = [f"{len(found) - NAMED} more"] if len(found) > NAMED else []
    return [SECURED.format(tables=", ".join([*sorted(found)[:NAMED], *more]))] if found else []


def _enrich_columns(table: Table, model: Model, *, is_view: bool) -> list[str]:
    notes: list[str] = []
    fields = {field.column: field for field in model.fields if not field.is_relation}
    for column in table.columns:
        field = fields.pop(column.name, None)
        if field is None:
            notes.append(f"{table.fullname}.{column.name} is in the database only")
            continue
        column.info[INFO] = field
        if is_view and field.arity != "list" and isinstance(column.type, AS_TEXT) and field.type in NUMBERS:
            notes.append(
                f"{model.name}.{field.name} is {field.type} in schema.prisma, {column.type} in the database: it goes "
                "out as text unless the view casts it"
            )
        if not is_view and field.arity != "list" and column.nullable is (field.arity == "required"):
            known = "NULL" if column.nullable else "NOT NULL"
            notes.append(
                f"{model.name}.{field.name} is {field.arity} in schema.prisma, {known} in the database"
            )
    notes += [f"{model.name}.{field.name} {ONLY_IN_PRISMA}" for field in fields.values()]
    return notes


def is_join_table(table: Table) -> bool:
    """Whether Prisma made the table for an implicit many-to-many relation, judging by its names."""
    return table.name.startswith("_") and set(table.columns.keys()) == {"A", "B"}
