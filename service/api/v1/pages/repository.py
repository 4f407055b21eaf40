"""Pages in the database."""

from decimal import Decimal
from typing import Any

from msgspec import UNSET
from msgspec.structs import asdict
from sqlalchemy import func, select

from service.api.v1.pages import rules
from service.api.v1.pages.dto import (
    Page,
    PageCreate,
    PageQuery,
    PageReplace,
    PageText,
    PageTopics,
    PageUpdate,
)
from service.api.v1.pages.topics import replace_topics, to_topics, topics_of_page
from service.api.v1.pages.tree import ancestry, parent
from service.core.conflicts import constraints
from service.core.errors import AlreadyExists
from service.core.repository import Repository, check_match, transaction
from service.core.rows.filters import at_or_after, before, equals, holds_all, one_of, text_in
from service.core.rows.listing import ListReader
from service.core.rows.projection import Projection
from service.core.schema import Listing
from service.models import tables
from service.prisma.ids import utc_now

SLUGS_AT_ONCE = 50
"""How many numbered slugs one query looks for."""


FROM_TOKEN = ("author_id", "last_editor_id")
"""What the user of the token is written to."""

TRACED = {"title", "content", "parent_id"}
"""What takes more than one statement to change: a revision to keep, a circle to look for."""


class PageRepository(Repository[tables.Page, Page]):
    """Reads and writes pages."""

    model_type = tables.Page
    default_sort = "-createdAt"
    uses = (tables.PageRevision.__table__, tables.Topic.__table__, tables.t_page_to_topic)
    reader = ListReader(
        Projection(Page, tables.Page),
        tables.Page.id,
        filters={
            "status": one_of(tables.Page.status),
            "author_id": equals(tables.Page.author_id),
            "parent_id": equals(tables.Page.parent_id),
            "tag": holds_all(tables.Page.tags),
            "created_after": at_or_after(tables.Page.created_at),
            "created_before": before(tables.Page.created_at),
            "q": text_in(tables.Page.title, tables.Page.summary, tables.Page.slug),
        },
        sorts={
            "createdAt": tables.Page.created_at,
            "updatedAt": tables.Page.updated_at,
            "publishedAt": tables.Page.published_at,
            "title": tables.Page.title,
            "position": tables.Page.position,
        },
    )

    async def read_pages(self, query: PageQuery) -> Listing[Page]:
        """One page of the list; children come by position unless another order is asked for."""
        return await self.read_list(query, sort="position" if query.parent_id else None)

    async def read_by_slug(self, slug: str) -> Page:
        return await self.read(slug, by=tables.Page.slug)

    async def create(self, payload: PageCreate, caller: str | None) -> Page:
        """Store a new DRAFT. Raises `AlreadyExists` for a taken id, or a taken slug of the client's choice."""
        author_id = rules.author(caller, payload.author_id or None)
        row = _columns(payload) | {"author_id": author_id, "last_editor_id": caller}
        if payload.parent_id is not None:
            await self._check_new_parent(payload.parent_id)
        slug = payload.slug or rules.slug_for(payload.title)
        while True:
            try:
                with constraints(
                    tables.Page,
                    f"/api/v1/pages/{payload.id}",
                    values=row,
                    from_token=FROM_TOKEN if caller else (),
                ):
                    return await self.insert(row | {"slug": slug})
            except AlreadyExists as error:
                if payload.slug or [each.pointer for each in error.errors] != ["/slug"]:
                    raise
            slug = await self._free_slug(rules.slug_for(payload.title))

    async def change(
        self, page_id: str, payload: PageReplace | PageUpdate, caller: str | None, if_match: str | None
    ) -> Page:
        """Replace or merge. What the page said before becomes a revision."""
        columns = _columns(payload)
        if columns.keys() & TRACED:
            return await self._change_traced(page_id, columns, caller, if_match)
        editor = {"last_editor_id": caller} if caller else {}
        with constraints(tables.Page, values=columns | editor, from_token=editor):
            return await self.revise(page_id, if_match, columns, along=editor)

    @transaction
    async def _change_traced(
        self, page_id: str, columns: dict[str, Any], caller: str | None, if_match: str | None
    ) -> Page:
        page = await self.lock(page_id, if_match)
        columns = {name: value for name, value in columns.items() if getattr(page, name) != value}
        if columns:
            said = (page.title, page.content)
            await self._check_parent(page_id, columns.get("parent_id"))
            for name, value in columns.items():
                setattr(page, name, value)
            page.last_editor_id = caller or page.last_editor_id
            values = columns | {"last_editor_id": caller}
            with constraints(tables.Page, values=values, from_token=FROM_TOKEN if caller else ()):
                await self.session.flush()
            if (page.title, page.content) != said:
                await self._keep_revision(page, *said, editor_id=caller)
        return await self.stored(page_id)

    @transaction
    async def take(self, page_id: str, step: rules.Step, caller: str | None, if_match: str | None) -> Page:
        """Take one step of the status's machine. Raises `IllegalTransition`."""
        page = await self.lock(page_id, if_match)
        page.status = rules.next_status(page.status, step)
        page.published_at = rules.published_at(page.status, page.published_at, utc_now())
        page.last_editor_id = caller or page.last_editor_id
        with constraints(tables.Page, values={"last_editor_id": caller}, from_token=FROM_TOKEN):
            await self.session.flush()
        return await self.stored(page_id)

    async def read_topics(self, page_id: str) -> PageTopics:
        rows = await self.database.fetch("page topics", topics_of_page, {"page_id": page_id})
        if not rows:
            raise self.not_found()
        return to_topics(rows)

    @transaction
    async def replace_topics(self, page_id: str, topic_ids: list[int], if_match: str | None) -> PageTopics:
        await self.lock(page_id, None)
        rows = (await self.session.execute(topics_of_page(), {"page_id": page_id})).all()
        check_match(if_match, to_topics(rows))
        await replace_topics(self.session, page_id, topic_ids)
        return to_topics((await self.session.execute(topics_of_page(), {"page_id": page_id})).all())

    @transaction
    async def _free_slug(self, slug: str) -> str:
        """The first numbered form of a slug that nobody has; somebody may still take it first."""
        first = 2
        while True:
            slugs = [rules.numbered(slug, number) for number in range(first, first + SLUGS_AT_ONCE)]
            query = select(tables.Page.slug).where(tables.Page.slug.in_(slugs))
            taken = set(await self.session.scalars(query))
            if free := next((each for each in slugs if each not in taken), None):
                return free
            first += SLUGS_AT_ONCE

    async def _check_new_parent(self, parent_id: str) -> None:
        """What does not exist yet closes no circle."""
        if not await self.database.fetch("parent", parent, {"page_id": parent_id}, primary=True):
            rules.check_parent("", parent_id, set())

    async def _check_parent(self, page_id: str, parent_id: str | None) -> None:
        if parent_id is not None:
            rules.check_parent(page_id, parent_id, await ancestry(self.session, parent_id))

    async def _keep_revision(
        self, page: tables.Page, title: str, content: dict[str, Any], *, editor_id: str | None
    ) -> None:
        """Numbered without gap or double: the page's row is locked."""
        last = await self.session.scalar(
            select(func.max(tables.PageRevision.number)).where(tables.PageRevision.page_id == page.id)
        )
        self.session.add(
            tables.PageRevision(
                page_id=page.id, number=(last or 0) + 1, title=title, content=content, editor_id=editor_id
            )
        )
        await self.session.flush()


def _columns(payload: PageText | PageUpdate) -> dict[str, Any]:
    """The columns that a payload sets, under the names and types of the model."""
    columns = {name: value for name, value in asdict(payload).items() if value is not UNSET}
    columns.pop("author_id", None)
    if "metadata" in columns:
        columns["metadata_"] = columns.pop("metadata")
    if columns.get("rating") is not None:
        columns["rating"] = Decimal(columns["rating"])
    return columns
