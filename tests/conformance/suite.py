"""Everything that must hold of any resource, and what runs these checks on one."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

import msgspec

from tests.conformance import links, reads, writes
from tests.conformance.offered import AnyController, offered
from tests.conformance.subject import Refused, Subject
from tests.conformance.wire import NoPayloadError
from tests.prisma.support.engines import engine_of
from tests.support.api import serving

Check = Callable[[Subject], Awaitable[None]]

CHECKS: Sequence[Check] = (
    reads.a_list_shows_every_row,
    reads.keys_are_read_in_the_order_asked_for,
    reads.each_filter_finds_what_it_says,
    reads.each_order_is_the_databases_own,
    reads.head_and_unchanged_rows_have_no_body,
    reads.what_is_not_known_is_said_so,
    reads.what_is_not_offered_is_refused_as_a_method,
    writes.a_new_row_is_stored_as_it_was_sent,
    writes.a_creation_with_its_own_key_can_be_repeated,
    writes.each_field_changes_alone,
    writes.null_empties_what_can_be_empty,
    writes.what_was_read_can_be_put_back,
    writes.a_stale_etag_changes_nothing,
    writes.a_batch_is_done_as_a_whole,
    writes.what_is_taken_is_a_conflict,
    links.rows_are_linked_by_their_ids,
    links.a_new_row_is_stored_with_its_links,
    writes.what_is_deleted_is_gone,
)


class Findings(msgspec.Struct):
    """The results of the checks of one resource."""

    failed: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    notes: list[str] = msgspec.field(default_factory=list[str])
    """What could not be judged, each with the reason."""


def why_not_on_sqlite(schema: str | None) -> str | None:
    """Why the tables of a schema cannot be judged on SQLite; None where they can."""
    return "SQLite's RETURNING knows no tables of other schemas" if schema else None


async def _error_of(check: Check, subject: Subject) -> Exception | None:
    """The error that a check raises; if the service answered with a 5xx, one that says so, whatever the check did."""
    broken = subject.broken
    broken.clear()
    try:
        await check(subject)
    except Exception as error:  # noqa: BLE001  # one that fails must not hide what others find
        if not broken:
            return error
    return AssertionError(f"the service broke: {'; '.join(broken)}") if broken else None


async def _holds_without_triggers(check: Check, subject: Subject) -> bool:
    """Whether triggers explain that a check failed, since they may store other values than were sent.

    The check then passes without them. Those of a view are not disabled: they explain any failure.
    """
    if not subject.triggers or subject.is_view:
        return bool(subject.triggers)
    async with subject.without_triggers():
        error = await _error_of(check, subject)
    return error is None or isinstance(error, Refused | NoPayloadError)


async def conform(resource: AnyController, database_url: str) -> Findings:
    """Serve a resource over this database, and run all checks on it."""
    findings = Findings()
    engine = engine_of(database_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        api = await stack.enter_async_context(serving(database_url, resources=[resource], API_DOCS="false"))
        subject = Subject(api, offered(resource, api.application.state.operations), engine)
        await subject.prepare()
        unable = why_not_on_sqlite(subject.table.schema) if engine.dialect.name == "sqlite" else None
        for check in CHECKS:
            name = check.__name__
            if unable:
                subject.note(name, f"not judged: {unable}")
                continue
            error = await _error_of(check, subject)
            if isinstance(error, Refused | NoPayloadError):
                subject.note(name, f"not judged: {error}")
            elif error is not None:
                said = f"{type(error).__name__}: {error}"
                if await _holds_without_triggers(check, subject):
                    subject.note(name, f"the trigger {', '.join(subject.triggers)} is why: {said}")
                else:
                    findings.failed[name] = said
    findings.notes = [
        f"{resource.__name__}: {', '.join(whats)}: {reason}{f' ({whats.total()} times)' if whats.total() > len(whats) else ''}"
        for reason, whats in subject.notes.items()
    ]
    return findings
