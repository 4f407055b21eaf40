"""What holds for every resource alike."""

import re
import secrets
from typing import Annotated, Any

import pytest
from msgspec import Meta

from service.core.http.query import ListQuery
from service.core.resources.controller import ReadController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.read_repository import ReadRepository
from service.core.schema import Resource
from service.dev.deploy import connect
from service.prisma.url import parse_database_url
from tests.support import tables
from tests.support.api import Api, serving
from tests.support.labels import LabelController

JSON = {"Content-Type": "application/json"}
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


async def test_answers_are_private_and_revalidated(api: Api) -> None:
    note = await api.make_note("cached")
    for path in ("/notes/", f"/notes/{note['id']}", "/notes/none", "/notes/?nope=1", "/utils/health-check"):
        assert (await api.get(path)).headers["cache-control"] == "private, no-cache", path


async def test_text_that_javascript_would_round(api: Api) -> None:
    note = await api.make_note("numbers", rating="-1.5")
    assert (note["viewCount"], note["rating"]) == ("0", "-1.50")
    for name in ("createdAt", "updatedAt"):
        assert TIMESTAMP.fullmatch(note[name])
    for rating in ("10", "1.234", "1e0", "NaN", "٤", "", " 1"):
        answer = await api.patch(f"/notes/{note['id']}", json={"rating": rating})
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/rating"], rating


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/xml",
        "",
    ],
)
async def test_bodies_are_json_alone(api: Api, content_type: str) -> None:
    note = await api.make_note("typed")
    for method, path in (("POST", "/notes/"), ("PUT", f"/notes/{note['id']}"), ("PATCH", "/labels/1")):
        answer = await api.request(method, path, content=b"title=x", headers={"Content-Type": content_type})
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type"), answer.text


async def test_the_content_type_may_carry_parameters(api: Api) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert (await api.post("/labels/", content=b'{"name": "n"}', headers=headers)).status_code == 201


async def test_a_body_may_be_a_megabyte(api: Api) -> None:
    body = '{"title": "t", "content": {"text": "%s"}}'
    fits = body % ("x" * 900_000)
    assert (await api.post("/notes/", content=fits, headers=JSON)).status_code == 201
    answer = await api.post("/notes/", content=body % ("x" * 1_000_001), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"name": "a", "name": "b"}', 400),
        ('{"name": {"a": 1, "a": 2}}', 400),
        ('{"name": %s}' % ("[" * 70 + "]" * 70), 422),
        ('{"name": "a", "n": 18446744073709551616}', 422),
        ('{"name": "\\ud83d"}', 422),
        ('{"na\\u0000me": 1}', 422),
        ('{"name": ""}', 422),
        ('{"name": null}', 422),
        ("null", 422),
        ('"text"', 422),
        ('{"name": "a"} {}', 400),
    ],
)
async def test_odd_bodies_are_a_clear_4xx(api: Api, body: str, status: int) -> None:
    answer = await api.post("/labels/", content=body, headers=JSON)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/labels/0", "/labels/-1", "/labels/2147483648", "/labels/1.5"])
async def test_a_number_out_of_range_is_a_clear_4xx(api: Api, path: str) -> None:
    assert (await api.get(path)).status_code in {404, 422}


async def test_tags_of_what_is_shown(api: Api) -> None:
    note = await api.make_note("tagged")
    path = f"/notes/{note['id']}"
    etag = (await api.get(path)).headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{24}(-[0-9a-f]{16})?"', etag)
    compressed = [f'{etag[:-1]}-{coding}"' for coding in ("gzip", "br", "zstd")]
    for header in (etag, f"W/{etag}", *compressed, f'"x", {etag}', "*"):
        assert (await api.get(path, headers={"If-None-Match": header})).status_code == 304, header
        assert (await api.head(path, headers={"If-None-Match": header})).status_code == 304, header
    assert (await api.get(path, headers={"If-None-Match": '"x"'})).status_code == 200
    for header in (f"W/{etag}", *compressed):
        # Each time for the state that was read at first, which only its own tag lets pass.
        answer = await api.patch(path, json={"title": "U"}, headers={"If-Match": header})
        assert answer.status_code == 200, header
        back = await api.patch(path, json={"title": note["title"]})
        assert back.status_code == 200
    changes: list[tuple[str, str, Any]] = [
        ("PUT", "", {"title": "T", "slug": "tagged"}),
        ("POST", "/finish", None),
        ("DELETE", "", None),
    ]
    for method, tail, body in changes:
        answer = await api.request(method, path + tail, json=body, headers={"If-Match": '"old"'})
        assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed"), (method, tail)


