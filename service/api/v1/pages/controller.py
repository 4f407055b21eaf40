"""Pages of the site."""

from litestar import delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.api.v1.pages.dto import (
    Page,
    PageCreate,
    PageQuery,
    PageReplace,
    PageRevision,
    PageRevisionQuery,
    PageTopics,
    PageTopicsReplace,
    PageUpdate,
)
from service.api.v1.pages.repository import PageRepository
from service.api.v1.pages.revisions import PageRevisionRepository
from service.api.v1.pages.rules import Step
from service.core.auth import Caller
from service.core.controller import ResourceController
from service.core.reply import Created
from service.core.schema import IfMatch, Listing


class PageController(ResourceController):
    """Pages of the site: their text, their tree, their way from draft to archive."""

    path = "/pages"
    tags = ("pages",)
    repositories = {"pages": PageRepository, "page_revisions": PageRevisionRepository}

    @get("/", operation_id="listPages")
    async def list_pages(
        self, pages: NamedDependency[PageRepository], criteria: NamedDependency[PageQuery]
    ) -> Listing[Page]:
        """List pages."""
        return await pages.read_pages(criteria)

    @get("/{page_id:str}", operation_id="getPage")
    async def get_page(self, pages: NamedDependency[PageRepository], page_id: FromPath[str]) -> Page:
        """Read a page."""
        return await pages.read(page_id)

    @get("/by-slug/{slug:str}", operation_id="getPageBySlug")
    async def get_page_by_slug(self, pages: NamedDependency[PageRepository], slug: FromPath[str]) -> Page:
        """Read the page at a slug."""
        return await pages.read_by_slug(slug)

    @post("/", operation_id="createPage")
    async def create_page(
        self,
        pages: NamedDependency[PageRepository],
        payload: NamedDependency[PageCreate],
        caller: NamedDependency[Caller],
    ) -> Created[Page]:
        """Create a page, as a draft."""
        page = await pages.create(payload, caller.user_id)
        return Created(page, location=f"/api/v1/pages/{page.id}")

    @put("/{page_id:str}", operation_id="replacePage")
    async def replace_page(
        self,
        pages: NamedDependency[PageRepository],
        page_id: FromPath[str],
        payload: NamedDependency[PageReplace],
        caller: NamedDependency[Caller],
        if_match: IfMatch,
    ) -> Page:
        """Replace what a page says; it never creates one."""
        return await pages.change(page_id, payload, caller.user_id, if_match)

    @patch("/{page_id:str}", operation_id="updatePage")
    async def update_page(
        self,
        pages: NamedDependency[PageRepository],
        page_id: FromPath[str],
        payload: NamedDependency[PageUpdate],
        caller: NamedDependency[Caller],
        if_match: IfMatch,
    ) -> Page:
        """Change some of what a page says."""
        return await pages.change(page_id, payload, caller.user_id, if_match)

    @delete("/{page_id:str}", operation_id="deletePage")
    async def delete_page(
        self, pages: NamedDependency[PageRepository], page_id: FromPath[str], if_match: IfMatch
    ) -> None:
        """Delete a page and its revisions; its children move to the top of the tree."""
        await pages.remove(page_id, if_match)

    @post("/{page_id:str}/publish", operation_id="publishPage", status_code=200)
    async def publish_page(
        self,
        pages: NamedDependency[PageRepository],
        page_id: FromPath[str],
        caller: NamedDependency[Caller],
        if_match: IfMatch,
    ) -> Page:
        """Publish a draft."""
        return await pages.take(page_id, Step.PUBLISH, caller.user_id, if_match)

    @post("/{page_id:str}/unpublish", operation_id="unpublishPage", status_code=200)
    async def unpublish_page(
        self,
        pages: NamedDependency[PageRepository],
        page_id: FromPath[str],
        caller: NamedDependency[Caller],
        if_match: IfMatch,
    ) -> Page:
        """Make a published page a draft again; it keeps its publishedAt."""
        return await pages.take(page_id, Step.UNPUBLISH, caller.user_id, if_match)

    @post("/{page_id:str}/archive", operation_id="archivePage", status_code=200)
    async def archive_page(
        self,
        pages: NamedDependency[PageRepository],
        page_id: FromPath[str],
        caller: NamedDependency[Caller],
        if_match: IfMatch,
    ) -> Page:
        """Archive a draft or a published page."""
        return await pages.take(page_id, Step.ARCHIVE, caller.user_id, if_match)

    @post("/{page_id:str}/restore", operation_id="restorePage", status_code=200)
    async def restore_page(
        self,
        pages: NamedDependency[PageRepository],
        page_id: FromPath[str],
        caller: NamedDependency[Caller],
        if_match: IfMatch,
    ) -> Page:
        """Make an archived page a draft again."""
        return await pages.take(page_id, Step.RESTORE, caller.user_id, if_match)

    @get("/{page_id:str}/revisions", operation_id="listPageRevisions")
    async def list_page_revisions(
        self,
        pages: NamedDependency[PageRepository],
        page_revisions: NamedDependency[PageRevisionRepository],
        page_id: FromPath[str],
        criteria: NamedDependency[PageRevisionQuery],
    ) -> Listing[PageRevision]:
        """List what a page said before its edits."""
        revisions = await page_revisions.read_of(page_id, criteria)
        if not revisions.items:
            await pages.read(page_id)
        return revisions

    @get("/{page_id:str}/topics", operation_id="getPageTopics")
    async def get_page_topics(
        self, pages: NamedDependency[PageRepository], page_id: FromPath[str]
    ) -> PageTopics:
        """Read the topics of a page."""
        return await pages.read_topics(page_id)

    @put("/{page_id:str}/topics", operation_id="replacePageTopics")
    async def replace_page_topics(
        self,
        pages: NamedDependency[PageRepository],
        page_id: FromPath[str],
        payload: NamedDependency[PageTopicsReplace],
        if_match: IfMatch,
    ) -> PageTopics:
        """Set the topics of a page."""
        return await pages.replace_topics(page_id, payload.topic_ids, if_match)
