"""Every error as `application/problem+json` (RFC 9457)."""

from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.exceptions import HTTPException, MethodNotAllowedException, ValidationException
from loguru import logger
from msgspec import UNSET, Meta, UnsetType

from service.core.database.api_errors import database_error
from service.core.database.sqlstate import driver_error
from service.core.errors import (
    BY_STATUS,
    MAX_FIELD_ERRORS,
    MAX_MORE_ERRORS,
    ApiError,
    BadRequest,
    ErrorCode,
    MethodNotAllowed,
    ValidationFailed,
)
from service.core.field_errors import FieldError
from service.core.http.head_and_options import allow_header
from service.core.http.ids import request_id, trace
from service.core.http.location import as_in_url, location_in
from service.core.http.reply import PROBLEM_JSON, JsonReply
from service.core.http.validation_messages import explain
from service.core.private_data import without_data
from service.prisma.names import camel

INTERNAL = "Something went wrong on our side; it was reported. The requestId finds it in the logs."
_DETAILS = {
    404: "There is nothing at this path.",
    413: "The body is larger than this service takes.",
}
"""The details, by status, that replace Litestar's own words."""
_DONE_BY = {
    "GET": "read",
    "POST": "created",
    "PUT": "replaced",
    "PATCH": "changed",
    "DELETE": "deleted",
}


class Problem(msgspec.Struct, rename="camel", omit_defaults=True):
    """What went wrong, and what to do about it."""

    type: Annotated[str, Meta(description="The kind of problem.", examples=["urn:problem:not-found"])]
    title: Annotated[str, Meta(description="The kind of problem, for people.", examples=["Not found"])]
    status: Annotated[int, Meta(ge=400, le=599, description="The HTTP status.", examples=[404])]
    detail: Annotated[
        str, Meta(description="This problem, for people.", examples=["There is nothing at this path."])
    ]
    instance: Annotated[str, Meta(description="The path called.", examples=["/api/v1/nothing"])]
    code: Annotated[ErrorCode, Meta(description="The kind of problem, for programs: branch on it.")]
    request_id: Annotated[
        str,
        Meta(description="Finds the call in the logs.", examples=["1f0c7d5e8a9b4c3d8e7f6a5b4c3d2e1f"]),
    ]
    errors: Annotated[
        list[FieldError],
        Meta(description="Every wrong field or parameter, at once.", max_length=MAX_FIELD_ERRORS),
    ]
    allowed: Annotated[
        list[str],
        Meta(description="The steps that are legal instead, where the status cannot change this way."),
    ] = []  # msgspec copies an empty default
    etag: Annotated[
        str | None, Meta(description="The ETag of what is stored, on a 412: read it, then repeat the change.")
    ] = None
    more_errors: Annotated[
        int,
        Meta(
            description="How many more there are, where `errors` does not hold all. Counting stops at "
            f"{MAX_MORE_ERRORS}: that many, or more.",
            ge=1,
            le=MAX_MORE_ERRORS,
        ),
    ] = 0
    trace_id: (
        Annotated[
            str,
            Meta(
                pattern="^[0-9a-f]{32}$",
                description="The trace that the call is part of, by `traceparent` (W3C) where it was sent. The logs name it too.",
                examples=["4bf92f3577b34da6a3ce929d0e0e4736"],
            ),
        ]
        | UnsetType
    ) = UNSET


def to_api_error(error: Exception, method: str, *, database_messages: bool = False) -> ApiError:
    """The API's own error for whatever a request by `method` raised; a fault of the service itself is a plain 500."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, ValidationException):
        return ValidationFailed("A parameter is wrong.", errors=_parameter_errors(error))
    if isinstance(error, HTTPException) and (known := _of_status(error, method)):
        return known
    return database_error(error, messages=database_messages) or ApiError(INTERNAL)


def _of_status(error: HTTPException, method: str) -> ApiError | None:
    """The API's own error for one of Litestar's; None where its status tells of a fault of the service itself."""
    headers = error.headers or {}
    if isinstance(error, MethodNotAllowedException):
        known = MethodNotAllowed(_not_offered(method))
        headers = {"Allow": allow_header(headers.get("allow", "").split(", "))}
    elif kind := BY_STATUS.get(error.status_code):
        known = kind(_DETAILS.get(error.status_code, error.detail))
    elif error.status_code in range(400, 500):
        known = BadRequest(error.detail)
        known.status, known.title = error.status_code, "The request is refused"
    else:
        return None
    known.headers |= headers
    return known


def _not_offered(method: str) -> str:
    """The detail of a 405. It gives no reason, because the reason may be a column that nobody is to know of."""
    if done := _DONE_BY.get(method):
        return f"Through this API nothing is {done} at this path; `Allow` lists the methods that it takes."
    return "This path does not take this method; `Allow` lists those it takes."


def _parameter_errors(error: ValidationException) -> tuple[FieldError, ...]:
    """The field errors for the parameters in paths and headers that Litestar found wrong."""
    extra: list[dict[str, Any]] = error.extra if isinstance(error.extra, list) else []
    return tuple(
        FieldError.of(camel(str(item.get("key", ""))), *explain(str(item.get("message", "")), None))
        for item in extra
    )


def problem_reply(
    request: Request[Any, Any, Any], error: Exception, *, database_messages: bool = False
) -> JsonReply[Problem]:
    """The answer to a request that raised an error. One that nobody foresaw is logged here, once, which reports it.

    With `database_messages`, callers read what app-web's triggers say.
    """
    known = to_api_error(error, request.method, database_messages=database_messages)
    if type(known) is ApiError:
        logger.opt(exception=error).error("Unhandled error")
    elif known.status > ApiError.status and known is not error:
        cause = driver_error(error)
        logger.warning("{}: {} {}", known.code, type(cause).__name__, without_data(str(cause)))
    path = request.scope["path"]
    headers = dict(known.headers)
    if known.key is not None:
        headers["Location"] = location_in(path, known.key)
    problem = to_problem(known, path)
    return JsonReply(problem, status_code=known.status, headers=headers, media_type=PROBLEM_JSON)


def to_problem(error: ApiError, instance: str) -> Problem:
    """The body that tells the caller of the path `instance` of an error."""
    return Problem(
        type=f"urn:problem:{error.code.replace('_', '-')}",
        title=error.title,
        status=error.status,
        detail=error.detail,
        instance=as_in_url(instance),
        code=error.code,
        request_id=request_id.get(),
        errors=list(error.errors),
        allowed=list(error.allowed),
        etag=error.etag,
        more_errors=error.more_errors,
        trace_id=trace.get().id or UNSET,
    )
