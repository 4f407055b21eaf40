"""The log outside local: whatever writes to it, each line is one JSON document."""

import asyncio
import logging
import re
import subprocess
import sys

import pytest
from loguru import logger

from service.core.http.ids import NO_TRACE, Trace, request_id, trace
from service.core.telemetry.logs import configure_logging
from tests.support.log import LogReader

OTHERS = """
import asyncio, gc, logging, warnings
noisy = logging.getLogger("uvicorn.error")
noisy.addHandler(logging.StreamHandler())
from service.core.telemetry.logs import configure_logging
configure_logging(local=False)
noisy.warning("once")
logging.getLogger("uvicorn.access").info("GET /?token=secret")
warnings.warn("old ways")
async def main():
    async def fail():
        raise LookupError("forgotten")
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    del task
    gc.collect()
asyncio.run(main())
"""


def test_a_line_says_when_what_and_where(json_log: LogReader) -> None:
    logger.warning("two\nlines {}", "café")
    (line,) = json_log.lines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {"level": "WARNING", "message": "two\nlines café", "logger": __name__}


def test_an_exception_is_told_without_the_values_of_variables(json_log: LogReader) -> None:
    password = "hunter2"
    try:
        int(password[0])
    except ValueError:
        logger.exception("it broke")
    (line,) = json_log.lines()
    assert "test_logs.py" in line["exception"]
    assert line["exception"].endswith("ValueError: invalid literal for int() with base 10: 'h'")
    assert "hunter2" not in str(line)


def test_the_standard_library_goes_through_it(json_log: LogReader) -> None:
    logging.getLogger("some.library").error("%d of %s", 3, "{x}")
    logging.getLogger("some.library").log(35, "in between")
    logging.getLogger("some.library").debug("not asked for")
    first, second = json_log.lines()
    assert (first["logger"], first["level"], first["message"]) == ("some.library", "ERROR", "3 of {x}")
    assert (second["level"], second["message"]) == ("Level 35", "in between")


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("not loaded")


@pytest.mark.parametrize(("message", "argument"), [("%d", "text"), ("%s", Unprintable())])
def test_a_record_that_cannot_be_formatted_stops_nobody(
    json_log: LogReader, monkeypatch: pytest.MonkeyPatch, message: str, argument: object
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    logging.getLogger("some.library").error(message, argument)
    assert json_log.lines() == []


def test_text_that_utf8_cannot_hold_is_spelt_out(json_log: LogReader) -> None:
    logger.info("half \ud800 of a pair")
    assert json_log.lines()[0]["message"] == r"half \ud800 of a pair"


async def test_each_line_of_a_request_carries_its_id(json_log: LogReader) -> None:
    async def serve(identity: str) -> None:
        request_id.set(identity)
        await asyncio.sleep(0)
        logger.info(identity)
        await asyncio.to_thread(logging.getLogger("some.library").info, identity)

    await asyncio.gather(*(asyncio.create_task(serve(identity)) for identity in "abc"))
    lines = json_log.lines()
    assert len(lines) == 6
    assert all(line["requestId"] == line["message"] for line in lines)


def test_uvicorn_asyncio_and_warnings_go_through_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OTHERS], check=True, capture_output=True, text=True, timeout=30
    )
    assert done.stderr == ""
    lines = LogReader.parse(done.stdout)
    assert [line["logger"] for line in lines] == ["uvicorn.error", "py.warnings", "asyncio"]
    assert "old ways" in lines[1]["message"]
    assert "LookupError: forgotten" in lines[2]["exception"]
    assert "secret" not in done.stdout


def test_a_log_that_nobody_reads_stops_nobody() -> None:
    script = (
        "import sys; from service.core.telemetry.logs import configure_logging; from loguru import logger\n"
        "configure_logging(local=False)\n"
        "sys.stdin.read()\n"
        "[logger.info('x') for _ in range(9)]\n"
        "print('went on', file=sys.stderr, flush=True)\n"
        "import os; os._exit(0)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        process.stdin.close()
        assert process.stderr.read() == "went on\n"


@pytest.mark.parametrize("local", [True, False])
def test_standard_output_that_was_closed_at_the_start_stops_nobody(*, local: bool) -> None:
    script = (
        "import sys; from service.core.telemetry import access_log, logs; from loguru import logger\n"
        "assert sys.stdout is None\n"
        f"logs.configure_logging(local={local})\n"
        "logger.info('x')\n"
        "access_log._log_json('GET', '/', 200, 1.0, None)\n"
        "print('went on', file=sys.stderr)"
    )
    command = ["sh", "-c", '"$0" "$@" >&-', sys.executable, "-c", script]
    done = subprocess.run(command, check=True, stderr=subprocess.PIPE, text=True, timeout=30)
    assert done.stderr == "went on\n"


def test_local_is_text_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(local=True)
    request_id.set("the-id")
    logger.info("hello")
    trace.set(Trace(id="the-trace", span_id="p"))
    logger.info("again")
    trace.set(NO_TRACE)
    request_id.set("")
    lines = r"{0} INFO     the-id hello\n{0} INFO     the-id the-trace again\n".format(
        r"\d\d:\d\d:\d\d\.\d{3}"
    )
    assert re.fullmatch(lines, capsys.readouterr().out)
