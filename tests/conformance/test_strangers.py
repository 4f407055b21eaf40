"""Of every resource whose rows have an owner, others' rows do not exist for a stranger."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from operator import itemgetter
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest

from service.core.errors import Conflict, NotFound
from service.core.resources.access.policies import Authorization, Policies
from service.core.resources.conditions import claim, policy_of, through
from service.core.resources.controller import ResourceController, repositories_of
from service.dev.samples.fill import fill_with, tables_of
from service.dev.samples.rows import Samples
from service.resources import RESOURCES
from tests.conformance.alone import others_make_no_difference
from tests.conformance.conftest import NOTE
from tests.conformance.offered import judged, offered
from tests.conformance.strangers import (
    a_stranger_sees_and_changes_nothing,
    claim_of_root,
    claimed_columns,
    claims_of_a_stranger,
    is_owned,
    is_read_by_owner,
    no_row_is_of_two_owners,
    policies_in,
)
from tests.conformance.subject import ROWS, Refused, Subject
from tests.conformance.suite import why_not_on_sqlite
from tests.prisma.support.engines import engine_of
from tests.security.tenants.mutations import of_filters, of_nested_rows
from tests.security.tenants.resources import RESOURCES as TENANTS
from tests.security.tenants.resources import TeamRepository
from tests.security.tenants.tables import Project, Task, Team
from tests.security.tenants.world import world_of
from tests.support.api import serving
from tests.support.tables import Note

Record = Callable[[str, object], None]


@asynccontextmanager
async def _subjects(
    database_url: str, resources: Sequence[type[ResourceController]]
) -> AsyncGenerator[list[Subject]]:
    engine = engine_of(database_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        api = await stack.enter_async_context(serving(database_url, resources=resources, API_DOCS="false"))
        operations = api.application.state.operations
        yield [Subject(api, offered(resource, operations), engine) for resource in judged(resources)]


async def _judge(subjects: Sequence[Subject], resources: Sequence[type[ResourceController]]) -> list[str]:
    """Run all checks about strangers; returns what could not be judged."""
    policies = policies_in(repositories_of(resources))
    claims, notes = claims_of_a_stranger(policies), list[str]()
    owned = [each for each in subjects if is_owned(each.mapping.model, policies)]
    for subject in owned:
        name = subject.mapping.model.__name__
        if unable := subject.engine.dialect.name == "sqlite" and why_not_on_sqlite(subject.table.schema):
            notes.append(f"{name}: a stranger: {unable}")
            continue
        try:
            await a_stranger_sees_and_changes_nothing(subject, policies, claims)
            if len(claims) == 1 and is_read_by_owner(subject.mapping.model, policies):
                await no_row_is_of_two_owners(subject, policies, await _owners(owned, policies, claims))
        except Refused as refused:
            notes.append(f"{name}: a stranger: {refused}")
    if not owned:
        return notes
    judged = [
        each
        for each in subjects
        if each.engine.dialect.name != "sqlite" or not why_not_on_sqlite(each.table.schema)
    ]
    try:
        owners = await _owners(owned, policies, claims)
    except Refused as refused:
        notes.append(f"what stands within rows: {refused}")
    else:
        # The last check, since it deletes others' rows.
        await others_make_no_difference(judged, policies, owners)
    return notes


async def _owners(
    subjects: Sequence[Subject], policies: Any, claims: Mapping[str, object]
) -> list[dict[str, object]]:
    """The claims of each owner. Raises `Refused` where none is known."""
    # A set, since several resources may have the owner's key for their own, as rows of settings do.
    owners = {
        (claim, subject.key_of(item)[0])
        for subject in subjects
        if (claim := claim_of_root(subject.mapping.model, policies))
        for item in await subject.list()
    }
    if not owners:
        # No model holds the owners, since another service does: each is known by the rows that name it.
        owners = {
            (claim, item[name])
            for subject in subjects
            for claim, name in claimed_columns(subject.mapping.model, policies)
            for item in await subject.list()
            if item.get(name) is not None
        }
    if not owners:
        raise Refused(
            "nobody has said that a caller reads the row that says who it is, so that no owner is known"
        )
    return [{**claims, claim: key} for claim, key in sorted(owners, key=repr)]


@pytest.mark.timeout(400)  # a schema may have hundreds of models, each of which is asked several times
async def test_of_every_resource(database_url: str, record_property: Record) -> None:
    async with _subjects(database_url, RESOURCES) as subjects:
        async with subjects[0].engine.begin() as connection:
            await fill_with(connection, Samples(), tables_of(), rows=ROWS)
        for note in await _judge(subjects, RESOURCES):
            record_property(NOTE, note)


async def test_of_the_tests_own_tenants(database_url: str) -> None:
    world = world_of(database_url)
    await world.create()
    await world.reset()
    await world.engine.dispose()
    async with _subjects(database_url, TENANTS) as subjects:
        assert not await _judge(subjects, TENANTS)


async def test_a_service_that_shows_all_is_found(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(database_url)
    await world.create()
    await world.reset()
    await world.engine.dispose()
    resolve, everything = Authorization.resolve, Policies({}).unrestricted

    def open_to_all(_: Authorization, statement: Any) -> Any:
        return resolve(everything, statement)

    monkeypatch.setattr(Authorization, "resolve", open_to_all)
    async with _subjects(database_url, TENANTS) as subjects:
        with pytest.raises(AssertionError):
            await _judge(subjects, TENANTS)


@pytest.mark.parametrize("mutation", [of_nested_rows, of_filters], ids=lambda mutation: mutation.__name__)
async def test_what_others_have_within_ones_own_rows_is_found(
    mutation: Callable[[pytest.MonkeyPatch], None], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(database_url)
    await world.create()
    await world.reset()
    await world.engine.dispose()
    mutation(monkeypatch)
    async with _subjects(database_url, TENANTS) as subjects:
        with pytest.raises(AssertionError, match="without others' rows"):
            await _judge(subjects, TENANTS)


@pytest.mark.parametrize("is_told", [True, False])
async def test_a_rule_that_tells_of_others_rows_is_found(
    *, is_told: bool, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule may refuse what anybody sends. It may not look at the row before it is known that the caller reads it."""
    world = world_of(database_url)
    await world.create()
    await world.reset()
    await world.engine.dispose()
    stored: list[str] = []

    async def change(_: TeamRepository, *key: object, **given: object) -> None:
        del given
        if not is_told or str(key[0]) in stored:
            raise Conflict("Nobody changes a team.")
        raise NotFound("There is no such team.")

    monkeypatch.setattr(TeamRepository, "change", change)
    async with _subjects(database_url, TENANTS) as subjects:
        (teams,) = (each for each in subjects if each.mapping.model is Team)
        stored += [str(teams.key_of(item)[0]) for item in await teams.list()]
        if is_told:
            with pytest.raises(AssertionError, match="of no row at all, 404"):
                await _judge(subjects, TENANTS)
        else:
            assert not await _judge(subjects, TENANTS)


