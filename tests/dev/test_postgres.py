"""The embedded PostgreSQL, wherever a checkout lies and whatever the machine is set to."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from service.dev.cluster import Cluster, NoEmbeddedPostgresError, find_cluster, server_user
from service.dev.deploy import DeployError, connect
from service.dev.migrate import migrate
from service.dev.postgres import EmbeddedPostgres, embedded_postgres
from service.prisma.migrations import Migration
from service.prisma.url import parse_database_url

ROOT = Path(__file__).parents[2]
ASK = """
import asyncio, sys
from pathlib import Path
from service.dev.deploy import connect
from service.dev.postgres import embedded_postgres
from service.prisma.url import parse_database_url

async def ask(url):
    connection = await connect(parse_database_url(url))
    print(await connection.fetchval("SELECT current_setting('timezone')"))
    await connection.close()

with embedded_postgres(Path(sys.argv[1]), keep=sys.argv[2:] == []) as server:
    asyncio.run(ask(server.url()))
"""


@pytest.fixture
def folder() -> Generator[Path]:
    """A folder that another user may pass to, unlike pytest's own."""
    with TemporaryDirectory(prefix="tests-") as name:
        yield Path(name)


def ask(data: Path, *last: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "HOME": str(data.parent)} | variables
    return subprocess.run(
        [sys.executable, "-c", ASK, str(data), *last],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("place", ["with space", "it's; here", "ü" * 60, "plain"])
def test_it_runs_in_utc_wherever_it_lies(folder: Path, place: str) -> None:
    (folder / "foreign").mkdir(mode=0o500)
    done = ask(
        folder / place / "data",
        TZ="America/New_York",
        LANG="xx_YY.UTF-8",
        XDG_RUNTIME_DIR=str(folder / "foreign" / "none"),
    )
    assert (done.returncode, done.stdout) == (0, "UTC\n"), done.stderr
    assert not (folder / place / "data" / "postmaster.pid").exists()
    # A second time it is there already.
    sockets = find_cluster(folder / place / "data").sockets
    assert ask(folder / place / "data", "last").stdout == "UTC\n"
    assert not sockets.exists()


@pytest.mark.parametrize("name", ["a$b", 'a"b', "a`b", "a\\b"])
def test_a_path_that_its_programs_would_hand_to_a_shell_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(NoEmbeddedPostgresError, match="rename the folder"):
        find_cluster(folder / name / "data")


def test_a_place_that_cannot_be_written_to_is_one_sentence(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(NoEmbeddedPostgresError, match=r"Not a directory.*LOCAL_FOLDER"):
        find_cluster(folder / "file" / "data")


@pytest.mark.slow
def test_what_postgresql_says_is_passed_on(folder: Path) -> None:
    data = folder / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("12\n")
    if user := server_user():
        os.chown(data, user.pw_uid, user.pw_gid)
    with (
        pytest.raises(NoEmbeddedPostgresError, match=r"does not start: .*could not open"),
        embedded_postgres(data),
    ):
        pass


@pytest.mark.slow
def test_a_server_that_is_interrupted_while_it_starts_is_stopped(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = find_cluster(folder / "data")
    start = Cluster.start

    def interrupted(self: Cluster) -> None:
        start(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(Cluster, "start", interrupted)
    with pytest.raises(KeyboardInterrupt), embedded_postgres(folder / "data"):
        pass
    running = cluster.is_running
    cluster.stop()
    assert not running


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_socket_folder_of_somebody_else_is_refused(folder: Path) -> None:
    data = folder / ("x" * 90) / "data"
    there = find_cluster(data).sockets
    assert len(str(there)) < 60
    os.chown(there, 12345, 12345)
    with pytest.raises(NoEmbeddedPostgresError, match="belongs to somebody else"):
        find_cluster(data)
    there.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the server another user")
def test_who_opens_a_folder_to_the_server_says_so_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    closed, temporary = folder / "home", folder / "temporary"
    for each in (closed, temporary):
        each.mkdir(mode=0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    for each in (closed, temporary, closed):
        find_cluster(each / "data")
        assert each.stat().st_mode & 0o777 == 0o701
    said = [line for line in capsys.readouterr().err.splitlines() if str(folder) in line]
    assert [line.split(" (")[0] for line in said] == [
        f"note: every user may pass through {each} from here on" for each in (closed, folder)
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE EXTENSION \"pgcrypto\"; CREATE TABLE a (id text DEFAULT encode(gen_random_bytes(9), 'hex'));",
        'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public VERSION "1.1"; SELECT uuid_generate_v4();',
        """
        CREATE EXTENSION timescaledb;
        CREATE TABLE read (at timestamptz, value int);
        SELECT create_hypertable('read', 'at', chunk_time_interval => INTERVAL '1 month', if_not_exists => TRUE);
        SELECT create_hypertable('read', by_range('at'));
        DROP INDEX read_at_idx;
        SELECT drop_chunks('read', INTERVAL '0 days');
        SELECT set_chunk_time_interval('read', INTERVAL '30 days');
        SELECT add_retention_policy('read', drop_after => INTERVAL '1 year');
        CREATE VIEW daily AS SELECT time_bucket('1 day', at) AS day, max(value) FROM read GROUP BY 1;
        CREATE FUNCTION filled(a interval) RETURNS timestamptz LANGUAGE sql AS $$
            SELECT time_bucket_gapfill(a, at) FROM read
        $$;
        """,
        "CREATE EXTENSION plv8; CREATE FUNCTION one() RETURNS int LANGUAGE plv8 AS $$ return 1; $$;",
    ],
)
async def test_extensions_that_it_lacks_have_stand_ins(postgres: EmbeddedPostgres, sql: str) -> None:
    url = await postgres.create_database("extended_here")
    assert await migrate(postgres, url, [Migration("1_init", sql, "c")]) == ["1_init"]
    connection = await connect(parse_database_url(url))
    assert await connection.fetchval("SELECT count(*) FROM pg_extension") == 2
    await connection.close()
    await postgres.drop_database("extended_here")


async def test_a_migration_that_looks_for_an_extension_itself_finds_no_stand_in(
    postgres: EmbeddedPostgres,
) -> None:
    sql = """
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'never_heard_of') THEN
                EXECUTE 'CREATE EXTENSION never_heard_of';
            ELSE
                EXECUTE 'CREATE EXTENSION citext';
            END IF;
        END $$;
        CREATE TABLE a (name citext);
    """
    url = await postgres.create_database("looked_for_here")
    assert await migrate(postgres, url, [Migration("1_init", sql, "c")]) == ["1_init"]
    await postgres.drop_database("looked_for_here")


async def test_roles_and_collations_that_it_lacks_are_created(postgres: EmbeddedPostgres) -> None:
    sql = """
        CREATE TABLE a (id text PRIMARY KEY, n text);
        ALTER TABLE a ENABLE ROW LEVEL SECURITY;
        CREATE POLICY ours ON a TO "App 1", "reader of a" USING (id = current_setting('app.id', true));
        GRANT SELECT ON a TO "App 1";
        UPDATE a SET id = upper(id COLLATE "tr-x-icu"), n = lower(n COLLATE pg_catalog."en-x-icu");
    """
    migrations = [
        Migration("1_init", "CREATE TABLE b (id text PRIMARY KEY);", "c"),
        Migration("2_policies", sql, "c"),
    ]
    url = await postgres.create_database("granted_here")
    assert await migrate(postgres, url, migrations) == ["1_init", "2_policies"]
    assert await migrate(postgres, url, migrations) == []
    connection = await connect(parse_database_url(url))
    roles = "SELECT rolname FROM pg_roles WHERE rolname LIKE ANY ('{App 1,reader of a}') AND NOT rolcanlogin ORDER BY 1"
    assert [row[0] for row in await connection.fetch(roles)] == ["App 1", "reader of a"]
    await connection.close()
    await postgres.drop_database("granted_here")


async def test_what_supabase_has_beside_the_migrations_stands_in(postgres: EmbeddedPostgres) -> None:
    sql = """
        CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA extensions;
        CREATE TABLE profile (
            id uuid PRIMARY KEY DEFAULT extensions.uuid_generate_v4() REFERENCES auth.users, near extensions.vector(3)
        );
        CREATE FUNCTION signed_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
        CREATE TRIGGER signed_up AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION signed_up();
        CREATE POLICY own ON profile TO authenticated USING (id = (SELECT auth.uid()) OR auth.role() = 'service_role');
    """
    url = await postgres.create_database("supabase_here")
    assert await migrate(postgres, url, [Migration("1_init", sql, "c")]) == ["1_init"]
    connection = await connect(parse_database_url(url))
    # Nobody signs in here, and yet there can be profiles.
    await connection.execute("INSERT INTO profile DEFAULT VALUES")
    await connection.close()
    await postgres.drop_database("supabase_here")


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE a (near public.vector(3), name citext);",
        "CREATE TABLE a (name text); CREATE INDEX ON a USING gin (name gin_trgm_ops);",
        "CREATE TABLE a (id uuid DEFAULT uuid_generate_v4());",
        "CREATE TABLE a (code text DEFAULT encode(gen_random_bytes(6), 'hex'));",
    ],
)
async def test_extensions_that_were_switched_on_beside_the_migrations_are_created(
    postgres: EmbeddedPostgres, sql: str
) -> None:
    url = await postgres.create_database("switched_on_here")
    assert await migrate(postgres, url, [Migration("1_init", sql, "c")]) == ["1_init"]
    await postgres.drop_database("switched_on_here")


async def test_what_no_extension_brings_is_refused_as_it_is(postgres: EmbeddedPostgres) -> None:
    url = await postgres.create_database("at_fault_here")
    migrations = [
        Migration("1_init", "CREATE SCHEMA elsewhere; CREATE EXTENSION citext SCHEMA elsewhere;", "c"),
        Migration("2_names", "CREATE TABLE a (name citext);", "c"),
    ]
    # Created already, in a schema where the migration does not look for it.
    with pytest.raises(DeployError, match='type "citext" does not exist'):
        await migrate(postgres, url, migrations)
    await postgres.drop_database("at_fault_here")
