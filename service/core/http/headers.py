"""The headers of answers, as the API document describes them. Scripts of BACKEND_CORS_ORIGINS may read them all.

`telemetry/access_log.py` adds the one that every answer has; the others are set where an answer or an error is made.
"""

from typing import Any

HEADERS: dict[str, dict[str, Any]] = {
    "Accept-Encoding": {
        "description": "The content coding that bodies may have, where a body with another one was refused.",
        "schema": {"type": "string"},
    },
    "Cache-Groups": {
        "description": "The cache groups of this answer (RFC 9875). A kept copy is stale once the `Cache-Group-Invalidation` of another answer names one of them.",
        "schema": {"type": "string"},
    },
    "Cache-Group-Invalidation": {
        "description": "The cache groups that are stale now (RFC 9875): drop every kept answer whose `Cache-Groups` names one of them. Absent where none is stale.",
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
        "description": 'How to authenticate: by a `Bearer` token. It holds `error="invalid_token"` where the token that was sent is not valid, and `error="insufficient_scope"` where the token does not allow this call.',
        "schema": {"type": "string"},
    },
    "X-Request-Id": {
        "description": "The caller's own id of the call, or one made here. It finds the call in the logs.",
        "schema": {"type": "string"},
    },
}
