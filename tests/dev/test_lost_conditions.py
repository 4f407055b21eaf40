"""Conditions on rows that Python's own words join are found where they stand, and nothing else is."""

from pathlib import Path
from textwrap import dedent

import pytest

from service.dev.declarations.lost_conditions import lost_conditions
from service.dev.folders import ROOT

LOST = {
    "in a declaration": """
        class TaskRepository(Repository[Task]):
            reader = ListReader(Mapping(Dto, Task, readable=(Task.team_id == claim("tenant")) and Task.is_open))
    """,
    "before it is declared": """

        IS_MINE = Task.team_id == claim("tenant") or everybody("all")
    """,
    "in a statement of its own": """
        async def open_tasks(self) -> None:
            await self.fetch(select(tables.Task).where(tables.Task.due != None and tables.Task.is_open))
    """,
    "by a variable": """
        IS_MINE = Task.team_id == TEAM
        RULE = everybody("all") or IS_MINE
    """,
    "by a variable of a statement": """
        def of_team(self) -> Select:
            is_mine: Any = tables.Task.team_id == self.team; return select(tables.Task).where(is_mine and is_open)
    """,
    "by a function": """
        def whose(model): return model.team_id == claim("tenant")
        RULE = whose(Task) and Task.is_open
    """,
}
KEPT = """
    IS_MINE = (Task.team_id == claim("tenant")) & Task.is_open
    NAME = GIVEN or "task"


    def is_open(task: Task, name: str) -> bool:
        is_named = name == task.name
        return task.state == "open" and is_named or not name and IS_LOCAL


    IS_LOCAL = ENVIRONMENT == "local"


    def late_tasks(now: datetime) -> Select:
        is_late = tables.Task.due < now
        return select(tables.Task).where(is_late)


    def is_told(is_late: bool) -> bool:
        return is_late and IS_LOCAL
"""


@pytest.mark.parametrize("place", LOST)
def test_a_condition_that_would_be_lost_is_named(tmp_path: Path, place: str) -> None:
    file = tmp_path / "service" / "api" / "repository.py"
    file.parent.mkdir(parents=True)
    file.write_text(dedent(LOST[place]), "utf-8")
    (said,) = lost_conditions(file.parent)
    assert said.startswith("service/api/repository.py:3: `")
    assert "each in parentheses" in said


def test_a_condition_of_another_file_is_known(tmp_path: Path) -> None:
    folder = tmp_path / "service" / "api"
    folder.mkdir(parents=True)
    (folder / "rules.py").write_text('IS_MINE = Task.team_id == claim("tenant")', "utf-8")
    lines = ("from service.api.rules import IS_MINE as MINE", "RULE = MINE and everybody('all')")
    (folder / "used.py").write_text("\n".join(lines), "utf-8")
    (said,) = lost_conditions(folder)
    assert said.startswith("service/api/used.py:2: `and` keeps one")


def test_what_python_may_decide_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "rules.py").write_text(dedent(KEPT), "utf-8")
    assert list(lost_conditions(tmp_path)) == []
    assert list(lost_conditions(ROOT / "service" / "api")) == []
