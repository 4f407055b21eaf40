"""What every request gets: an id, and one line in the log."""

from functools import partial
from typing import Any

import pytest
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from service.core.auth import NO_TOKEN, Caller
from service.core.http.layers import layered
from service.core.telemetry.access_log import RequestContext
from service.core.telemetry.logs import configure_logging
from tests.support.api import serving
from tests.support.log import LogReader

HEX_DIGITS = 32


async def created(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 201, "headers": [(b"etag", b'"1"')]})
    await send({"type": "http.response.body", "body": b"{}", "more_body": False})


async def broken(_scope: Scope, _receive: Receive, send: Send) -> None:  # noqa: ARG001  # ASGI
    raise LookupError("not foreseen")


async def call(
    app: ASGIApp, path: str = "/notes/", *headers: tuple[bytes, bytes], local: bool = False
) -> list[Message]:
    """What the app sends for a request, behind the layer under test."""
    sent: list[Message] = []
    scope: Any = {
        "type": "http",
        "method": "POST",
        "path": path,
        "headers": list(headers),
        "query_string": b"token=in-the-query",
        "state": {},
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await RequestContext(app, local=local)(scope, receive, send)
    return sent


def answered_id(sent: list[Message]) -> str:
    start = sent[0]
    assert start["type"] == "http.response.start"
    (identity,) = [value for name, value in start["headers"] if name == b"x-request-id"]
    assert (b"etag", b'"1"') in start["headers"]
    return identity.decode()


async def test_one_line_without_what_callers_keep_to_themselves(json_log: LogReader) -> None:
    sent = await call(created, "/notes/", (b"authorization", b"Bearer in-a-header"))
    (line,) = json_log.lines()
    assert line.pop("durationMs") >= 0
    assert line.pop("time")
    assert line == {
        "level": "INFO",
        "message": "POST /notes/ 201",
        "logger": "service.core.telemetry.access_log",
        "requestId": answered_id(sent),
        "method": "POST",
        "path": "/notes/",
        "status": 201,
    }


@pytest.mark.parametrize(
    ("user", "logged"),
    [
        (Caller("user-é", {"sub": "user-é", "email": "a@x.org"}, frozenset({"notes:read"})), "user-é"),
        (Caller('a"\n\x1b', {}, None), 'a"\n\x1b'),
        (Caller("half \ud800", {}, None), r"half \ud800"),
        (Caller(None, {"role": "build"}, None), None),
        (NO_TOKEN, None),
        (None, None),
    ],
)
async def test_the_line_says_who_called_and_no_more_of_the_token(
    json_log: LogReader, user: Caller | None, logged: str | None
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["user"] = user
        await created(scope, receive, send)

    await call(app)
    (line,) = json_log.lines()
    assert line.get("userId") == logged
    assert "x.org" not in str(line)
    assert "notes:read" not in str(line)


@pytest.mark.parametrize("given", [b"a", b"01JD-x_y.z", b"x" * 128])
async def test_a_sane_id_is_kept(json_log: LogReader, given: bytes) -> None:
    assert answered_id(await call(created, "/", (b"x-request-id", given))) == given.decode()
    assert json_log.lines()[0]["requestId"] == given.decode()


@pytest.mark.parametrize("given", [b"", b"x" * 129, b"a b", b"a\n", b'"}', b"\xe9", b"a\r\nset-cookie: x"])
async def test_any_other_id_is_replaced(given: bytes) -> None:
    identity = answered_id(await call(created, "/", (b"x-request-id", given)))
    assert len(identity) == HEX_DIGITS
    assert identity.isalnum()


async def test_ids_are_made_once_and_sort_by_time() -> None:
    identities = [answered_id(await call(created)) for _ in range(100)]
    assert len(set(identities)) == 100
    assert identities[0][:8] <= identities[-1][:8]


@pytest.mark.parametrize("path", ["/utils/health-check", "/utils/readiness"])
async def test_probes_leave_no_line(capsys: pytest.CaptureFixture[str], postgres_url: str, path: str) -> None:
    async with serving(postgres_url) as api:
        capsys.readouterr()
        assert (await api.get(path)).status_code == 200
        assert f"{path} 200" not in capsys.readouterr().out
        assert (await api.get("/notes/")).status_code == 200
        assert "/api/v1/notes/ 200" in capsys.readouterr().out


@pytest.mark.parametrize("local", [True, False])
async def test_a_path_cannot_forge_a_line(capsys: pytest.CaptureFixture[str], *, local: bool) -> None:
    configure_logging(local=local)
    await call(created, '/a\r\n{"level":"ERROR"}\x1b[31m\u2028', local=local)
    output = capsys.readouterr().out
    assert len(output.splitlines()) == 1
    assert "\x1b" not in output
    assert "u2028" in output


async def test_what_escapes_is_a_500(json_log: LogReader) -> None:
    with pytest.raises(LookupError):
        await call(broken)
    (line,) = json_log.lines()
    assert (line["level"], line["status"]) == ("WARNING", 500)


async def test_what_is_no_http_goes_past_the_layers(json_log: LogReader) -> None:
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    scope: Any = {"type": "websocket"}
    unused: Any = None
    await layered(app, [partial(RequestContext, local=False)])(scope, unused, unused)
    assert seen == ["websocket"]
    assert json_log.lines() == []


async def test_local_lines_are_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(local=True)
    sent = await call(created, "/café", local=True)
    assert f"{answered_id(sent)} POST /café?token=in-the-query 201 " in capsys.readouterr().out
