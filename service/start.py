"""What uvicorn calls in each process that serves."""

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litestar import Litestar


def create_app() -> "Litestar":
    """The application.

    What is made until it stands is no garbage: to look through it again and again took a third of the start of 300
    resources, 5.5 seconds of 15.4.
    """
    gc.disable()
    try:
        from service import app  # noqa: PLC0415  # most of what is made, importing makes

        return app.create_app()
    finally:
        gc.enable()
