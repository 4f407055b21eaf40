"""The factory that uvicorn calls for the application; with several workers the parent calls it once too, as a check."""

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litestar import Litestar


def create_app() -> "Litestar":
    """The application. Raises `DeclarationError` where a resource cannot be served as it is declared.

    Garbage collection is off while the application is built, and what was built is frozen, since nearly all of it lives
    as long as the process. With 300 resources, collections took a third of the start-up, and two more after it another
    sixth; later ones would pause requests. The price is 7 MB that could have been freed.
    """
    gc.disable()
    try:
        from service.core.lifecycle.explained import explained  # noqa: PLC0415  # importing makes most of the objects

        with explained():
            from service import app  # noqa: PLC0415  # see `explained`

            return app.create_app()
    finally:
        gc.freeze()
        gc.enable()
