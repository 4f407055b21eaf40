"""The application in this process, called over ASGI, or over TCP where the lens says so."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
from litestar import Litestar

from service.app import create_app
from service.core.resources.controller import ResourceController
from tests.sqlite.settings import NOWHERE, settings_of, variables_of
from tests.support.lens import LENS
from tests.support.listening import listening
from tests.support.serve import RESOURCES

SECRET_KEY = "a-secret-that-only-the-tests-know-0123456789"
EDITOR = "user-editor"
MEMBER = "user-member"
LOCAL = {"ENVIRONMENT": "local", "SECRET_KEY": SECRET_KEY, "DATABASE_URL": NOWHERE}
"""The variables of an application that asks no database."""


def token(user_id: str = EDITOR, *, key: str = SECRET_KEY, **claims: Any) -> str:
    """A token as app-web's server mints it, but good for as long as a run of the tests may take."""
    payload = {"sub": user_id, "aud": "service", "exp": datetime.now(UTC) + timedelta(hours=2)} | claims
    return jwt.encode({name: value for name, value in payload.items() if value is not None}, key, "HS256")


def bearer(user_id: str = EDITOR, **claims: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(user_id, **claims)}"}


class Api(httpx.AsyncClient):
    """A client of the application, which it carries."""

    application: Litestar

    async def make_note(self, slug: str, **fields: Any) -> dict[str, Any]:
        answer = await self.post("/notes/", json={"slug": slug, "title": slug.title()} | fields)
        assert answer.status_code == 201, answer.text
        return answer.json()


@asynccontextmanager
async def serving(
    database_url: str,
    *,
    environment: str = "local",
    headers: Mapping[str, str] | None = None,
    resources: Sequence[type[ResourceController]] = RESOURCES,
    **variables: str,
) -> AsyncGenerator[Api]:
    """The application over a database, called in this process."""
    settings = settings_of(
        {"ENVIRONMENT": environment, "SECRET_KEY": SECRET_KEY} | variables_of(database_url) | variables
    )
    application = create_app(settings, resources)

    listen = _over_a_socket if LENS.socket else _in_this_process
    async with (
        listen(application) as (transport, url),
        Api(transport=transport, base_url=f"{url}/api/v1", headers=headers) as client,
    ):
        client.application = application
        yield client


@asynccontextmanager
async def _over_a_socket(application: Litestar) -> AsyncGenerator[tuple[httpx.AsyncBaseTransport, str]]:
    async with listening(application) as url:
        yield httpx.AsyncHTTPTransport(), url


@asynccontextmanager
async def _in_this_process(application: Litestar) -> AsyncGenerator[tuple[httpx.AsyncBaseTransport, str]]:
    async def call(scope: Any, receive: Any, send: Any) -> None:
        # In a task of its own, as a server calls it: what it keeps in context variables ends with the request.
        await asyncio.create_task(application(scope, receive, send))

    async with _started(application):
        yield httpx.ASGITransport(call, raise_app_exceptions=False), "http://service"


@asynccontextmanager
async def _started(application: Litestar) -> AsyncGenerator[None]:
    """Start-up and shutdown in one task of their own, as a server runs them; a fixture may end in another."""
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with application.lifespan():
            started.set()
            await stop.wait()

    life = asyncio.create_task(live())
    await started.wait()
    yield
    stop.set()
    await life
