"""The matrix fails where one condition is missing, whichever it is."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import pytest

from tests.security.conftest import tenants_served
from tests.security.tenants.matrix import failures, operations_of
from tests.security.tenants.mutations import MUTATIONS, of_reads_that_travel_together
from tests.security.tenants.probes import PROBES
from tests.security.tenants.served import Tenants

Mutation = Callable[[pytest.MonkeyPatch], None]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
async def test_a_missing_condition_is_seen(
    mutation: Mutation, monkeypatch: pytest.MonkeyPatch, sqlite_url: str, postgres_url: str
) -> None:
    mutation(monkeypatch)
    # Reads travel together on PostgreSQL alone.
    url = postgres_url if mutation is of_reads_that_travel_together else sqlite_url
    async with tenants_served(url) as tenants, aclosing(_everything(tenants)) as faults:
        assert await anext(faults, None), "the matrix and its probes did not see it"


async def _everything(tenants: Tenants) -> AsyncGenerator[str]:
    for probe in PROBES:
        await tenants.world.reset()
        async for fault in probe(tenants):
            yield fault
    for operation in operations_of(tenants.api.application):
        async for fault in failures(tenants, operation):
            yield fault
