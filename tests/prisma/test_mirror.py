"""Mirroring a Prisma folder, and seeing that it and the mirror have parted."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from service.dev.mirror.__main__ import main
from service.dev.mirror.manifest import MANIFEST, read_manifest
from service.prisma.migrations import MIRROR

SCHEMA = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel A {\n  id Int @id\n}\n'
MORE = "model B {\n  id Int @id\n}\n"
NAMES = ("20250101000000_first", "20250202000000_second")


@pytest.fixture
def app_web(tmp_path: Path) -> Path:
    """A Prisma folder in a checkout of app-web."""
    folder = tmp_path / "app-web" / "packages" / "db" / "prisma"
    for name in NAMES:
        (folder / "migrations" / name).mkdir(parents=True)
        (folder / "migrations" / name / "migration.sql").write_text(f"SELECT '{name}';\r\n", newline="")
    (folder / "migrations" / "migration_lock.toml").write_text('provider = "postgresql"\n')
    (folder / "schema.prisma").write_text(SCHEMA)
    (folder / "seed.ts").write_text("// not Prisma's")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def run(target: Path, *arguments: object) -> int:
    return main([*map(str, arguments), "--target", str(target)])


def test_the_schema_and_the_migrations_arrive_byte_for_byte(app_web: Path, target: Path) -> None:
    assert run(target, app_web) == 0
    mirrored = files(target)
    del mirrored[MANIFEST]
    expected = files(app_web)
    del expected["seed.ts"]
    assert mirrored == expected
    assert run(target, "--verify") == 0
    assert run(target, "--check", app_web) == 0


def test_the_line_endings_of_a_checkout_are_no_change(app_web: Path, target: Path) -> None:
    run(target, app_web)
    for path in (*app_web.rglob("*.prisma"), *app_web.rglob("*.sql"), *target.rglob("*.sql")):
        text = path.read_bytes().replace(b"\r\n", b"\n")
        path.write_bytes(text if text != path.read_bytes() else text.replace(b"\n", b"\r\n"))
    assert run(target, "--check", app_web) == 0
    assert run(target, "--verify") == 0


def test_what_is_gone_is_removed_and_nothing_else(app_web: Path, target: Path) -> None:
    run(target, app_web)
    (target / "README.md").write_text("kept")
    shutil.rmtree(app_web / "migrations" / NAMES[1])
    assert run(target, app_web) == 0
    assert [path.name for path in (target / "migrations").iterdir() if path.is_dir()] == [NAMES[0]]
    assert (target / "README.md").read_text() == "kept"
    assert set(read_manifest(target) or {}) == {
        "schema.prisma",
        "migrations/migration_lock.toml",
        f"migrations/{NAMES[0]}/migration.sql",
    }


def test_what_changed_is_listed(app_web: Path, target: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(target, app_web)
    (app_web / "schema.prisma").write_text(SCHEMA + MORE)
    (app_web / "more.prisma").write_text("// nothing yet\n")
    shutil.rmtree(app_web / "migrations" / NAMES[0])
    expected = ["  + more.prisma", "  ~ schema.prisma", f"  - migrations/{NAMES[0]}/migration.sql"]
    for arguments, code in ((("--check", app_web), 1), ((app_web,), 0)):
        capsys.readouterr()
        assert run(target, *arguments) == code
        assert capsys.readouterr().out.splitlines()[1:] == expected
    assert run(target, app_web) == 0
    assert "held it all already" in capsys.readouterr().out


@pytest.mark.parametrize("named", ["prisma/schema.prisma", "./prisma/models"])
@pytest.mark.parametrize("is_relative", [False, True])
def test_of_several_schemas_in_the_folder_the_one_counts_that_prismas_configuration_names(  # noqa: PLR0913  # fixtures and parameters
    app_web: Path,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    named: str,
    *,
    is_relative: bool,
) -> None:
    (app_web / "models").mkdir()
    (app_web / "models" / "all.prisma").write_text(SCHEMA)
    monkeypatch.chdir(app_web.parent)
    folder = Path("prisma") if is_relative else app_web
    assert run(target, folder) == 2
    assert "or give the file, or the folder below, that counts" in capsys.readouterr().err
    (app_web.parent / "prisma.config.ts").write_text(f"export default {{ schema: '{named}' }}\n")
    assert run(target, folder) == 0
    counts = "models/all.prisma" if named.endswith("models") else "schema.prisma"
    assert [name for name in read_manifest(target) or {} if name.endswith(".prisma")] == [counts]
    assert run(target, "--check", folder) == 0


@pytest.mark.parametrize("edit", ["schema.prisma", f"migrations/{NAMES[0]}/migration.sql"])
def test_an_edit_in_the_mirror_is_seen(
    app_web: Path, target: Path, edit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(target, app_web)
    (target / edit).write_text("-- edited here")
    assert run(target, "--verify") == 1
    assert f"  ~ {edit}" in capsys.readouterr().out
    assert run(target, "--check", app_web) == 0, "app-web has not moved, the mirror was edited"
    assert run(target, app_web) == 0
    assert run(target, "--verify") == 0


def test_a_file_added_to_or_taken_from_the_mirror_is_seen(app_web: Path, target: Path) -> None:
    run(target, app_web)
    (target / "extra.prisma").write_text(MORE)
    assert run(target, "--verify") == 1
    (target / "extra.prisma").unlink()
    (target / "migrations" / "migration_lock.toml").unlink()
    assert run(target, "--verify") == 1


def test_a_schema_of_several_files(app_web: Path, target: Path) -> None:
    schema = app_web / "schema"
    (schema / "parts").mkdir(parents=True)
    (app_web / "schema.prisma").rename(schema / "schema.prisma")
    (schema / "parts" / "b.prisma").write_text(MORE)
    assert run(target, app_web) == 0
    assert {"schema/schema.prisma", "schema/parts/b.prisma"} < set(files(target))


def test_the_folder_of_schema_files_alone_finds_its_migrations(app_web: Path, target: Path) -> None:
    schema = app_web / "schema"
    schema.mkdir()
    (app_web / "schema.prisma").rename(schema / "main.prisma")
    assert run(target, schema) == 0
    assert {"main.prisma", "migrations/migration_lock.toml"} < set(files(target))


def test_migrations_lie_beside_the_schema_that_was_found_in_the_folder(app_web: Path, target: Path) -> None:
    """Prisma looks for them there, wherever in the folder that is."""
    (app_web.parent / "prisma.config.ts").write_text("export default { schema: 'prisma/schema.prisma' }\n")
    assert run(target, app_web.parent) == 0
    assert f"migrations/{NAMES[0]}/migration.sql" in files(target)
    (app_web.parent / "prisma.config.ts").unlink()
    (app_web / "schema" / "parts").mkdir(parents=True)
    (app_web / "schema" / "parts" / "b.prisma").write_text(MORE)
    for name in ("schema.prisma", "migrations"):
        (app_web / name).rename(app_web / "schema" / name)
    assert run(target, app_web) == 0
    assert {f"migrations/{NAMES[0]}/migration.sql", "schema/parts/b.prisma"} < set(files(target))


def test_a_schema_file_stands_for_itself(app_web: Path, target: Path) -> None:
    (app_web / "old.prisma").write_text(SCHEMA)
    assert run(target, app_web / "schema.prisma") == 0
    assert "old.prisma" not in files(target)


def test_migrations_may_lie_elsewhere(app_web: Path, target: Path, tmp_path: Path) -> None:
    (app_web / "migrations").rename(tmp_path / "elsewhere")
    assert run(target, app_web) == 2
    assert run(target, app_web, "--migrations", tmp_path / "elsewhere") == 0
    assert f"migrations/{NAMES[0]}/migration.sql" in files(target)


def test_nobody_is_told_to_write_migrations_for_a_database_that_is_not_served(
    app_web: Path, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(app_web / "migrations")
    (app_web / "schema.prisma").write_text(SCHEMA.replace("postgresql", "mysql"))
    assert run(target, app_web) == 2
    said = capsys.readouterr().err
    assert "'mysql'" in said
    assert "migrat" not in said


def test_folders_without_sql_are_named_at_once_and_may_be_left_out(
    app_web: Path, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("1_seed", "2_scripts"):
        (app_web / "migrations" / name).mkdir()
    assert run(target, app_web) == 2
    assert "1_seed, 2_scripts" in capsys.readouterr().err
    assert run(target, app_web, "--skip-empty") == 0
    assert run(target, "--verify") == 0
    assert run(target, "--check", app_web, "--skip-empty") == 0
    assert not [name for name in files(target) if "seed" in name]


def test_a_monorepo_is_told_where_its_schema_is(
    app_web: Path, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = app_web.parents[2] / "node_modules" / ".prisma" / "client"
    copy.mkdir(parents=True)
    (copy / "schema.prisma").write_text(SCHEMA)
    assert run(target, app_web.parents[2]) == 2
    message = capsys.readouterr().err
    assert f"run again with {app_web}." in message
    assert "node_modules" not in message


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("schema.prisma", None, "no schema.prisma"),
        ("migrations", None, "--migrations FOLDER"),
        ("", None, "does not exist"),
        (f"migrations/{NAMES[0]}/migration.sql", None, "without a migration.sql"),
        ("schema.prisma", "model {", "schema.prisma:1:7: '{' stands where the block's name should be"),
        ("b.prisma", SCHEMA, "A is declared a second time"),
        ("b.prisma", b"// \xff", "b.prisma is not UTF-8"),
        ("schema.prisma", SCHEMA.replace("postgresql", "mysql"), "'mysql'"),
        ("schema.prisma", MORE, "provider is None"),
        ("migrations/migration_lock.toml", 'provider = "sqlite"', "migration_lock.toml says sqlite"),
    ],
)
def test_a_source_that_cannot_be_used_changes_nothing(  # noqa: PLR0913, PLR0917  # fixtures and parameters
    app_web: Path,
    target: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: str | bytes | None,
    message: str,
) -> None:
    run(target, app_web)
    before = files(target)
    spoilt = app_web / name
    if content is not None:
        spoilt.write_bytes(content.encode() if isinstance(content, str) else content)
    elif spoilt.is_dir():
        shutil.rmtree(spoilt)
    else:
        spoilt.unlink()
    assert run(target, app_web) == 2
    assert message in capsys.readouterr().err
    assert files(target) == before


def test_the_mirror_is_not_mirrored_into_itself(
    app_web: Path, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(target, app_web)
    for source in (target, target / "schema.prisma", target / "migrations" / ".."):
        assert run(target, source) == 2
        assert "is the mirror itself" in capsys.readouterr().err


def test_a_missing_manifest_is_named(app_web: Path, target: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(target, app_web)
    (target / MANIFEST).write_text("{}")
    assert run(target, "--verify") == 2
    assert MANIFEST in capsys.readouterr().err
    assert run(target, "--check", app_web) == 0


def test_a_call_without_path_says_how(target: Path) -> None:
    with pytest.raises(SystemExit) as refusal:
        run(target)
    assert refusal.value.code == 2


def test_the_command_finds_this_repository_as_it_was_mirrored() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "service.dev.mirror", "--verify"],
        cwd=MIRROR.parent, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
