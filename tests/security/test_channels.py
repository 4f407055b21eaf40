"""What one team learns of another: the few things that the README states, and nothing by any other way."""

import os
import subprocess
import sys
from typing import Any, cast

import httpx
import pytest
import sqlalchemy as sa

from tests.security.tenants.served import ADMIN, BLUE, Tenants
from tests.support.statements import statements_of

OF_BLUE = ("p-blue", "navy", "team", "Blue")
OF_THE_REQUEST = {"requestId", "instance"}
SEEN = {"p-red", "p-open", 1}
REFERENCES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a hidden project": ({"projectId": "p-blue"}, {"projectId": "p-none"}),
    "a hidden parent": ({"projectId": "p-red", "parentId": 11}, {"projectId": "p-red", "parentId": 999}),
    "a hidden project, and a parent that is not there": (
        {"projectId": "p-blue", "parentId": 998},
        {"projectId": "p-none", "parentId": 998},
    ),
    "a hidden project, and a hidden parent": (
        {"projectId": "p-blue", "parentId": 11},
        {"projectId": "p-none", "parentId": 999},
    ),
    "a hidden project, and one's own parent": (
        {"projectId": "p-blue", "parentId": 1},
        {"projectId": "p-none", "parentId": 1},
    ),
    "a hidden parent in a project that is not there": (
        {"projectId": "p-none", "parentId": 11},
        {"projectId": "p-none", "parentId": 999},
    ),
    "a hidden parent in a project that is another's to write": (
        {"projectId": "p-open", "parentId": 11},
        {"projectId": "p-open", "parentId": 999},
    ),
}


def said(answer: httpx.Response) -> tuple[int, dict[str, str], Any]:
    """All of an answer but what is of the request."""
    body = answer.json() if answer.content else None
    if isinstance(body, dict):
        members = cast("dict[str, Any]", body)
        body = {name: value for name, value in members.items() if name not in OF_THE_REQUEST}
    headers = {
        name: text for name, text in answer.headers.items() if name not in {"x-request-id", "content-length"}
    }
    if answer.is_error:
        # Of the row that the path names.
        headers.pop("cache-group-invalidation", None)
    return answer.status_code, headers, body


async def test_a_unique_value_is_taken(tenants: Tenants) -> None:
    """As it says of one's own, and no more."""
    await tenants.world.reset()
    for body, taken, own in (
        ({"name": "n", "slug": "blue"}, ["/slug"], {"name": "n", "slug": "red"}),
        ({"name": "n", "slug": "new", "id": "p-blue"}, ["/id"], {"name": "n", "slug": "new", "id": "p-red"}),
    ):
        answer = await tenants.ask(ADMIN, "POST", "/projects/", body)
        assert answer.status_code == 409
        assert [error["pointer"] for error in answer.json()["errors"]] == taken
        # Where the id is what is taken, it leads to what the caller itself has named.
        assert answer.headers.get("location") == ("/api/v1/projects/p-blue" if "id" in body else None)
        assert "etag" not in answer.headers
        assert not any(text in answer.text for text in OF_BLUE)
        status, headers, problem = said(await tenants.ask(ADMIN, "POST", "/projects/", own))
        if "id" in own:
            headers["location"] = headers["location"].replace("p-red", "p-blue")
        assert said(answer) == (status, headers, problem)
    alike = {"id": "p-blue", "name": "Blue", "slug": "blue"}
    assert (await tenants.ask(ADMIN, "POST", "/projects/", alike)).status_code == 409
    changed = await tenants.ask(ADMIN, "PATCH", "/projects/p-red", {"slug": "blue"})
    assert said(changed) == said(await tenants.ask(ADMIN, "PATCH", "/projects/p-red", {"slug": "rose"}))


async def test_numbers_have_gaps(tenants: Tenants) -> None:
    """How many rows others have made meanwhile."""
    await tenants.world.reset()

    async def made(caller: dict[str, Any]) -> int:
        answer = await tenants.ask(caller, "POST", "/tags/", {"name": "new"})
        assert answer.status_code == 201
        return answer.json()["id"]

    first = await made(ADMIN)
    await made(BLUE)
    await made(BLUE)
    assert await made(ADMIN) == first + 3


async def test_a_hidden_row_still_refers_to_it(tenants: Tenants) -> None:
    """RESTRICT refuses as it does for a row that one sees."""
    await tenants.world.reset()
    seen = await tenants.ask(ADMIN, "DELETE", "/projects/p-red")
    async with tenants.world.engine.begin() as connection:
        await connection.execute(
            sa.text('CREATE TABLE "Unseen" ("secret" TEXT, "tagId" INTEGER REFERENCES "TenantTag" ("id"))')
        )
        await connection.execute(sa.text("""INSERT INTO "Unseen" VALUES ('navy', 2)"""))
    hidden = await tenants.ask(ADMIN, "DELETE", "/tags/2")
    assert hidden.status_code == 409
    assert said(hidden) == said(seen)
    assert "Unseen" not in hidden.text
    items = [{"op": "delete", "id": 2}]
    batch = await tenants.ask(ADMIN, "PATCH", "/tags/", {"items": items})
    assert batch.status_code == 409
    assert "Unseen" not in batch.text


async def test_what_a_row_refers_to_is_deleted(tenants: Tenants) -> None:
    """SET NULL empties what another's row says, of a row that only SQL could make it refer to."""
    await tenants.world.reset()
    assert (await tenants.get(BLUE, "/tasks/12"))["parentId"] == 1
    assert (await tenants.ask(ADMIN, "DELETE", "/tasks/1")).status_code == 204
    assert (await tenants.get(BLUE, "/tasks/12"))["parentId"] is None


