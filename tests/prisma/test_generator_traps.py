"""What is generated for schemas that are hard to map."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping

import pytest

from service.dev.generator.enrich import SECURED
from service.dev.generator.modules import generate
from tests.prisma.conftest import ROOT, SCHEMAS, TRAPS, Trap

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

each = pytest.mark.parametrize("name", TRAPS)

NOT_IN_THE_DATABASE = {"drifted": ["Kept.ahead", "Kept.others", "Ahead.all", "Ahead.kept"]}
NOT_ON_THE_WIRE = {"drifted": ["Kept.soon", *NOT_IN_THE_DATABASE["drifted"][:2]]}
NAMED_OTHERWISE = {
    "drifted": ["Ahead", "State", "AheadState"],
    "names": ["Any", "remote", "Base", "Mapped", "UUID", "Größe", "Straße", "Maß"],
}
NOT_RECREATED = {
    # A sequence beside the key stays the database's.
    "keys": {
        "lost": ['"Ticket" number integer NOT NULL nextval(\'"Ticket_number_seq"\'::regclass)'],
        "new": ['"Ticket" number integer NOT NULL'],
    },
    # A domain's default is as good as the column's own.
    "types": {"lost": ['"Rare" score positive'], "new": ['"Rare" score positive 1']},
}


@each
def test_it_imports_and_configures_without_a_warning(traps: Mapping[str, Trap], name: str) -> None:
    assert "crashed" not in traps[name].report, traps[name].report["crashed"]


@each
def test_relations_are_named_as_in_the_schema(traps: Mapping[str, Trap], name: str) -> None:
    assert traps[name].report["relations"]["wrong"] == NOT_IN_THE_DATABASE.get(name, [])


@each
def test_alembic_finds_nothing_to_change(traps: Mapping[str, Trap], name: str) -> None:
    assert traps[name].report["alembic"] == []


@each
def test_a_database_has_not_drifted_from_its_own_models(traps: Mapping[str, Trap], name: str) -> None:
    assert traps[name].report["drift"] == []


@each
@pytest.mark.parametrize("database", ["postgres", "sqlite"])
def test_each_class_takes_a_minimal_row(traps: Mapping[str, Trap], name: str, database: str) -> None:
    rows = traps[name].report[database]
    assert rows["failed"] == {}
    assert rows["skipped"] == {}
    assert rows["ok"] > 0


@each
def test_views_can_be_read(traps: Mapping[str, Trap], name: str) -> None:
    views = traps[name].report["views"]
    assert views["failed"] == {}
    assert views["ok"] == {"views": 5, "lower_case": 1}.get(name, 0)


@each
async def test_twice_gives_the_same_bytes(traps: Mapping[str, Trap], name: str) -> None:
    again = await generate(SCHEMAS / name, traps[name].url, f"trap_{name}")
    assert again.modules == traps[name].generated.modules


def test_they_pass_pyright_strict(traps: Mapping[str, Trap]) -> None:
    folder = next(iter(traps.values())).package.parent
    settings = {
        "include": ["."],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "reportMissingTypeStubs": False,
        "executionEnvironments": [{"root": ".", "extraPaths": [str(ROOT)]}],
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "-p", str(folder)]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_they_pass_ruff(traps: Mapping[str, Trap]) -> None:
    for trap in traps.values():
        for module, source in trap.generated.modules.items():
            name = f"--stdin-filename={ROOT / 'service' / 'models' / module}.py"
            # The name of the package alone decides how its own imports are sorted.
            command = [sys.executable, "-m", "ruff", "check", "--quiet", "--ignore=I001", name, "-"]
            result = subprocess.run(
                command, input=source, check=False, capture_output=True, text=True, cwd=ROOT
            )
            assert result.returncode == 0, f"{trap.name}: {result.stdout}"


def test_drift_is_noted(traps: Mapping[str, Trap]) -> None:
    assert traps["drifted"].generated.notes == [
        "Kept.required is required in schema.prisma, NULL in the database",
        "Kept.optional is optional in schema.prisma, NOT NULL in the database",
        "Kept.behind is in the database only",
        "Kept.mood is in the database only",
        "Kept.soon is in schema.prisma only: left out",
        "audit_logs is in the database only: its names are made up from the database's",
        "no_key is in the database only: its names are made up from the database's",
        "Ahead is in schema.prisma only: left out",
        SECURED.format(tables="Kept"),
        "value 'FORGOTTEN' of enum State is in the database only",
        "value LATER of enum State is in schema.prisma only: left out",
        "enum AheadState is in schema.prisma only: left out",
        "enum mood_type is in the database only: its names are made up from the database's",
        "relation Kept.ahead has no columns in the database: left out",
        "relation Kept.others has no columns in the database: left out",
        "relation Ahead.kept has no columns in the database: left out",
        "relation Ahead.all has no columns in the database: left out",
    ]


def test_a_default_without_a_migration_is_filled_in(traps: Mapping[str, Trap]) -> None:
    tables = traps["drifted"].tables
    assert "count: Mapped[int] = mapped_column(sa.Integer, default=7)" in tables
    assert "flag: Mapped[bool] = mapped_column(sa.Boolean, default=False)" in tables
    assert 'default=Decimal("1.5")' in tables
    assert "default=State.NEW" in tables
    assert 'default=lambda: ["x"]' in tables


def test_only_the_schema_s_own_disagreements_are_noted(traps: Mapping[str, Trap]) -> None:
    noted = {name: trap.generated.notes for name, trap in traps.items() if trap.generated.notes}
    assert set(noted) == {"drifted", "names", "views"}
    assert noted["views"] == [
        (
            "BookTotals.sum is Int in schema.prisma, BIGINT in the database: it goes out as text unless the view "
            "casts it"
        ),
        (
            "BookTotals.mean is Float in schema.prisma, NUMERIC in the database: it goes out as text unless the view "
            "casts it"
        ),
        "unknown_view is in the database only: its names are made up from the database's",
    ]
    assert noted["names"] == [
        "enum Maß is class Mass: names in the API document have no other letters",
        "model Any is class Any_: the modules need its name",
        "model remote is class remote_: the modules need its name",
        "model Base is class Base_: the modules need its name",
        "model Mapped is class Mapped_: the modules need its name",
        "model UUID is class UUID_: the modules need its name",
        "model Größe is class Grosse: names in the API document have no other letters",
        "model Straße is class Strasse: names in the API document have no other letters",
    ]


def test_partitions_have_no_classes(traps: Mapping[str, Trap]) -> None:
    assert "class Event(Base)" in traps["views"].tables
    assert "Event_default" not in traps["views"].tables


def test_triggers_that_refuse_every_change_are_named(traps: Mapping[str, Trap]) -> None:
    refusals = re.findall(r"__refusals__ = (.*)", traps["views"].tables)
    # Not those that look at the row, or at one column alone.
    assert refusals == ['{"UPDATE": "trigger keep_rows", "DELETE": "trigger keep_rows"}']


def test_self_relations_are_ordered_by_the_fields_names(traps: Mapping[str, Trap]) -> None:
    tables = " ".join(traps["relations"].tables.split())
    # `followers` sorts first: those whose B is the row's A.
    assert (
        "primaryjoin=lambda: Person.id == foreign(t_follows.c.A)"
        in tables.partition("followers: Mapped")[2][:300]
    )
    assert (
        "primaryjoin=lambda: Person.id == foreign(t_follows.c.B)"
        in tables.partition("following: Mapped")[2][:300]
    )


def test_ids_are_made_as_the_schema_says(traps: Mapping[str, Trap]) -> None:
    tables = " ".join(traps["keys"].tables.split())
    made = ["cuid", "cuid2", "uuid4", "native_uuid7", "native_uuid4", "ulid", "nanoid"]
    assert [name for name in made if f"default=ids.{name}" not in tables] == []
    assert "default=lambda: ids.nanoid(8)" in tables


def test_moments_are_made_as_the_schema_says(traps: Mapping[str, Trap]) -> None:
    tables = " ".join(traps["keys"].tables.split())
    utc = 'dt.datetime.fromisoformat("2024-02-29T18:00:00+00:00")'
    for name, made in (
        ("since", 'default=dt.datetime.fromisoformat("2020-01-01T00:00:00+00:00"), onupdate=ids.now'),
        ("noon", f"default={utc}"),
        ("instant", f"default={utc}"),
        ("leap_day", 'default=dt.date.fromisoformat("2024-03-01")'),
        ("closes", 'default=dt.time.fromisoformat("18:00:00")'),
        ("breaks", f"default=lambda: [{utc}]"),
        ("maybe", "default=ids.now"),
        ("began", "default=ids.time_of_day_with_offset"),
        ("shift", "onupdate=ids.time_of_day_with_offset"),
    ):
        assert made in tables.partition(f" {name}: Mapped[")[2].partition(": Mapped[")[0], name


def test_an_enum_whose_members_are_stored_under_one_another_s_names_keeps_them_apart(
    traps: Mapping[str, Trap],
) -> None:
    assert 'mapped_column(CrossedEnum(Crossed, "Crossed")' in " ".join(traps["names"].tables.split()).replace(
        "( ", "("
    )
    assert 'ScalarList(CrossedEnum(Crossed, "Crossed"))' in traps["names"].tables
    assert "CrossedEnum(Level" not in traps["names"].tables


def test_no_query_runs_unasked(traps: Mapping[str, Trap]) -> None:
    for trap in traps.values():
        assert trap.tables.count("relationship(") == trap.tables.count('lazy="raise"')


@each
def test_names_are_those_of_the_schema(traps: Mapping[str, Trap], name: str) -> None:
    assert traps[name].report["names"] == NAMED_OTHERWISE.get(name, [])


@each
def test_the_api_calls_fields_as_the_schema_does(traps: Mapping[str, Trap], name: str) -> None:
    assert traps[name].report["wire"] == NOT_ON_THE_WIRE.get(name, [])


@each
def test_create_all_makes_the_tables_that_were_reflected(traps: Mapping[str, Trap], name: str) -> None:
    assert traps[name].report["recreated"] == NOT_RECREATED.get(name, {"lost": [], "new": []})
