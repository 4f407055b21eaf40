"""The errors that the API answers with. Each knows its status and its stable code.

Which of them an operation may answer with, and so which the API document names, `Operation.errors` says.

ApiError                      500 internal_error: what nobody foresaw
├── BadRequest                400
├── Unauthorized              401
├── Forbidden                 403
│   └── InsufficientScope     names what the token lacks
├── NotFound                  404
├── MethodNotAllowed          405
├── RequestTimeout            408
├── Conflict                  409
│   ├── AlreadyExists
│   └── IllegalTransition
├── PreconditionFailed        412
├── ContentTooLarge           413
├── UriTooLong                414
├── UnsupportedMediaType      415
├── ValidationFailed          422: names every wrong field
├── HeadersTooLarge           431
├── Unavailable               503: try again after `Retry-After`
└── Timeout                   504
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import islice
from typing import ClassVar, Self

import msgspec
from msgspec import UNSET

from service.core.field_errors import FieldCode, FieldError


class ErrorCode(StrEnum):
    """What programs tell errors apart by; a code never changes."""

    INTERNAL_ERROR = "internal_error"
    BAD_REQUEST = "bad_request"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    INSUFFICIENT_SCOPE = "insufficient_scope"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    CONFLICT = "conflict"
    ALREADY_EXISTS = "already_exists"
    ILLEGAL_TRANSITION = "illegal_transition"
    PRECONDITION_FAILED = "precondition_failed"
    CONTENT_TOO_LARGE = "content_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    VALIDATION_FAILED = "validation_failed"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    REQUEST_TIMEOUT = "request_timeout"
    URI_TOO_LONG = "uri_too_long"
    HEADERS_TOO_LARGE = "headers_too_large"


MAX_FIELD_ERRORS = 50
MAX_MORE_ERRORS = 100
"""Counting stops here: to find all faults of a body of a megabyte would hold up everybody else for a minute."""


class ApiError(Exception):
    """The base of every error that a caller can meet."""

    status: int = 500
    code: ClassVar[ErrorCode] = ErrorCode.INTERNAL_ERROR
    title: str = "Internal error"
    """What problems and the API document call this error."""
    field_code: ClassVar[FieldCode] = FieldCode.INVALID
    """The code of the field error that `below` makes for a whole part of a body, where this error names no field."""
    default_headers: ClassVar[Mapping[str, str]] = {}
    other_headers: ClassVar[Sequence[str]] = ()
    """The names of further headers that an answer may have, for the API document."""
    key: Sequence[object] | None = None
    """The key of the row that exists already, where that is the error."""
    allowed: Sequence[str] = ()
    """The steps or values that would be legal instead."""
    etag: str | None = None
    """The ETag of what is stored, where the caller sent that of another state."""

    def __init__(
        self,
        detail: str,
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        given = iter(errors)
        self.errors = tuple(islice(given, MAX_FIELD_ERRORS))
        self.more_errors = sum(1 for _ in islice(given, MAX_MORE_ERRORS))
        """How many errors were given beyond those in `errors`; counting stops at `MAX_MORE_ERRORS`."""
        self.headers = {**self.default_headers, **(headers or {})}

    def below(self, pointer: str) -> Self:
        """Move the field errors below `pointer`, in place, and return this error.

        Where it names no field, it becomes an error of `pointer` itself.
        """
        whole = FieldError.at(pointer, self.detail, self.field_code)
        self.errors = tuple(
            msgspec.structs.replace(each, pointer=f"{pointer}{each.pointer}")
            for each in self.errors
            if each.pointer is not UNSET
        ) or (whole,)
        return self


class BadRequest(ApiError):
    status = 400
    code = ErrorCode.BAD_REQUEST
    title = "The request cannot be read"


class Unauthorized(ApiError):
    status = 401
    code = ErrorCode.UNAUTHORIZED
    title = "A valid token is required"
    default_headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": "Bearer"}


class Forbidden(ApiError):
    status = 403
    code = ErrorCode.FORBIDDEN
    title = "Not allowed"
    other_headers = ("WWW-Authenticate",)


class InsufficientScope(Forbidden):
    code = ErrorCode.INSUFFICIENT_SCOPE
    title = "The token allows less than that"
    default_headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}


class NotFound(ApiError):
    status = 404
    code = ErrorCode.NOT_FOUND
    field_code = FieldCode.NOT_FOUND
    title = "Not found"
    other_headers = ("Cache-Group-Invalidation",)


class MethodNotAllowed(ApiError):
    status = 405
    code = ErrorCode.METHOD_NOT_ALLOWED
    title = "Method not allowed"


class Conflict(ApiError):
    status = 409
    code = ErrorCode.CONFLICT
    title = "Conflict with what is stored"
    other_headers = ("Cache-Group-Invalidation", "Location")


class AlreadyExists(Conflict):
    code = ErrorCode.ALREADY_EXISTS
    title = "It exists already"

    def __init__(
        self, detail: str, *, errors: Iterable[FieldError] = (), key: Sequence[object] | None = None
    ) -> None:
        super().__init__(detail, errors=errors)
        self.key = key


class IllegalTransition(Conflict):
    code = ErrorCode.ILLEGAL_TRANSITION
    title = "The status cannot change this way"

    def __init__(
        self, detail: str, *, errors: Iterable[FieldError] = (), allowed: Sequence[str] = ()
    ) -> None:
        super().__init__(detail, errors=errors)
        self.allowed = allowed


class PreconditionFailed(ApiError):
    status = 412
    code = ErrorCode.PRECONDITION_FAILED
    title = "It has changed since it was read"
    other_headers = ("Cache-Group-Invalidation",)

    def __init__(self, detail: str, *, errors: Iterable[FieldError] = (), etag: str | None = None) -> None:
        super().__init__(detail, errors=errors)
        self.etag = etag


class ContentTooLarge(ApiError):
    status = 413
    code = ErrorCode.CONTENT_TOO_LARGE
    title = "The body is too large"


class UnsupportedMediaType(ApiError):
    status = 415
    code = ErrorCode.UNSUPPORTED_MEDIA_TYPE
    title = "The content type is not supported"
    other_headers = ("Accept-Encoding",)


class ValidationFailed(ApiError):
    status = 422
    code = ErrorCode.VALIDATION_FAILED
    title = "A parameter or field is wrong"


class Unavailable(ApiError):
    status = 503
    code = ErrorCode.UNAVAILABLE
    title = "Unavailable for the moment"
    default_headers: ClassVar[Mapping[str, str]] = {"Retry-After": "1"}


class Timeout(ApiError):
    status = 504
    code = ErrorCode.TIMEOUT
    title = "The database took too long"


class RequestTimeout(ApiError):
    status = 408
    code = ErrorCode.REQUEST_TIMEOUT
    title = "The request did not arrive in time"


class UriTooLong(ApiError):
    status = 414
    code = ErrorCode.URI_TOO_LONG
    title = "The path and query are too long"


class HeadersTooLarge(ApiError):
    status = 431
    code = ErrorCode.HEADERS_TOO_LARGE
    title = "The headers are too many or too long"


BY_STATUS = {kind.status: kind for kind in ApiError.__subclasses__()}
"""The error class of each status, for exceptions of other libraries that have a status alone."""
