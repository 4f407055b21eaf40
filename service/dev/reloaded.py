"""The application under hot reload: a child process of `nox -s run`, started again after each change."""

import multiprocessing
import os
import signal
import threading

from litestar import Litestar

from service import start
from service.dev.wire_types import refuse_what_json_cannot_carry


def create_app() -> Litestar:
    """The application, in a process that ends when its parent does, even when that is killed."""
    threading.Thread(target=_follow_parent, daemon=True).start()
    app = start.create_app()
    refuse_what_json_cannot_carry(app.state.operations)
    return app


def _follow_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
