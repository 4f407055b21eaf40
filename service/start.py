"""What uvicorn calls in each process that serves."""

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litestar import Litestar


def create_app() -> "Litestar":
    """The application.

    What is made until it stands is no garbage, and stays. For 300 resources, to look through it again and again took a third
    of the start, and two looks once it stood took another sixth; later ones would hold up requests. What could go of it
    are 7 MB.
    """
    gc.disable()
    try:
        from service import app  # noqa: PLC0415  # most of what is made, importing makes

        return app.create_app()
    finally:
        gc.freeze()
        gc.enable()
