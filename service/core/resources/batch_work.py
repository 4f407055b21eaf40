"""The unit of work of a batch."""

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from msgspec import UNSET
from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from service.core.database.api_errors import RefusedPart, database_error
from service.core.database.lookups import Key
from service.core.errors import ApiError, NotFound, ValidationFailed
from service.core.field_errors import FieldCode, FieldError
from service.core.http.etag import etag_of
from service.core.http.reply import encode
from service.core.resources.batch import BatchItem, BatchResult
from service.core.resources.columns.exact import canonical
from service.core.resources.mapping import DtoT, Mapping
from service.core.resources.repository import Repository
from service.core.resources.rows.model_rows import table_column
from service.core.schema import row_hash_of, was_stored_before
from service.prisma.names import api_name

AnyRepository = Repository[Any, DtoT, Any, Any, Any]


async def write_all(repository: AnyRepository[DtoT], writes: Sequence[BatchItem]) -> list[BatchResult[DtoT]]:
    """Do all writes of a batch in one transaction, in their order, each as a request of its own would do it.

    Raises what the first failing write raises, with pointers below `/items/{index}`. Deleting a row that does not exist
    is no failure, so that a batch which is repeated after a lost answer succeeds.
    """
    mapping = repository.mapping
    _refuse_no_keys(mapping, writes)
    _refuse_repeated(
        mapping, [each.key and mapping.key_values(each.key, is_new=each.is_new) for each in writes]
    )
    return await repository.database.transaction(partial(_work, repository=repository, writes=writes))


async def _work(
    session: AsyncSession, *, repository: AnyRepository[DtoT], writes: Sequence[BatchItem]
) -> list[BatchResult[DtoT]]:
    repository = repository.within(session)
    mapping = repository.mapping
    await _lock(session, repository, [write.key for write in writes if not write.is_new])
    done: list[tuple[HTTPStatus, Key | None]] = []
    for index, write in enumerate(writes):
        try:
            done.append(await _do(repository, write))
        except ApiError as error:
            raise error.below(f"/items/{index}") from None
        except Exception as error:
            known = database_error(error)
            if known and known.status < ApiError.status:
                raise RefusedPart(f"/items/{index}") from error
            raise
    # The rows are read after all writes, because one row may show another that a later item changes.
    keys = [mapping.key_values(key) for _, key in done if key is not None]
    stored = await _read(session, repository, [key for key in keys if key is not None])
    # A written row may be gone again: deleting another row may have deleted it too.
    return [_result(status, stored.get(mapping.key_values(key)) if key else None) for status, key in done]


async def _do(repository: AnyRepository[DtoT], write: BatchItem) -> tuple[HTTPStatus, Key | None]:
    """Do one write; the status that a request of its own would get, and the key of the row, None where that is gone."""
    if write.is_new:
        created = await repository.create(write.payload)
        status = HTTPStatus.OK if was_stored_before(created) else HTTPStatus.CREATED
        return status, tuple(repository.mapping.key_of(created))
    assert write.key is not None  # noqa: S101  # `ItemTypes` gives a key to every item that is not new
    if write.payload is not None:
        try:
            changed = await repository.change(*write.key, payload=write.payload, if_match=write.if_match)
        except NotFound as error:
            # 422 and not 404: the body names a missing row, whereas the path is right.
            errors = [FieldError.at("", error.detail, FieldCode.NOT_FOUND)]
            raise ValidationFailed(error.detail, errors=errors) from None
        # The key as it is stored: the database may have found the row by another spelling of it.
        return HTTPStatus.OK, tuple(repository.mapping.key_of(changed))
    try:
        await repository.delete(*write.key, if_match=write.if_match)
    except NotFound:
        return HTTPStatus.NOT_FOUND, None
    return HTTPStatus.NO_CONTENT, None


def _refuse_no_keys(mapping: Mapping[Any, Any], writes: Sequence[BatchItem]) -> None:
    """Raises `ValidationFailed` that names each value which can be no key: a body must be as the API document says."""
    errors: list[FieldError] = []
    for index, each in enumerate(writes):
        if each.is_new or each.key is None:
            continue
        for column, write, value in zip(mapping.key, mapping.key_writes, each.key, strict=True):
            try:
                write(value)
            except ValueError as error:
                errors.append(FieldError.at(f"/items/{index}/{api_name(column)}", str(error)))
    if errors:
        raise ValidationFailed("A row is named by a value that cannot be a key.", errors=errors)


def _refuse_repeated(mapping: Mapping[Any, Any], keys: Sequence[Key | None]) -> None:
    """Raises `ValidationFailed` that names each item whose row an earlier item names already."""
    forms = [canonical(table_column(column).type) for column in mapping.key]
    seen: set[Key] = set()
    errors: list[FieldError] = []
    for index, values in enumerate(keys):
        key = values and tuple([form(value) for form, value in zip(forms, values, strict=True)])
        if key in seen:
            errors.append(
                FieldError.at(f"/items/{index}", "names the same row as an earlier item", FieldCode.REPEATED)
            )
        elif key is not None:
            seen.add(key)
    if errors:
        raise ValidationFailed("A batch names each row once.", errors=errors)


async def _lock(session: AsyncSession, repository: AnyRepository[Any], keys: Sequence[Key | None]) -> None:
    """Lock the rows in the order of their keys, so that two batches of the same rows wait and do not deadlock."""
    columns = [column.expression for column in repository.mapping.key]
    statement = (
        select(*columns)
        .where(_is_one_of(repository.mapping, keys), repository.mapping.is_readable)
        .order_by(*columns)
    )
    await repository.execute(session, statement.with_for_update(key_share=True), {})


async def _read(
    session: AsyncSession, repository: AnyRepository[DtoT], keys: Sequence[Key]
) -> dict[Key | None, DtoT]:
    mapping = repository.mapping
    statement = select(*mapping.resource_columns).where(_is_one_of(mapping, keys), mapping.is_readable)
    found = await repository.execute(session, statement, {})
    resources = [mapping.to_resource(row) for row in found]
    return {mapping.key_values(mapping.key_of(resource)): resource for resource in resources}


def _is_one_of(mapping: Mapping[Any, Any], keys: Sequence[Key | None]) -> ColumnElement[bool]:
    columns = [column.expression for column in mapping.key]
    known = [values for key in keys if key is not None and (values := mapping.key_values(key)) is not None]
    if len(columns) == 1:
        return columns[0].in_([value for (value,) in known])
    return tuple_(*columns).in_(known)


def _result(status: HTTPStatus, resource: DtoT | None) -> BatchResult[DtoT]:
    etag = None if resource is None else etag_of(encode(resource), row_hash_of(resource))
    return BatchResult(status, etag, resource or UNSET)
