"""Shows how many migrations have been applied: in one line on a terminal, in a few lines elsewhere."""

import sys
from types import TracebackType
from typing import Self

EVERY = 100


class Progress:
    """Counts the migrations that were applied, on standard error."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.applied = 0
        self.is_terminal = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def step(self, _: str) -> None:
        """Count one more migration."""
        self.applied += 1
        if self.is_terminal:
            print(f"\r{self._message}", end="", file=sys.stderr, flush=True)
        elif self._is_told:
            print(self._message, file=sys.stderr, flush=True)

    @property
    def _message(self) -> str:
        return f"{self.applied} of {self.total} migrations applied"

    @property
    def _is_told(self) -> bool:
        return self.applied in (1, self.total) or not self.applied % EVERY

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_terminal and self.applied:
            print(file=sys.stderr)
        elif self.applied and not self._is_told:  # the last one before one that failed
            print(self._message, file=sys.stderr, flush=True)
