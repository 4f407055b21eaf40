"""The application as its resources declare it, for commands that look at it and serve nobody."""

import traceback
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from litestar import Litestar
from sqlalchemy.exc import SQLAlchemyError

from service.core.resources.declarations import UndecidedError
from service.core.resources.mapping import MappingError
from service.core.type_info import AnnotationError
from service.dev.folders import ROOT
from service.dev.wire_types import refuse_what_json_cannot_carry
from service.settings import Environment, load_settings

OWN = (ROOT / "service" / "api", ROOT / "service" / "resources.py")
"""Where resources are declared, by people."""
GENERATED = "Where service/models is wrong, write it anew: nox -s orm"


class DeclarationError(Exception):
    """Resources cannot be served as they are declared; the message says where, why, and what to change."""


@contextmanager
def explained() -> Generator[None]:
    """Raise `DeclarationError` where the block fails because of how a resource is declared.

    Much is checked as soon as a resource is imported, so the block is where it is imported.
    """
    try:
        yield
    except (MappingError, AnnotationError, UndecidedError) as error:
        raise DeclarationError(f"{_place(error)}{error}") from error
    except SQLAlchemyError as error:
        raise DeclarationError(f"{_place(error)}{error}\n{GENERATED}") from error


def make_app(environment: Environment = Environment.LOCAL) -> Litestar:
    """The application of an environment, without a database; JSON can carry its types. Raises `DeclarationError`."""
    with explained():
        from service.app import create_app  # noqa: PLC0415  # see `explained`

        settings = {
            "ENVIRONMENT": environment,
            "SECRET_KEY": "unused" * 8,
            "DATABASE_URL": "postgresql://nobody@localhost:1/none",
        }
        app = create_app(load_settings(settings))
        refuse_what_json_cannot_carry(app.state.operations)
        return app


def _place(error: Exception) -> str:
    """The line of a resource that raised the error, with a colon; empty where none did."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if any(map(Path(frame.filename).is_relative_to, OWN))]
    return f"{Path(own[-1].filename).relative_to(ROOT)}:{own[-1].lineno}: " if own else ""
