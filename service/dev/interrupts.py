"""What a command does that is told to stop, by Ctrl-C, by SIGTERM, or since its terminal is closed."""

import signal

INTERRUPTED = 130
"""What a command that was told to stop ends with, as shells have it."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def raise_interrupts() -> None:
    """Raise `KeyboardInterrupt` for the first signal; the next, which nox sends too, disturbs nobody who tidies up."""
    for each in SIGNALS:
        # What `nohup` starts is to outlast its terminal.
        if each is not signal.SIGHUP or signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, _interrupt)


def ignore_interrupts() -> None:
    """What follows is quick, and must not end half way."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)


def _interrupt(*_: object) -> None:
    ignore_interrupts()
    raise KeyboardInterrupt
