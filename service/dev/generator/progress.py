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
        message = f"{self.applied} of {self.total} migrations applied"
        if self.is_terminal:
            print(f"\r{message}", end="", file=sys.stderr, flush=True)
        elif self.applied in (1, self.total) or not self.applied % EVERY:
            print(message, file=sys.stderr, flush=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_terminal and self.applied:
            print(file=sys.stderr)
