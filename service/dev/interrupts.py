"""What a command does that is told to stop, by Ctrl-C or by SIGTERM."""

import signal

INTERRUPTED = 130
"""What a command that was told to stop ends with, as shells have it."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def raise_interrupts() -> None:
    """Raise `KeyboardInterrupt` for the first signal; the next, which nox sends too, disturbs nobody who tidies up."""
    for each in SIGNALS:
        signal.signal(each, _interrupt)


def ignore_interrupts() -> None:
    """What follows is quick, and must not end half way."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)


def _interrupt(*_: object) -> None:
    ignore_interrupts()
    raise KeyboardInterrupt