async def test_where_no_row_is_an_owner_none_is_known() -> None:
    with pytest.raises(Refused, match="no owner is known"):
        await _owners([], {}, {})


async def test_owners_that_no_model_holds_are_known_by_the_rows_that_name_them() -> None:
    items = [{"id": "mine", "lastEditorId": "me"}, {"id": "nobodys", "lastEditorId": None}, {"id": "old"}]
    subject = Mock(list=AsyncMock(return_value=items))
    subject.mapping.model = Note
    rule = policy_of(Note.last_editor_id == claim("sub"), None)
    assert rule
    assert await _owners([subject], {Note: rule}, {"role": "admin"}) == [{"sub": "me", "role": "admin"}]


async def test_a_row_that_is_nobodys_is_no_owners() -> None:
    items = [{"id": "mine", "lastEditorId": "me"}, {"id": "nobodys", "lastEditorId": None}]

    # All rows for a call without a token, and for the owner their own.
    def seen(headers: object = None) -> list[Any]:
        return items[:1] if headers else items

    subject = Mock(list=AsyncMock(side_effect=seen), key_of=itemgetter("id"))
    subject.mapping.model = Note
    rule = policy_of(Note.last_editor_id == claim("sub"), None)
    assert rule
    await no_row_is_of_two_owners(subject, {Note: rule}, [{"sub": "me"}])
    items[1]["lastEditorId"] = "you"
    with pytest.raises(AssertionError):
        await no_row_is_of_two_owners(subject, {Note: rule}, [{"sub": "me"}])


def test_a_row_is_owned_whatever_else_is_asked_of_it() -> None:
    """A row that is marked as deleted is nobody's to read, and all others are their owner's as before."""
    mine, is_open = Note.last_editor_id == claim("me"), Note.position > 0
    for readable, is_so, is_always in (
        (mine, True, True),
        (mine & is_open, True, False),
        (mine | is_open, False, False),
        ((mine | is_open) & mine, True, False),
    ):
        rule = policy_of(readable, None)
        assert rule
        assert is_owned(Note, {Note: rule}) is is_so
        assert (is_owned(Note, {Note: rule}) and is_read_by_owner(Note, {Note: rule})) is is_always


def test_a_row_below_one_that_may_be_marked_is_not_always_its_owners() -> None:
    whose, is_shared = Project.team_id == claim("tenant"), Project.is_shared
    below = policy_of(through(Task.project), None)
    assert below
    for readable, is_always in ((whose, True), (whose & is_shared.is_(False), False)):
        above = policy_of(readable, None)
        assert above
        rules = {Project: above, Task: below}
        assert is_owned(Task, rules)
        assert is_read_by_owner(Task, rules) is is_always
