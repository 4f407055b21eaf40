"""Conditions over keys of two columns, claims of other types, parents that may be missing, and two steps up."""

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, text

from service.core.auth import Caller
from service.core.resources.access.policies import Policies
from service.core.resources.conditions import Access, Policy, everybody, through
from tests.security.shapes import (
    CommentController,
    CommentRow,
    DocController,
    DocRow,
    FolderController,
    FolderRow,
    Org,
    ShapeBase,
)
from tests.support.api import Api, bearer, serving
from tests.support.database import create_tables, transaction_on

OURS, THEIRS = UUID(int=1), UUID(int=2)
MERGE = {"Content-Type": "application/merge-patch+json"}


@pytest.fixture
async def shapes(database_url: str) -> AsyncGenerator[Api]:
    await create_tables(database_url, ShapeBase.metadata)
    async with transaction_on(database_url) as connection:
        for org, uid in ((1, OURS), (2, THEIRS)):
            await connection.execute(insert(Org), {"id": org, "uid": uid})
            states = enumerate(("open", "open", "shut", "secret"), 1)
            folders = [{"orgId": org, "number": number, "state": state} for number, state in states]
            await connection.execute(insert(FolderRow), folders)
            docs = [
                {"id": 10 * org + shut, "orgId": org, "folder": 1, "state": "shut" if shut else "open"}
                for shut in (0, 1)
            ]
            docs += [
                {"id": 10 * org + number, "orgId": org, "folder": number, "state": "open"}
                for number in (3, 4)
            ]
            await connection.execute(insert(DocRow), docs)
            comments = [(0, 10 * org, f"user-{org}"), (1, None, f"user-{org}"), (2, 10 * org, "user-3")]
            for number, doc, author in comments:
                row = {"id": 10 * org + number, "docId": doc, "author": author}
                await connection.execute(insert(CommentRow), row)
        if connection.dialect.name == "postgresql":
            for name in ("ShapeDoc", "ShapeComment"):
                await connection.execute(text(f"""SELECT setval('"{name}_id_seq"', 100)"""))
    resources = [FolderController, DocController, CommentController]
    async with serving(
        database_url, resources=resources, headers=bearer("user-1", org=str(OURS)), API_DOCS="false"
    ) as api:
        yield api


async def statuses(api: Api, *calls: tuple[str, str, Any, int]) -> None:
    for method, path, body, wanted in calls:
        answer = await api.request(method, path, json=body)
        assert answer.status_code == wanted, (method, path, body, answer.text)


async def test_a_uuid_of_the_row_above(shapes: Api) -> None:
    for org in (str(OURS), str(OURS).upper(), OURS.hex):
        listed = (await shapes.get("/folders/", headers=bearer(org=org))).json()
        assert [(each["orgId"], each["number"]) for each in listed["items"]] == [(1, 1), (1, 2), (1, 3)]
    assert (await shapes.get("/folders/", headers=bearer(org="7"))).status_code == 403
    await statuses(
        shapes,
        ("GET", "/folders/1/1", None, 200),
        ("GET", "/folders/2/1", None, 404),
        ("POST", "/folders/", {"orgId": 1, "number": 9}, 201),
        ("POST", "/folders/", {"orgId": 2, "number": 9}, 403),
        ("DELETE", "/folders/2/2", None, 404),
        ("DELETE", "/folders/1/2", None, 204),
    )


async def test_a_key_of_two_columns_two_steps_below(shapes: Api) -> None:
    assert [each["id"] for each in (await shapes.get("/docs/")).json()["items"]] == [10, 11, 13]
    await statuses(
        shapes,
        ("POST", "/docs/", {"orgId": 1, "folder": 1}, 201),
        ("POST", "/docs/", {"orgId": 2, "folder": 1}, 422),
        ("POST", "/docs/", {"orgId": 1, "folder": 7}, 422),
        ("PATCH", "/docs/10", {"folder": 2}, 200),
        ("PATCH", "/docs/10", {"orgId": 2}, 422),
        ("PATCH", "/docs/10", {"folder": 7}, 422),
        ("PATCH", "/docs/20", {"folder": 2}, 404),
    )


