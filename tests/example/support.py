"""What the example's tests share."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.resources.controller import ResourceController
from service.models import User
from service.resources import RESOURCES
from tests.prisma.support.engines import engine_of
from tests.support import api as core
from tests.support.api import EDITOR, MEMBER, Api

SERVICE = ("-m", "service")


@asynccontextmanager
async def serving(
    database_url: str,
    *,
    environment: str = "local",
    headers: Mapping[str, str] | None = None,
    resources: Sequence[type[ResourceController]] = RESOURCES,
    **variables: str,
) -> AsyncGenerator[Api]:
    """The example over a database that two users are put into first."""
    engine = engine_of(database_url)
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(
            insert(User), [{"id": user, "email": f"{user}@x.org"} for user in (EDITOR, MEMBER)]
        )
    await engine.dispose()
    async with core.serving(
        database_url, environment=environment, headers=headers, resources=resources, **variables
    ) as api:
        yield api


async def make_page(api: Api, slug: str, **fields: Any) -> dict[str, Any]:
    body = {"slug": slug, "title": slug.title(), "authorId": EDITOR} | fields
    answer = await api.post("/pages/", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()
