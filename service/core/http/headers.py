"""The headers of answers, as the API document describes them. Scripts of BACKEND_CORS_ORIGINS may read them all.

`telemetry/access_log.py` adds the one that every answer has; the others are set where an answer or an error is made.
"""

from typing import Any

HEADERS: dict[str, dict[str, Any]] = {
    "Accept-Encoding": {
        "description": "The coding that a body may have, where the one that was sent is not taken.",
        "schema": {"type": "string"},
    },
    "Cache-Groups": {
        "description": "Names of what it shows (RFC 9875): it is stale when a `Cache-Group-Invalidation` names one.",
        "schema": {"type": "string"},
    },
    "Cache-Group-Invalidation": {
        "description": "What was read under one of these names is stale (RFC 9875). Absent where nothing is.",
        "schema": {"type": "string"},
    },
    "ETag": {"description": "The strong validator of this state.", "schema": {"type": "string"}},
    "Location": {
        "description": "The path of what was created, or of what is there already.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Retry-After": {
        "description": "After how many seconds to try again.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
    "WWW-Authenticate": {
        "description": "The scheme that is wanted, `invalid_token` for one that is not good, `insufficient_scope` for one that allows less.",
        "schema": {"type": "string"},
    },
    "X-Request-Id": {
        "description": "The caller's own id of the call, or one made here. It finds the call in the logs.",
        "schema": {"type": "string"},
    },
}
