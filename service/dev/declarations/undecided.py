"""python -m service.dev.declarations.undecided: whether the resources can be served, and nothing of their models is undecided.

Each column is shown or hidden, and somebody has said who may read the rows, in conditions that all count.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator

from service.core.lifecycle.explained import DeclarationError
from service.core.resources.controller import ResourceController, repositories_of
from service.core.resources.declarations import UndecidedError, mappings_of, undecided_in
from service.core.resources.exposed_columns import set_by_payloads
from service.core.resources.filters import Filter
from service.core.resources.mapping import Field
from service.dev.declarations.application import make_app
from service.dev.declarations.lost_conditions import lost_conditions
from service.dev.folders import ROOT
from service.models import Base, ViewBase
from service.prisma.names import api_name


def undecided_columns(resources: Iterable[type[ResourceController]]) -> Iterator[str]:
    """The columns of served models that no resource shows, takes or hides, as `User.nickname`."""
    decided: dict[type[Base | ViewBase], set[str]] = {}
    for resource in resources:
        for repository in resource.repositories().values():
            for mapping in (repository.reader.mapping, repository.mapping):
                decided.setdefault(mapping.model, set()).update(
                    mapping.hidden, (column.key for column in mapping.shown)
                )
        for _, columns in set_by_payloads(resource):
            for column in columns:
                decided.setdefault(column.property.parent.class_, set()).add(column.key)
    for model, names in decided.items():
        for attribute in model.__mapper__.column_attrs:
            if attribute.key not in names:
                yield f"{model.__name__}.{api_name(attribute.class_attribute)}"


def without_mapping(resources: Iterable[type[ResourceController]], models: Iterable[str]) -> Iterator[str]:
    """The fields and filters that lead to rows of those of these models that have no mapping."""
    repositories = repositories_of(resources)
    mappings = mappings_of(repositories)
    wanted = set(models) - {mapping.model.__name__ for mapping in mappings}
    for mapping in mappings:
        for name, field in mapping.extra_fields.items():
            if (model := _model_of(field)) in wanted:
                yield f"{mapping.dto.__qualname__}.{name} counts or lists rows of {model}."
    for repository in dict.fromkeys(repositories):
        for name, each in repository.reader.filters.items():
            if (model := _model_of(each)) in wanted:
                yield f"The filter {name!r} of {repository.__name__} looks at rows of {model}."


def _model_of(what: Field | Filter) -> str | None:
    """The name of the model whose rows a field or a filter leads to."""
    return what.relation.property.mapper.class_.__name__ if what.relation is not None else None


def undecided_models(resources: Iterable[type[ResourceController]]) -> list[str]:
    """The names of the models for which no mapping says who may read their rows."""
    return undecided_in(repositories_of(resources))


def main() -> int:
    try:
        make_app()
    except DeclarationError as error:
        print(error, file=sys.stderr)
        return 1
    from service.resources import RESOURCES  # noqa: PLC0415  # what is wrong with them is said by now

    lost = list(lost_conditions(ROOT / "service" / "api"))
    for place in lost:
        print(place)
    columns, rows = sorted(undecided_columns(RESOURCES)), undecided_models(RESOURCES)
    for column in columns:
        print(
            f"{column} is neither shown, taken nor hidden: give the DTO a field, or name it in `hidden` of the mapping."
        )
    if rows:
        print(UndecidedError(rows))
        for place in without_mapping(RESOURCES, rows):
            print(place)
    return 1 if columns or rows or lost else 0


if __name__ == "__main__":
    ArgumentParser(prog="python -m service.dev.declarations.undecided", description=__doc__).parse_args()
    sys.exit(main())
