"""What is read once for all resources, and what each has of its own."""

from collections.abc import Iterator
from typing import Any

from litestar import Controller, Litestar, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from service.app import create_app
from service.core.http.application import Application
from service.core.http.operation import Operation
from service.settings import load_settings
from tests.support.api import LOCAL
from tests.support.serve import RESOURCES

SETTINGS = load_settings(LOCAL)


def handlers(app: Litestar, path: str) -> Iterator[HTTPRouteHandler]:
    for route in app.routes:
        if isinstance(route, HTTPRoute) and route.path == path:
            yield from route.route_handlers


def operations(app: Litestar) -> dict[str, Operation]:
    return {operation.name: operation for operation in app.state.operations}


def test_the_signature_of_an_inherited_handler_is_read_once_and_its_types_are_each_resources_own() -> None:
    found = operations(create_app(SETTINGS, RESOURCES))
    seat, word = found["createSeat"], found["createWord"]
    assert seat.handler.parsed_fn_signature is word.handler.parsed_fn_signature
    assert (seat.payload.__name__, word.payload.__name__) == ("SeatCreate", "WordCreate")
    assert (seat.answer.__name__, word.answer.__name__) == ("Seat", "Word")
    assert found["writeNotes"].payload is not found["writeLabels"].payload


def test_no_application_and_no_resource_sees_what_another_says_of_a_handler() -> None:
    found, again = operations(create_app(SETTINGS, RESOURCES)), operations(create_app(SETTINGS, RESOURCES))
    same = [found["getNote"].handler, found["getLabel"].handler, again["getNote"].handler]
    for each in same:
        each.get_response_handler()
    for name in ("opt", "paths", "owner", "_response_handler_mapping"):
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
