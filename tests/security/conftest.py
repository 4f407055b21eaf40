"""An application over the rows of two teams."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from tests.security.tenants.resources import RESOURCES
from tests.security.tenants.served import Tenants
from tests.security.tenants.world import world_of
from tests.support.api import serving


@asynccontextmanager
async def tenants_served(database_url: str) -> AsyncGenerator[Tenants]:
    """As it is served outside local, where the database is one that may be."""
    environment = "local" if database_url.startswith("sqlite") else "production"
    world = world_of(database_url)
    await world.create()
    async with serving(database_url, environment=environment, resources=RESOURCES, API_DOCS="false") as api:
        yield Tenants(api, world, needs_token=environment == "production")
    await world.engine.dispose()


@pytest.fixture
async def tenants(database_url: str) -> AsyncGenerator[Tenants]:
    async with tenants_served(database_url) as served:
        yield served
