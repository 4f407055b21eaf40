"""loguru is the only logger: JSON lines outside local, coloured text in local."""

import logging
import os
import sys
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from loguru import logger

from service.core.http.ids import request_id, trace
from service.core.private_data import without_data
from service.core.telemetry.log_line import LogLine, timestamp, write_line

if TYPE_CHECKING:
    from loguru import Message, Record

LOCAL_FORMAT = (
    "<green>{time:HH:mm:ss.SSS}</green> <level>{level: <8}</level> <dim>{extra[ids]}</dim> "
    "<level>{message}</level>"
)


def configure_logging(*, local: bool) -> None:
    """Send every log of the process through loguru, to standard output. Call it once, at start-up."""
    if sys.stdout is None:
        # So Python has it where the process was started with standard output closed: each line is lost, and fails nothing.
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # open as long as the process
    logger.remove()
    logger.configure(patcher=_add_ids)
    if local:
        logger.add(sys.stdout, format=LOCAL_FORMAT, level="INFO", backtrace=False, diagnose=True)
    else:
        logger.add(_write_json, format=_exception_alone, level="INFO", backtrace=False, diagnose=False)
    _redirect_standard_library()


def _redirect_standard_library() -> None:
    """Have every logger of `logging`, and warnings, pass their records to loguru; none keeps a handler of its own."""
    logging.captureWarnings(capture=True)
    logging.basicConfig(handlers=[_ToLoguru()], level=logging.INFO, force=True)
    for name in list(logging.root.manager.loggerDict):
        inner = logging.getLogger(name)
        inner.handlers.clear()
        inner.propagate = True
    # `RequestContext` writes the access lines: uvicorn's would show query strings.
    logging.getLogger("uvicorn.access").propagate = False


class _ToLoguru(logging.Handler):
    """A handler of the standard library that passes its records to loguru."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
        except Exception:  # noqa: BLE001  # whatever `__str__` of an argument raises is no fault of whoever logs
            self.handleError(record)
            return
        try:
            level: str | int = logger.level(record.levelname).name
        except ValueError:
            level = record.levelno
        named = logger.patch(lambda loguru_record: loguru_record.update(name=record.name))
        named.opt(exception=record.exc_info).log(level, message)


def _add_ids(record: "Record") -> None:
    ids = request_id.get(), trace.get().id
    record["extra"]["request_id"], record["extra"]["trace_id"] = ids
    record["extra"]["ids"] = " ".join(filter(None, ids))


def _exception_alone(_: "Record") -> str:
    """The format: the exception alone, since `_write_json` takes all else from the record."""
    return "{exception}"


def _write_json(message: "Message") -> None:
    record = message.record
    write_line(
        LogLine(
            time=timestamp(record["time"].astimezone(UTC)),
            level=record["level"].name,
            message=record["message"],
            logger=record["name"] or "",
            request_id=record["extra"]["request_id"],
            trace_id=record["extra"]["trace_id"],
            exception=without_data(message.rstrip()),
        )
    )
