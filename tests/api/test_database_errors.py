"""What callers read where the database refuses: its own rules, locks, and a state that is not what models say."""

from typing import Any

import pytest

from service.dev.deploy import connect
from service.dev.postgres import EmbeddedPostgres
from service.prisma.url import parse_database_url
from tests.support.api import serving
from tests.support.database import execute
from tests.support.lens import LENS

REFUSE = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'Labels are closed in % months', 3 USING ERRCODE = '{}', DETAIL = 'hidden'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON "TestLabel" FOR EACH ROW EXECUTE FUNCTION refuse();
"""
KEEP = """
    CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
    CREATE TRIGGER keep BEFORE INSERT OR UPDATE OR DELETE ON "TestLabel" FOR EACH ROW EXECUTE FUNCTION keep();
"""
FAILS = """
    CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {}; RETURN NEW; END $$;
    CREATE TRIGGER fails BEFORE INSERT ON "TestLabel" FOR EACH ROW EXECUTE FUNCTION fails();
"""
DISTINCT = """
    ALTER TABLE "TestLabel" RENAME TO "Stored";
    CREATE VIEW "TestLabel" AS SELECT DISTINCT id, name FROM "Stored";
"""
MATERIALIZED = DISTINCT.replace("VIEW", "MATERIALIZED VIEW").rstrip("; \n")
SAID = "Labels are closed in 3 months"
DOMAIN = """
    CREATE DOMAIN short AS text CHECK (length(VALUE) < 5);
    ALTER TABLE "TestLabel" ALTER COLUMN name TYPE short;
"""
CHECKED = 'ALTER TABLE "TestLabel" ADD CHECK (length(name) < 5)'
EXCLUDED = 'ALTER TABLE "TestLabel" ADD EXCLUDE USING btree (left(name, 3) WITH =)'
SOMEBODY = f"""
    CREATE ROLE somebody LOGIN;
    GRANT USAGE ON SCHEMA {LENS.schema} TO somebody;
    GRANT ALL ON ALL TABLES IN SCHEMA {LENS.schema} TO somebody;
    GRANT ALL ON ALL SEQUENCES IN SCHEMA {LENS.schema} TO somebody;
    ALTER TABLE "TestLabel" ENABLE ROW LEVEL SECURITY;
"""
POLICIES = f"""
    {SOMEBODY}
    CREATE POLICY mine ON "TestLabel" USING (id IN (SELECT id FROM "TestLabel"));
"""
ROW_SECURITY = f"""
    {SOMEBODY}
    CREATE POLICY one ON "TestLabel" USING (true) WITH CHECK (length(name) < 5);
"""
TAKES_XML = """
    CREATE FUNCTION as_xml() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM NEW.name::xml; RETURN NEW; END $$;
    CREATE TRIGGER as_xml BEFORE INSERT ON "TestLabel" FOR EACH ROW EXECUTE FUNCTION as_xml();
"""
RESTRICT = """
    ALTER TABLE "TestNote" DROP CONSTRAINT "TestNote_parentId_fkey";
    ALTER TABLE "TestNote" ADD CONSTRAINT "TestNote_parentId_fkey"
        FOREIGN KEY ("parentId") REFERENCES "TestNote"(id) ON DELETE RESTRICT;
