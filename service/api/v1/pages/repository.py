"""Pages in the database."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from service.api.v1.pages import rules
from service.api.v1.pages.dto import Page, PageCreate, PageItem, PageReplace, PageTopics, PageUpdate
from service.api.v1.pages.query import PageQuery
from service.api.v1.pages.related import OF_A_PAGE, OF_AN_ITEM, TOPICS_OF_A_PAGE, topics_of_page
from service.api.v1.pages.revisions import keep_revision
from service.api.v1.pages.slugs import free_slug
from service.api.v1.pages.tree import ancestry, lock_move
from service.core.database.lookups import bound_key
from service.core.errors import AlreadyExists
from service.core.exact_json import is_same_json
from service.core.http.etag import etag_of, matches
from service.core.http.reply import encode
from service.core.resources.conditions import Access, signed_in
from service.core.resources.filters import (
    any_related,
    at_or_after,
    before,
    equals,
    holds_all,
    is_given,
    one_of,
    text_in,
)
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.resources.writes.preconditions import changed_since, refuse_other
from service.core.schema import Listing
from service.models import PageStatus, tables
from service.prisma.ids import utc_now

NEED_TRANSACTION = {"title", "content", "parent_id"}
"""The columns that take more than one statement to change: to keep a revision, or to look for a circle in the tree."""


class PageRepository(Repository[tables.Page, Page, PageItem, PageCreate, PageReplace | PageUpdate]):
    """Reads and writes pages."""

    uses = (tables.PageRevision.__table__,)
    whole = Mapping(
        Page,
        tables.Page,
        changed_by=[PageReplace, tables.Page.status],
        readable=(tables.Page.status == PageStatus.PUBLISHED) | signed_in(),
        writable=signed_in(),
        fields=OF_A_PAGE,
        fixed={
            "status": "changes by steps: POST to the page's publish, unpublish, archive or restore",
            "author_id": "stays: a page keeps its author",
        },
    )
    reader = ListReader(
        Mapping(PageItem, tables.Page, fields=OF_AN_ITEM),
        filters={
            "id": one_of(tables.Page.id),
            "status": one_of(tables.Page.status),
            "author_id": equals(tables.Page.author_id),
            "parent_id": equals(tables.Page.parent_id),
            "has_parent": is_given(tables.Page.parent_id),
            "tag": holds_all(tables.Page.tags),
            "topic_id": any_related(tables.Page.topics, tables.Topic.id),
            "created_after": at_or_after(tables.Page.created_at),
            "created_before": before(tables.Page.created_at),
            "updated_after": at_or_after(tables.Page.updated_at),
            "updated_before": before(tables.Page.updated_at),
            "published_after": at_or_after(tables.Page.published_at),
            "published_before": before(tables.Page.published_at),
            "q": text_in(tables.Page.title, tables.Page.summary, tables.Page.slug),
        },
        sorts={
            "createdAt": tables.Page.created_at,
            "updatedAt": tables.Page.updated_at,
            "publishedAt": tables.Page.published_at,
            "title": tables.Page.title,
            "position": tables.Page.position,
            "viewCount": tables.Page.view_count,
        },
        default_sort="-createdAt",
    )

    async def read_pages(self, query: PageQuery) -> Listing[PageItem]:
        """One page of the list; children come by position unless another order is asked for."""
        return await self.read_list(query, sort="position" if query.parent_id else None)

    async def read_by_slug(self, slug: str) -> Page:
        return await self.read_by({tables.Page.slug: slug})

    def from_token(self) -> dict[str, object]:
        return {"last_editor_id": self.caller.user_id} if self.caller.user_id else {}

    async def create(self, payload: PageCreate) -> Page:
        """Store a new DRAFT. Raises `AlreadyExists` for a taken id, or a taken slug of the client's choice."""
        self.authorization.require(tables.Page, Access.WRITE)
        row = self.mapping.values_of(payload)
        row["author_id"] = rules.author(self.caller.user_id, payload.author_id or None)
        slug = payload.slug or rules.slug_for(payload.title)
        while True:
            try:
                return await self.insert(row | {"slug": slug})
            except AlreadyExists as error:
                # Compared without the slug: one that was not sent may have got a number.
                if (stored := await self.stored_alike(row)) is not None:
                    return stored
                if payload.slug or [each.pointer for each in error.errors] != ["/slug"]:
                    raise
            slug = await free_slug(self.fetch_stored, rules.slug_for(payload.title))

    async def change(self, *key: object, payload: PageReplace | PageUpdate, if_match: str | None) -> Page:
        """Change what a page says. What it said before becomes a revision."""
        await self.check_fixed(*key, payload=payload, if_match=if_match)
        page_id = str(*key)
        changes = self.mapping.values_of(payload)
        if changes.keys() & NEED_TRANSACTION:
            return await self.database.transaction(
                partial(self._change_in_transaction, page_id=page_id, changes=changes, if_match=if_match)
            )
        return await self.update(page_id, if_match=if_match, changes=changes)

    async def _change_in_transaction(
        self, session: AsyncSession, *, page_id: str, changes: dict[str, object], if_match: str | None
    ) -> Page:
        pages = self.within(session)
        # Checked first, so that a caller who may not write locks nothing and waits for nobody.
        await pages.check_writable(page_id)
        await lock_move(session, page_id, changes.get("parent_id"))
        page = await self.lock(
            session, page_id, columns=[getattr(tables.Page, name) for name in NEED_TRANSACTION]
        )
        sent = NEED_TRANSACTION & changes.keys()
        same = {name for name in sent if is_same_json(getattr(page, name), changes[name])}
        differing = sent - same
        if differing:
            await self.check_match(session, page_id, if_match=if_match)
            if_match = None
        if not (changes := {name: value for name, value in changes.items() if name not in same}):
            return await pages.read(page_id)
        changed = await pages.update(page_id, if_match=if_match, changes=changes)
        # After the update, which has refused a parent that the caller cannot see.
        if changed.parent_id is not None and "parent_id" in differing:
            rules.refuse_circle(page_id, await ancestry(session, changed.parent_id))
        if differing & {"title", "content"}:
            await keep_revision(session, page_id, page.title, page.content, editor_id=self.caller.user_id)
        return changed

    async def take(self, page_id: str, step: rules.Step, if_match: str | None) -> Page:
        """Take one step of the status's state machine. Raises `IllegalTransition` when the stored status forbids it."""
        return await self.database.transaction(
            partial(self._take, page_id=page_id, step=step, if_match=if_match)
        )

    async def _take(
        self, session: AsyncSession, *, page_id: str, step: rules.Step, if_match: str | None
    ) -> Page:
        pages = self.within(session)
        page = await self.lock(session, page_id, columns=[tables.Page.published_at])
        stored = await pages.read(page_id)
        if stored.status == rules.LEADS_TO[step]:
            return stored
        refuse_other(stored, if_match)
        status = rules.next_status(stored.status, step)
        published_at = rules.published_at(status, page.published_at, utc_now())
        return await pages.update(
            page_id,
            if_match=None,
            changes={"status": status, "published_at": published_at},
        )

    async def read_topics(self, page_id: str) -> PageTopics:
        rows = await self.fetch("page topics", topics_of_page, bound_key((page_id,)))
        if not rows:
            raise self.not_found()
        (topics,) = TOPICS_OF_A_PAGE.to_dtos(rows)
        return topics

    async def replace_topics(self, page_id: str, topic_ids: list[int], if_match: str | None) -> PageTopics:
        return await self.database.transaction(
            partial(self._replace_topics, page_id=page_id, topic_ids=topic_ids, if_match=if_match)
        )

    async def _replace_topics(
        self, session: AsyncSession, *, page_id: str, topic_ids: list[int], if_match: str | None
    ) -> PageTopics:
        pages = self.within(session)
        await self.lock(session, page_id, columns=[tables.Page.id])
        topics = await pages.read_topics(page_id)
        if set(topics.topic_ids) == set(topic_ids):
            return topics  # as for every change: a call that is repeated after a lost answer succeeds
        if if_match is not None and not matches(if_match, etag_of(encode(topics), None)):
            raise changed_since(topics)
        await pages.update(page_id, if_match=None, changes={"topic_ids": topic_ids})
        return await pages.read_topics(page_id)
