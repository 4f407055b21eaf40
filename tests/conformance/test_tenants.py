"""Resources with conditions on their rows conform for a caller to whom everything is allowed."""

from collections.abc import Callable

import pytest

from tests.conformance.conftest import NOTE
from tests.conformance.offered import AnyController, judged
from tests.conformance.suite import conform
from tests.security.tenants.resources import RESOURCES
from tests.security.tenants.world import world_of


@pytest.mark.parametrize("resource", judged(RESOURCES), ids=lambda resource: resource.__name__)
async def test_conforms(
    resource: AnyController, database_url: str, record_property: Callable[[str, object], None]
) -> None:
    world = world_of(database_url)
    await world.create()
    await world.engine.dispose()
    findings = await conform(resource, database_url)
    for note in findings.notes:
        record_property(NOTE, note)
    assert not findings.failed, "\n".join(f"{name}: {error}" for name, error in findings.failed.items())
