"""A claim that no row can hold is as one that is missing, whatever it is."""

import os
import subprocess
import sys
from typing import Any

import pytest

from service.core.auth import Caller
from service.core.errors import InsufficientScope
from service.core.resources.access.policies import Policies
from service.core.resources.conditions import Access, Condition, Policy, claim, signed_in
from service.core.resources.writes.checks import Checks
from tests.security.tenants import tables
from tests.security.tenants.resources import ProjectRepository
from tests.security.tenants.served import ADMIN, Tenants
from tests.support.server import ROOT

NO_TEXT = "is no text or whole number"
NUL = "holds a NUL character, which PostgreSQL cannot store"
HALF = "holds half of a surrogate pair, which is no character"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        *((said, f"its claim `tenant` {NO_TEXT}.") for said in (True, 1.5, [], ["red"], {"red": 1})),
        ("re\0d", f"its claim `tenant` {NUL}."),
        ("\ud800", f"its claim `tenant` {HALF}."),
        (None, "it lacks the claim `tenant`."),
    ],
    ids=ascii,
)
async def test_a_claim_of_another_type_is_of_no_use(tenants: Tenants, said: Any, why: str) -> None:
    await tenants.world.reset()
    for path in ("/tags/", "/tags/1", "/teams/red"):
        answer = await tenants.ask(ADMIN | {"tenant": said}, "GET", path)
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
        assert answer.json()["detail"].endswith(f": {why}")


def test_each_claim_is_judged_by_itself() -> None:
    column = tables.Project.team_id
    condition = (column == claim("tenant")) & (claim("role") == "admin") & (column == claim("team"))
    policies = Policies({tables.Project: Policy(condition, condition)})
    caller = Caller(None, {"tenant": 1.5, "role": "member"}, None)
    with pytest.raises(InsufficientScope) as refused:
        policies.of(caller).require(tables.Project, Access.READ)
    assert refused.value.detail == (
        "This token lets you read none of these: it lacks the claim `team`, and its claim `role` has another value than it "
        f"must have, and its claim `tenant` {NO_TEXT}."
    )


def test_what_two_claims_are_to_be_equal_to_is_left_to_the_database() -> None:
    column = tables.Project.team_id
    both = (column == claim("tenant")) & (column == claim("team"))
    policies = Policies({tables.Project: Policy(both, both)})
    rights = policies.of(Caller("user", {"tenant": "red", "team": "blue"}, None)).rights
    assert (rights.claimed(tables.Project), rights.decisive(tables.Project)) == ({}, {"teamId"})
    one = Policies({tables.Project: Policy(column == claim("tenant"), column == claim("tenant"))})
    rights = one.of(Caller("user", {"tenant": "red"}, None)).rights
    assert (list(rights.claimed(tables.Project)), rights.decisive(tables.Project)) == (["teamId"], set())


def test_who_may_not_write_learns_for_want_of_what() -> None:
    own, admin = tables.Team.id == claim("tenant"), claim("role") == "admin"
    member = Policies({tables.Team: Policy(own, admin)}).of(Caller("user", {"tenant": "red"}, None))
    member.require(tables.Team, Access.READ)
    with pytest.raises(
        InsufficientScope, match=r"lets you write none of these: it lacks the claim `role`\.$"
    ):
        member.require(tables.Team, Access.WRITE)


@pytest.mark.parametrize("said", ["blue", None])
def test_no_write_takes_a_row_from_whom_the_token_names(said: str | None) -> None:
    """Nor makes it nobody's, where its column may be empty."""
    own = tables.Project.team_id == claim("tenant")
    red = Policies({tables.Project: Policy(own, own)}).of(Caller("user", {"tenant": "red"}, None))
    checks = Checks(ProjectRepository.reader.mapping)
    assert checks.refusal_of(red, {"team_id": said})
    assert checks.refusal_of(red, {"team_id": "red", "name": "n"}) is None