async def test_a_foreign_key_shows_its_id(tenants: Tenants) -> None:
    """Of a row that may be read, whose parent may not."""
    await tenants.world.reset()
    task = await tenants.get(ADMIN, "/tasks/21")
    assert (task["parentId"], task["above"]) == (11, [])
    assert (await tenants.ask(ADMIN, "GET", "/tasks/11")).status_code == 404


async def test_what_lies_above_is_shown_past_hidden_rows(tenants: Tenants) -> None:
    """What is shared shows of the rows above it those that one may read, and so that hidden ones lead there."""
    await tenants.world.reset()
    assert (await tenants.get(ADMIN, "/tasks/21"))["above"] == []
    assert (await tenants.ask(BLUE, "PATCH", "/tasks/11", {"parentId": 12})).status_code == 200
    assert (await tenants.get(ADMIN, "/tasks/21"))["above"] == [{"id": 1, "title": "red"}]


@pytest.mark.parametrize("case", REFERENCES)
async def test_hidden_and_missing_are_refused_alike(tenants: Tenants, case: str) -> None:
    """However many fields are wrong, and whichever the database looks at first."""
    await tenants.world.reset()
    hidden, missing = REFERENCES[case]
    for method, path in (("POST", "/tasks/"), ("PATCH", "/tasks/2"), ("PUT", "/tasks/2")):
        answers = [
            await tenants.ask(ADMIN, method, path, {"title": "t", **each}) for each in (hidden, missing)
        ]
        assert said(answers[0]) == said(answers[1])
        assert answers[0].status_code == 422
        named = {error["pointer"] for error in answers[0].json()["errors"]}
        assert named == {f"/{name}" for name, value in hidden.items() if value not in SEEN}
    items = [[{"op": "create", "title": "t", **each}] for each in (hidden, missing)]
    one, other = [await tenants.ask(ADMIN, "PATCH", "/tasks/", {"items": each}) for each in items]
    assert said(one) == said(other)


@pytest.mark.parametrize("claim", ["tenant", "user_id"])
@pytest.mark.parametrize(
    "value", ["\ud800", "blue\0", "b" * 2000, "", 10**30, True, ["blue"], {"is": "blue"}]
)
async def test_an_odd_claim_is_nobodys(tenants: Tenants, claim: str, value: object) -> None:
    """It is refused, or leads to no row of a team's."""
    await tenants.world.reset()
    caller = {**ADMIN, claim: value}
    for path in (
        "/projects/",
        "/teams/",
        "/members/",
        "/tasks/",
        "/drafts/",
        "/projects/p-blue",
        "/tasks/11",
    ):
        answer = await tenants.ask(caller, "GET", path)
        assert answer.status_code in {200, 401, 403, 404}
        assert "p-blue" not in answer.text.replace("/projects/p-blue", "")
        assert "d-blue" not in answer.text


@pytest.mark.parametrize("body", [{"projectId": "p-blue"}, {"projectId": "p-red"}, {"title": "t"}, None])
async def test_the_database_is_asked_the_same_of_hidden_and_missing(
    tenants: Tenants, body: dict[str, Any] | None
) -> None:
    """Else one could tell by the time that it takes whether a row is there, and what it refers to."""
    await tenants.world.reset()
    statements, asked = await statements_of(tenants.api), list[list[str]]()
    for path in ("/tasks/11", "/tasks/999"):
        statements.clear()
        answer = await tenants.ask(ADMIN, "PATCH" if body else "DELETE", path, body)
        assert answer.status_code == 404
        asked.append([*statements])
    assert asked[0] == asked[1]


CURSORS = """
from service.core.resources.controller import repositories_of
from service.core.auth import Caller
from service.core.resources.declarations import policies_of
from tests.security.tenants import resources, tables

repositories = repositories_of(resources.RESOURCES)
claims = {"sub": "user-red", "tenant": "red", "role": "admin"}
print(policies_of(repositories).of(Caller("user-red", claims, None)).of_rows(tables.Task))
"""


def test_a_cursor_is_of_use_in_each_process() -> None:
    """What tells its readers apart does not hang on the order of a set, which is another in each process."""

    def readers(seed: int) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
        command = [sys.executable, "-c", CURSORS]
        return subprocess.check_output(command, env=environment, text=True)

    assert readers(1) == readers(2)


async def test_a_cursor_is_of_use_to_its_team_alone(tenants: Tenants) -> None:
    await tenants.world.reset()
    page = await tenants.get(BLUE, "/tasks/?limit=1")
    path = f"/tasks/?limit=1&cursor={page['nextCursor']}"
    assert (await tenants.ask(BLUE, "GET", path)).status_code == 200
    made_up = await tenants.ask(ADMIN, "GET", "/tasks/?limit=1&cursor=none")
    assert said(await tenants.ask(ADMIN, "GET", path)) == said(made_up)


async def test_a_cursor_is_of_use_to_its_list_alone(tenants: Tenants) -> None:
    """Be the other one in the same order, and read by the same callers."""
    await tenants.world.reset()
    page = await tenants.get(ADMIN, "/tasks/?limit=1")
    answer = await tenants.ask(ADMIN, "GET", f"/tags/?limit=1&cursor={page['nextCursor']}")
    assert said(answer) == said(await tenants.ask(ADMIN, "GET", "/tags/?limit=1&cursor=none"))
