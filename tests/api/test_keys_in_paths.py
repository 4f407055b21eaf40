"""Keys of any text: each is read, changed and deleted at its own path, and taken for no other, over real connections."""

import asyncio
import json
from collections.abc import AsyncGenerator

import httpx
import pytest

from service.core.http.location import as_in_url, location_in, text_of
from tests.support.api import serving
from tests.support.lens import LENS
from tests.support.raw import Answer, Connection

NASTY = [
    *("/", "a/b", "/a", "a/", "a//b", "x/meaning", "../red", "./a", "a/..", "a/../b"),
    *("%", "%2F", "a%2Fb", "a%252Fb", "100%", "%zz", "%25", "%00"),
    *(".", "..", "...", "~", "~.", "~..", "~~", "~~..", "~a", "a~", "", "~/", "~%", ".a", "a."),
    *(
        "?",
        "a?b=c",
        "#",
        "a#b",
        "a b",
        " ",
        "a+b",
        "a;b=c",
        "a:batch",
        "a&b",
        "a\\b",
        "a@b",
        "a,b",
        "'\"<>{}|^`",
    ),
    *("é", "北京", "👩‍👩‍👧", "\u202e", "\ufeff", "\ufffd", "a\nb", "\t", "\x7f", "e\u0301", "İ"),
]


