"""The application under hot reload: a child process of `nox -s run`, started again after each change."""

import multiprocessing
import os
import signal
import sys
import threading

from litestar import Litestar

from service import start
from service.core.lifecycle.explained import DeclarationError, explained
from service.dev.declarations.application import check_types


def create_app() -> Litestar:
    """The application, in a process that ends when its parent does, even when that is killed."""
    threading.Thread(target=_follow_parent, daemon=True).start()
    try:
        with explained():
            app = start.create_app()
            check_types(app)
            return app
    except DeclarationError as error:
        # The parent goes on, and begins another process after the next change.
        sys.exit(f"{error}\nNothing is served until this is mended.")


def _follow_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
