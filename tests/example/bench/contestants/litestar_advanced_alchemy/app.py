"""Litestar and Advanced Alchemy, as Advanced Alchemy's guide for Litestar shows them."""

import os
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import uuid4

from advanced_alchemy.extensions.litestar import (
    AsyncSessionConfig,
    EngineConfig,
    SQLAlchemyAsyncConfig,
    SQLAlchemyPlugin,
    providers,
    repository,
    service,
)
from advanced_alchemy.filters import LimitOffset, OrderBy
from litestar import Controller, Litestar, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromPath, HeaderParameter
from msgspec import Meta, Struct, field

from service.models import Page as PageModel
from service.models import PageStatus


class Page(Struct, rename="camel", kw_only=True):
    id: str
    slug: str
    title: str
    summary: str | None
    content: dict[str, Any]
    metadata_: dict[str, Any] | None = field(name="metadata")
    status: PageStatus
    tags: list[str]
    position: int
    view_count: int
    rating: Decimal | None
    author_id: str
    last_editor_id: str | None
    parent_id: str | None
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime


class PageCreate(Struct, rename="camel"):
    slug: str
    title: Annotated[str, Meta(max_length=200)]
    content: dict[str, Any]
    tags: list[str]
    author_id: str


class PageUpdate(Struct, rename="camel"):
    position: int


class PageService(service.SQLAlchemyAsyncRepositoryService[PageModel]):
    class Repo(repository.SQLAlchemyAsyncRepository[PageModel]):
        model_type = PageModel

    repository_type = Repo


def etag(page: PageModel) -> str:
    return f'"{page.updated_at.timestamp() * 1000:.0f}"'


COLUMNS = {"createdAt": "created_at", "publishedAt": "published_at"}


class PageController(Controller):
    path = "/pages"
    dependencies = providers.create_service_dependencies(PageService, "pages")

    @get()
    async def list_pages(
        self,
        pages: NamedDependency[PageService],
        limit: int = 20,
        offset: int = 0,
        status: PageStatus | None = None,
        sort: Literal["-createdAt", "-publishedAt"] = "-createdAt",
    ) -> service.OffsetPagination[Page]:
        filters = [
            OrderBy(COLUMNS[sort[1:]], "desc"), OrderBy("id", "desc"), LimitOffset(limit, offset),
        ]  # fmt: skip
        where = [PageModel.status == status] if status else []
        results, total = await pages.get_many_and_count(*where, *filters)
        return pages.to_schema(results, total, filters=filters, schema_type=Page)

    @get("/{page_id:str}")
    async def get_page(
        self,
        pages: NamedDependency[PageService],
        page_id: FromPath[str],
        known: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
    ) -> Response[Page | None]:
        page = await pages.get(page_id)
        headers = {"ETag": etag(page)}
        if known == headers["ETag"]:
            return Response(None, status_code=304, headers=headers)
        return Response(pages.to_schema(page, schema_type=Page), headers=headers)

    @post()
    async def create_page(self, pages: NamedDependency[PageService], data: PageCreate) -> Page:
        page = await pages.create({**service.schema_dump(data), "id": uuid4().hex})
        return pages.to_schema(page, schema_type=Page)

    @patch("/{page_id:str}")
    async def update_page(
        self,
        pages: NamedDependency[PageService],
        page_id: FromPath[str],
        data: PageUpdate,
        known: Annotated[str | None, HeaderParameter(name="If-Match")] = None,
    ) -> Response[Page]:
        page = await pages.repository.get(page_id, with_for_update=True)
        if known is not None and known != etag(page):
            raise ClientException("Page has changed", status_code=412)
        page.position = data.position
        # `update` merges, which would load the relations that these models refuse to load unasked.
        await pages.repository.session.flush()
        await pages.repository.session.refresh(page)
        return Response(pages.to_schema(page, schema_type=Page), headers={"ETag": etag(page)})


@get("/utils/health-check")
async def check_health() -> dict[str, bool]:
    return {"status": True}


alchemy = SQLAlchemyAsyncConfig(
    connection_string=os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://"),
    engine_config=EngineConfig(pool_size=int(os.environ["POOL"]), max_overflow=0),
    session_config=AsyncSessionConfig(expire_on_commit=False),
    before_send_handler="autocommit",
)
app = Litestar([PageController, check_health], path="/api/v1", plugins=[SQLAlchemyPlugin(config=alchemy)])
