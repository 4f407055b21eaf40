"""Where the database lacks something of the example."""

import pytest

from service.dev.deploy import connect
from service.prisma.url import parse_database_url
from tests.example.support import serving

MISSING = {
    'DROP TABLE "_PageToTopic"': "_PageToTopic",
    'ALTER TABLE "PageRevision" DROP COLUMN "editorId"': "PageRevision.editorId",
    'DROP VIEW "AuthorStats"': "AuthorStats",
}
DIFFERENT = {
    "DROP TABLE subscriptions": "subscriptions is missing",
    'ALTER TABLE "User" DROP COLUMN image': "User.image is missing",
}


@pytest.mark.parametrize("statement", [*MISSING, *DIFFERENT])
async def test_what_its_resources_need_is_told_from_the_rest(postgres_url: str, statement: str) -> None:
    async with serving(postgres_url) as api:
        # All was well, and the process knows it for a while.
        await api.get("/private/diagnostics/database")
        connection = await connect(parse_database_url(postgres_url))
        await connection.execute(statement)
        await connection.close()
        drift = (await api.get("/private/diagnostics/database")).json()["drift"]
        status = (await api.get("/utils/readiness")).status_code
    if statement in MISSING:
        assert (drift, status) == ({"missing": [MISSING[statement]], "differences": []}, 503)
    else:
        assert (drift, status) == ({"missing": [], "differences": [DIFFERENT[statement]]}, 200)
