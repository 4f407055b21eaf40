"""A request that is cancelled, or refused while it is served, is answered once and recorded as it was answered."""

import asyncio
from functools import partial
from typing import Any

import msgspec
import pytest
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from service.core.errors import RequestTimeout
from service.core.http.layers import layered
from service.core.http.refusals import Refusals, mark_refused
from service.core.telemetry.access_log import RequestContext
from tests.support.log import LogReader


def layers(app: ASGIApp) -> ASGIApp:
    return layered(app, [partial(RequestContext, local=False), partial(Refusals, cors=None)])


def http_scope() -> Any:
    return {
        "type": "http",
        "method": "POST",
        "path": "/notes",
        "headers": [],
        "query_string": b"",
        "state": {},
    }


async def no_body() -> Any:
    return {"type": "http.request", "body": b"", "more_body": True}


def statuses(sent: list[Message]) -> list[int]:
    return [message["status"] for message in sent if message["type"] == "http.response.start"]


@pytest.mark.parametrize("begun", [True, False])
async def test_cancelled(json_log: LogReader, *, begun: bool) -> None:
    sent: list[Message] = []
    waiting = asyncio.Event()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        if begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        waiting.set()
        await asyncio.Event().wait()

    async def send(message: Message) -> None:
        sent.append(message)

    task = asyncio.ensure_future(layers(app)(http_scope(), no_body, send))
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    status = 200 if begun else 503
    assert statuses(sent) == [status]
    assert [line["status"] for line in json_log.lines()] == [status]


async def test_refused_at_once(json_log: LogReader) -> None:
    sent: list[Message] = []

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError("it is not asked")

    async def send(message: Message) -> None:
        sent.append(message)

    scope = http_scope()
    mark_refused(scope, RequestTimeout("Too slow."))
    await layers(app)(scope, no_body, send)
    assert statuses(sent) == [408]
    assert sent[1]["type"] == "http.response.body"
    problem = msgspec.json.decode(sent[1]["body"])
    (line,) = json_log.lines()
    assert (line["status"], line["requestId"]) == (408, problem["requestId"])


async def test_refused_while_the_body_is_read(json_log: LogReader) -> None:
    scope = http_scope()
    refuse_now = asyncio.Event()

    async def receive() -> Any:
        await refuse_now.wait()
        return await no_body()

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        with pytest.raises(RequestTimeout):
            await receive()
        await send({"type": "http.response.start", "status": 408, "headers": []})

    async def send(message: Message) -> None:
        pass

    task = asyncio.ensure_future(layers(app)(scope, receive, send))
    await asyncio.sleep(0)
    mark_refused(scope, RequestTimeout("Too slow."))
    refuse_now.set()
    await task
    assert [line["status"] for line in json_log.lines()] == [408]
