"""Resources over rows of tenants, with who may read and write each."""

from collections.abc import Sequence

from litestar import get
from litestar.params import FromPath

from service.core.auth import CallerRequest
from service.core.resources.conditions import claim, everybody, through
from service.core.resources.controller import CrudController, ResourceController
from service.core.resources.filters import any_related, equals, one_of
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.nested import chain, count_of, to_many, to_one, values_of
from service.core.resources.repository import Repository
from tests.security.tenants import dto, tables

IS_ADMIN = claim("role") == "admin"
LINK = Mapping(dto.Link, tables.Project)
PART = Mapping(dto.Part, tables.Task)


class TeamRepository(Repository[tables.Team, dto.Team]):
    """Teams: a member reads their own, an admin of it writes it."""

    reader = ListReader(
        Mapping(
            dto.Team,
            tables.Team,
            changed_by=[dto.TeamReplace],
            readable=tables.Team.id == claim("tenant"),
            writable=IS_ADMIN,
        ),
        filters={"id": one_of(tables.Team.id)},
        sorts={"id": tables.Team.id},
    )


class ProjectRepository(Repository[tables.Project, dto.Project]):
    """Projects: a team's own, and those that are shared to be read."""

    reader = ListReader(
        Mapping(
            dto.Project,
            tables.Project,
            changed_by=[dto.ProjectReplace],
            fields={
                "tasks": to_many(tables.Project.tasks, PART, order=[], most=100),
                "task_count": count_of(tables.Project.tasks),
            },
            readable=(tables.Project.team_id == claim("tenant")) | tables.Project.is_shared.is_(True),
            writable=tables.Project.team_id == claim("tenant"),
        ),
        filters={
            "id": one_of(tables.Project.id),
            "task_id": any_related(tables.Project.tasks, tables.Task.id),
        },
        sorts={"id": tables.Project.id},
    )


class TagRepository(Repository[tables.Tag, dto.Tag]):
    """Tags: a team's own."""

    reader = ListReader(
        Mapping(
            dto.Tag,
            tables.Tag,
            changed_by=[dto.TagReplace],
            readable=tables.Tag.team_id == claim("tenant"),
        ),
        filters={"id": one_of(tables.Tag.id)},
        sorts={"id": tables.Tag.id},
    )


class TaskRepository(Repository[tables.Task, dto.Task]):
    """Tasks: whoever may read or write the project may do so with its tasks."""

    reader = ListReader(
        Mapping(
            dto.Task,
            tables.Task,
            changed_by=[dto.TaskReplace],
            fields={
                "project": to_one(tables.Task.project, LINK),
                "above": chain(tables.Task.parent, PART, most=5),
                "parts": to_many(tables.Task.parts, PART, order=[], most=100),
                "part_count": count_of(tables.Task.parts),
                "tag_ids": values_of(tables.Task.tags, tables.Tag.id, most=100),
            },
            readable=through(tables.Task.project),
        ),
        filters={
            "id": one_of(tables.Task.id),
            "tag_id": any_related(tables.Task.tags, tables.Tag.id),
            "project_slug": any_related(tables.Task.project, tables.Project.slug),
            "parent_id": equals(tables.Task.parent_id),
        },
        sorts={"id": tables.Task.id},
    )


class DraftRepository(Repository[tables.Draft, dto.Draft]):
    """Drafts: their author's."""

    reader = ListReader(
        Mapping(
            dto.Draft,
            tables.Draft,
            changed_by=[dto.DraftReplace],
            readable=tables.Draft.author_id == claim("sub"),
        ),
        filters={"id": one_of(tables.Draft.id)},
        sorts={"id": tables.Draft.id},
    )


class MemberRepository(Repository[tables.Member, dto.Member]):
    """Members: their team's."""

    reader = ListReader(
        Mapping(
            dto.Member,
            tables.Member,
            changed_by=[dto.MemberReplace],
            readable=tables.Member.team_id == claim("tenant"),
        ),
        filters={},
        sorts={"name": tables.Member.name},
    )


class CountryRepository(Repository[tables.Country, dto.Country]):
    """Countries: everybody's, and an admin's to write."""

    reader = ListReader(
        Mapping(
            dto.Country,
            tables.Country,
            changed_by=[dto.CountryReplace],
            readable=everybody("reference data: the same for all"),
            writable=IS_ADMIN,
        ),
        filters={},
        sorts={"code": tables.Country.code},
    )


class TeamController(
    CrudController[TeamRepository, dto.Team, dto.TeamQuery, dto.TeamCreate, dto.TeamReplace, dto.TeamUpdate]
):
    """Teams."""

    path = "/teams"


class ProjectController(
    CrudController[
        ProjectRepository,
        dto.Project,
        dto.ProjectQuery,
        dto.ProjectCreate,
        dto.ProjectReplace,
        dto.ProjectUpdate,
    ]
):
    """Projects."""

    path = "/projects"


class ProjectSlugController(ResourceController):
    """Projects by another unique key."""

    path = "/project-slugs"
    tags = ("projects",)
    projects: ProjectRepository

    @get("/{slug:str}", operation_id="getProjectBySlug")
    async def get_project_by_slug(self, slug: FromPath[str], request: CallerRequest) -> dto.Project:
        """Read the project at a slug."""
        return await self.projects.for_caller(request.user).read_by({tables.Project.slug: slug})


class TagController(
    CrudController[TagRepository, dto.Tag, dto.TagQuery, dto.TagCreate, dto.TagReplace, dto.TagUpdate]
):
    """Tags."""

    path = "/tags"


class TaskController(
    CrudController[TaskRepository, dto.Task, dto.TaskQuery, dto.TaskCreate, dto.TaskReplace, dto.TaskUpdate]
):
    """Tasks."""

    path = "/tasks"


class DraftController(
    CrudController[
        DraftRepository, dto.Draft, dto.DraftQuery, dto.DraftCreate, dto.DraftReplace, dto.DraftUpdate
    ]
):
    """Drafts."""

    path = "/drafts"


class MemberController(
    CrudController[
        MemberRepository, dto.Member, dto.MemberQuery, dto.MemberCreate, dto.MemberReplace, dto.MemberUpdate
    ]
):
    """Members."""

    path = "/members"


class CountryController(
    CrudController[
        CountryRepository,
        dto.Country,
        dto.CountryQuery,
        dto.CountryCreate,
        dto.CountryReplace,
        dto.CountryUpdate,
    ]
):
    """Countries."""

    path = "/countries"


RESOURCES: Sequence[type[ResourceController]] = (
    TeamController,
    ProjectController,
    ProjectSlugController,
    TagController,
    TaskController,
    DraftController,
    MemberController,
    CountryController,
)
