"""What an application offers of one resource: its operations as they are registered, never assumed."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import msgspec

from service.app import API
from service.core.http.operation import Operation
from service.core.resources.controller import ReadController, ResourceController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.read_repository import ReadRepository
from service.core.schema import MAX_LIMIT
from service.core.type_info import fields_of
from tests.conformance.wire import fits

SHARED = ("service.core.", "litestar.")
"""What the names of modules begin with that hold code which all resources share."""
AnyController: TypeAlias = type[ReadController[Any, Any, Any, Any]]
IN_COLLECTION = {"list": "GET", "create": "POST", "batch": "PATCH"}
OF_ONE = {"read": "GET", "replace": "PUT", "update": "PATCH", "delete": "DELETE"}


class Offered(msgspec.Struct, frozen=True):
    """A resource: its path below the API's, its mapping, and its operations by what they do."""

    path: str
    repository: type[ReadRepository[Any, Any]]
    operations: dict[str, Operation]

    @property
    def mapping(self) -> Mapping[Any, Any]:
        return self.repository.mapping

    @property
    def reader(self) -> ListReader[Any, Any]:
        return self.repository.reader

    @property
    def longest_page(self) -> int:
        """The largest `limit` that the list takes."""
        (limit,) = (each for each in fields_of(self.operations["list"].criteria) if each.name == "limit")
        return max(size for size in range(1, MAX_LIMIT + 1) if fits(size, limit.type))

    @property
    def fills_new_rows(self) -> bool:
        """Whether code of the resource's own makes new rows, and may fill columns that no field of the payload sends."""
        return self._has_own("create", "create", "insert", "insert_row", "from_token")

    @property
    def marks_deleted(self) -> bool:
        """Whether code of the resource's own decides what a DELETE does, and may leave the row in the table."""
        return self._has_own("delete", "delete", "delete_row", "deletion_marks")

    def _has_own(self, operation: str, *methods: str) -> bool:
        code = [getattr(self.repository, name, None) for name in methods]
        code.append(self.operations[operation].handler.fn)
        return any(each is not None and not each.__module__.startswith(SHARED) for each in code)

    def __contains__(self, name: str) -> bool:
        return name in self.operations

    def payload(self, name: str) -> Any:
        """The type of the body of an operation."""
        return self.operations[name].payload


def judged(resources: Iterable[type[ResourceController]]) -> list[AnyController]:
    """The resources that list and read rows, without those that only lead to such rows by another key."""
    return list(_judged(resources))


def _judged(resources: Iterable[type[ResourceController]]) -> Iterator[AnyController]:
    for resource in resources:
        if issubclass(resource, ReadController):
            yield resource


def offered(resource: AnyController, operations: Iterable[Operation]) -> Offered:
    """What an application offers of a resource, out of all its operations."""
    repository = resource.repositories()["repository"]
    mapping = repository.mapping
    path = f"/{resource.path.strip('/')}"
    places = {
        (operation.method, shape): operation
        for operation in operations
        if (shape := _shape(operation, f"{API}{path}")) is not None
    }
    found = {name: places.get((method, 0)) for name, method in IN_COLLECTION.items()}
    found |= {name: places.get((method, len(mapping.key))) for name, method in OF_ONE.items()}
    return Offered(
        path,
        repository,
        {name: operation for name, operation in found.items() if operation is not None},
    )


def _shape(operation: Operation, collection: str) -> int | None:
    """How many segments the path has behind that of the collection, if all of them are parameters; else None."""
    path = operation.path.rstrip("/")
    if path == collection:
        return 0
    if not path.startswith(f"{collection}/"):
        return None
    segments = path.removeprefix(f"{collection}/").split("/")
    return len(segments) if all(segment.startswith("{") for segment in segments) else None