@pytest.mark.parametrize("name", ["/notes/", "/labels/"])
async def test_lists_are_alike(api: Api, name: str) -> None:
    answer: dict[str, Any] = (await api.get(name)).json()
    assert set(answer) == {"items", "total", "limit", "offset", "nextCursor", "previousCursor"}
    assert (answer["limit"], answer["offset"]) == (20, 0)
    assert (await api.get(f"{name}?offset=2147483647")).json()["items"] == []
    for query in ("limit=101", "limit=0", "offset=-1", "limit=x", "count=all", "cursor=x", "nope=", "sort=x"):
        refused = await api.get(f"{name}?{query}")
        assert refused.status_code == 422, query
        assert refused.json()["errors"][0]["parameter"] == query.partition("=")[0]


class LabelNumber(Resource):
    """A label without its name."""

    id: Annotated[int, Meta(ge=1, le=2**31 - 1, description="Its number.", examples=[7])]


class LabelNumberRepository(ReadRepository[tables.Label, LabelNumber]):
    reader = ListReader(
        Mapping(LabelNumber, tables.Label), filters={}, sorts={"id": tables.Label.id}, default_sort="id"
    )


class LabelNumberController(ReadController[LabelNumberRepository, LabelNumber, ListQuery]):
    """Labels without their names."""

    path = "/label-numbers"


async def test_a_column_that_a_resource_does_not_name_stays_inside(database_url: str) -> None:
    async with serving(database_url, resources=[LabelController, LabelNumberController]) as api:
        label = (await api.post("/labels/", json={"name": "hidden"})).json()
        assert (await api.get(f"/label-numbers/{label['id']}")).json() == {"id": label["id"]}
        assert (await api.get("/label-numbers/")).json()["items"] == [{"id": label["id"]}]
        for query in ("sort=name", "name=hidden", "q=hidden", "fields=name", "include=name"):
            refused = await api.get(f"/label-numbers/?{query}")
            assert refused.status_code == 422, query


async def test_a_filter_that_takes_one_key_is_a_filter_like_any_other(api: Api) -> None:
    first, second = [(await api.post("/labels/", json={"name": name})).json() for name in ("one", "two")]
    answer = (await api.get("/labels/", params={"id": second["id"]})).json()
    assert (answer["items"], answer["total"], answer["limit"]) == ([second], 1, 20)
    assert first not in answer["items"]


async def test_the_longest_text_that_an_index_holds_fits_a_cursor(postgres_url: str) -> None:
    """A list must never lead on by a cursor that it does not take: app-web may store longer texts than callers may."""
    names = sorted(f"{first}{secrets.token_hex(1340)}" for first in "abc")
    connection = await connect(parse_database_url(postgres_url))
    await connection.executemany('INSERT INTO "TestLabel" (name) VALUES ($1)', [(name,) for name in names])
    await connection.close()
    async with serving(postgres_url) as api:
        found: list[str] = []
        query: dict[str, Any] | None = {"limit": 1}
        while query:
            answer = await api.get("/labels/", params=query)
            assert answer.status_code == 200, answer.text
            found += [item["name"] for item in answer.json()["items"]]
            cursor = answer.json()["nextCursor"]
            query = {"limit": 1, "cursor": cursor} if cursor else None
    assert found == names


async def test_a_cursor_takes_the_values_of_a_filter_in_any_order(api: Api) -> None:
    for number in range(3):
        await api.make_note(f"n{number}", tags=["a", "b", "c"])
    answer = await api.get("/notes/?limit=1&status=DRAFT&status=DONE&tag=a&tag=b")
    cursor = answer.json()["nextCursor"]
    for query in ("tag=b&tag=a&status=DONE&status=DRAFT", "tag=a&tag=b&tag=a&status=DRAFT&status=DONE"):
        again = await api.get(f"/notes/?{query}&cursor={cursor}")
        assert (again.status_code, len(again.json()["items"])) == (200, 2)
    assert (await api.get(f"/notes/?tag=a&status=DRAFT&cursor={cursor}")).status_code == 422
