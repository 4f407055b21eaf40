"""Every resource of the application conforms, on both databases."""

from collections.abc import Callable

import pytest

from service.resources import RESOURCES
from tests.conformance.conftest import NOTE
from tests.conformance.offered import AnyController, judged
from tests.conformance.suite import conform


@pytest.mark.timeout(900)  # a table may have hundreds of columns, each of which is changed alone
@pytest.mark.parametrize("resource", judged(RESOURCES), ids=lambda resource: resource.__name__)
async def test_conforms(
    resource: AnyController, database_url: str, record_property: Callable[[str, object], None]
) -> None:
    findings = await conform(resource, database_url)
    for note in findings.notes:
        record_property(NOTE, note)
    assert not findings.failed, "\n".join(f"{name}: {error}" for name, error in findings.failed.items())
