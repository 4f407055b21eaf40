"""Facts about the running process."""

import asyncio
import os
import platform
import sys
import time
from importlib.metadata import version

import psutil

from service.api.v1.private.dto import ServerDiagnostics
from service.api.v1.private.masked import masked_settings
from service.settings import Settings

PACKAGES = (
    "litestar",
    "uvicorn",
    "advanced-alchemy",
    "sqlalchemy",
    "asyncpg",
    "msgspec",
    "loguru",
    "sentry-sdk",
)


def inspect_process(settings: Settings) -> ServerDiagnostics:
    process = psutil.Process()
    loop = type(asyncio.get_running_loop())
    return ServerDiagnostics(
        python=sys.version.split()[0],
        packages={name: version(name) for name in PACKAGES},
        platform=platform.platform(),
        process_id=os.getpid(),
        uptime_seconds=round(time.time() - process.create_time(), 1),
        event_loop=f"{loop.__module__}.{loop.__qualname__}",
        memory_bytes=process.memory_info().rss,
        settings=masked_settings(settings),
    )
