"""Which columns answers show, payloads set and parameters are compared with: no hidden one may be among them."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Values
from typing import Any

from service.core.resources.conditions import Model
from service.core.resources.controller import ReadController, ResourceController, repositories_of
from service.core.resources.declarations import mappings_of
from service.core.resources.mapping import Attribute, MappingError
from service.core.resources.repository import Repository
from service.core.schema import Absent
from service.prisma.names import api_name

Served = type[ResourceController]
PAYLOADS = {"CreateT": "create", "ReplaceT": "change", "UpdateT": "change"}
"""The type arguments of a `CrudController` that are payloads, each with the repository's method that it is given."""


def refuse_hidden_columns(resources: Sequence[Served]) -> None:
    """Raises `MappingError` for a hidden column that answers show, payloads set, or parameters are compared with.

    What one mapping of a model hides is hidden wherever its rows are shown. Also for a `fixed` field that is none.
    """
    mappings = mappings_of(repositories_of(resources))
    hidden: dict[Model, set[str]] = {}
    for mapping in mappings:
        hidden.setdefault(mapping.model, set()).update(mapping.hidden)
    for mapping in mappings:
        for name in mapping.fixed.keys() - mapping.extra_fields.keys():
            # Misspelt, it would leave the field to be changed.
            mapping.attribute(name)
        values = [each.values for each in mapping.extra_fields.values() if each.values is not None]
        _refuse((*mapping.shown, *values), hidden, f"{mapping.dto.__qualname__} shows")
    for resource in resources:
        for payload, columns in set_by_payloads(resource):
            _refuse(columns, hidden, f"{payload} takes")
        for name, columns in _compared(resource):
            _refuse(columns, hidden, f"the parameter `{name}` of {resource.__name__} is compared with")


def set_by_payloads(resource: Served) -> Iterator[tuple[str, list[Attribute]]]:
    """The payloads of a resource's writes by name, each with the columns that it sets.

    Raises `MappingError` for a field that no column holds, where the resource has no method of its own that takes it.
    """
    given = _type_arguments(resource)
    for argument, method in PAYLOADS.items():
        if (payload := given.get(argument, Absent)) is Absent:
            continue
        repository = resource.repositories()["repository"]
        mapping = repository.mapping
        names = set(payload.__struct_fields__) - mapping.fixed.keys() - mapping.extra_fields.keys()
        if getattr(repository, method) is not getattr(Repository, method):
            names = {name for name in names if mapping.column_of(name) is not None}
        yield payload.__qualname__, [mapping.attribute(name) for name in sorted(names)]


def _compared(resource: Served) -> Iterator[tuple[str, Sequence[Attribute]]]:
    """The parameters of a resource's list, each with the columns that it is compared with."""
    if query := _type_arguments(resource).get("QueryT"):
        filters = resource.repositories()["repository"].reader.filters
        for name in query.__struct_fields__:
            if name in filters:
                yield name, filters[name].columns


def _type_arguments(resource: Served) -> Values[str, Any]:
    return resource.signature_namespace if issubclass(resource, ReadController) else {}


def _refuse(columns: Sequence[Attribute], hidden: Values[Model, set[str]], what: str) -> None:
    for column in columns:
        model: Model = column.property.parent.class_
        if column.key in hidden.get(model, ()):
            raise MappingError(
                f"{what} {api_name(column)!r}, which a mapping of {model.__name__} names in `hidden`: take it out of one of them"
            )
