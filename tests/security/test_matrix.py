"""Nobody reaches another tenant's rows, by whatever operation; and each way to reach them is looked at."""

from typing import Any

import pytest

from service.app import create_app
from service.settings import load_settings
from tests.security.tenants.matrix import calls, failures, operations_of
from tests.security.tenants.probes import PROBES, Probe
from tests.security.tenants.resources import RESOURCES
from tests.security.tenants.served import ADMIN, Tenants
from tests.support.api import LOCAL
from tests.support.statements import asked_for, statements_of

OPERATIONS = {each.name: each for each in operations_of(create_app(load_settings(LOCAL), RESOURCES))}


@pytest.mark.parametrize("tag", sorted({operation.tag for operation in OPERATIONS.values()}))
async def test_matrix(tenants: Tenants, tag: str) -> None:
    operations = [each for each in operations_of(tenants.api.application) if each.tag == tag]
    assert [failure for each in operations async for failure in failures(tenants, each)] == []


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.__name__)
async def test_probe(tenants: Tenants, probe: Probe) -> None:
    await tenants.world.reset()
    assert [fault async for fault in probe(tenants)] == []


def test_every_operation_has_its_place() -> None:
    assert all(list(calls(operation)) for operation in OPERATIONS.values())


async def test_conditions_take_no_further_statement(tenants: Tenants) -> None:
    await tenants.world.reset()
    statements = await statements_of(tenants.api)
    reads = [
        "/tasks/1",
        "/tasks/?tagId=1",
        "/tasks/?id=1&id=11",
        "/projects/",
        "/project-slugs/red",
        "/tags/1",
    ]
    writes: list[tuple[str, str, Any]] = [
        ("PATCH", "/tasks/1", {"title": "one"}),
        ("POST", "/tags/", {"name": "one"}),
        ("PATCH", "/members/red/same", {"rank": 4}),
        ("DELETE", "/tags/2", None),
    ]
    for method, path, body in [*(("GET", path, None) for path in reads), *writes]:
        statements.clear()
        answer = await tenants.ask(ADMIN, method, path, body)
        assert answer.is_success, answer.text
        assert len(asked_for(statements)) == 1, (method, path, statements)
