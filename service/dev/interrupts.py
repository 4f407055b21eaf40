"""How commands stop at Ctrl-C (SIGINT), SIGTERM, and the end of their terminal (SIGHUP)."""

import signal

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def raise_interrupts() -> None:
    """Have the first signal raise `KeyboardInterrupt`; later ones, as nox sends them, do not disturb the clean-up."""
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    # What `nohup` starts is to outlast its terminal.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _terminate)


def ignore_interrupts() -> None:
    """Ignore these signals from here on, for work that is quick and must not end half way."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)


def _terminate(*_: object) -> None:
    # By SIGTERM, since uvicorn takes that one over while it serves, and not SIGHUP.
    signal.raise_signal(signal.SIGTERM)


def _interrupt(*_: object) -> None:
    ignore_interrupts()
    raise KeyboardInterrupt
