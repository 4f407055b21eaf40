"""What the renderer hands over: every file as it would be written today."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Slice:
    """One model's folder, as a POSIX path from the root, and its files by their names in it."""

    folder: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Slices by their model's name, and loose files by their POSIX paths from the root."""

    generator: str
    slices: Mapping[str, Slice]
    loose: Mapping[str, str] = field(default_factory=dict[str, str])
