"""loguru is the only logger: JSON lines in production, coloured text in local."""

import logging
import sys
import traceback
from datetime import UTC
from typing import TYPE_CHECKING, Any

import msgspec
from loguru import logger

from service.core.request_id import request_id

if TYPE_CHECKING:
    from loguru import Message, Record

LOCAL_FORMAT = "<green>{time:HH:mm:ss.SSS}</green> <level>{level: <8}</level> {extra[request_id]} <level>{message}</level>"


class LogLine(msgspec.Struct, rename="camel", omit_defaults=True):
    """One line of the log outside local."""

    time: str
    level: str
    message: str
    logger: str
    request_id: str = ""
    method: str = ""
    path: str = ""
    status: int = 0
    duration_ms: float = 0.0
    exception: str = ""


_encode = msgspec.json.Encoder().encode


def configure_logging(*, local: bool) -> None:
    """Send every log of the process through loguru, to standard output. Call it once, at start-up."""
    logger.remove()
    logger.configure(patcher=_add_request_id)
    if local:
        logger.add(sys.stdout, format=LOCAL_FORMAT, level="INFO", backtrace=False, diagnose=True)
    else:
        logger.add(_write_json, format="{message}", level="INFO", backtrace=False, diagnose=False)
    logging.captureWarnings(capture=True)
    logging.basicConfig(handlers=[_ToLoguru()], level=logging.INFO, force=True)
    for name in list(logging.root.manager.loggerDict):
        inner = logging.getLogger(name)
        inner.handlers.clear()
        inner.propagate = name != "uvicorn.access"


def log_access(method: str, path: str, status: int, seconds: float) -> None:
    """The one line that every request leaves."""
    duration = round(seconds * 1000, 2)
    level = "WARNING" if status >= 500 else "INFO"  # noqa: PLR2004
    logger.bind(method=method, path=path, status=status, duration_ms=duration).log(
        level, "{} {} {} {} ms", method, path.encode("unicode_escape").decode(), status, duration
    )


def _add_request_id(record: "Record") -> None:
    record["extra"].setdefault("request_id", request_id.get())


def _write_json(message: "Message") -> None:
    record = message.record
    extra = record["extra"]
    exception = record["exception"]
    line = LogLine(
        time=record["time"].astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        level=record["level"].name,
        message=record["message"],
        logger=extra.get("logger") or record["name"] or "",
        request_id=extra["request_id"],
        method=extra.get("method", ""),
        path=extra.get("path", ""),
        status=extra.get("status", 0),
        duration_ms=extra.get("duration_ms", 0.0),
        exception="".join(traceback.format_exception(*exception)) if exception else "",
    )
    sys.stdout.buffer.write(_encode(line) + b"\n")
    sys.stdout.buffer.flush()


class _ToLoguru(logging.Handler):
    """The standard library's way into loguru."""

    def emit(self, record: logging.LogRecord) -> None:
        level: Any = (
            record.levelname if record.levelname in logging.getLevelNamesMapping() else record.levelno
        )
        logger.bind(logger=record.name).opt(exception=record.exc_info, depth=6).log(
            level, "{}", record.getMessage()
        )
