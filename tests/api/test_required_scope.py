"""With REQUIRE_SCOPE a token is good for what it names, and for nothing where it names nothing."""

from tests.support.api import bearer, serving


async def test_a_token_has_to_name_what_it_is_for(postgres_url: str) -> None:
    async with serving(postgres_url, environment="production", REQUIRE_SCOPE="true") as api:
        assert (await api.get("/notes/", headers=bearer())).status_code == 403
        assert (await api.get("/notes/", headers=bearer(scope="notes:read"))).status_code == 200
        assert (await api.get("/utils/health-check")).status_code == 200


async def test_in_local_a_call_without_a_token_is_for_all(postgres_url: str) -> None:
    async with serving(postgres_url, REQUIRE_SCOPE="true") as api:
        assert (await api.get("/notes/")).status_code == 200
        assert (await api.get("/notes/", headers=bearer())).status_code == 403
