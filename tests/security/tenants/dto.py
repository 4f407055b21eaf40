"""What the rows of tenants look like on the wire."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from service.core.http.query import ListQuery
from service.core.schema import Payload, Resource, RowCount

Text = Annotated[str, Meta(max_length=200, description="A text.", examples=["text"])]
Number = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1, description="A number.", examples=[1])]


class Team(Resource):
    """A team."""

    id: Text
    name: Text


class TeamReplace(Payload):
    """All that a team says."""

    name: Text


class TeamCreate(TeamReplace):
    """A new team."""

    id: Text


class TeamUpdate(Payload):
    """What to change."""

    name: Text | UnsetType = UNSET


class TeamQuery(ListQuery):
    """Which teams."""

    id: Annotated[tuple[Text, ...], Meta(max_length=100, description="These.")] = ()


class Link(Resource):
    """What a link to a project needs."""

    id: Text
    name: Text


class Part(Resource):
    """What a link to a task needs."""

    id: Number
    title: Text


class Project(Resource):
    """A project."""

    id: Text
    team_id: Text
    name: Text
    slug: Text
    is_shared: Annotated[bool, Meta(description="Whether everybody may read it.")]
    tasks: Annotated[list[Part], Meta(max_length=100, description="Its tasks.")]
    task_count: RowCount


class ProjectReplace(Payload):
    """All that a project says."""

    name: Text
    slug: Text
    team_id: Text | UnsetType = UNSET


class ProjectCreate(ProjectReplace):
    """A new project."""

    id: Text | UnsetType = UNSET


class ProjectUpdate(Payload):
    """What to change."""

    name: Text | UnsetType = UNSET
    slug: Text | UnsetType = UNSET
    team_id: Text | UnsetType = UNSET


class ProjectQuery(ListQuery):
    """Which projects."""

    id: Annotated[tuple[Text, ...], Meta(max_length=100, description="These.")] = ()
    task_id: Annotated[tuple[Number, ...], Meta(max_length=100, description="With any of these tasks.")] = ()


class Tag(Resource):
    """A tag."""

    id: Number
    team_id: Text
    name: Text


class TagReplace(Payload):
    """All that a tag says."""

    name: Text


class TagCreate(TagReplace):
    """A new tag."""


class TagUpdate(Payload):
    """What to change."""

    name: Text | UnsetType = UNSET


class TagQuery(ListQuery):
    """Which tags."""

    id: Annotated[tuple[Number, ...], Meta(max_length=100, description="These.")] = ()


class Task(Resource):
    """A task."""

    id: Number
    title: Text
    project_id: Text
    parent_id: Number | None
    project: Annotated[Link | None, Meta(description="What it belongs to.")]
    above: Annotated[list[Part], Meta(max_length=5, description="The tasks above it.")]
    parts: Annotated[list[Part], Meta(max_length=100, description="Its parts.")]
    part_count: RowCount
    tag_ids: Annotated[list[Number], Meta(max_length=100, description="Its tags.")]


class TaskReplace(Payload):
    """All that a task says."""

    title: Text
    project_id: Text
    parent_id: Number | None = None


class TaskCreate(TaskReplace):
    """A new task."""


class TaskUpdate(Payload):
    """What to change."""

    title: Text | UnsetType = UNSET
    project_id: Text | UnsetType = UNSET
    parent_id: Number | UnsetType | None = UNSET


class TaskQuery(ListQuery):
    """Which tasks."""

    id: Annotated[tuple[Number, ...], Meta(max_length=100, description="These.")] = ()
    tag_id: Annotated[tuple[Number, ...], Meta(max_length=100, description="With any of these tags.")] = ()
    project_slug: Annotated[tuple[Text, ...], Meta(max_length=100, description="Of these projects.")] = ()
    parent_id: Number | None = None


class Draft(Resource):
    """A draft."""

    id: Text
    author_id: Text
    text: Text


class DraftReplace(Payload):
    """All that a draft says."""

    text: Text


class DraftCreate(DraftReplace):
    """A new draft."""

    id: Text | UnsetType = UNSET


class DraftUpdate(Payload):
    """What to change."""

    text: Text | UnsetType = UNSET


class DraftQuery(ListQuery):
    """Which drafts."""

    id: Annotated[tuple[Text, ...], Meta(max_length=100, description="These.")] = ()


class Member(Resource):
    """A member of a team."""

    team_id: Text
    name: Text
    rank: Number


class MemberReplace(Payload):
    """All that is said of a member."""

    rank: Number


class MemberCreate(MemberReplace):
    """A new member."""

    name: Text
    team_id: Text | UnsetType = UNSET


class MemberUpdate(Payload):
    """What to change."""

    rank: Number | UnsetType = UNSET


class MemberQuery(ListQuery):
    """Which members."""


class Country(Resource):
    """A country."""

    code: Text
    name: Text


class CountryReplace(Payload):
    """All that a country says."""

    name: Text


class CountryCreate(CountryReplace):
    """A new country."""

    code: Text


class CountryUpdate(Payload):
    """What to change."""

    name: Text | UnsetType = UNSET


class CountryQuery(ListQuery):
    """Which countries."""
