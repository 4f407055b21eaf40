"""Makes a real PostgreSQL raise any error that it knows, in reads and in writes."""

from tests.support.database import execute

# What must not get out: each text that PostgreSQL can add to an error, and those of the statement itself.
MARKS = (
    "hidden_message",
    "hidden_detail",
    "hidden_hint",
    "hidden_column",
    "hidden_constraint",
    "hidden_table",
)
INSTALL = """
CREATE TABLE fault (state TEXT, attempts INT);
INSERT INTO fault VALUES (NULL, 0);
CREATE SEQUENCE attempt;

CREATE FUNCTION raise_fault() RETURNS BOOLEAN LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE planned fault%ROWTYPE;
BEGIN
    SELECT * INTO planned FROM fault;
    -- What a sequence counts stays counted when the transaction is rolled back.
    IF planned.state IS NOT NULL AND nextval('attempt') <= planned.attempts THEN
        RAISE EXCEPTION 'hidden_message' USING
            ERRCODE = planned.state, DETAIL = 'Key (email)=(hidden_detail)', HINT = 'hidden_hint',
            COLUMN = 'hidden_column', CONSTRAINT = 'hidden_constraint', TABLE = 'hidden_table';
    END IF;
    RETURN TRUE;
END $$;

CREATE FUNCTION raise_fault_on_write() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM raise_fault();
    RETURN NEW;
END $$;
CREATE TRIGGER fault BEFORE INSERT OR UPDATE ON "TestNote" FOR EACH ROW EXECUTE FUNCTION raise_fault_on_write();

ALTER TABLE "TestLabel" RENAME TO "RealLabel";
CREATE VIEW "TestLabel" AS SELECT * FROM "RealLabel" WHERE raise_fault();
INSERT INTO "RealLabel" (name) VALUES ('hidden_value');
"""
ALWAYS = 1_000_000


async def sabotage(url: str) -> None:
    """From now on writes of notes and reads of labels fail as `fail_with` says."""
    await execute(url, INSTALL)


async def fail_with(url: str, state: str, attempts: int = ALWAYS) -> None:
    """The next `attempts` statements fail with this SQLSTATE."""
    await execute(
        url, f"UPDATE fault SET state = '{state}', attempts = {attempts}; ALTER SEQUENCE attempt RESTART"
    )
