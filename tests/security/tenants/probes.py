"""Ways to reach rows that the matrix of operations and rows does not name: each says what is not as it should be."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from tests.security.tenants.served import ADMIN, BLUE, Tenants

Probe = Callable[[Tenants], AsyncGenerator[str]]


async def totals(tenants: Tenants) -> AsyncGenerator[str]:
    for path in ("/tasks/?limit=1", "/tasks/?offset=100", "/tasks/?limit=1&sort=id"):
        answer = await tenants.ask(ADMIN, "GET", path)
        if answer.status_code == 200 and answer.json()["total"] != 3:
            yield f"{path} counts {answer.json()['total']} in place of 3"


async def cursors(tenants: Tenants) -> AsyncGenerator[str]:
    cursor = (await tenants.get(ADMIN, "/tasks/?limit=1"))["nextCursor"]
    for caller, wanted in ((ADMIN, 200), (BLUE, 422)):
        status = (await tenants.ask(caller, "GET", f"/tasks/?limit=1&cursor={cursor}")).status_code
        if status != wanted:
            yield f"the cursor of red's list gives {caller['tenant']} a {status}"


async def batch_reads(tenants: Tenants) -> AsyncGenerator[str]:
    async for fault in _lists(tenants, "/tasks/?id=11&id=1&id=12&id=21", [1, 21]):
        yield fault


async def filters(tenants: Tenants) -> AsyncGenerator[str]:
    for path, wanted in (
        ("/tasks/?tagId=11", []),
        ("/tasks/?tagId=1", [1]),
        ("/tasks/?tagId=11&tagId=999", []),
        ("/tasks/?tagId=1&tagId=11", [1]),
        ("/tasks/?projectSlug=blue&projectSlug=open", [21]),
        ("/projects/?taskId=11", []),
        ("/projects/?taskId=11&taskId=12", []),
    ):
        async for fault in _lists(tenants, path, wanted):
            yield fault
    async for fault in _lists(tenants, "/tasks/?parentId=1", [2]):
        yield fault


async def nested(tenants: Tenants) -> AsyncGenerator[str]:
    task = await tenants.get(ADMIN, "/tasks/1")
    shown = ([part["id"] for part in task["parts"]], task["partCount"], task["tagIds"])
    if shown != ([2], 1, [1]):
        yield f"within a task stand {shown}"
    if (await tenants.get(ADMIN, "/tasks/21"))["above"]:
        yield "a hidden task stands above one that is shared"


async def coalesced(tenants: Tenants) -> AsyncGenerator[str]:
    """So many at once that they wait for connections, and travel together."""

    def reads(caller: dict[str, Any]) -> list[Awaitable[Any]]:
        return [tenants.ask(caller, "GET", f"/projects/{key}") for key in ("p-red", "p-blue") * 30]

    answers = await asyncio.gather(
        *(ask for pair in zip(reads(ADMIN), reads(BLUE), strict=True) for ask in pair)
    )
    for index, answer in enumerate(answers):
        is_red, reads_red = index % 2 == 0, index // 2 % 2 == 0
        if (answer.status_code == 200) is not (is_red is reads_red):
            yield f"of many at once, {'red' if is_red else 'blue'} got a {answer.status_code}: {answer.text}"
            return


async def inserts(tenants: Tenants) -> AsyncGenerator[str]:
    for path, body, wanted in (
        ("/tasks/", {"title": "new", "projectId": "p-open"}, 403),
        ("/projects/", {"name": "n", "slug": "n", "teamId": "blue"}, 422),
        ("/members/", {"name": "n", "rank": 1, "teamId": "blue"}, 422),
    ):
        async for fault in _refused(tenants, "POST", path, body, wanted):
            yield fault
    made = await tenants.ask(ADMIN, "POST", "/drafts/", {"text": "new"})
    if made.status_code != 201 or made.json()["authorId"] != "user-red":
        yield f"a new draft is not its author's: {made.text}"


async def moves(tenants: Tenants) -> AsyncGenerator[str]:
    """No row can be moved out, and none in."""
    for path, body, wanted in (
        ("/tasks/1", {"projectId": "p-open"}, 403),
        ("/projects/p-red", {"teamId": "blue"}, 422),
    ):
        for method, said in (("PATCH", body), ("PUT", {"title": "t", "name": "n", "slug": "s"} | body)):
            fields = {"title", "projectId"} if "tasks" in path else {"name", "slug", "teamId"}
            sent = {name: value for name, value in said.items() if name in fields}
            async for fault in _refused(tenants, method, path, sent, wanted):
                yield fault


async def parents(tenants: Tenants) -> AsyncGenerator[str]:
    """What one may not read is to a writer as what does not exist, word for word."""
    for method, path, body in (
        ("POST", "/tasks/", {"title": "new", "projectId": "p-red"}),
        ("PATCH", "/tasks/1", {"title": "new"}),
        ("PUT", "/tasks/1", {"title": "new", "projectId": "p-red"}),
    ):
        for name, hidden, missing in (("parentId", 11, 999), ("projectId", "p-blue", "nobody")):
            said = [
                (answer.status_code, answer.json().get("detail"), answer.json().get("errors"))
                for value in (hidden, missing)
                for answer in [await tenants.ask(ADMIN, method, path, body | {name: value})]
            ]
            if said[0] != said[1] or said[0][0] != 422:
                yield f"{method} {path}: {name} that is hidden and that is missing: {said}"


async def deletes(tenants: Tenants) -> AsyncGenerator[str]:
    """What may be deleted, and what is of another's, in a batch."""
    items = [{"op": "delete", "id": 2}, {"op": "delete", "id": 11}, {"op": "delete", "id": 999}]
    answer = await tenants.ask(ADMIN, "PATCH", "/tasks/", {"items": items})
    statuses = [item["status"] for item in answer.json().get("items", [])]
    left = {row[0] for row in (await tenants.world.rows())["TenantTask"]}
    if statuses != [204, 404, 404] or left != {1, 11, 12, 21}:
        yield f"a batch of deletes: {answer.text}, and {left} are left"


PROBES: tuple[Probe, ...] = (
    totals,
    cursors,
    batch_reads,
    filters,
    nested,
    coalesced,
    inserts,
    moves,
    parents,
    deletes,
)


async def _lists(tenants: Tenants, path: str, wanted: list[Any]) -> AsyncGenerator[str]:
    found = [item["id"] for item in (await tenants.get(ADMIN, path))["items"]]
    if found != wanted:
        yield f"{path} shows {found} in place of {wanted}"


async def _refused(
    tenants: Tenants, method: str, path: str, body: dict[str, Any], wanted: int
) -> AsyncGenerator[str]:
    before = await tenants.world.rows()
    answer = await tenants.ask(ADMIN, method, path, body)
    if answer.status_code != wanted:
        yield f"{method} {path} {body}: {answer.status_code} in place of {wanted}: {answer.text}"
    if await tenants.world.rows() != before:
        yield f"{method} {path} {body} changed something"
        await tenants.world.reset()
