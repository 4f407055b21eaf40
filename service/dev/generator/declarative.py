"""sqlacodegen's generator of mapped classes, extended by what schema.prisma knows."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from textwrap import indent
from typing import Any

import sqlalchemy as sa
from sqlacodegen.generators import Base, DeclarativeGenerator
from sqlacodegen.models import ColumnAttribute, Model, ModelClass, RelationshipAttribute, RelationshipType

from service.dev.generator.column_types import type_code
from service.dev.generator.columns import (
    annotation,
    name_on_the_wire,
    render_mapped_column,
    render_table_column,
)
from service.dev.generator.enrich import model_of
from service.dev.generator.enum_classes import EnumClass, EnumKey, docstring, render_enum
from service.dev.generator.joins import relationship_arguments
from service.dev.generator.names import free_name
from service.dev.generator.plan import Plan, row_key
from service.dev.generator.relations import Relationship
from service.dev.generator.table_items import order_constraints, render_check, render_index


class PrismaGenerator(DeclarativeGenerator):
    """Writes the module of a plan's tables, or of its views. A test checks that the hooks it overrides still exist."""

    def __init__(self, plan: Plan, bind: sa.Connection, header: str, *, views: bool) -> None:
        super().__init__(plan.reflection.metadata, bind, (), base_class_name="ViewBase" if views else "Base")
        self.plan = plan
        self.header = header
        self.views = views
        self.aliases: dict[str, str] = {}

    def generate_base(self) -> None:
        self.base = Base([], [], f"{self.base_class_name}.metadata")

    def should_ignore_table(self, table: sa.Table) -> bool:
        del table
        return False

    def fix_column_types(self, table: sa.Table) -> None:
        """Types stay as reflected; `type_code` translates them."""

    def generate_models(self) -> list[Model]:
        plain = sorted(self.plan.tables.values(), key=lambda model: model.table.key)
        models: list[Model] = [*plain, *self.plan.classes.values()]
        return [model for model in models if self.plan.is_view(model.table) is self.views]

    def group_imports(self) -> list[list[str]]:
        return [[self.header]]

    def render_module_variables(self, models: list[Model]) -> str:
        del models
        return ""

    def render_enum_classes(self) -> str:
        return "" if self.views else "\n\n\n".join(render_enum(enum) for enum in self.plan.enums.values())

    def render_models(self, models: list[Model]) -> str:
        rendered = super().render_models(models)
        enums = {enum.name for enum in self.plan.enums.values()}
        lines = {name: f"{alias} = {name}" for name, alias in sorted(self.aliases.items())}
        before = [line for name, line in lines.items() if name in enums]
        # Only annotations use the aliases of classes, and views are imported for annotations alone.
        after = [f"    {line}" for name, line in lines.items() if name not in enums]
        return "\n\n\n".join(
            [*before, rendered, *(["\n".join(["if TYPE_CHECKING:", *after])] if after else [])]
        )

    def render_table(self, table: sa.Table) -> str:
        _drop_plain_name(table.primary_key)
        order_constraints(table)
        return f"sa.{super().render_table(table)}"

    def render_class(self, model: ModelClass) -> str:
        sections = [
            self.render_class_variables(model),
            self._refusals(model),
            "\n".join(self.render_column_attribute(attribute) for attribute in model.columns),
            "\n".join(self.render_relationship(relationship) for relationship in model.relationships),
            self._mapper_arguments(model),
        ]
        body = "\n\n".join(indent(section, self.indentation) for section in sections if section)
        return f"{self.render_class_declaration(model)}\n{body}"

    def render_class_declaration(self, model: ModelClass) -> str:
        found = model_of(model.table)
        docs = f"\n    {docstring(found.docs)}" if found and found.docs else ""
        return super().render_class_declaration(model) + docs

    def render_table_args(self, table: sa.Table) -> str:
        _drop_plain_name(table.primary_key)
        order_constraints(table)
        return super().render_table_args(table)

    def render_constraint(self, constraint: sa.Constraint | sa.ForeignKey) -> str:
        if isinstance(constraint, sa.CheckConstraint):
            return render_check(constraint)
        return f"sa.{super().render_constraint(constraint)}"

    def render_index(self, index: sa.Index) -> str:
        return render_index(index, self.bind.dialect)

    def render_column(self, column: sa.Column[Any], show_name: bool, is_table: bool = False) -> str:
        del show_name, is_table  # columns of classes are written by `render_column_attribute`
        return render_table_column(column, type_code(column, self.plan.reflection, self.plan.enums))

    def render_column_attribute(self, column_attr: ColumnAttribute) -> str:
        column, enums = column_attr.column, self._enums(column_attr.model)
        code = type_code(column, self.plan.reflection, enums)
        is_key = column.primary_key or (self.views and column in set(row_key(column.table, is_view=True)))
        rendered = render_mapped_column(
            column, code, enums.values(), attribute=column_attr.name, is_view=self.views, is_key=is_key
        )
        return f"{column_attr.name}: Mapped[{annotation(column, code, is_view=self.views)}] = {rendered}"

    def render_relationship(self, relationship: RelationshipAttribute) -> str:
        options = self.render_relationship_arguments(relationship)
        target = relationship.target.name
        # Where an attribute hides the class, its alias is for annotations alone: the call names the class by a string.
        name = [] if self._local_name(target, relationship.source) == target else [repr(target)]
        arguments = ", ".join([*name, *(f"{key}={value}" for key, value in options.items())])
        kind = self.render_relationship_annotation(relationship)
        return f"{relationship.name}: Mapped[{kind}] = relationship({arguments})"

    def render_relationship_annotation(self, relationship: RelationshipAttribute) -> str:
        name = self._local_name(relationship.target.name, relationship.source)
        if relationship.type in (RelationshipType.ONE_TO_MANY, RelationshipType.MANY_TO_MANY):
            return f'list["{name}"]'
        link = relationship.link if isinstance(relationship, Relationship) else None
        return f'"{name}"' if link and link.field.arity == "required" else f'"{name} | None"'

    def render_relationship_arguments(self, relationship: RelationshipAttribute) -> Mapping[str, Any]:
        if not (isinstance(relationship, Relationship) and relationship.link):
            return {}
        name = name_on_the_wire(relationship.link.field.name, relationship.name)
        return relationship_arguments(self.plan, relationship) | name

    def _enums(self, model: ModelClass) -> dict[EnumKey, EnumClass]:
        """The enums, under the names by which the body of a class can refer to them."""
        return {
            key: replace(enum, name=self._local_name(enum.name, model))
            for key, enum in self.plan.enums.items()
        }

    def _local_name(self, name: str, model: ModelClass) -> str:
        """How the body of a class names a class or an enum: by an alias where one of its own attributes has the name."""
        attributes = {item.name for item in (*model.columns, *model.relationships)}
        if name not in attributes:
            return name
        if name not in self.aliases:
            taken = {*self._names(), *self.aliases.values()}
            self.aliases[name] = free_name(f"{name}_class", taken, ())
        return self.aliases[name]

    def _names(self) -> Iterator[str]:
        """Every name that the classes of these modules may refer to."""
        for model in self.plan.classes.values():
            yield model.name
            yield from (item.name for item in (*model.columns, *model.relationships))
        yield from (each.name for each in (*self.plan.tables.values(), *self.plan.enums.values()))

    def _refusals(self, model: ModelClass) -> str:
        """What the database refuses to whoever writes the table: nothing else in its models would tell."""
        found = self.plan.reflection.refusals_of(model.table)
        return f"__refusals__ = {dict(found)!r}" if found and not self.views else ""

    def _mapper_arguments(self, model: ModelClass) -> str:
        """The mapper's key for a table without a primary key in the database, such as Auth.js's sessions."""
        if self.views or model.table.primary_key.columns:
            return ""
        key = row_key(model.table, is_view=False)
        names = ", ".join(model.get_column_attribute(column.name).name for column in key)
        return f"__mapper_args__ = {{'primary_key': [{names}]}}"


def _drop_plain_name(key: sa.PrimaryKeyConstraint) -> None:
    """Have a key written as `primary_key=True` alone, unless its columns have an order of their own."""
    if [column.name for column in key.columns] == [
        column.name for column in key.table.columns if column.primary_key
    ]:
        key.name = None
