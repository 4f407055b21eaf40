"""What a row shows of rows that show it in turn is in the answer to a write as it is after that."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec import UNSET, UnsetType
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.core.http.query import ListQuery
from service.core.resources.conditions import everybody
from service.core.resources.controller import CrudController
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.nested import count_of, to_many, to_one
from service.core.resources.repository import Repository
from service.core.schema import Int, Payload, Resource, RowCount
from tests.support.api import Api, serving
from tests.support.database import create_tables, transaction_on
from tests.support.own_base import OwnBase


class TaskBase(OwnBase):
    """Apart from the mirrored schema, with which the database is compared."""

    __abstract__ = True
    metadata = sa.MetaData()


class ProjectRow(TaskBase):
    __tablename__ = "TestProject"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    tasks: Mapped[list["TaskRow"]] = relationship(lambda: TaskRow, back_populates="project")


class TaskRow(TaskBase):
    __tablename__ = "TestTask"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=True)
    title: Mapped[str] = mapped_column(sa.Text)
    project_id: Mapped[str] = mapped_column("projectId", sa.ForeignKey("TestProject.id"))
    above_id: Mapped[int | None] = mapped_column("aboveId", sa.ForeignKey("TestTask.id"))
    project: Mapped[ProjectRow] = relationship(ProjectRow, back_populates="tasks")
    above: Mapped["TaskRow | None"] = relationship(remote_side="TaskRow.id", back_populates="below")
    below: Mapped[list["TaskRow"]] = relationship(back_populates="above")


class Project(Resource):
    """The project of a task."""

    id: str
    task_count: RowCount


class TaskTitle(Resource):
    """A task, by its title."""

    id: Int
    title: str


class TaskAbove(TaskTitle):
    """The task above a task."""

    below: list[TaskTitle]


class Task(TaskTitle):
    """A task."""

    project_id: str
    above_id: Int | None
    project: Project | None
    above: TaskAbove | None


class TaskReplace(Payload, kw_only=True):
    """All that a task says."""

    title: str
    project_id: str
    above_id: Int | None = None


class TaskUpdate(Payload):
    """What to change."""

    title: str | UnsetType = UNSET
    project_id: str | UnsetType = UNSET
    above_id: Int | UnsetType | None = UNSET


TITLE = Mapping(TaskTitle, TaskRow)
BELOW = to_many(TaskRow.below, TITLE, order=[TaskRow.title], most=100)
ABOVE = Mapping(TaskAbove, TaskRow, fields={"below": BELOW})
PROJECT = Mapping(
    Project, ProjectRow, fields={"task_count": count_of(ProjectRow.tasks)}, readable=everybody("a test")
)


class TaskRepository(Repository[TaskRow, Task]):
    """Reads and writes tasks."""

    reader = ListReader(
        Mapping(
            Task,
            TaskRow,
            changed_by=[TaskReplace],
            fields={"project": to_one(TaskRow.project, PROJECT), "above": to_one(TaskRow.above, ABOVE)},
            readable=everybody("a test"),
        ),
        filters={},
        sorts={"id": TaskRow.id},
    )


class TaskController(CrudController[TaskRepository, Task, ListQuery, TaskReplace, TaskReplace, TaskUpdate]):
    """Tasks."""

    path = "/tasks"


@pytest.fixture
async def tasks(database_url: str) -> AsyncGenerator[Api]:
    await create_tables(database_url, TaskBase.metadata)
    async with transaction_on(database_url) as connection:
        await connection.execute(sa.insert(ProjectRow), [{"id": "one"}, {"id": "two"}])
    async with serving(database_url, resources=[TaskController], API_DOCS="false") as served:
        yield served


async def same_as_read(api: Api, answer: Any) -> dict[str, Any]:
    assert answer.status_code < 300, answer.text
    read = await api.get(f"/tasks/{answer.json()['id']}")
    assert (answer.json(), answer.headers["etag"]) == (read.json(), read.headers["etag"])
    return answer.json()


async def test_an_answer_is_what_is_read_next(tasks: Api) -> None:
    first = await same_as_read(tasks, await tasks.post("/tasks/", json={"title": "A", "projectId": "one"}))
    assert first["project"]["taskCount"] == 1
    body = {"title": "B", "projectId": "one", "aboveId": first["id"]}
    second = await same_as_read(tasks, await tasks.post("/tasks/", json=body))
    assert [each["title"] for each in second["above"]["below"]] == ["B"]
    path = f"/tasks/{second['id']}"
    renamed = await same_as_read(tasks, await tasks.patch(path, json={"title": "C"}))
    assert [each["title"] for each in renamed["above"]["below"]] == ["C"]
    moved = await same_as_read(tasks, await tasks.put(path, json=body | {"projectId": "two"}))
    assert moved["project"]["taskCount"] == 1
