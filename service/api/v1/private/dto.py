"""What diagnostics show."""

from typing import Any

from msgspec import Struct


class ServerDiagnostics(Struct, rename="camel"):
    """The process that answers. `uptimeSeconds` since start-up; `memoryBytes` is what it holds in RAM."""

    python: str
    packages: dict[str, str]
    platform: str
    process_id: int
    uptime_seconds: float
    event_loop: str
    memory_bytes: int
    settings: dict[str, Any]


class PoolFigures(Struct, rename="camel"):
    """The connections of this process."""

    size: int
    in_use: int
    idle: int


class MigrationFigures(Struct, rename="camel"):
    """The mirrored migrations against the database, by name."""

    applied: list[str]
    missing: list[str]
    unknown: list[str]
    changed: list[str]
    unfinished: list[str]


class DriftFigures(Struct, rename="camel"):
    """The database against the models: what resources need and it lacks, and what else is not as expected."""

    missing: list[str]
    differences: list[str]


class DatabaseDiagnostics(Struct, rename="camel"):
    """The database behind this process. `rows` are counted up to 100,000, in the first hundred tables by name."""

    server_version: str
    round_trip_ms: float
    pool: PoolFigures
    size_bytes: int
    rows: dict[str, int]
    migrations: MigrationFigures
    drift: DriftFigures
