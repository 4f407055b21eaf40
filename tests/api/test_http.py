"""What every answer has in common."""

import pytest

from tests.support.api import Api, bearer, serving
from tests.support.notes import NoteRepository


async def test_without_origins_no_browser_may_call(api: Api) -> None:
    asked = {"Origin": "https://www.example.com", "Access-Control-Request-Method": "PATCH"}
    for method in ("GET", "OPTIONS"):
        answer = await api.request(method, "/notes/", headers=asked)
        assert answer.is_success
        assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_cors_names_exact_origins_on_errors_too(postgres_url: str) -> None:
    origins = '["https://www.example.com"]'
    async with serving(postgres_url, environment="production", BACKEND_CORS_ORIGINS=origins) as api:
        for path, headers in (("/notes/", bearer()), ("/notes/", {}), ("/nothing", {})):
            answer = await api.get(path, headers=headers | {"Origin": "https://www.example.com"})
            assert answer.headers["access-control-allow-origin"] == "https://www.example.com"
            assert "etag" in answer.headers["access-control-expose-headers"].lower()
            other = await api.get(path, headers=headers | {"Origin": "https://www.example.com.evil.org"})
            assert "access-control-allow-origin" not in other.headers
        preflight = {"Origin": "https://www.example.com", "Access-Control-Request-Method": "PATCH"}
        answer = await api.options("/notes/x", headers=preflight)
        assert answer.status_code == 204
        assert "PATCH" in answer.headers["access-control-allow-methods"]


async def test_every_answer_says_what_it_holds(api: Api) -> None:
    """And text says in which charset; JSON is UTF-8 by its own definition."""
    note = await api.make_note("typed")
    for path, kind in (
        ("/notes/", "application/json"),
        (f"/notes/{note['id']}", "application/json"),
        ("/notes/none", "application/problem+json"),
        ("/notes/?nope=1", "application/problem+json"),
        ("/nothing", "application/problem+json"),
        ("/openapi.json", "application/json"),
        ("/docs", "text/html; charset=utf-8"),
        ("/docs/assets/page.js", "text/javascript; charset=utf-8"),
        ("/docs/assets/page.css", "text/css; charset=utf-8"),
        ("/docs/assets/swagger-ui.css", "text/css; charset=utf-8"),
    ):
        assert (await api.get(path)).headers["content-type"] == kind, path
    gone = await api.delete(f"/notes/{note['id']}")
    assert (gone.status_code, gone.content, gone.headers.get("content-type")) == (204, b"", None)


PROXIED = {
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Host": "elsewhere.example.com",
    "X-Forwarded-Prefix": "/elsewhere",
    "Forwarded": "proto=http;host=elsewhere.example.com",
}


async def test_nothing_is_redirected_nor_led_elsewhere(api: Api) -> None:
    """Who calls by plain HTTP by mistake shall not be helped on, nor be sent where a header says."""
    for path in (
        "/notes",
        "/notes/",
        "/labels",
        "/utils/health-check",
        "/docs",
        "/docs/",
        "/nothing/",
        "//notes",
    ):
        answer = await api.get(path, headers=PROXIED)
        assert not answer.is_redirect, path
        assert "location" not in answer.headers
    made = await api.post("/labels/", json={"name": "n"}, headers=PROXIED)
    assert made.headers["location"] == f"/api/v1/labels/{made.json()['id']}"


