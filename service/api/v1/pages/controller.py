"""Pages of the site."""

from litestar import delete, get, patch, post, put
from litestar.di import NamedDependency

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
    PathPageId,
    PathSlug,
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
        """List pages.

        Filters that are given must all hold. Repeat them with `cursor`; `sort` may be left out then.
        """
        return await pages.read_pages(criteria)

    @get("/{page_id:str}", operation_id="getPage")
    async def get_page(self, pages: NamedDependency[PageRepository], page_id: PathPageId) -> Page:
        """Read a page."""
        return await pages.read(page_id)

    @get("/by-slug/{slug:str}", operation_id="getPageBySlug")
    async def get_page_by_slug(self, pages: NamedDependency[PageRepository], slug: PathSlug) -> Page:
        """Read the page at a slug."""
        return await pages.read_by_slug(slug)

    @post("/", operation_id="createPage")
    async def create_page(
        self,
        pages: NamedDependency[PageRepository],
        payload: NamedDependency[PageCreate],
        caller: NamedDependency[Caller],
    ) -> Created[Page]:
        """Create a page, as a draft.

        With an `id` of your own a call can be repeated safely: the second answer is a 409 `already_exists`, whose
        `Location` is the page. A slug that you send is taken as it is or refused with 409; one made of the title
        gets a number where it is taken.
        """
        page = await pages.create(payload, caller.user_id)
        return Created(page, location=f"/api/v1/pages/{page.id}")

    @put("/{page_id:str}", operation_id="replacePage")
    async def replace_page(
        self,
        pages: NamedDependency[PageRepository],
        page_id: PathPageId,
        payload: NamedDependency[PageReplace],
        caller: NamedDependency[Caller],
        if_match: IfMatch,
    ) -> Page:
        """Replace what a page says; it never creates one.

        What is left out goes back to its default. A new title or content keeps the old as a revision.
        """
        return await pages.change(page_id, payload, caller.user_id, if_match)

    @patch("/{page_id:str}", operation_id="updatePage")
    async def update_page(
        self,
        pages: NamedDependency[PageRepository],
        page_id: PathPageId,
        payload: NamedDependency[PageUpdate],
        caller: NamedDependency[Caller],
        if_match: IfMatch,
    ) -> Page:
        """Change some of what a page says.

        What is left out stays as it is; null empties. A new title or content keeps the old as a revision.
        """
        return await pages.change(page_id, payload, caller.user_id, if_match)

    @delete("/{page_id:str}", operation_id="deletePage")
    async def delete_page(
        self, pages: NamedDependency[PageRepository], page_id: PathPageId, if_match: IfMatch
    ) -> None:
        """Delete a page and its revisions.

        Its children move to the top of the tree.
        """
        await pages.remove(page_id, if_match)

    @post("/{page_id:str}/publish", operation_id="publishPage", status_code=200)
    async def publish_page(
        self,
        pages: NamedDependency[PageRepository],
        page_id: PathPageId,
        caller: NamedDependency[Caller],
        if_match: IfMatch,
    ) -> Page:
        """Publish a draft.

        The first time sets `publishedAt`, which is kept from then on. 409 `illegal_transition` for a page in
        another status; the answer says which steps are open to it.
        """
        return await pages.take(page_id, Step.PUBLISH, caller.user_id, if_match)

    @post("/{page_id:str}/unpublish", operation_id="unpublishPage", status_code=200)
    async def unpublish_page(
        self,
        pages: NamedDependency[PageRepository],
        page_id: PathPageId,
        caller: NamedDependency[Caller],
        if_match: IfMatch,
    ) -> Page:
        """Make a published page a draft again.

        It keeps its `publishedAt`. 409 `illegal_transition` for a page in another status.
        """
        return await pages.take(page_id, Step.UNPUBLISH, caller.user_id, if_match)

    @post("/{page_id:str}/archive", operation_id="archivePage", status_code=200)
    async def archive_page(
        self,
        pages: NamedDependency[PageRepository],
        page_id: PathPageId,
        caller: NamedDependency[Caller],
        if_match: IfMatch,
    ) -> Page:
        """Archive a draft or a published page.

        409 `illegal_transition` for a page that is archived already.
        """
        return await pages.take(page_id, Step.ARCHIVE, caller.user_id, if_match)

    @post("/{page_id:str}/restore", operation_id="restorePage", status_code=200)
    async def restore_page(
        self,
        pages: NamedDependency[PageRepository],
        page_id: PathPageId,
        caller: NamedDependency[Caller],
        if_match: IfMatch,
    ) -> Page:
        """Make an archived page a draft again.

        409 `illegal_transition` for a page in another status.
        """
        return await pages.take(page_id, Step.RESTORE, caller.user_id, if_match)

    @get("/{page_id:str}/revisions", operation_id="listPageRevisions")
    async def list_page_revisions(
        self,
        pages: NamedDependency[PageRepository],
        page_revisions: NamedDependency[PageRevisionRepository],
        page_id: PathPageId,
        criteria: NamedDependency[PageRevisionQuery],
    ) -> Listing[PageRevision]:
        """List what a page said before its edits."""
        revisions = await page_revisions.read_of(page_id, criteria)
        if not revisions.items:
            await pages.read(page_id)
        return revisions

    @get("/{page_id:str}/topics", operation_id="getPageTopics")
    async def get_page_topics(
        self, pages: NamedDependency[PageRepository], page_id: PathPageId
    ) -> PageTopics:
        """Read the topics of a page."""
        return await pages.read_topics(page_id)

    @put("/{page_id:str}/topics", operation_id="replacePageTopics")
    async def replace_page_topics(
        self,
        pages: NamedDependency[PageRepository],
        page_id: PathPageId,
        payload: NamedDependency[PageTopicsReplace],
        if_match: IfMatch,
    ) -> PageTopics:
        """Set the topics of a page.

        Those that are not named are taken from it. `If-Match` is about the ETag of the topics, not of the page.
        """
        return await pages.replace_topics(page_id, payload.topic_ids, if_match)
