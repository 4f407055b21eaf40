"""A resource made for each mirrored model conforms: the suite and the core take whatever models there are."""

from collections.abc import Callable

import pytest

from service.dev.adopt.plan.annotations import undomained
from service.dev.adopt.plan.plans import NO_KEY
from service.models import Base
from tests.conformance.conftest import NOTE
from tests.conformance.made import resource_of
from tests.conformance.suite import conform

# Other tests may map classes of their own, for which there are no tables here.
MODULES = ("service.models.tables", "tests.support.tables")
MODELS: list[type[Base]] = sorted(
    (
        mapper.class_
        for mapper in Base.registry.mappers
        if mapper.class_.__module__ in MODULES
        # Rows whose key cannot be in a path are never served.
        and not any(isinstance(undomained(column.type), NO_KEY) for column in mapper.primary_key)
    ),
    key=lambda model: model.__name__,
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
async def test_conforms(
    model: type[Base], database_url: str, record_property: Callable[[str, object], None]
) -> None:
    findings = await conform(resource_of(model), database_url)
    for note in findings.notes:
        record_property(NOTE, note)
    assert not findings.failed, "\n".join(f"{name}: {error}" for name, error in findings.failed.items())
