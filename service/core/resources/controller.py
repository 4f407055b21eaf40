"""The bases of every resource's controller."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Values
from inspect import get_annotations
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_origin

from litestar import Controller, Litestar, Router
from litestar.enums import HttpMethod
from litestar.handlers import BaseRouteHandler

from service.core.auth import CallerRequest
from service.core.http.handler_checks import PAYLOAD
from service.core.http.inherited import InheritedHandler
from service.core.http.operation import MERGE_PATCH
from service.core.http.query import ListQuery
from service.core.http.reply import Created
from service.core.resources.batch import Batch, BatchAnswer, batch_of
from service.core.resources.batch_work import write_all
from service.core.resources.mapping import DtoT, ItemT, MappingError
from service.core.resources.operation_names import ONE, OperationNames, places_of
from service.core.resources.read_repository import ReadRepository
from service.core.resources.repository import Repository
from service.core.schema import Absent, Body, IfMatch, Listing, Payload, Query

ReadRepositoryT = TypeVar("ReadRepositoryT", bound=ReadRepository[Any, Any])
RepositoryT = TypeVar("RepositoryT", bound=Repository[Any, Any, Any, Any, Any])
QueryT = TypeVar("QueryT", bound=ListQuery)
CreateT = TypeVar("CreateT", bound=Payload)
ReplaceT = TypeVar("ReplaceT", bound=Payload)
UpdateT = TypeVar("UpdateT", bound=Payload)

MAX_BATCH_BYTES = 2_500_000
"""25 KB for each item; to parse and check more at once would hold up all other requests."""


def _type_arguments(controller: type[Controller]) -> Iterator[tuple[str, Any]]:
    for base in getattr(controller, "__orig_bases__", ()):
        variables: Sequence[TypeVar] = getattr(get_origin(base), "__parameters__", ())
        given = dict(zip(variables, get_args(base), strict=False))
        for variable, argument in given.items():
            # A default that is another type variable stands for the argument of that one.
            kind = given.get(argument, argument)
            if not isinstance(kind, TypeVar):
                yield variable.__name__, kind


class ResourceController(Controller):
    """A controller that gets the repositories which it declares as attributes, as in `notes: NoteRepository`."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if taken := sorted(cls.repositories().keys() & set(dir(Controller))):
            raise MappingError(
                f"{cls.__name__}.{taken[0]} is a name of Litestar's own: call the repository otherwise, "
                f"as in `{taken[0]}_repository`"
            )

    def __init__(self, owner: Router) -> None:
        """Make its repositories over the application's `database`, `cursors` and `policies`.

        This happens once, as Litestar makes one of each controller. Its dependency injection of more than one argument
        would cost a task group for each request.
        """
        super().__init__(owner)
        if not isinstance(owner, Litestar):
            # Litestar copies a router that is registered, and with it all that its handlers hold.
            raise MappingError(
                f"{type(self).__name__} belongs to the application itself, not to a router of it"
            )
        for name, kind in self.repositories().items():
            setattr(self, name, kind(owner.state.database, owner.state.cursors, owner.state.policies))

    @classmethod
    def repositories(cls) -> dict[str, type[ReadRepository[Any, Any]]]:
        """The types of the repositories that it declares, itself or in a class that it inherits from, by attribute."""
        return {
            name: kind
            for each in reversed(cls.__mro__)
            if issubclass(each, ResourceController)
            for name, kind in get_annotations(each, eval_str=True).items()
            if isinstance(kind, type) and issubclass(kind, ReadRepository)
        }


def repositories_of(resources: Iterable[type[ResourceController]]) -> list[type[ReadRepository[Any, Any]]]:
    """The types of the repositories of all these resources, in their order."""
    return [each for resource in resources for each in resource.repositories().values()]


class ReadController(ResourceController, Generic[ReadRepositoryT, DtoT, QueryT, ItemT]):
    """List and read, as in `ReadController[NoteRepository, Note, NoteQuery]` with the path `/notes`.

    Where list items have a DTO of their own, it comes last. The path is also the tag of the operations.

    A handler of a subclass replaces the inherited one for the same method and path. Words in braces stand for the
    resource in operation ids and docstrings: `{one}` for the DTO, `{many}` for what the path says.
    """

    repository: ReadRepositoryT
    descriptions: ClassVar[Values[str, str]] = {}
    """Descriptions of inherited operations in the API document, in place of their docstrings, by the methods' names."""
    signature_namespace: dict[str, Any] = {}  # noqa: RUF012  # as Litestar declares it
    """The types that stand for the type variables in the handlers' annotations."""

    @InheritedHandler("/", http_method=HttpMethod.GET, operation_id="list{Many}")
    async def read_list(self, criteria: "Query[QueryT]", request: CallerRequest) -> "Listing[ItemT]":
        """List {many}."""
        repository: ReadRepository[Any, Any, ItemT] = self.repository.for_caller(request.user)
        return await repository.read_list(criteria)

    @InheritedHandler(ONE, http_method=HttpMethod.GET, operation_id="get{One}")
    async def read_one(self, request: CallerRequest) -> "DtoT":
        """Read {one}."""
        repository: ReadRepository[Any, DtoT] = self.repository.for_caller(request.user)
        return await repository.read(*request.path_params.values())

    def __init_subclass__(cls) -> None:
        cls.signature_namespace = {**cls.signature_namespace, **dict(_type_arguments(cls))}
        if isinstance(path := vars(cls).get("path"), str):
            cls.tags = (path.strip("/"),)
        super().__init_subclass__()

    @classmethod
    def repositories(cls) -> dict[str, type[ReadRepository[Any, Any]]]:
        """The type of `repository`, which is a type argument, and of those that it declares besides."""
        named = super().repositories()
        for kind in cls.signature_namespace.values():
            if isinstance(kind, type) and issubclass(kind, ReadRepository):
                named["repository"] = kind
        return named

    def validate_route_handlers(self, route_handlers: list[BaseRouteHandler]) -> None:
        """Give inherited handlers the names and key of this resource; remove those that are replaced or not offered.

        Litestar calls this to check the handlers before it registers them.
        """
        mapping = self.repository.mapping
        if mapping.dto is not (named := self.signature_namespace[DtoT.__name__]):
            raise MappingError(
                f"{type(self).__name__} names {named.__qualname__}, and its repository gives {mapping.dto.__qualname__}"
            )
        inherited = {each.fn.__name__: each for each in route_handlers if isinstance(each, InheritedHandler)}
        taken = {
            place
            for each in route_handlers
            if not isinstance(each, InheritedHandler)
            for place in places_of(each)
        }
        dependencies = {name for each in inherited.values() for name in each.dependency_name_set}
        names = OperationNames(self.path, mapping, dependencies)
        stray = {*self.descriptions}
        for name, handler in inherited.items():
            names.give(handler, self.descriptions.get(name))
            if name == "read_list" and not taken & set(places_of(handler)) and not self._has_own_list():
                self.repository.reader.refuse_unanswered(self.signature_namespace[QueryT.__name__])
            if handler.types().get(PAYLOAD) is Absent or taken & set(places_of(handler)):
                route_handlers.remove(handler)
            else:
                stray.discard(name)
        if stray:
            raise MappingError(
                f"{type(self).__name__}.descriptions: it has no operation {min(stray)!r} of the base's"
            )
        super().validate_route_handlers(route_handlers)

    def _has_own_list(self) -> bool:
        """Whether the repository answers lists itself, and so may take parameters that the reader does not know."""
        return type(self.repository).read_list is not ReadRepository[Any, Any].read_list