@pytest.fixture
async def client(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the application, which listens on a real socket."""
    monkeypatch.setattr(LENS, "socket", True)
    async with (
        serving(database_url) as api,
        httpx.AsyncClient(base_url=api.base_url.copy_with(raw_path=b"/")) as client,
    ):
        yield client


@pytest.mark.parametrize("key", NASTY)
def test_a_segment_stands_for_its_text(key: str) -> None:
    location = location_in("/words/", [key])
    assert location.isascii()
    _, _, segment = location.rpartition("/")
    assert segment not in {"", ".", ".."}
    assert httpx.URL(f"http://service{location}").raw_path == location.encode()
    assert text_of(segment) == key
    assert as_in_url(as_in_url(location)) == location


async def test_every_key_has_a_path_of_its_own(client: httpx.AsyncClient) -> None:
    paths: dict[str, str] = {}
    for key in NASTY:
        body = {"word": key, "meaning": f"of {key}"}
        made = await client.post("/api/v1/words/", json=body)
        assert (made.status_code, made.json()) == (201, body), key
        paths[key] = made.headers["location"]
        again = await client.post("/api/v1/words", json=body)
        assert (again.status_code, again.headers["location"]) == (200, paths[key])
        taken = await client.post("/api/v1/words", json=body | {"meaning": "another"})
        assert (taken.status_code, taken.headers["location"]) == (409, paths[key])
    assert len(set(paths.values())) == len(NASTY)
    for key, path in paths.items():
        read = await client.get(path)
        assert (read.status_code, read.json()["meaning"]) == (200, f"of {key}"), path
        assert (await client.head(path)).headers["etag"] == read.headers["etag"]
        assert (await client.get(f"{path}/")).json() == read.json()
        assert (await client.get(f"{path}/meaning")).status_code == 404
    # A parameter without a value counts as not given, so that the key of no letters has its path alone.
    for key in NASTY:
        found = (await client.get("/api/v1/words", params={"word": key, "limit": 100})).json()
        assert {each["word"] for each in found["items"]} == ({key} if key else set(NASTY))
    for key, path in paths.items():
        assert (await client.put(path, json={"meaning": f"now {key}"})).json()["word"] == key
        match = {"If-Match": (await client.get(path)).headers["etag"]}
        changed = await client.patch(path, json={"meaning": f"then {key}"}, headers=match)
        assert (changed.status_code, changed.json()) == (200, {"word": key, "meaning": f"then {key}"})
    for number, path in enumerate(paths.values()):
        assert (await client.delete(path)).status_code == 204, path
        gone = await client.get(path)
        assert (gone.status_code, gone.json()["instance"]) == (404, path)
        left = (await client.get("/api/v1/words", params={"limit": 1})).json()["total"]
        assert left == len(NASTY) - number - 1


async def test_each_part_of_a_composite_key_is_any_text(client: httpx.AsyncClient) -> None:
    for key in NASTY:
        made = await client.post("/api/v1/seats/", json={"hall": key, "number": 1, "guest": key})
        assert made.status_code == 201, key
        path = made.headers["location"]
        assert path.endswith("/1")
        assert (await client.get(path)).json()["guest"] == key
        assert (await client.patch(path, json={"guest": "Ada"})).json()["hall"] == key
        assert (await client.put(path, json={"guest": None})).json()["hall"] == key
    for key in NASTY:
        path = location_in("/api/v1/seats", [key, 1])
        assert (await client.delete(path)).status_code == 204
        assert (await client.get(path)).status_code == 404


async def ask(client: httpx.AsyncClient, target: bytes, method: bytes = b"GET") -> Answer:
    """The answer to a target as it is: no library tidies it up."""
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    try:
        return await Connection(reader, writer).ask(
            b"%b %b HTTP/1.1\r\nHost: service\r\n\r\n" % (method, target)
        )
    finally:
        writer.close()


NO_TEXT = (b"%zz", b"%", b"%4", b"a%", b"%u0041", b"%FF", b"%C3", b"%ED%A0%80", b"%C0%AF", b"%F5%80%80%80")
DROPPED = (".", "..", "%2e", "%2E%2e", "./", ".%2e/x", "/", "/x", "x//", "x/../y", "x//y")


async def test_what_is_no_encoded_text_is_refused(client: httpx.AsyncClient) -> None:
    for path in NO_TEXT:
        for target in (b"/api/v1/words/" + path, b"/api/v1/words/" + path + b"/x", b"/" + path):
            answer = await ask(client, target)
            problem = json.loads(answer.body)
            assert (answer.status, problem["instance"]) == (400, target.decode())
            assert "UTF-8" in problem["detail"]


async def test_segments_that_others_drop_are_refused(client: httpx.AsyncClient) -> None:
    for path in DROPPED:
        for method in (b"GET", b"DELETE"):
            answer = await ask(client, b"/api/v1/words/" + path.encode(), method)
            assert (answer.status, "`~..`" in json.loads(answer.body)["detail"]) == (400, True), path
    assert (await ask(client, b"//api/v1/words")).status == 400


async def test_a_key_that_no_row_can_have_is_not_found(client: httpx.AsyncClient) -> None:
    for path in (b"a%00b", b"%00"):
        for method in (b"GET", b"DELETE"):
            assert (await ask(client, b"/api/v1/words/" + path, method)).status == 404


async def test_what_stands_in_no_url_is_refused(client: httpx.AsyncClient) -> None:
    for key in (b"\xc3\xa9", b"\xff", b"a b", b"a\x00"):
        assert (await ask(client, b"/api/v1/words/" + key)).status == 400


async def test_other_writings_of_a_key_lead_to_it(client: httpx.AsyncClient) -> None:
    for key, writings in {
        "a/B": (b"a%2FB", b"a%2fB", b"%61%2f%42"),
        "a%2FB": (b"a%252FB", b"%61%252FB"),
        "..": (b"~..", b"%7E..", b"~%2e%2E"),
        "": (b"~", b"%7e", b"~/"),
        "a+b;c:d": (b"a+b;c:d", b"a%2Bb%3bc%3Ad"),
    }.items():
        assert (await client.post("/api/v1/words", json={"word": key, "meaning": ""})).status_code == 201
        for writing in writings:
            answer = await ask(client, b"/api/v1/words/" + writing)
            assert (answer.status, json.loads(answer.body).get("word")) == (200, key), writing
        assert (await client.delete(location_in("/api/v1/words", [key]))).status_code == 204


async def test_a_slash_of_a_key_is_none_of_the_path(client: httpx.AsyncClient) -> None:
    for target in (b"/api%2Fv1/words", b"/api/v1%2Fwords", b"/api/v1/words%2F", b"/api/v1/notes%2Fx/finish"):
        answer = await ask(client, target)
        assert (answer.status, json.loads(answer.body)["instance"]) == (404, target.decode())
    assert (await ask(client, b"/api/v1/notes/x%2Ffinish", b"POST")).status == 405
    for path in (b"/api/v1/words/a%2Fb", b"/api/v1/words/~", b"/api/v1/words/%25"):
        allowed = b"allow: DELETE, GET, HEAD, OPTIONS, PATCH, PUT\r\n"
        options, refused = await ask(client, path, b"OPTIONS"), await ask(client, path, b"POST")
        assert (options.status, refused.status) == (204, 405)
        assert allowed in options.head
        assert allowed in refused.head
