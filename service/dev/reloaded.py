"""The application as hot reload starts it: in a child of `nox -s run`, again after each change."""

import multiprocessing
import os
import signal
import threading

from litestar import Litestar

from service import start
from service.dev.wire_types import refuse_what_json_cannot_carry


def create_app() -> Litestar:
    """The application, in a process that ends with its parent, even one that was killed."""
    threading.Thread(target=_follow_parent, daemon=True).start()
    app = start.create_app()
    refuse_what_json_cannot_carry(app.state.operations)
    return app


def _follow_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
