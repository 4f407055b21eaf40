"""FastAPI and SQLModel, as SQLModel's tutorial for FastAPI shows them."""

import os
import uuid
from collections.abc import Generator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Response
from pydantic import NaiveDatetime
from sqlalchemy import ARRAY, Column, Enum, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session, SQLModel, create_engine, func, select

engine = create_engine(
    os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"),
    pool_size=int(os.environ["POOL"]),
    max_overflow=0,
)
PageStatus = Enum("DRAFT", "PUBLISHED", "ARCHIVED", name="PageStatus")


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


class PageBase(SQLModel):
    slug: str
    title: str = Field(max_length=200)
    summary: str | None = Field(default=None, max_length=500)
    content: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB))
    tags: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text)))
    authorId: str


class Page(PageBase, table=True):
    __tablename__ = "Page"

    id: str = Field(default_factory=lambda: uuid.uuid4().hex, primary_key=True)
    # "metadata" belongs to SQLAlchemy.
    pageMetadata: dict[str, Any] | None = Field(
        default=None, sa_column=Column("metadata", JSONB(none_as_null=True))
    )
    status: str = Field(default="DRAFT", sa_column=Column(PageStatus))
    position: int = 0
    viewCount: int = 0
    rating: Decimal | None = Field(default=None, max_digits=3, decimal_places=2)
    lastEditorId: str | None = None
    parentId: str | None = None
    publishedAt: NaiveDatetime | None = None
    createdAt: NaiveDatetime = Field(default_factory=now)
    updatedAt: NaiveDatetime = Field(default_factory=now)


class PagePublic(PageBase):
    id: str
    pageMetadata: dict[str, Any] | None = Field(default=None, serialization_alias="metadata")
    status: str
    position: int
    viewCount: int
    rating: Decimal | None
    lastEditorId: str | None
    parentId: str | None
    publishedAt: NaiveDatetime | None
    createdAt: NaiveDatetime
    updatedAt: NaiveDatetime


class PageList(SQLModel):
    items: list[PagePublic]
    total: int


class PageCreate(PageBase):
    pass


class PageUpdate(SQLModel):
    slug: str | None = None
    title: str | None = None
    position: int | None = None


def get_session() -> Generator[Session]:
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]
app = FastAPI()
router = APIRouter(prefix="/api/v1")


def etag(page: Page) -> str:
    return f'"{page.updatedAt.timestamp() * 1000:.0f}"'


@router.get("/pages", response_model=PageList)
def read_pages(
    session: SessionDep, offset: int = 0, limit: int = 20, status: str | None = None, sort: str = "-createdAt"
) -> Any:
    where = [Page.status == status] if status else []
    column = getattr(Page, sort.removeprefix("-"))
    total = session.exec(select(func.count()).select_from(Page).where(*where)).one()
    order = [column.desc(), Page.id.desc()] if sort.startswith("-") else [column, Page.id]
    pages = session.exec(select(Page).where(*where).order_by(*order).offset(offset).limit(limit)).all()
    return PageList.model_construct(items=pages, total=total)


@router.get("/pages/{page_id}", response_model=PagePublic)
def read_page(
    page_id: str,
    session: SessionDep,
    response: Response,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Any:
    page = session.get(Page, page_id)
    if not page:
        raise HTTPException(status_code=404, detail="Page not found")
    if if_none_match == etag(page):
        return Response(status_code=304, headers={"ETag": etag(page)})
    response.headers["ETag"] = etag(page)
    return page


@router.post("/pages", response_model=PagePublic, status_code=201)
def create_page(page: PageCreate, session: SessionDep) -> Any:
    stored = Page.model_validate(page)
    session.add(stored)
    session.commit()
    session.refresh(stored)
    return stored


@router.patch("/pages/{page_id}", response_model=PagePublic)
def update_page(
    page_id: str,
    page: PageUpdate,
    session: SessionDep,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> Any:
    stored = session.get(Page, page_id, with_for_update=True)
    if not stored:
        raise HTTPException(status_code=404, detail="Page not found")
    if if_match is not None and if_match != etag(stored):
        raise HTTPException(status_code=412, detail="Page has changed")
    stored.sqlmodel_update(page.model_dump(exclude_unset=True))
    stored.updatedAt = now()
    session.add(stored)
    session.commit()
    session.refresh(stored)
    response.headers["ETag"] = etag(stored)
    return stored


@router.get("/utils/health-check")
async def health_check() -> dict[str, bool]:
    return {"status": True}


app.include_router(router)
