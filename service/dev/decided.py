"""python -m service.dev.decided: checks that each served model has no column undecided, and says who may read its rows."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator

from service.core.resources.controller import ResourceController
from service.core.resources.declarations import UndecidedError, undecided_in
from service.models import Base, ViewBase
from service.prisma.names import api_name
from service.resources import RESOURCES


def undecided_columns(resources: Iterable[type[ResourceController]]) -> Iterator[str]:
    """The columns of served models that no resource shows or hides, as `User.nickname`."""
    decided: dict[type[Base | ViewBase], set[str]] = {}
    for resource in resources:
        for repository in resource.repositories().values():
            for mapping in (repository.reader.mapping, repository.mapping):
                decided.setdefault(mapping.model, set()).update(
                    mapping.hidden, (column.key for column in mapping.shown)
                )
    for model, names in decided.items():
        for attribute in model.__mapper__.column_attrs:
            if attribute.key not in names:
                yield f"{model.__name__}.{api_name(attribute.class_attribute)}"


def undecided_models(resources: Iterable[type[ResourceController]]) -> list[str]:
    """The names of the models for which no mapping says who may read their rows."""
    return undecided_in(each for resource in resources for each in resource.repositories().values())


def main() -> int:
    columns = sorted(undecided_columns(RESOURCES))
    for column in columns:
        print(
            f"{column} is neither shown nor hidden: give the DTO a field, or name it in `hidden` of the mapping."
        )
    if rows := undecided_models(RESOURCES):
        print(UndecidedError(rows))
    return 1 if columns or rows else 0


if __name__ == "__main__":
    ArgumentParser(prog="python -m service.dev.decided", description=__doc__).parse_args()
    sys.exit(main())