async def test_the_second_column_of_a_key_decides_too(shapes: Api) -> None:
    """Of the folders of one org, 3 may be read and not written, and 4 may not be read."""
    await statuses(
        shapes,
        ("GET", "/docs/13", None, 200),
        ("GET", "/docs/14", None, 404),
        ("PATCH", "/docs/13", {"state": "open"}, 403),
        ("PATCH", "/docs/14", {"state": "open"}, 404),
        ("PATCH", "/docs/14", {"folder": 4}, 404),
        ("DELETE", "/docs/13", None, 403),
        ("DELETE", "/docs/14", None, 404),
        ("POST", "/docs/", {"orgId": 1, "folder": 3}, 403),
        ("PATCH", "/docs/10", {"folder": 3}, 403),
        ("PATCH", "/docs/10", {"orgId": 1, "folder": 3}, 403),
    )
    for sent in ({}, {"orgId": 1}):
        hidden, missing = [
            (await shapes.patch("/docs/10", json=sent | {"folder": folder})).json() for folder in (4, 7)
        ]
        assert (hidden["status"], hidden["errors"]) == (422, missing["errors"])
    hidden, missing = [
        (await shapes.post("/docs/", json={"orgId": 1, "folder": folder})).json() for folder in (4, 7)
    ]
    assert (hidden["status"], hidden["errors"]) == (422, missing["errors"])


async def test_what_a_row_says_decides_before_and_after(shapes: Api) -> None:
    await statuses(
        shapes,
        ("POST", "/docs/", {"orgId": 1, "folder": 1, "state": "shut"}, 403),
        ("PATCH", "/docs/10", {"state": "shut"}, 403),
        ("PATCH", "/docs/11", {"state": "open"}, 403),
        ("PATCH", "/docs/", {"items": [{"op": "update", "id": 11, "folder": 2}]}, 403),
        ("PATCH", "/docs/", {"items": [{"op": "delete", "id": 11}]}, 403),
        ("DELETE", "/docs/11", None, 403),
    )


async def test_documents_are_merged_where_they_may_be_written(shapes: Api) -> None:
    for path, wanted in (("/docs/10", 200), ("/docs/11", 403), ("/docs/20", 404)):
        answer = await shapes.patch(path, json={"meta": {"a": 1}}, headers=MERGE)
        assert answer.status_code == wanted
    answer = await shapes.patch("/docs/10", json={"meta": {"b": 2}}, headers=MERGE)
    assert answer.json()["meta"] == {"a": 1, "b": 2}


async def test_a_parent_that_may_be_missing(shapes: Api) -> None:
    async def listed(**claims: Any) -> list[int]:
        answer = await shapes.get("/comments/", headers=bearer(**claims))
        return [each["id"] for each in answer.json()["items"]]

    assert await listed(user_id="user-1", org=str(OURS)) == [10, 11, 12]
    assert await listed(user_id="user-1") == [10, 11]
    assert await listed(user_id="user-3") == [12, 22]
    assert await listed(sub=None, org=str(OURS)) == [10, 12]
    await statuses(
        shapes,
        ("PATCH", "/comments/12", {"docId": None}, 403),
        ("PATCH", "/comments/11", {"docId": 10}, 200),
        ("PATCH", "/comments/11", {"docId": 20}, 422),
        ("PATCH", "/comments/11", {"author": "user-3"}, 422),
        ("POST", "/comments/", {}, 201),
        ("POST", "/comments/", {"docId": 20}, 422),
        ("DELETE", "/comments/12", None, 403),
        ("DELETE", "/comments/10", None, 204),
    )


def test_what_belongs_to_nothing_is_not_of_a_parent_that_all_may_read() -> None:
    whoever, of_its_doc, of_its_folder = (
        everybody("a test"),
        through(CommentRow.doc),
        through(DocRow.in_folder),
    )
    policies = Policies(
        {
            FolderRow: Policy(whoever, whoever),
            DocRow: Policy(of_its_folder, of_its_folder),
            CommentRow: Policy(of_its_doc, of_its_doc),
        }
    )
    rights = policies.of(Caller("user", {}, None)).rights
    assert rights.condition(DocRow, Access.READ) is True
    assert not isinstance(rights.condition(CommentRow, Access.READ), bool)
