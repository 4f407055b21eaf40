"""What was asked for when the schema was adopted, and what was known of it: kept for the next time."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

FILE = Path("service/dev/adopted/options.json")


class Options(msgspec.Struct, rename="camel", kw_only=True, omit_defaults=True):
    """Kept in the checkout as JSON; `columns` are those that had a place when they were last written, by model."""

    name: str = ""
    only: list[str] = []
    leave_out: list[str] = []
    read_only: list[str] = []
    tenant: str | None = None
    columns: Mapping[str, list[str]] = {}


def read_options(root: Path) -> Options | None:
    """None where nothing was adopted yet."""
    path = root / FILE
    return msgspec.json.decode(path.read_bytes(), type=Options) if path.is_file() else None


def write_options(root: Path, options: Options) -> None:
    path = root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(options), indent=1) + b"\n")
