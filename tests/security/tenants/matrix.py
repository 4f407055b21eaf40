"""Every operation on every kind of row, by every kind of caller: what it answers, and what it leaves as it was."""

from collections.abc import AsyncGenerator, Iterator
from typing import Any

import msgspec
from litestar import Litestar

from service.core.http.operation import Operation
from tests.security.tenants.places import BY_HAND, PLACES, Bare, Place
from tests.security.tenants.served import ADMIN, BARE, Tenants
from tests.security.tenants.world import of_blue

OTHER = "another tenant's row"
READABLE = "a row to read"
CHANGES = {"PUT": "replace", "PATCH": "update", "DELETE": "delete"}
DONE = {"list": 200, "get": 200, "create": 201, "replace": 200, "update": 200, "delete": 204, "batch": 200}
UNSEEN = {"list": 200, "get": 404, "replace": 404, "update": 404, "delete": 404, "batch": 422}
READ_ONLY = {"list": 200, "get": 200, "replace": 403, "update": 403, "delete": 403, "batch": 403}
BY_BARE = {
    Bare.NOTHING: dict.fromkeys(DONE, 403),
    Bare.SHARED: UNSEEN | {"create": 403},
    Bare.ALL: READ_ONLY | {"create": 403},
}


class Call(msgspec.Struct, frozen=True):
    """One field of the matrix."""

    column: str
    caller: dict[str, Any] | None
    method: str
    path: str
    body: Any
    wanted: int

    def __str__(self) -> str:
        return f"{self.column}: {self.method} {self.path} {self.body or ''}".strip()


def operations_of(app: Litestar) -> list[Operation]:
    """All that ask for a token and are served outside local."""
    operations: list[Operation] = app.state.operations
    return [each for each in operations if not each.is_public and each.tag != "diagnostics"]


def kind_of(operation: Operation) -> str:
    if operation.is_batch:
        return "batch"
    if operation.method == "GET":
        return "get" if operation.in_path else "list"
    return CHANGES.get(operation.method, "create")


def calls(operation: Operation) -> Iterator[Call]:
    """The row of the matrix for an operation. Raises `LookupError` where it has no place there."""
    place = PLACES.get(operation.tag)
    standard = {f"/api/v1/{operation.tag}", *_keyed(operation)}
    if place is None or (operation.path not in standard and operation.name not in BY_HAND):
        raise LookupError(
            f"{operation.name} has no place in the matrix: say in places.py whose rows it is tried on"
        )
    kind, row = kind_of(operation), _Row(operation, place)
    is_read = kind in {"list", "get"}
    done = DONE | {"create": place.creates, "delete": place.deletes}
    yield row.call("own row", ADMIN, done[kind])
    if place.other and kind in UNSEEN:
        yield row.call(OTHER, ADMIN, UNSEEN[kind])
    if place.readable and kind in READ_ONLY:
        yield row.call(READABLE, place.reader or ADMIN, READ_ONLY[kind])
    yield row.call("a missing claim", BARE, BY_BARE[place.bare][kind])
    yield row.call("no token", None, 401)
    yield row.call("a narrowed token", ADMIN | {"scope": "other:read other:write"}, 403)
    reader = ADMIN | {"scope": f"{operation.tag}:read"}
    yield row.call("a token to read", reader, done[kind] if is_read else 403)
    for foreign in place.foreign if kind in {"create", "replace", "update", "batch"} else ():
        # A key that is shown and not taken is left alone.
        if kind != "create" and foreign.keys() <= place.own.keys():
            continue
        yield row.call("what is another's", ADMIN, 422, foreign)


async def failures(tenants: Tenants, operation: Operation) -> AsyncGenerator[str]:
    """What is not as the matrix says."""
    await tenants.world.reset()
    before = await tenants.world.rows()
    for call in calls(operation):
        answer = await tenants.ask(call.caller, call.method, call.path, call.body)
        after = await tenants.world.rows()
        if after != before:
            await tenants.world.reset()
        if answer.status_code != call.wanted:
            yield f"{call}: {answer.status_code} in place of {call.wanted}: {answer.text}"
        if of_blue(after) != of_blue(before):
            yield f"{call}: a row of the other tenant's is another"
        if call.wanted >= 400 and after != before:
            yield f"{call}: it was refused, and something changed"
        if call.column in {"a missing claim", "a narrowed token"} and call.wanted == 403:
            code = answer.json().get("code")
            if code != "insufficient_scope":
                yield f"{call}: its code is {code}"
        if call.column == "own row" and kind_of(operation) == "list" and answer.status_code == 200:
            place = PLACES[operation.tag]
            listed = [list(item.values())[len(place.own) - 1] for item in answer.json()["items"]]
            if (listed, answer.json()["total"]) != (place.listed, len(place.listed)):
                yield f"{call}: {listed} of {answer.json()['total']} in place of {place.listed}"


class _Row(msgspec.Struct, frozen=True):
    """The row of the matrix for one operation."""

    operation: Operation
    place: Place

    def call(
        self, column: str, caller: dict[str, Any] | None, wanted: int, foreign: dict[str, Any] | None = None
    ) -> Call:
        row = {OTHER: "other", READABLE: "readable"}.get(column, "own")
        key: dict[str, Any] = getattr(self.place, row)
        path = f"/{self.operation.tag}/"
        if self.operation.name in BY_HAND:
            path = BY_HAND[self.operation.name][row]
        elif self.operation.in_path:
            path += "/".join(str(value) for value in key.values())
        changed = self.place.change | (foreign or {})
        bodies = {
            "create": self.place.create | (foreign or {}),
            "replace": changed,
            "update": changed,
            "batch": {"items": [{"op": "update", **changed, **key}]},
        }
        return Call(column, caller, self.operation.method, path, bodies.get(kind_of(self.operation)), wanted)


def _keyed(operation: Operation) -> list[str]:
    segments = "".join(f"/{{{parameter.name}}}" for parameter in operation.in_path)
    return [f"/api/v1/{operation.tag}{segments}"]
