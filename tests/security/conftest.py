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
    """As it is served outside local."""
    world = world_of(database_url)
    await world.create()
    async with serving(database_url, environment="production", resources=RESOURCES, API_DOCS="false") as api:
        yield Tenants(api, world)
    await world.engine.dispose()


@pytest.fixture
async def tenants(database_url: str) -> AsyncGenerator[Tenants]:
    async with tenants_served(database_url) as served:
        yield served
