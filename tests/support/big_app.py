"""python -m tests.support.big_app: a server with answers of seven megabytes."""

import sys

from litestar import Litestar, Response, Router, get

from service.__main__ import main

SIZE = 7_000_000


@get("/utils/health-check", sync_to_thread=False)
def check_health() -> dict[str, bool]:
    return {"status": True}


@get("/big", sync_to_thread=False)
def answer_big() -> Response[bytes]:
    return Response(b"x" * SIZE, media_type="text/plain")


def create_app() -> Litestar:
    return Litestar(
        [Router("/api/v1", route_handlers=[check_health, answer_big])],
        openapi_config=None,
        logging_config=None,
    )


if __name__ == "__main__":
    sys.exit(main("tests.support.big_app:create_app"))