class CrudController(
    ReadController[RepositoryT, DtoT, QueryT, ItemT],
    Generic[RepositoryT, DtoT, QueryT, CreateT, ReplaceT, UpdateT, ItemT],
):
    """Create, replace, update and delete too, each by its payload, and batches of these in one transaction.

    An operation whose payload is `Absent` is not offered.
    """

    @InheritedHandler(
        "/", http_method=HttpMethod.PATCH, operation_id="write{Many}", request_max_body_size=MAX_BATCH_BYTES
    )
    async def write_batch(self, payload: "Body[Batch]", request: CallerRequest) -> "BatchAnswer[DtoT]":
        """Write up to 100 {many} at once: all is done, or nothing.

        The writes are done in the order given, each as a call of its own would do it. Errors are named below
        `/items/{{index}}`. Name each row once. To delete a row that does not exist is no failure, so that a batch can be
        repeated. The body may have 2.5 MB.
        """
        repository: Repository[Any, DtoT, Any, Any, Any] = self.repository.for_caller(request.user)
        return BatchAnswer(await write_all(repository, list(payload.item_types.writes(payload.items))))

    @InheritedHandler("/", http_method=HttpMethod.POST, operation_id="create{One}")
    async def create(self, payload: "Body[CreateT]", request: CallerRequest) -> "Created[DtoT]":
        """Create {one}."""
        repository: Repository[Any, DtoT, Any, CreateT, Any] = self.repository.for_caller(request.user)
        created = await repository.create(payload)
        return Created(created, *repository.mapping.key_of(created))

    @InheritedHandler(ONE, http_method=HttpMethod.PUT, operation_id="replace{One}")
    async def replace(self, payload: "Body[ReplaceT]", request: CallerRequest, if_match: IfMatch) -> "DtoT":
        """Replace all fields of {one}; this never creates one."""
        key = request.path_params.values()
        return await self.change(*key, request=request, payload=payload, if_match=if_match)

    @InheritedHandler(ONE, http_method=HttpMethod.PATCH, operation_id="update{One}")
    async def update(self, payload: "Body[UpdateT]", request: CallerRequest, if_match: IfMatch) -> "DtoT":
        """Change some fields of {one}.

        Fields that are left out stay as they are; null empties a field. A JSON field is replaced as a whole or, with
        `application/merge-patch+json`, merged into what is stored (RFC 7396).
        """
        key = request.path_params.values()
        return await self.change(*key, request=request, payload=payload, if_match=if_match)

    @InheritedHandler(ONE, http_method=HttpMethod.DELETE, operation_id="delete{One}")
    async def delete(self, request: CallerRequest, if_match: IfMatch) -> None:
        """Delete {one}."""
        repository: Repository[Any, DtoT, Any, Any, Any] = self.repository.for_caller(request.user)
        await repository.delete(*request.path_params.values(), if_match=if_match)

    async def change(
        self, *key: object, request: CallerRequest, payload: Payload, if_match: str | None
    ) -> DtoT:
        """Change the row of this key as the payload of a PUT or PATCH says."""
        repository: Repository[Any, DtoT, Any, Any, Any] = self.repository.for_caller(request.user)
        write = repository.merge if request.content_type[0] == MERGE_PATCH else repository.change
        return await write(*key, payload=payload, if_match=if_match)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        given = cls.signature_namespace
        if {"RepositoryT", "CreateT", "ReplaceT", "UpdateT"} <= given.keys():
            if given["ReplaceT"] is given["UpdateT"] is not Absent:
                raise MappingError(
                    f"{cls.__name__}: PUT says all of a row and PATCH some of it; give each a payload of its own"
                )
            repository: type[Repository[Any, Any]] = given["RepositoryT"]
            batch = batch_of(repository.mapping, given["CreateT"], given["UpdateT"])
            cls.signature_namespace = {**given, "Batch": batch}
