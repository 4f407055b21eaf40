"""Answers do what Litestar's own do: cookies are set, and background tasks run."""

from typing import Any

import httpx
from litestar import Litestar, get
from litestar.background_tasks import BackgroundTask
from litestar.datastructures import Cookie

from service.core.http.reply import JsonReply
from service.core.schema import Resource

done: list[str] = []


class Thing(Resource):
    name: str


async def note(what: str) -> None:
    done.append(what)


@get("/handler", response_cookies=[Cookie(key="from", value="handler")], sync_to_thread=False)
def plain() -> Thing:
    return Thing("a")


@get("/reply", response_cookies=[Cookie(key="from", value="handler")], sync_to_thread=False)
def reply() -> JsonReply[Thing]:
    answer = JsonReply(Thing("a"), headers={"X-Own": "1"}, background=BackgroundTask(note, "told"))
    answer.set_cookie("own", "yes")
    return answer


async def test_cookies_headers_and_background_tasks() -> None:
    app = Litestar([plain, reply], response_class=JsonReply, openapi_config=None)

    async def call(scope: Any, receive: Any, send: Any) -> None:
        await app(scope, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(call), base_url="http://service") as client:
        first = await client.get("/handler")
        assert (first.json(), first.cookies["from"]) == ({"name": "a"}, "handler")
        second = await client.get("/reply")
        assert (second.cookies["own"], second.headers["x-own"]) == ("yes", "1")
        assert second.headers.get_list("set-cookie")[1:] == ["from=handler; Path=/; SameSite=lax"]
        assert done == ["told"]
        unchanged = await client.get("/reply", headers={"If-None-Match": second.headers["etag"]})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert not {"content-type", "content-length"} & {*unchanged.headers}
        assert done == ["told", "told"]
