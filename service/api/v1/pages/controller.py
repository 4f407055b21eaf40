"""Pages of the site."""

from litestar import get, post, put

from service.api.v1.pages.dto import (
    Page,
    PageCreate,
    PageItem,
    PageReplace,
    PageRevision,
    PageTopics,
    PageTopicsReplace,
    PageUpdate,
)
from service.api.v1.pages.fields import PathNumber, PathPageId, PathSlug
from service.api.v1.pages.query import PageQuery, PageRevisionQuery
from service.api.v1.pages.repository import PageRepository
from service.api.v1.pages.revisions import PageRevisionRepository
from service.api.v1.pages.rules import Step
from service.core.auth import CallerRequest
from service.core.resources.controller import CrudController, ResourceController
from service.core.schema import Body, IfMatch, Listing, Query


class PageController(
    CrudController[PageRepository, Page, PageQuery, PageCreate, PageReplace, PageUpdate, PageItem]
):
    """Pages of the site: their text, their tree, their way from draft to archive."""

    path = "/pages"
    revisions: PageRevisionRepository
    descriptions = {
        "create": """Create a page, as a draft.

        With an `id` of your own a call can be repeated safely: 200 and the page, where it says what you sent, else a
        409 `already_exists`, whose `Location` is the page. A slug that you send is taken as it is, or refused with 409. A slug
        that is made of the title gets a number where it is taken.
        """,
        "replace": """Replace all fields of a page; this never creates one.

        Fields that are left out go back to their defaults. A new title or content keeps the old one as a revision.
        """,
        "update": """Change some fields of a page.

        Fields that are left out stay as they are; null empties a field. A new title or content keeps the old one as a
        revision.
        """,
        "delete": """Delete a page and its revisions.

        Its children move to the top of the tree.
        """,
    }

    @get("/", operation_id="listPages")
    async def list_pages(self, criteria: Query[PageQuery], request: CallerRequest) -> Listing[PageItem]:
        """List pages.

        An item fulfils all the filters that are given. With `cursor`, send the same filters again; `sort` may then be left
        out.
        """
        return await self.repository.for_caller(request.user).read_pages(criteria)

    @post("/{page_id:str}/publish", operation_id="publishPage", status_code=200)
    async def publish_page(
        self,
        page_id: PathPageId,
        request: CallerRequest,
        if_match: IfMatch,
    ) -> Page:
        """Publish a draft.

        The first time sets `publishedAt`, which is kept from then on. A published page stays as it is. 409
        `illegal_transition` for a page in another status; `allowed` says which steps are open to it.
        """
        return await self.repository.for_caller(request.user).take(page_id, Step.PUBLISH, if_match)

    @post("/{page_id:str}/unpublish", operation_id="unpublishPage", status_code=200)
    async def unpublish_page(
        self,
        page_id: PathPageId,
        request: CallerRequest,
        if_match: IfMatch,
    ) -> Page:
        """Make a published page a draft again.

        It keeps its `publishedAt`. 409 `illegal_transition` for a page in another status.
        """
        return await self.repository.for_caller(request.user).take(page_id, Step.UNPUBLISH, if_match)

    @post("/{page_id:str}/archive", operation_id="archivePage", status_code=200)
    async def archive_page(
        self,
        page_id: PathPageId,
        request: CallerRequest,
        if_match: IfMatch,
    ) -> Page:
        """Archive a draft or a published page.

        A page that is archived already stays as it is.
        """
        return await self.repository.for_caller(request.user).take(page_id, Step.ARCHIVE, if_match)

    @post("/{page_id:str}/restore", operation_id="restorePage", status_code=200)
    async def restore_page(
        self,
        page_id: PathPageId,
        request: CallerRequest,
        if_match: IfMatch,
    ) -> Page:
        """Make an archived page a draft again.

        409 `illegal_transition` for a page in another status.
        """
        return await self.repository.for_caller(request.user).take(page_id, Step.RESTORE, if_match)

    @get("/{page_id:str}/revisions", operation_id="listPageRevisions")
    async def list_page_revisions(
        self,
        page_id: PathPageId,
        criteria: Query[PageRevisionQuery],
        request: CallerRequest,
    ) -> Listing[PageRevision]:
        """List what a page said before its edits."""
        revisions = await self.revisions.for_caller(request.user).read_of(page_id, criteria)
        if not revisions.items:
            await self.repository.for_caller(request.user).read(page_id)
        return revisions

    @get("/{page_id:str}/revisions/{number:int}", operation_id="getPageRevision")
    async def get_page_revision(
        self, page_id: PathPageId, number: PathNumber, request: CallerRequest
    ) -> PageRevision:
        """Read what a page said before one of its edits."""
        return await self.revisions.for_caller(request.user).read_number(page_id, number)

    @get("/{page_id:str}/topics", operation_id="getPageTopics")
    async def get_page_topics(self, page_id: PathPageId, request: CallerRequest) -> PageTopics:
        """Read the topics of a page."""
        return await self.repository.for_caller(request.user).read_topics(page_id)

    @put("/{page_id:str}/topics", operation_id="replacePageTopics")
    async def replace_page_topics(
        self,
        page_id: PathPageId,
        payload: Body[PageTopicsReplace],
        request: CallerRequest,
        if_match: IfMatch,
    ) -> PageTopics:
        """Set the topics of a page.

        Topics that are not named are removed from the page. `If-Match` takes the ETag of the topics, not that of the page.
        """
        return await self.repository.for_caller(request.user).replace_topics(
            page_id, payload.topic_ids, if_match
        )


class PageSlugController(ResourceController):
    """Pages by their slugs, apart from `/pages`, where a slug would stand where an id can."""

    path = "/page-slugs"
    tags = ("pages",)
    pages: PageRepository

    @get("/{slug:str}", operation_id="getPageBySlug")
    async def get_page_by_slug(self, slug: PathSlug, request: CallerRequest) -> Page:
        """Read the page at a slug."""
        return await self.pages.for_caller(request.user).read_by_slug(slug)
