"""What `q` matches, on each database alike and as the document says."""

import pytest

from tests.api.test_document import OPERATIONS
from tests.support.api import Api, serving
from tests.support.lens import LENS

TITLES = ["Über 50% of a_b", "The Café", "the cafeteria", "C:\\temp"]
OVER, CAFE, CAFETERIA, TEMP = TITLES
MATCHES: dict[str, list[str]] = {
    "cafe": [CAFETERIA],
    "CAFE": [CAFETERIA],
    "café": [CAFE],
    "CAFÉ": [CAFE],
    "üBER": [OVER],
    "uber": [],
    "feter": [CAFETERIA],
    "the caf": [CAFETERIA, CAFE],
    "caf the": [],
    "the  caf": [],
    "%": [OVER],
    "50%": [OVER],
    "5%": [],
    "_": [OVER],
    "a_b": [OVER],
    "a-b": [],
    "\\": [TEMP],
    "\\t": [TEMP],
    "'": [],
}


async def test_it_finds_text_as_it_is_but_for_its_case(api: Api) -> None:
    for number, title in enumerate(TITLES):
        await api.make_note(f"note-{number}", title=title)
    found: dict[str, list[str]] = {}
    for text in MATCHES:
        answer = (await api.get("/notes/", params={"q": text})).json()
        found[text] = sorted((item["title"] for item in answer["items"]), key=[*reversed(TITLES)].index)
        assert answer["total"] == len(found[text])
    assert found == MATCHES


@pytest.mark.parametrize(("name", "column"), [("listNotes", "title"), ("listLabels", "name")])
def test_the_document_says_so(name: str, column: str) -> None:
    (parameter,) = [each for each in OPERATIONS[name][2]["parameters"] if each["name"] == "q"]
    assert parameter == {
        "name": "q",
        "in": "query",
        "required": False,
        "description": f"This text in `{column}`, as it is and in one piece, inside words too. Spaces, accents and signs "
        "count; upper and lower case are the same.",
        "schema": {"type": "string", "maxLength": 200},
    }


async def test_postgresql_plans_for_what_is_searched(postgres_url: str) -> None:
    """A plan that is kept for all texts would walk a whole table for a rare one."""
    async with serving(f"{postgres_url}&connection_limit=1") as api:
        assert (await api.get("/notes/", params={"q": "rare"})).json()["total"] == 0
        assert (await api.get("/notes/", params={"status": "DRAFT"})).json()["total"] == 0
        async with api.application.state.database.connect() as connection:
            rows = await connection.exec_driver_sql("SELECT statement FROM pg_prepared_statements")
            kept = [statement for (statement,) in rows if "TestNote" in statement]
    assert not any("ILIKE" in statement for statement in kept)
    assert LENS.pooler or any("status" in statement for statement in kept)
