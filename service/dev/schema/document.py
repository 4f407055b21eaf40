"""A whole Prisma schema: what its files declare together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from service.dev.schema.errors import SchemaError
from service.dev.schema.nodes import SCALARS, Enum, Field, Model, Node
from service.dev.schema.values import Expression


@dataclass(frozen=True, slots=True)
class Schema:
    """Everything that the files of a Prisma schema declare. Views are among the models."""

    models: tuple[Model, ...] = ()
    enums: tuple[Enum, ...] = ()
    types: tuple[Model, ...] = ()
    settings: Mapping[str, Expression] = field(default_factory=dict[str, Expression])
    """The properties of datasource and generator blocks: `datasource.provider`, `generator.output`."""

    def model(self, name: str) -> Model | None:
        return next((model for model in self.models if model.name == name), None)

    def enum(self, name: str) -> Enum | None:
        return next((enum for enum in self.enums if enum.name == name), None)

    def opposite(self, model: Model, relation_field: Field) -> Field | None:
        """Return the field at the other end of a relation."""
        target = self.model(relation_field.type)
        name = relation_field.relation.name
        return next(
            (
                other
                for other in (target.fields if target else ())
                if other.type == model.name and other.is_relation and other.relation.name == name
                if not (target is model and other.name == relation_field.name)
            ),
            None,
        )


def merge(schemas: Iterable[Schema]) -> Schema:
    """Make one schema of several files; only then is it known which fields are relations. Raises `SchemaError`."""
    parts = list(schemas)
    models = [model for part in parts for model in part.models]
    enums = [enum for part in parts for enum in part.enums]
    types = [kind for part in parts for kind in part.types]
    _refuse_names([*models, *enums, *types])
    names = {model.name for model in models}
    return Schema(
        models=tuple(_with_relations(model, names) for model in models),
        enums=tuple(enums),
        types=tuple(types),
        settings={name: value for part in parts for name, value in part.settings.items()},
    )


def _refuse_names(nodes: Iterable[Node]) -> None:
    seen: dict[str, str] = {}
    for node in nodes:
        if node.name in SCALARS:
            raise SchemaError(
                f"{node.place}: {node.name} is a type of Prisma's own, so that Prisma refuses another of that name: "
                "rename it, and say what the database calls it with @@map"
            )
        if node.name in seen:
            raise SchemaError(
                f"{node.place}: {node.name} is declared a second time, first in {seen[node.name]}: remove one, "
                "or give the file, or the folder below, that counts"
            )
        seen[node.name] = node.place


def _with_relations(model: Model, names: set[str]) -> Model:
    fields = tuple(replace(item, is_relation=item.type in names) for item in model.fields)
    return replace(model, fields=fields)
