"""python -m tests.support.failing_app: a server that goes wrong in every way that Sentry hears of."""

import os
from functools import partial
from typing import Any

import uvicorn
from litestar import Litestar, Request, Response, Router, get, post
from loguru import logger

from service.core.http.layers import layered
from service.core.http.problem import problem_reply
from service.core.telemetry.access_log import RequestContext
from service.core.telemetry.logs import configure_logging
from service.core.telemetry.sentry import RequestScope, configure_sentry

DRIVER_SAYS = (
    "invalid input for query argument $1: 'personal-words' (an integer is required)",
    "it exists already\nDETAIL:  Key (email)=(personal-words) already exists.",
    "it is wrong\n[SQL: SELECT $1]\n[parameters: ('personal-words',)]",
)


@post("/wrong/{number:int}", sync_to_thread=False)
def go_wrong(number: int, data: dict[str, Any]) -> None:
    password = data["password"]
    logger.info("about to fail")
    raise RuntimeError(DRIVER_SAYS[number]) from LookupError(len(password))


@post("/echo", sync_to_thread=False)
def echo(data: dict[str, Any]) -> dict[str, Any]:
    return data


@get("/log", sync_to_thread=False)
def log_error() -> None:
    logger.error("the disk is nearly full")


def _fail(_: Request[Any, Any, Any], __: Exception) -> Response[None]:
    raise RuntimeError("the error handler failed")


@get("/escape", sync_to_thread=False, exception_handlers={LookupError: _fail})
def escape() -> None:
    raise LookupError


@get("/utils/health-check", sync_to_thread=False)
def check_health() -> dict[str, bool]:
    return {"status": True}


def create_app() -> Litestar:
    configure_logging(local=False)
    app = Litestar(
        [Router("/api/v1", route_handlers=[go_wrong, echo, log_error, escape, check_health])],
        exception_handlers={Exception: problem_reply},
        logging_config=None,
        openapi_config=None,
    )
    configure_sentry(os.environ["SENTRY_DSN"], environment="staging")
    app.asgi_handler = layered(app.asgi_handler, [partial(RequestContext, local=False), RequestScope])
    logger.error("a bad start")
    return app


if __name__ == "__main__":
    uvicorn.run(create_app, factory=True, port=int(os.environ["PORT"]), log_config=None, access_log=False)
