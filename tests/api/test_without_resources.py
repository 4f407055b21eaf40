"""The application that no resource was added to yet."""

from tests.support.api import bearer, serving


async def test_it_starts_serves_and_documents(database_url: str) -> None:
    async with serving(database_url, resources=[]) as api:
        assert (await api.get("/utils/readiness")).json() == {"status": True}
        assert (await api.get("/private/diagnostics/database")).json()["drift"]["missing"] == []
        assert (await api.get("/nothing")).json()["code"] == "not_found"
        assert (await api.get("/docs")).status_code == 200
        document = (await api.get("/openapi.json")).json()
        assert {path.split("/")[3] for path in document["paths"]} == {"utils", "private"}


async def test_in_production_it_is_ready(postgres_url: str) -> None:
    async with serving(postgres_url, environment="production", resources=[]) as api:
        assert (await api.get("/utils/readiness")).json() == {"status": True}
        assert (await api.get("/nothing", headers=bearer())).status_code == 404
