"""Who is calling: app-web, with a short-lived token that it signed."""

import time
from collections.abc import Mapping, Sequence
from math import inf
from typing import Any, TypeAlias

import jwt
import msgspec
from litestar.connection import ASGIConnection, Request
from litestar.middleware import DefineMiddleware
from litestar.middleware.authentication import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.types import ASGIApp, HTTPScope
from loguru import logger

from service.core.errors import Unauthorized
from service.core.storable_text import why_unstorable

AUDIENCE = "service"
ALGORITHM = "HS256"
LEEWAY_SECONDS = 5
MAX_TOKEN_LENGTH = 4096
REMEMBERED_TOKENS = 4096
PUBLIC = "public"
"""The `opt` of a route that anybody may call."""
UNAUTHORIZED = "Send `Authorization: Bearer <token>` with a valid, unexpired token for this service."


class Caller(msgspec.Struct, frozen=True, eq=False, weakref=True):
    """The user on whose behalf app-web calls, and the claims of the token.

    A token gives the same object for as long as it is remembered.
    """

    user_id: str | None
    """The token's `sub`. None is a visitor, a build or a cron job."""
    claims: Mapping[str, object] | None
    """None for a call without a token, which only local accepts and which may do everything there."""
    scopes: frozenset[str] | None
    """The scopes that the token is good for; None for the whole API."""
    expires: float = inf
    """The time from which the token is not good any more."""


CallerRequest: TypeAlias = Request[Caller, Any, Any]
"""The type of the request in a handler that needs its `user`, a `Caller`."""


NO_TOKEN = Caller(user_id=None, claims=None, scopes=None)
"""The caller without a token, which only local accepts: everything is allowed."""


class Tokens:
    """Verifies tokens. All routes share one instance, so that each token is verified once."""

    def __init__(self, keys: Sequence[str], *, required: bool, require_scope: bool) -> None:
        self._keys = keys
        self._required = required
        self._scopes_unless_told = frozenset[str]() if require_scope else None
        self._verified: dict[bytes, Caller] = {}

    def caller(self, header: bytes | None) -> Caller:
        """The caller who sends this `Authorization` header; None stands for no header. Raises `Unauthorized`."""
        if header is None:
            if self._required:
                raise Unauthorized(UNAUTHORIZED)
            return NO_TOKEN
        caller = self._verified.get(header)
        if caller is None or caller.expires <= time.time():
            caller = self._verify(header)
        return caller

    def _verify(self, header: bytes) -> Caller:
        self._verified.pop(header, None)
        scheme, _, token = header.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token:
            if not self._required:
                logger.info("A token was refused: it does not come as `Authorization: Bearer <token>`")
            raise Unauthorized(UNAUTHORIZED)
        if len(token) > MAX_TOKEN_LENGTH:
            raise self._refused(f"it is longer than {MAX_TOKEN_LENGTH} characters")
        try:
            claims = self._claims(token)
        except (jwt.InvalidTokenError, ValueError) as error:
            # The error's text may quote the token, so that only local logs it.
            raise self._refused(type(error).__name__ if self._required else str(error)) from None
        scope = claims.get("scope")
        if not isinstance(scope, str | None):
            raise self._refused("its `scope` is no text")
        # An empty `sub` names nobody: taken as an id, it would make one user of all callers without one.
        user_id = claims.pop("sub", None) or None
        if user_id is not None:
            if why := why_unstorable(user_id):
                raise self._refused(f"its `sub` {why}")
            claims["sub"] = user_id
        scopes = self._scopes_unless_told if scope is None else frozenset(scope.split())
        caller = Caller(user_id, claims, scopes, int(claims["exp"]) + LEEWAY_SECONDS)
        if len(self._verified) >= REMEMBERED_TOKENS:
            # Forget the one that was verified first: tokens are good for minutes. If it comes again it is verified again.
            del self._verified[next(iter(self._verified))]
        self._verified[header] = caller
        return caller

    def _claims(self, token: str) -> dict[str, Any]:
        for key in self._keys[:-1]:
            try:
                return _decoded(token, key)
            except jwt.InvalidSignatureError:
                pass
        return _decoded(token, self._keys[-1])

    def _refused(self, why: str) -> Unauthorized:
        """The error that RFC 6750 prescribes for a token that is not good. The reason goes to the log alone."""
        logger.info("A token was refused: {}", why)
        return Unauthorized(UNAUTHORIZED, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


class Authentication(AbstractAuthenticationMiddleware):
    """Makes the `Caller` the `user` of each request. Litestar makes one instance for each route."""

    __slots__ = ("_tokens",)

    def __init__(self, app: ASGIApp, tokens: Tokens) -> None:
        super().__init__(app, exclude_from_auth_key=PUBLIC)
        self._tokens = tokens

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        # Litestar's `headers` would decode all headers, which takes 4 microseconds.
        for name, value in connection.scope["headers"]:
            if name == b"authorization":
                return AuthenticationResult(user=self._tokens.caller(value), auth=None)
        return AuthenticationResult(user=self._tokens.caller(None), auth=None)


def user_id(scope: HTTPScope) -> str | None:
    """The acting user's id, once the token is verified. None for a visitor, and where no token was verified."""
    if "user" not in scope:
        return None
    caller = scope["user"]
    return caller.user_id if isinstance(caller, Caller) else None


def mint(
    secret_key: str, user_id: str | None, claims: Mapping[str, str] | None = None, *, seconds: int
) -> str:
    """A token as app-web's server signs it, for use in local, valid for `seconds`; a visitor's without a `user_id`."""
    payload: dict[str, str | int] = {**(claims or {}), "aud": AUDIENCE, "exp": int(time.time()) + seconds}
    if user_id:
        payload["sub"] = user_id
    return jwt.encode(payload, secret_key, ALGORITHM)


def _decoded(token: str, key: str) -> dict[str, Any]:
    return jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        audience=AUDIENCE,
        leeway=LEEWAY_SECONDS,
        options={"require": ["exp", "aud"], "strict_aud": True},
    )


def authentication(secret_keys: Sequence[str], *, required: bool, require_scope: bool) -> DefineMiddleware:
    """The middleware that verifies the token on every route but public ones; any of the keys may have signed it.

    Unless a token is `required`, calls may come without one; a token that is sent must be good all the same. A token
    without a `scope` is good for everything, or with `require_scope` for nothing.
    """
    tokens = Tokens(secret_keys, required=required, require_scope=require_scope)
    return DefineMiddleware(Authentication, tokens=tokens)