"""


async def refusal(url: str, statement: str, messages: str) -> dict[str, Any]:
    """The problem that a new label meets once the statement has run."""
    await execute(url, statement)
    async with serving(url, DATABASE_MESSAGES=messages) as api:
        answer = await api.post("/labels/", json={"name": "Label One"})
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert "hidden" not in answer.text
        return answer.json()


@pytest.mark.parametrize(
    ("states", "status", "code"),
    [
        (["P0001", "P0004", "23514", "A0001", "K1234", "PT403"], 422, "validation_failed"),
        # Names of PostgreSQL's own, which mean something else where it raises them itself.
        (["0A000", "20000", "21000", "42601", "55000"], 422, "validation_failed"),
        # What the driver holds for warnings.
        (["01000", "01007", "02000"], 422, "validation_failed"),
        (["28000", "42501"], 403, "forbidden"),
    ],
)
@pytest.mark.parametrize("messages", ["false", "true"])
async def test_a_trigger_refuses(
    postgres_url: str, states: list[str], status: int, code: str, messages: str
) -> None:
    await execute(postgres_url, REFUSE.format(states[0]))
    async with serving(postgres_url, DATABASE_MESSAGES=messages) as api:
        for state in states:
            await execute(postgres_url, f"DROP FUNCTION refuse CASCADE; {REFUSE.format(state)}")
            answer = await api.post("/labels/", json={"name": "Label One"})
            assert (answer.status_code, answer.json()["code"]) == (status, code), state
            assert (answer.json()["detail"] == SAID) == (messages == "true")
            assert "hidden" not in answer.text
            in_batch = await api.patch("/labels/", json={"items": [{"op": "create", "name": "Label One"}]})
            assert (in_batch.status_code, in_batch.json()["detail"]) == (status, answer.json()["detail"])


@pytest.mark.parametrize(
    "body",
    [
        "INSERT INTO jobs (name) VALUES ('index')",
        "NEW.nothing := 1",
        "PERFORM nothing(1)",
        "PERFORM set_config('nothing', '1', false)",
        "EXECUTE 'SELEC'",
        "EXECUTE 'VACUUM'",
        "COMMIT",
        "PERFORM (SELECT 1 UNION ALL SELECT 2)",
        "INSERT INTO \"TestUnused\" (text) VALUES ('a') ON CONFLICT (text) DO NOTHING",
    ],
)
async def test_a_trigger_fails(postgres_url: str, body: str) -> None:
    await execute(postgres_url, FAILS.format(body))
    async with serving(postgres_url) as api:
        answer = await api.post("/labels/", json={"name": "Label One"})
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.json()["detail"].startswith("A function, trigger or policy of the database fails")
        # Which is nothing that readiness would name.
        assert (await api.get("/utils/readiness")).status_code == 200


@pytest.mark.parametrize(
    "statement",
    [
        'CREATE RULE refuse AS ON INSERT TO "TestLabel" DO INSTEAD NOTHING',
        DISTINCT,
        MATERIALIZED,
        "ALTER TABLE \"TestLabel\" DROP COLUMN name, ADD COLUMN name TEXT GENERATED ALWAYS AS ('n') STORED",
    ],
)
async def test_what_takes_no_rows_refuses(postgres_url: str, statement: str) -> None:
    await execute(postgres_url, statement)
    async with serving(postgres_url) as api:
        answer = await api.post("/labels/", json={"name": "Label One"})
        assert (answer.status_code, answer.json()["detail"]) == (422, "A rule of the database refuses this.")


async def test_a_rule_keeps_a_row(postgres_url: str) -> None:
    async with serving(postgres_url) as api:
        path = f"/labels/{(await api.post('/labels/', json={'name': 'Kept'})).json()['id']}"
        await execute(postgres_url, 'CREATE RULE keep AS ON DELETE TO "TestLabel" DO INSTEAD NOTHING')
        answer = await api.delete(path)
        assert (answer.status_code, answer.json()["detail"]) == (422, "A rule of the database refuses this.")
        assert (await api.get(path)).status_code == 200


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (MATERIALIZED + " WITH NO DATA", "not in a state"),
        (POLICIES, "function, trigger or policy"),
    ],
)
async def test_what_cannot_be_read_may_be_later(
    postgres: EmbeddedPostgres, postgres_url: str, statement: str, said: str
) -> None:
    await execute(postgres_url, statement)
    try:
        # Past the pooler, where a run is behind one: it has users of its own.
        direct = LENS.url(postgres.url(parse_database_url(postgres_url).url.database or ""))
        user = parse_database_url(direct).url.username
        reader = "somebody" if "somebody" in statement else user
        async with serving(direct.replace(f"//{user}", f"//{reader}")) as api:
            answer = await api.get("/labels/")
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert said in answer.json()["detail"]
    finally:
        if "somebody" in statement:
            await execute(postgres_url, "DROP OWNED BY somebody; DROP ROLE somebody")


async def test_a_sequence_that_has_ended_is_no_fault_of_the_value(postgres_url: str) -> None:
    await execute(postgres_url, 'ALTER SEQUENCE "TestLabel_id_seq" MAXVALUE 2 RESTART 2')
    async with serving(postgres_url) as api:
        assert (await api.post("/labels/", json={"name": "Last"})).status_code == 201
        answer = await api.post("/labels/", json={"name": "Label One"})
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert "sequence" in answer.json()["detail"]


async def test_a_trigger_leaves_a_row_as_it_is(postgres_url: str) -> None:
    async with serving(postgres_url) as api:
        path = f"/labels/{(await api.post('/labels/', json={'name': 'Kept'})).json()['id']}"
        await execute(postgres_url, KEEP)
        tag = {"If-Match": (await api.get(path)).headers["etag"]}
        for answer in (
            await api.post("/labels/", json={"name": "Label One"}),
            await api.patch(path, json={"name": "Other"}),
            await api.patch(path, json={"name": "Other"}, headers=tag),
            await api.delete(path),
            await api.delete(path, headers=tag),
        ):
            assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
            assert (
                answer.json()["detail"]
                == "The database did not make this change: one of its own rules, such as a trigger, prevented it."
            )
        assert (await api.get(path)).json()["name"] == "Kept"


@pytest.mark.parametrize(
    ("statement", "status"), [(DOMAIN, 422), (CHECKED, 422), (EXCLUDED, 201), (EXCLUDED, 409)]
)
async def test_a_rule_of_a_table_refuses(postgres_url: str, statement: str, status: int) -> None:
    await execute(postgres_url, statement)
    async with serving(postgres_url) as api:
        if status == 409:
            await api.post("/labels/", json={"name": "Label Two"})
        answer = await api.post("/labels/", json={"name": "Label One"})
        assert answer.status_code == status
        if status == 422:
            assert "CHECK" in answer.json()["detail"]


@pytest.mark.parametrize(("statement", "refused"), [(CHECKED, 1), (EXCLUDED, 1), (REFUSE.format("P0001"), 0)])
async def test_it_is_said_of_which_item_of_a_batch(postgres_url: str, statement: str, refused: int) -> None:
    await execute(postgres_url, statement)
    async with serving(postgres_url, DATABASE_MESSAGES="true") as api:
        items = [{"op": "create", "name": name} for name in ("Red", "Reddish")]
        answer = await api.patch("/labels/", json={"items": items})
        assert answer.status_code in {409, 422}
        (error,) = answer.json()["errors"]
        assert (error["pointer"], error["message"]) == (f"/items/{refused}", answer.json()["detail"])
        assert (answer.json()["detail"] == SAID) == ("refuse" in statement)
        assert (await api.get("/labels/")).json()["total"] == 0


async def test_a_row_security_policy_refuses(postgres: EmbeddedPostgres, postgres_url: str) -> None:
    await execute(postgres_url, ROW_SECURITY)
    try:
        # Past the pooler, where a run is behind one: it has users of its own.
        direct = LENS.url(postgres.url(parse_database_url(postgres_url).url.database or ""))
        user = parse_database_url(direct).url.username
        async with serving(direct.replace(f"//{user}", "//somebody")) as restricted:
            assert (await restricted.post("/labels/", json={"name": "Four"})).status_code == 201
            answer = await restricted.post("/labels/", json={"name": "Label One"})
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    finally:
        await execute(postgres_url, "DROP OWNED BY somebody; DROP ROLE somebody")


async def test_a_database_that_takes_no_xml_says_so(postgres_url: str) -> None:
    await execute(postgres_url, TAKES_XML)
    async with serving(postgres_url) as api:
        answer = await api.post("/labels/", json={"name": "<label/>"})
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
        assert "built without libxml" in answer.json()["detail"]


async def test_what_is_still_referred_to_stays(postgres_url: str) -> None:
    await execute(postgres_url, RESTRICT)
    async with serving(postgres_url) as api:
        parent = await api.make_note("parent")
        await api.make_note("child", parentId=parent["id"])
        answer = await api.delete(f"/notes/{parent['id']}")
        assert (answer.status_code, answer.json()["detail"]) == (409, "Something still refers to it.")


async def test_who_waits_for_a_lock_too_long_may_try_again(postgres_url: str) -> None:
    connection = await connect(parse_database_url(postgres_url))
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(f"ALTER DATABASE {name} SET lock_timeout = '100ms'")
    async with serving(postgres_url) as api:
        await connection.execute('BEGIN; LOCK TABLE "TestNote" IN ACCESS EXCLUSIVE MODE')
        for answer in (
            await api.get("/notes/"),
            await api.post("/notes/", json={"title": "T"}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert answer.headers["retry-after"]
    await connection.close()


async def test_a_database_without_the_tables_is_not_ready(postgres_url: str) -> None:
    # Before it starts: a database that had all a moment ago is not looked at again at once.
    await execute(postgres_url, 'DROP TABLE "TestLabel" CASCADE')
    async with serving(postgres_url) as api:
        for answer in (
            await api.get("/labels/"),
            await api.post("/labels/", json={"name": "T"}),
            await api.get("/utils/readiness"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert answer.headers["retry-after"]
