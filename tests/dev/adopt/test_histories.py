"""Whatever a team edits, and whatever the schema and the generator become: no edit is lost, and few clash."""

import ast
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from service.dev.adopt.merge.merging import merge
from service.dev.adopt.merge.outcome import Outcome
from tests.dev.adopt.edits import API, EDITS, Edit, apply, clashes, held, move_query
from tests.dev.adopt.stand_in import Schema, folder_of, render

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

TYPES = ["Text", "Int", "Decimal", "Date"]
# The team edits what is said of the first; the schema changes the others.
TEAMS = {"id": "Int", "alpha": "Text", "beta": "Decimal", "gamma": "Text"}
OTHERS = ["one", "two", "three", "four", "five"]
MODELS = ["Invoice", "Customer", "Label"]
NEW = ["Shop", "Order"]
SETTINGS = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])

columns = st.dictionaries(st.sampled_from(OTHERS), st.sampled_from(TYPES), max_size=4)
schema_steps = st.one_of(
    st.tuples(st.just("columns"), st.sampled_from(MODELS), columns),
    st.tuples(st.just("generator"), st.sampled_from(["1", "2"]), columns),
    st.tuples(st.just("new"), st.sampled_from(NEW), columns),
    st.tuples(st.just("drop"), st.sampled_from(NEW), columns),
)
team_steps = st.one_of(
    st.tuples(st.just("edit"), st.sampled_from(MODELS), st.sampled_from(range(len(EDITS)))),
    st.tuples(st.just("move"), st.sampled_from(MODELS), st.just(0)),
    st.tuples(st.just("length"), st.just(""), st.sampled_from([80, 110, 120])),
    st.tuples(st.just("own"), st.just(""), st.just(0)),
)
rounds = st.lists(
    st.tuples(st.lists(team_steps, max_size=6), st.lists(schema_steps, min_size=1, max_size=4)),
    min_size=1,
    max_size=4,
)


def change(schema: Schema, step: tuple[str, str, dict[str, str]]) -> None:
    match step:
        case ("columns", model, others):
            schema.models[model] = TEAMS | others
        case ("generator", version, _):
            schema.generator = version
        case ("new", model, others):
            schema.models[model] = {"id": "Int", "of_its_own": model, **others}
        case (_, model, _):
            schema.models.pop(model, None)


def edit(root: Path, step: tuple[str, str, int], edits: list[tuple[Edit, str]]) -> None:
    match step:
        case ("edit", model, number):
            if (EDITS[number], model) not in edits and apply(root, folder_of(model), EDITS[number], model):
                edits.append((EDITS[number], model))
        case ("move", model, _):
            move_query(root, folder_of(model), model)
        case ("length", _, length):
            (root / "pyproject.toml").write_text(f"[tool.ruff]\nline-length = {length}\n")
        case _:
            own = root / "service/api/v1/own/controller.py"
            resources = root / "service/resources.py"
            own.parent.mkdir(exist_ok=True)
            own.write_text("class OwnController: ...\n")
            text = resources.read_text()
            if "OwnController" not in text:
                text = text.replace(
                    "\n\nfrom", "\n\nfrom service.api.v1.own.controller import OwnController\nfrom", 1
                )
                resources.write_text(text.replace("RESOURCES = (", "RESOURCES = (OwnController, "))


def adopt(root: Path, schema: Schema) -> Outcome:
    return merge(root, render(schema))


def texts(root: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in (root / "service").rglob("*") if path.is_file()}


def unformatted(root: Path) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--check", "--no-cache", str(root / "service")]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def start(root: Path) -> Schema:
    (root / "pyproject.toml").write_text("[tool.ruff]\nline-length = 110\n")
    (root / API).mkdir(parents=True)
    (root / "service/__init__.py").touch()
    schema = Schema({model: dict(TEAMS) for model in MODELS}, root=root)
    adopt(root, schema)
    return schema


@SETTINGS
@given(rounds)
def test_edits_of_other_members_stay_and_never_clash(
    history: list[tuple[list[tuple[str, str, int]], list[tuple[str, str, dict[str, str]]]]],
) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        schema = start(root)
        edits: list[tuple[Edit, str]] = []
        for team, changes in history:
            for step in team:
                edit(root, step, edits)
            for step in changes:
                change(schema, step)
            outcome = adopt(root, schema)
            note(str(outcome))
            assert clashes(outcome) == []
            lost = [(each.name, model) for each, model in edits if not held(root, each, model)]
            assert lost == []
            merged = [
                event.sentence.removesuffix(" is merged.")
                for event in outcome.events
                if event.kind == "merged"
            ]
            for path in merged:
                ast.parse((root / path).read_text())
            assert not [path for path in merged if f"{root / path}\n" in unformatted(root)]
            _columns_are_there(root, schema)
            if (root / "service/api/v1/own").exists():
                assert "OwnController" in (root / "service/resources.py").read_text()
            before = texts(root)
            again = adopt(root, schema)
            assert (again.events, again.clashes) == ([], [])
            assert texts(root) == before


def _columns_are_there(root: Path, schema: Schema) -> None:
    """Whether the schema's side has come through too."""
    for model, its_columns in schema.models.items():
        every = "".join(path.read_text() for path in (root / folder_of(model)).glob("*.py"))
        for name, kind in its_columns.items():
            if name in OTHERS:
                assert f"{name}: Annotated[{kind}" in every.replace("Annotated[\n        ", "Annotated["), (
                    name
                )
                assert f'"{name}": one_of(' in every
                assert f"{name}: {kind} | None = None" in every
        for name in set(OTHERS) - set(its_columns):
            assert f"{name}: Annotated" not in every
            assert f'"{name}"' not in every


overlapping = st.fixed_dictionaries({name: st.sampled_from(TYPES) for name in ["id", "alpha"]}).flatmap(
    lambda first: st.dictionaries(st.sampled_from(["beta", "gamma", *OTHERS]), st.sampled_from(TYPES)).map(
        lambda rest: first | rest
    )
)


@SETTINGS
@given(st.lists(st.sampled_from(range(len(EDITS))), unique=True), overlapping, st.sampled_from(["1", "2"]))
def test_edits_of_the_same_members_stay_or_clash(
    numbers: list[int], its_columns: dict[str, str], generator: str
) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        schema = start(root)
        edits: list[tuple[Edit, str]] = []
        for number in numbers:
            edit(root, ("edit", "Invoice", number), edits)
        schema.models["Invoice"], schema.generator = its_columns, generator
        outcome = adopt(root, schema)
        every = "".join(path.read_text() for path in (root / API).rglob("*.py"))
        assert [each.name for each, _ in edits if each.stays not in every] == []
        before = texts(root)
        again = adopt(root, schema)
        assert clashes(again) == clashes(outcome)
        assert again.events == []
        assert texts(root) == before
