"""Who is calling: app-web, with a short-lived token that it signed."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import jwt
import msgspec
from litestar.connection import ASGIConnection, Request
from litestar.middleware import DefineMiddleware
from litestar.middleware.authentication import AuthenticationResult
from litestar.security.jwt import JWTAuth, Token
from litestar.security.jwt.middleware import JWTAuthenticationMiddleware
from litestar.types import HTTPScope
from loguru import logger

from service.core.errors import Unauthorized

AUDIENCE = "service"
ALGORITHM = "HS256"
LEEWAY_SECONDS = 5
MAX_TOKEN_LENGTH = 4096
REMEMBERED_TOKENS = 4096
PUBLIC = "public"
"""The `opt` of a route that anybody may call."""

_INVALID = "Send `Authorization: Bearer <token>` with a valid, unexpired token for this service."


class Caller(msgspec.Struct, frozen=True, eq=False, weakref=True):
    """On whose behalf app-web calls, and what its token says of them: the same one as long as the token is remembered."""

    user_id: str | None
    """The token's `sub`. None is a visitor, a build or a cron job."""
    claims: Mapping[str, object] | None
    """None where a call carries no token, which is taken in local alone and may do everything."""
    scopes: frozenset[str] | None
    """What of the API the token is good for; None for all of it."""


CallerRequest: TypeAlias = Request[Caller, Any, Any]
"""The request, where a handler wants to know its `user`."""


class _Verified(msgspec.Struct, frozen=True):
    caller: Caller
    expires: int


NO_TOKEN = Caller(user_id=None, claims=None, scopes=None)
"""Who calls without a token, which local alone takes: everything is allowed."""


class Authentication(JWTAuthenticationMiddleware):
    """Checks the bearer token; one that passed is remembered until it expires."""

    __slots__ = ("_keys", "_verified")
    required = True

    def __init__(self, *args: Any, keys: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._keys = keys
        self._verified: dict[str, _Verified] = {}

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        header = _authorization(connection)
        if header is None and not self.required:
            return AuthenticationResult(user=NO_TOKEN, auth=None)
        verified = self._verified.get(header or "")
        if verified is None or verified.expires <= time.time():
            verified = self._verify(header or "")
        return AuthenticationResult(user=verified.caller, auth=None)

    def _verify(self, header: str) -> _Verified:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            if not self.required:
                logger.info("A token was refused: it does not come as `Authorization: Bearer <token>`")
            raise Unauthorized(_INVALID)
        if len(token) > MAX_TOKEN_LENGTH:
            raise self._refused(f"it is longer than {MAX_TOKEN_LENGTH} characters")
        try:
            claims = self._claims(token)
        except (jwt.InvalidTokenError, ValueError) as error:
            # What the error says may quote the token: local alone reads that.
            raise self._refused(type(error).__name__ if self.required else str(error)) from None
        scope = claims.get("scope")
        if not isinstance(scope, str | None):
            raise self._refused("its `scope` is no text")
        # An empty one names nobody: it would make one user of all who have none.
        user_id = claims.pop("sub", None) or None
        if user_id is not None:
            if not _is_storable(user_id):
                raise self._refused("its `sub` is no text that a database holds")
            claims["sub"] = user_id
        caller = Caller(user_id, claims, None if scope is None else frozenset(scope.split()))
        verified = _Verified(caller, int(claims["exp"]) + LEEWAY_SECONDS)
        if len(self._verified) >= REMEMBERED_TOKENS:
            self._verified.clear()
        self._verified[header] = verified
        return verified

    def _claims(self, token: str) -> dict[str, Any]:
        for key in self._keys[:-1]:
            try:
                return _decoded(token, key)
            except jwt.InvalidSignatureError:
                pass
        return _decoded(token, self._keys[-1])

    def _refused(self, why: str) -> Unauthorized:
        """What RFC 6750 has for a token that came and is not good. Why, is for the log."""
        logger.info("A token was refused: {}", why)
        return Unauthorized(_INVALID, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


class OptionalAuthentication(Authentication):
    """Local calls may come without a token; one that is sent must be valid all the same."""

    __slots__ = ()
    required = False


def user_id(scope: HTTPScope) -> str | None:
    """Whose call it is, once its token was found good. None is a visitor, or nobody that is known."""
    if "user" not in scope:
        return None
    caller = scope["user"]
    return caller.user_id if isinstance(caller, Caller) else None


def _is_storable(text: str) -> bool:
    """Whether PostgreSQL takes it: no NUL, and no half of a character, which JSON can write."""
    return "\0" not in text and text.encode(errors="replace").decode() == text


def _decoded(token: str, key: str) -> dict[str, Any]:
    return jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        audience=AUDIENCE,
        leeway=LEEWAY_SECONDS,
        options={"require": ["exp", "aud"], "strict_aud": True},
    )


@dataclass
class _Tokens(JWTAuth[Caller, Token]):
    """Litestar's own, which knows one key, with as many as there are."""

    keys: Sequence[str] = ()

    @property
    def middleware(self) -> DefineMiddleware:
        defined = super().middleware
        defined.kwargs["keys"] = self.keys
        return defined


def authentication(secret_keys: Sequence[str], *, required: bool) -> JWTAuth[Caller, Token]:
    """The plugin-like configuration whose `on_app_init` puts the check in front of every route but public ones.

    A token that any of the keys signed is good.
    """
    return _Tokens(
        keys=secret_keys,
        token_secret=secret_keys[0],
        retrieve_user_handler=_unused,
        authentication_middleware_class=Authentication if required else OptionalAuthentication,
        exclude_opt_key=PUBLIC,
        exclude_http_methods=["OPTIONS"],
    )


async def _unused(_: Token, __: ASGIConnection[Any, Any, Any, Any]) -> None:
    """The caller is what the token says: nothing is looked up."""


def _authorization(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    for name, value in connection.scope["headers"]:
        if name == b"authorization":
            return value.decode("latin-1")
    return None
