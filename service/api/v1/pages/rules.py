"""The domain's rules for pages: pure functions."""

from datetime import datetime
from enum import StrEnum

from slugify import slugify

from service.core.errors import IllegalTransition, ValidationFailed
from service.core.field_errors import FieldError
from service.models import PageStatus

MAX_SLUG = 200


class Step(StrEnum):
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    ARCHIVE = "archive"
    RESTORE = "restore"


STEPS: dict[PageStatus, dict[Step, PageStatus]] = {
    PageStatus.DRAFT: {Step.PUBLISH: PageStatus.PUBLISHED, Step.ARCHIVE: PageStatus.ARCHIVED},
    PageStatus.PUBLISHED: {Step.UNPUBLISH: PageStatus.DRAFT, Step.ARCHIVE: PageStatus.ARCHIVED},
    PageStatus.ARCHIVED: {Step.RESTORE: PageStatus.DRAFT},
}
"""From each status, the legal steps and where they lead."""


LEADS_TO = {step: status for steps in STEPS.values() for step, status in steps.items()}


def next_status(status: PageStatus, step: Step) -> PageStatus:
    """The status after a step. Raises `IllegalTransition`, which says which steps are legal."""
    steps = STEPS.get(status, {})  # app-web's next version may know more statuses
    if step not in steps:
        legal = " or ".join(steps) or "only be brought on by app-web"
        raise IllegalTransition(f"A page in {status} cannot {step}; it can {legal}.", allowed=list(steps))
    return steps[step]


def published_at(status: PageStatus, first: datetime | None, now: datetime) -> datetime | None:
    """When a page was first published: set the first time, and kept."""
    return now if status is PageStatus.PUBLISHED and first is None else first


def slug_for(title: str) -> str:
    """A slug out of a title. Raises `ValidationFailed` where nothing of the title can stand in one."""
    slug = slugify(title, max_length=MAX_SLUG)
    if not slug:
        message = "cannot be made out of this title; send one"
        raise ValidationFailed("The page needs a slug.", errors=(FieldError.at("/slug", message),))
    return slug


def numbered(slug: str, number: int) -> str:
    """The slug for the `number`th page of the same title, from 2 on."""
    suffix = f"-{number}"
    return slug[: MAX_SLUG - len(suffix)].rstrip("-") + suffix


def author(caller: str | None, given: str | None) -> str:
    """The author of a new page: the token's user, or the `given` one where there is no token.

    Raises `ValidationFailed` when another user is given, or nobody at all.
    """
    if caller is not None and given not in {None, caller}:
        message = "is the user of the token; leave it out"
        raise ValidationFailed("The author cannot be chosen.", errors=(FieldError.at("/authorId", message),))
    if (author_id := caller or given) is None:
        message = "is required where there is no token"
        raise ValidationFailed("The page needs an author.", errors=(FieldError.at("/authorId", message),))
    return author_id


def refuse_circle(page_id: str, ancestry: set[str]) -> None:
    """Raises `ValidationFailed` when the page is in `ancestry`, which holds its parent and all pages above that."""
    if page_id in ancestry:
        message = "lies under this page; a tree has no circles"
        raise ValidationFailed("The page cannot lie there.", errors=(FieldError.at("/parentId", message),))
