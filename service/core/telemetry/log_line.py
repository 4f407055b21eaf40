"""One line of the log outside local: JSON on standard output."""

import sys
from datetime import datetime

import msgspec


class LogLine(msgspec.Struct, rename="camel", omit_defaults=True):
    """The fields of a line. Those that do not apply are left out."""

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
    """Write one whole line to standard output.

    Where nobody reads that any more, the line is lost, and fails no request; where its buffer is full, this waits for
    the reader.
    """
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
    """The line with halves of surrogate pairs, which UTF-8 cannot encode, written as escapes."""
    texts = {name: value for name, value in msgspec.structs.asdict(line).items() if isinstance(value, str)}
    spelt = {name: text.encode(errors="backslashreplace").decode() for name, text in texts.items()}
    return msgspec.structs.replace(line, **spelt)
