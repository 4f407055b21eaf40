"""Decides what will be written: which class stands for which table, and how everything is called."""

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlacodegen.models import ColumnAttribute, Model, ModelClass

from service.dev.generator.column_types import enum_of, enum_schema
from service.dev.generator.enrich import columns_of, enrich, field_name, is_join_table, model_of
from service.dev.generator.enum_classes import EnumClass, EnumKey, build_enums
from service.dev.generator.names import (
    attribute_name,
    class_name,
    class_name_of_table,
    renamed,
    table_variable,
)
from service.dev.generator.reflect import Reflection
from service.dev.schema import Schema


@dataclass
class Plan:
    """The models of one database, named; `notes` are the disagreements with schema.prisma."""

    reflection: Reflection
    schema: Schema
    enums: dict[EnumKey, EnumClass]
    classes: dict[str, ModelClass] = field(default_factory=dict[str, ModelClass])
    tables: dict[str, Model] = field(default_factory=dict[str, Model])
    notes: list[str] = field(default_factory=list[str])

    def class_of(self, prisma_model: str) -> ModelClass | None:
        return next((found for found in self.classes.values() if prisma_name(found) == prisma_model), None)

    def is_view(self, table: sa.Table) -> bool:
        return self.reflection.is_view(table)


def prisma_name(model: Model) -> str | None:
    found = model_of(model.table)
    return found.name if found else None


def make_plan(reflection: Reflection, schema: Schema) -> Plan:
    """Match the database with schema.prisma and name what is found."""
    notes = enrich(reflection, schema)
    tables = _in_order_of_the_file(reflection, schema)
    taken: set[str] = set()
    names = _class_names((table for table in tables if model_of(table)), taken)
    enums = build_enums(reflection, schema, set(_used_enums(reflection)), taken, notes)
    notes += _renamed(tables, names)
    names |= _class_names((table for table in tables if not model_of(table)), taken)
    plan = Plan(reflection, schema, enums, notes=notes)
    for table in tables:
        if not row_key(table, is_view=plan.is_view(table)):
            if found := model_of(table):
                notes.append(f"model {found.name} has no class: nothing in the database identifies its rows")
            plan.tables[table.key] = model = Model(table)
            model.name = table_variable(table.name, taken)
            taken.add(model.name)
    variables = {model.name for model in plan.tables.values()}
    for table in tables:
        if table.key not in plan.tables:
            plan.classes[table.key] = _class(table, names[table.key], variables)
    return plan


def row_key(table: sa.Table, *, is_view: bool) -> list[sa.Column[object]]:
    """The columns that identify a row: none for a hidden join table, or for a table without any key."""
    model = model_of(table)
    if table.primary_key.columns and (model or not is_join_table(table)):
        return list(table.primary_key.columns)
    if model:
        ids = [columns_of(table, model, key) for key in model.declared_ids]
        keys = [columns_of(table, model, key) for key in model.unique_keys]
        # A view has no index to look at. A table's index may be partial, whatever schema.prisma says: then several rows
        # may have the same key.
        ids += [key for key in keys if is_view or _is_unique(table, key)]
        if found := next(filter(None, ids), None):
            return found
    if not is_view:
        return []
    hashable = [column for column in table.columns if not isinstance(column.type, sa.JSON | sa.ARRAY)]
    return hashable or list(table.columns)


def _is_unique(table: sa.Table, key: Collection[sa.Column[object]]) -> bool:
    """Whether the database lets no two rows have the same values in these columns."""
    among_all = [
        index.expressions
        for index in table.indexes
        if index.unique and index.dialect_options["postgresql"]["where"] is None
    ]
    among_all += [list(each.columns) for each in table.constraints if isinstance(each, sa.UniqueConstraint)]
    names = {column.name for column in key}
    return any(
        all(isinstance(part, sa.Column) and part.name in names for part in parts) for parts in among_all
    )


def _in_order_of_the_file(reflection: Reflection, schema: Schema) -> list[sa.Table]:
    order = {model.name: position for position, model in enumerate(schema.models)}

    def position(table: sa.Table) -> tuple[int, str]:
        model = model_of(table)
        return (order[model.name] if model else len(order), table.key)

    return sorted(reflection.metadata.tables.values(), key=position)


def _class_names(tables: Iterable[sa.Table], taken: set[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    for table in tables:
        model = model_of(table)
        names[table.key] = class_name(model.name, taken) if model else class_name_of_table(table.name, taken)
        taken.add(names[table.key])
    return names


def _renamed(tables: Iterable[sa.Table], names: dict[str, str]) -> list[str]:
    found = ((model.name, names[table.key]) for table in tables if (model := model_of(table)))
    return [
        f"model {renamed(wished, name, 'the modules need its name')}"
        for wished, name in found
        if wished != name
    ]


def _used_enums(reflection: Reflection) -> Iterable[EnumKey]:
    for table in reflection.metadata.tables.values():
        for column in table.columns:
            if (kind := enum_of(column.type)) is not None:
                yield (reflection.schema_of(enum_schema(kind)), kind.name or "")


def _class(table: sa.Table, name: str, variables: AbstractSet[str]) -> ModelClass:
    """The class of a table; no attribute has the name of a table's variable, which relationships refer to."""
    model = ModelClass(table)
    model.name = name
    wished = {column.name: field_name(column) for column in table.columns}
    # A field that is called exactly like its attribute keeps the name: `userId` gives way to `user_id`.
    exact_first = sorted(
        table.columns, key=lambda column: wished[column.name] != attribute_name(wished[column.name])
    )
    taken: dict[str, str] = {}
    for column in exact_first:
        taken[column.name] = attribute_name(wished[column.name], {*taken.values(), *variables})
    for column in table.columns:
        attribute = ColumnAttribute(model, column)
        attribute.name = taken[column.name]
        model.columns.append(attribute)
    return model