def test_a_claim_is_compared_with_each_constant() -> None:
    conditions = {tables.Team: claim("role") == "admin", tables.Project: claim("role") == "editor"}
    policies = Policies({model: Policy(condition, condition) for model, condition in conditions.items()})
    for said, allowed in (("admin", tables.Team), ("editor", tables.Project), ("guest", None)):
        rights = policies.of(Caller("user", {"role": said}, None)).rights
        found = {model: rights.condition(model, Access.READ) for model in conditions}
        assert found == {model: model is allowed for model in conditions}, said


@pytest.mark.parametrize(
    "condition",
    [
        tables.Project.team_id >= claim("tenant"),
        tables.Project.team_id != claim("tenant"),
        (tables.Project.team_id == claim("tenant")) | tables.Project.is_shared.is_(True),
    ],
)
def test_a_new_row_gets_no_more_than_it_has_to_be(condition: Condition) -> None:
    rights = (
        Policies({tables.Project: Policy(condition, condition)})
        .of(Caller("user", {"tenant": "red"}, None))
        .rights
    )
    assert rights.claimed(tables.Project) == {}
    assert "teamId" in rights.decisive(tables.Project)


def test_a_visitors_cursor_is_no_users() -> None:
    """Though both have the same claims."""
    own, shared = tables.Project.team_id == claim("tenant"), tables.Project.is_shared.is_(True)
    policies = Policies({tables.Project: Policy(own | (shared & signed_in()), own)})
    user, visitor = (policies.of(Caller(said, {"tenant": "red"}, None)) for said in ("user", None))
    assert user.of_rows(tables.Project) != visitor.of_rows(tables.Project)


def test_a_cursor_is_good_in_every_process() -> None:
    program = (
        "from tests.security.tenants import tables; from tests.security.tenants.resources import *; "
        "from service.core.auth import Caller; from service.core.resources.declarations import policies_of; "
        "policies = policies_of([TaskRepository, ProjectRepository, TeamRepository, DraftRepository]); "
        "caller = Caller('u', {'sub': 'u', 'tenant': 'red', 'role': 'admin'}, None); "
        "print(policies.of(caller).of_rows(tables.Task))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
    assert said.pop().strip()


@pytest.mark.parametrize("said", ["", "RED", "red ", "r%", "x" * 2000, 7])
async def test_a_claim_of_nobodys_sees_nothing(tenants: Tenants, said: Any) -> None:
    await tenants.world.reset()
    assert (await tenants.get(ADMIN | {"tenant": said}, "/tags/"))["items"] == []
    answer = await tenants.ask(ADMIN | {"tenant": said}, "GET", "/tags/1")
    assert answer.status_code == 404


async def test_a_row_is_looked_for_before_it_is_said_what_the_token_says(tenants: Tenants) -> None:
    await tenants.world.reset()
    whole = {"name": "n", "slug": "n", "teamId": "blue"}
    for key, wanted in (("p-blue", 404), ("none", 404), ("p-open", 403), ("p-red", 422)):
        for method, body in (("PATCH", {"teamId": "blue"}), ("PUT", whole)):
            answer = await tenants.ask(ADMIN, method, f"/projects/{key}", body)
            assert answer.status_code == wanted, (method, key, answer.text)


async def test_scopes_narrow_a_token(tenants: Tenants) -> None:
    await tenants.world.reset()
    for scope, read, write in (
        ("tags:read", 200, 403),
        ("tags:write", 403, 200),
        ("  teams:read   tags:write tags:read ", 200, 200),
        ("", 403, 403),
        ("tags", 403, 403),
        ("TAGS:READ", 403, 403),
        ("my-tags:read tags:reading tags:write-some", 403, 403),
    ):
        caller = ADMIN | {"scope": scope}
        assert (await tenants.ask(caller, "GET", "/tags/1")).status_code == read, scope
        answer = await tenants.ask(caller, "PATCH", "/tags/1", {"name": "red"})
        assert answer.status_code == write, scope
        if write == 403:
            assert (
                answer.headers["www-authenticate"] == 'Bearer error="insufficient_scope", scope="tags:write"'
            )
