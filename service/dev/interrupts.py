"""How commands stop at Ctrl-C (SIGINT), SIGTERM, and the end of their terminal (SIGHUP)."""

import signal

INTERRUPTED = 130
"""The exit code of a command that was interrupted, by the convention of shells."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def raise_interrupts() -> None:
    """Have the first signal raise `KeyboardInterrupt`; later ones, as nox sends them, do not disturb the clean-up."""
    for each in SIGNALS:
        # What `nohup` starts is to outlast its terminal.
        if each is not signal.SIGHUP or signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, _interrupt)


def ignore_interrupts() -> None:
    """Ignore both signals from here on, for work that is quick and must not end half way."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)


def _interrupt(*_: object) -> None:
    ignore_interrupts()
    raise KeyboardInterrupt
