"""What the API document says about the API as a whole."""

from typing import Any

INFO: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Data API",
        "version": "2.0.0",
        "summary": "CRUD and domain logic over the PostgreSQL that app-web's Prisma schema owns.",
        "description": (
            "JSON in camelCase. Lists come in pages, by `offset` with an exact `total`, or by `cursor`. "
            "Errors are problem documents (RFC 9457) with a stable `code`. Single resources carry a strong `ETag`: "
            "send it as `If-None-Match` to read again, as `If-Match` to change what you read and nothing newer. "
            "64-bit integers and decimals cross the wire as strings, times as RFC 3339 in UTC with milliseconds. "
            "A body may have 1 MB, where its operation names no other size. "
            "A query parameter without a value, as an empty field of a form sends it, counts as not given. "
            "A key in a path may be any text, percent-encoded; one that is empty, `.` or `..`, or any number of `~` "
            "before these, is written with a `~` before it, since clients and proxies drop such segments."
        ),
        "contact": {"name": "The maintainers of this service"},
        "license": {"name": "MIT", "identifier": "MIT"},
    },
    "servers": [{"url": "/", "description": "Where this document was read."}],
}
DIAGNOSTICS = "diagnostics"
"""The tag of the operations that exist in local alone."""
