"""Every resource of the application conforms, on both databases."""

import importlib
from collections.abc import Callable, Mapping
from importlib.util import find_spec

import pytest

from service.resources import RESOURCES
from tests.conformance.conftest import NOTE
from tests.conformance.offered import AnyController, judged
from tests.conformance.suite import conform

EXCEPTIONS = "tests.example.conformance"  # gone with the example


def _exceptions(resource: AnyController) -> Mapping[str, str]:
    """The checks that cannot be made of a resource, each with the reason."""
    if not find_spec(EXCEPTIONS.rpartition(".")[0]) or not find_spec(EXCEPTIONS):
        return {}
    return importlib.import_module(EXCEPTIONS).EXCEPTIONS.get(resource.__name__, {})


@pytest.mark.timeout(900)  # a table may have hundreds of columns, each of which is changed alone
@pytest.mark.parametrize("resource", judged(RESOURCES), ids=lambda resource: resource.__name__)
async def test_conforms(
    resource: AnyController, database_url: str, record_property: Callable[[str, object], None]
) -> None:
    findings = await conform(resource, database_url, exceptions=_exceptions(resource))
    for note in findings.notes:
        record_property(NOTE, note)
    assert not findings.failed, "\n".join(f"{name}: {error}" for name, error in findings.failed.items())
