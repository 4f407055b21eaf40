"""What is read once for all resources, and what each has of its own."""

from collections.abc import Iterator
from typing import Any

from litestar import Controller, Litestar, get, post
from litestar._kwargs import KwargsModel
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import Method

from service.app import API, create_app
from service.core.http.application import Application
from service.core.http.operation import Operation
from service.core.http.query import read_query
from service.settings import load_settings
from tests.support.api import LOCAL
from tests.support.labels import LabelController, LabelQuery
from tests.support.notes import NoteController
from tests.support.serve import RESOURCES

SETTINGS = load_settings(LOCAL)
DECLARED = {"http_methods", "signature_namespace"}
"""What a handler is declared with, and nobody changes."""


def handlers(app: Litestar, path: str) -> Iterator[HTTPRouteHandler]:
    for route in app.routes:
        if isinstance(route, HTTPRoute) and route.path == path:
            yield from route.route_handlers


def registered(app: Litestar, path: str, method: Method) -> tuple[HTTPRouteHandler, KwargsModel]:
    """The handler of a path and method, and the model by which Litestar reads its arguments from a request."""
    (route,) = (each for each in app.routes if isinstance(each, HTTPRoute) and each.path == path)
    return route.route_handler_map[method]


def slots(handler: HTTPRouteHandler) -> set[str]:
    return {
        name
        for kind in type(handler).__mro__
        for name in getattr(kind, "__slots__", ())
        if hasattr(handler, name)
    }


def operations(app: Litestar) -> dict[str, Operation]:
    return {operation.name: operation for operation in app.state.operations}


def test_the_signature_of_an_inherited_handler_is_read_once_and_its_types_are_each_resources_own() -> None:
    found = operations(create_app(SETTINGS, RESOURCES))
    seat, word = found["createSeat"], found["createWord"]
    assert seat.handler.parsed_fn_signature is word.handler.parsed_fn_signature
    assert (seat.payload.__name__, word.payload.__name__) == ("SeatCreate", "WordCreate")
    assert (seat.answer.__name__, word.answer.__name__) == ("Seat", "Word")
    assert found["writeNotes"].payload is not found["writeLabels"].payload


def test_what_litestar_reads_a_request_by_is_made_once_for_all_that_inherit_a_handler() -> None:
    app = create_app(SETTINGS, RESOURCES)
    label, note = (
        registered(app, f"{API}/{path}", "GET") for path in ("labels/{label_id:str}", "notes/{note_id:str}")
    )
    assert label[0].signature_model is note[0].signature_model
    assert label[1] is note[1]


def test_a_controller_with_a_dependency_of_its_own_is_read_by_models_of_its_own() -> None:
    async def read_own() -> LabelQuery:
        return LabelQuery()

    class OwnController(NoteController):
        dependencies = {"criteria": Provide(read_own)}  # noqa: RUF012  # as Litestar declares it

    for resources in ([LabelController, OwnController], [OwnController, LabelController]):
        app = create_app(SETTINGS, resources)
        for path, function in (("labels", read_query), ("notes", read_own)):
            _, model = registered(app, f"{API}/{path}", "GET")
            asked = [each.provide.dependency for batch in model.dependency_batches for each in batch]
            assert asked == [function]


def test_no_application_and_no_resource_sees_what_another_says_of_a_handler() -> None:
    found, again = operations(create_app(SETTINGS, RESOURCES)), operations(create_app(SETTINGS, RESOURCES))
    same = [found["getNote"].handler, found["getLabel"].handler, again["getNote"].handler]
    for each in same:
        each.get_response_handler()
    changed = {name for name in slots(same[0]) if isinstance(getattr(same[0], name), dict | list | set)}
    assert {"opt", "paths", "_response_handler_mapping"} <= changed
    for name in {*changed, "owner"} - DECLARED:
        if name.startswith("_resolved"):  # which Litestar replaces as a whole
            continue
        assert len({id(getattr(each, name)) for each in same}) == len(same), name


def test_routes_are_mapped_as_litestar_maps_them() -> None:
    @get("/late", sync_to_thread=False)
    def late() -> None: ...

    @post("/late", sync_to_thread=False)
    def later() -> None: ...

    class Late(Controller):
        path = "/late"

        @get("/{one:str}", sync_to_thread=False)
        def read(self) -> None: ...

    registered: list[Any] = [late, Late, later]
    ours, theirs = Application(openapi_config=None), Litestar(openapi_config=None)
    for value in registered:
        ours.register(value)
        theirs.register(value)
        assert shape(ours) == shape(theirs)
    assert {method for each in handlers(ours, "/late") for method in each.http_methods} == {
        "GET",
        "POST",
        "OPTIONS",
    }


def shape(app: Litestar) -> dict[str, set[str]]:
    return {path: set(methods) for path, methods in app.route_handler_method_map.items()}
