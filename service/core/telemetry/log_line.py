"""One line of the log outside local: JSON on standard output."""

import sys
from datetime import datetime

import msgspec


class LogLine(msgspec.Struct, rename="camel", omit_defaults=True):
    """What a line says. What does not apply is left out."""

    time: str
    level: str
    message: str
    logger: str
    request_id: str = ""
    trace_id: str = ""
    method: str = ""
    path: str = ""
    status: int = 0
    duration_ms: float = 0.0
    user_id: str = ""
    exception: str = ""


_encode = msgspec.json.Encoder().encode


def timestamp(moment: datetime) -> str:
    """A moment in UTC as RFC 3339 has it, with milliseconds."""
    return moment.isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def write_line(line: LogLine) -> None:
    """Write one whole line. A log that was closed loses it and stops no request; one that is full waits for its reader."""
    try:
        encoded = _encode(line)
    except UnicodeEncodeError:
        encoded = _encode(_without_surrogates(line))
    try:
        sys.stdout.buffer.write(encoded + b"\n")
        sys.stdout.buffer.flush()
    except OSError:
        pass


def _without_surrogates(line: LogLine) -> LogLine:
    """The same line where halves of surrogate pairs, which UTF-8 cannot hold, are spelt out."""
    texts = {name: value for name, value in msgspec.structs.asdict(line).items() if isinstance(value, str)}
    spelt = {name: text.encode(errors="backslashreplace").decode() for name, text in texts.items()}
    return msgspec.structs.replace(line, **spelt)