async def test_a_mode_for_debugging_shows_callers_nothing(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Litestar's own, which it takes from the environment."""
    monkeypatch.setenv("LITESTAR_DEBUG", "1")
    async with serving(postgres_url, environment="production") as api:

        async def fail(*_: object, **__: object) -> None:
            raise LookupError("hidden")

        monkeypatch.setattr(NoteRepository, "read_list", fail)
        answer = await api.get("/notes/", headers=bearer() | {"Accept": "text/html"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    for inner in ("hidden", "LookupError", "Traceback", ".py"):
        assert inner not in answer.text


async def test_request_ids(api: Api) -> None:
    answer = await api.get("/notes/x", headers={"X-Request-Id": "abc-1"})
    assert (answer.headers["x-request-id"], answer.json()["requestId"]) == ("abc-1", "abc-1")
    for insane in (b"a b", b"x" * 129, "é".encode()):
        answer = await api.get("/notes/", headers={b"X-Request-Id": insane})
        assert answer.headers["x-request-id"].isalnum()


async def test_errors_are_problems(api: Api) -> None:
    for answer, status, code in (
        (await api.get("/nothing"), 404, "not_found"),
        (await api.delete("/notes/"), 405, "method_not_allowed"),
        (
            await api.post("/notes/", content=b"{", headers={"Content-Type": "application/json"}),
            400,
            "bad_request",
        ),
        (await api.post("/notes/", data={"title": "x"}), 415, "unsupported_media_type"),
        (await api.post("/notes/", json={"title": "x" * 1_100_000}), 413, "content_too_large"),
        (await api.get("/labels/abc"), 404, "not_found"),
    ):
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == code
    assert "GET" in (await api.delete("/notes/")).headers["allow"]


@pytest.mark.parametrize(
    "body", [b'{"title": "a", "title": "b"}', b'{"title": NaN}', b"\xff", b"", b"[" * 100_000]
)
async def test_what_is_not_json_is_refused(api: Api, body: bytes) -> None:
    answer = await api.post("/notes/", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("value", ['"\\ud800"', '"\\u0000"', "1e400"])
async def test_what_cannot_be_stored_is_refused(api: Api, value: str) -> None:
    body = f'{{"title": "t", "content": {{"a": {value}}}}}'.encode()
    answer = await api.post("/notes/", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/content/a"]


async def test_a_number_of_thousands_of_digits_says_nothing_of_python(api: Api) -> None:
    body = f'{{"title": "t", "content": {{"a": {"9" * 5000}}}}}'.encode()
    answer = await api.post("/notes/", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "The body holds a number of too many digits; send it as a string.",
    )


async def test_a_precondition_that_a_write_does_not_look_at_is_refused(api: Api) -> None:
    """Who asks for it wanted to prevent what would be done all the same."""
    note = await api.make_note("kept")
    path = f"/notes/{note['id']}"
    item = {"items": [{"op": "update", "id": note["id"], "title": "Other"}]}
    for method, where, body, headers in (
        ("PUT", path, {"title": "Other"}, {"If-None-Match": "*"}),
        ("PATCH", path, {"title": "Other"}, {"If-None-Match": "*"}),
        ("DELETE", path, None, {"If-None-Match": '"a"'}),
        ("PATCH", "/notes/", item, {"If-None-Match": "*"}),
        ("PATCH", "/notes/", item, {"If-Match": '"a"'}),
        ("POST", "/notes/", {"title": "New"}, {"If-Match": "*"}),
        ("POST", f"{path}/finish", None, {"If-None-Match": "*"}),
    ):
        answer = await api.request(method, where, json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request"), (method, headers)
        assert "If-Match" in answer.json()["detail"]
    assert (await api.get(path)).json() == note
    created = await api.post("/notes/", json={"title": "New"}, headers={"If-None-Match": "*"})
    assert created.status_code == 201, "a POST overwrites nothing"


async def test_head_is_wherever_get_is(api: Api) -> None:
    note = await api.make_note("headed")
    for path in (f"/notes/{note['id']}", "/notes/", "/utils/health-check"):
        head, get = await api.head(path), await api.get(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers.get("etag") == get.headers.get("etag")
        assert head.headers["content-length"] == get.headers["content-length"]
    assert "HEAD" in (await api.delete("/notes/")).headers["allow"]


@pytest.mark.parametrize("path", ["/notes/%00", "/notes/%ff", "/labels/99999999999999999999"])
async def test_odd_paths_are_a_clear_4xx(api: Api, path: str) -> None:
    assert 400 <= (await api.get(path)).status_code < 500


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/notes/", "GET, HEAD, OPTIONS, PATCH, POST"),
        ("/notes/x", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
        ("/notes/x/finish", "OPTIONS, POST"),
    ],
)
async def test_allow_names_every_method(api: Api, path: str, methods: str) -> None:
    answer = await api.options(path)
    assert (answer.status_code, answer.headers["allow"]) == (204, methods)
    refused = await api.request("TRACE", path)
    assert (refused.status_code, refused.headers["allow"]) == (405, methods)
