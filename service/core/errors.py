"""The tree of errors that the API answers with. Each knows its status and its stable code."""

from collections.abc import Mapping
from typing import ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    """One wrong field: where it is, and what to do about it."""

    pointer: str
    message: str


class ApiError(Exception):
    """The base of every error that a caller can meet."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Internal error"
    """What the document says about this error."""
    default_headers: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self,
        detail: str,
        *,
        errors: tuple[FieldError, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors
        self.headers = {**self.default_headers, **(headers or {})}


class BadRequest(ApiError):
    status = 400
    code = "bad_request"
    title = "The request cannot be read"


class Unauthorized(ApiError):
    status = 401
    code = "unauthorized"
    title = "A valid token is required"
    default_headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": "Bearer"}


class Forbidden(ApiError):
    status = 403
    code = "forbidden"
    title = "Not allowed"


class NotFound(ApiError):
    status = 404
    code = "not_found"
    title = "Not found"


class MethodNotAllowed(ApiError):
    status = 405
    code = "method_not_allowed"
    title = "Method not allowed"


class Conflict(ApiError):
    status = 409
    code = "conflict"
    title = "Conflict with what is stored"


class AlreadyExists(Conflict):
    code = "already_exists"
    title = "It exists already"


class IllegalTransition(Conflict):
    code = "illegal_transition"
    title = "The status cannot change this way"


class PreconditionFailed(ApiError):
    status = 412
    code = "precondition_failed"
    title = "It has changed since it was read"


class ContentTooLarge(ApiError):
    status = 413
    code = "content_too_large"
    title = "The body is too large"


class UnsupportedMediaType(ApiError):
    status = 415
    code = "unsupported_media_type"
    title = "The content type is not supported"


class ValidationFailed(ApiError):
    status = 422
    code = "validation_failed"
    title = "A parameter or field is wrong"


class Unavailable(ApiError):
    status = 503
    code = "unavailable"
    title = "Unavailable for the moment"
    default_headers: ClassVar[Mapping[str, str]] = {"Retry-After": "1"}


class Timeout(ApiError):
    status = 504
    code = "timeout"
    title = "The database took too long"
