"""sqlacodegen's generator of mapped classes, told what Prisma knows."""

from collections.abc import Mapping
from textwrap import indent
from typing import Any

import sqlalchemy as sa
from sqlacodegen.generators import Base, DeclarativeGenerator
from sqlacodegen.models import ColumnAttribute, Model, ModelClass, RelationshipAttribute, RelationshipType

from service.prisma.generator.column_types import TypeCode, type_code
from service.prisma.generator.defaults import client_defaults
from service.prisma.generator.enrich import field_of, model_of
from service.prisma.generator.enum_classes import docstring, render_enum
from service.prisma.generator.joins import relationship_arguments
from service.prisma.generator.plan import Plan, row_key
from service.prisma.generator.relations import Relationship
from service.prisma.generator.table_items import render_index, render_server_default


class PrismaGenerator(DeclarativeGenerator):
    """Writes the tables, or the views, of a plan. The hooks that it overrides are pinned by a test."""

    def __init__(self, plan: Plan, bind: sa.Connection, header: str, *, views: bool) -> None:
        super().__init__(plan.reflection.metadata, bind, (), base_class_name="ViewBase" if views else "Base")
        self.plan = plan
        self.header = header
        self.views = views

    def generate_base(self) -> None:
        self.base = Base([], [], f"{self.base_class_name}.metadata")

    def should_ignore_table(self, table: sa.Table) -> bool:
        return False

    def fix_column_types(self, table: sa.Table) -> None:
        """Types stay as reflected: `render_column_type` translates them."""

    def generate_models(self) -> list[Model]:
        plain = sorted(self.plan.tables.values(), key=lambda model: model.table.key)
        return [
            model
            for model in (*plain, *self.plan.classes.values())
            if self.plan.is_view(model.table) is self.views
        ]

    def group_imports(self) -> list[list[str]]:
        return [[self.header]]

    def render_module_variables(self, models: list[Model]) -> str:
        return ""

    def render_enum_classes(self) -> str:
        return "" if self.views else "\n\n\n".join(render_enum(enum) for enum in self.plan.enums.values())

    def render_class_declaration(self, model: ModelClass) -> str:
        found = model_of(model.table)
        docs = f"\n    {docstring(found.docs)}" if found and found.docs else ""
        return super().render_class_declaration(model) + docs

    def render_class(self, model: ModelClass) -> str:
        sections = [
            self.render_class_variables(model),
            "\n".join(self.render_column_attribute(attribute) for attribute in model.columns),
            "\n".join(self.render_relationship(item) for item in model.relationships),
            self._mapper_arguments(model),
        ]
        body = "\n\n".join(indent(section, self.indentation) for section in sections if section)
        return f"{self.render_class_declaration(model)}\n{body}"

    def _mapper_arguments(self, model: ModelClass) -> str:
        """The key of a table that has none in the database, as Auth.js's sessions."""
        if self.views or model.table.primary_key.columns:
            return ""
        key = row_key(model.table, is_view=False)
        names = ", ".join(model.get_column_attribute(column.name).name for column in key)
        return f"__mapper_args__ = {{'primary_key': [{names}]}}"

    def render_table(self, table: sa.Table) -> str:
        return f"sa.{super().render_table(table)}"

    def render_class_variables(self, model: ModelClass) -> str:
        return f"__tablename__ = {model.table.name!r}{self._table_arguments(model.table)}"

    def _table_arguments(self, table: sa.Table) -> str:
        key = table.primary_key
        if [column.name for column in key.columns] == [
            column.name for column in table.columns if column.primary_key
        ]:
            key.name = None
        arguments = self.render_table_args(table)
        return f"\n__table_args__ = {arguments}" if arguments else ""

    def render_constraint(self, constraint: sa.Constraint | sa.ForeignKey) -> str:
        return f"sa.{super().render_constraint(constraint)}"

    def render_index(self, index: sa.Index) -> str:
        return render_index(index, self.bind.dialect)

    def render_column_type(self, column: "sa.Column[Any]") -> str:
        return self._type(column).sql

    def render_column_python_type(self, column: "sa.Column[Any]") -> str:
        python = self._type(column).python
        return f"{python} | None" if self._is_nullable(column) and python != "Any" else python

    def render_column_attribute(self, column_attr: ColumnAttribute) -> str:
        column = column_attr.column
        rendered = self.render_column(column, column_attr.name != column.name)
        return f"{column_attr.name}: Mapped[{self.render_column_python_type(column)}] = {rendered}"

    def render_column(self, column: "sa.Column[Any]", show_name: bool, is_table: bool = False) -> str:
        field, code = field_of(column), self._type(column)
        arguments = [repr(column.name)] if show_name else []
        arguments.append(code.sql)
        options = render_server_default(column)
        if column.primary_key or (self.views and column in set(row_key(column.table, is_view=True))):
            options["primary_key"] = "True"
        options |= client_defaults(column, field, code)
        if "primary_key" not in options and (is_table or self._says_nullable(column, code)):
            options["nullable"] = str(column.nullable if not self.views else self._is_nullable(column))
        if column.comment:
            options["comment"] = repr(column.comment)
        if field and field.docs:
            options["doc"] = repr(field.docs)
        arguments += [f"{name}={value}" for name, value in options.items() if name != "*"]
        if "*" in options:
            arguments.insert(len(arguments) - len(options) + 1, options["*"])
        return f"{'sa.Column' if is_table else 'mapped_column'}({', '.join(arguments)})"

    def render_relationship(self, relationship: RelationshipAttribute) -> str:
        arguments = [
            f"{key}={value}" for key, value in self.render_relationship_arguments(relationship).items()
        ]
        annotation = self.render_relationship_annotation(relationship)
        return f"{relationship.name}: Mapped[{annotation}] = relationship({', '.join(arguments)})"

    def render_relationship_annotation(self, relationship: RelationshipAttribute) -> str:
        name = relationship.target.name
        if relationship.type in (RelationshipType.ONE_TO_MANY, RelationshipType.MANY_TO_MANY):
            return f"list['{name}']"
        link = relationship.link if isinstance(relationship, Relationship) else None
        return f"'{name}'" if link and link.field.arity == "required" else f"'{name} | None'"

    def render_relationship_arguments(self, relationship: RelationshipAttribute) -> Mapping[str, Any]:
        return (
            relationship_arguments(self.plan, relationship) if isinstance(relationship, Relationship) else {}
        )

    def _type(self, column: "sa.Column[Any]") -> TypeCode:
        return type_code(column, self.plan.reflection, self.plan.enums)

    def _is_nullable(self, column: "sa.Column[Any]") -> bool:
        """Whether None can be read: never for a list; a view's columns are what Prisma says they are."""
        field = field_of(column)
        if field and (field.arity == "list" or self.views):
            return field.arity == "optional"
        return bool(column.nullable)

    def _says_nullable(self, column: "sa.Column[Any]", code: TypeCode) -> bool:
        """Whether the annotation leaves open what the column is."""
        return code.python == "Any" or self._is_nullable(column) is not bool(column.nullable)
