"""FastAPI and SQLModel, as SQLModel's tutorial for FastAPI shows them."""

import os
from collections.abc import Generator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Query, Response
from models import NestedList, NestedPage, Page, PageCreate, PageList, PagePublic, PageUpdate, now
from sqlalchemy.orm import defer, selectinload
from sqlmodel import Session, create_engine, func, select

engine = create_engine(
    os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"),
    pool_size=int(os.environ["POOL"]),
    max_overflow=0,
)


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


RELATED = (selectinload(Page.author), selectinload(Page.topics))
SLIM = (defer(Page.content), defer(Page.pageMetadata))
ANCESTORS = 5


@router.get("/nested/pages", response_model=NestedList)
def read_nested_pages(
    session: SessionDep,
    ids: Annotated[list[str] | None, Query(alias="id")] = None,
    offset: int = 0,
    limit: int = 20,
) -> Any:
    pages = select(Page).options(*RELATED, *SLIM)
    if ids:
        found = {page.id: page for page in session.exec(pages.where(Page.id.in_(ids)))}
        items = [found[each] for each in ids if each in found]
        return NestedList.model_construct(items=items, total=len(items))
    total = session.exec(select(func.count()).select_from(Page)).one()
    order = [Page.createdAt.desc(), Page.id.desc()]
    items = session.exec(pages.order_by(*order).offset(offset).limit(limit)).all()
    return NestedList.model_construct(items=items, total=total)


@router.get("/nested/pages/{page_id}", response_model=NestedPage)
def read_nested_page(page_id: str, session: SessionDep, response: Response) -> Any:
    # As deep as the bench's tree.
    above = selectinload(Page.parent, recursion_depth=ANCESTORS).options(*SLIM)
    page = session.exec(select(Page).where(Page.id == page_id).options(*RELATED, above)).one_or_none()
    if not page:
        raise HTTPException(status_code=404, detail="Page not found")
    ancestors: list[Page] = []
    above = page.parent
    while above:
        ancestors.insert(0, above)
        above = above.parent
    response.headers["ETag"] = etag(page)
    return NestedPage.model_validate(page, update={"ancestors": ancestors})


@router.get("/utils/health-check")
async def health_check() -> dict[str, bool]:
    return {"status": True}


app.include_router(router)
