"""Says in a sentence, with its place, what keeps the resources from being served as they are declared."""

import traceback
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from litestar.exceptions import ImproperlyConfiguredException
from sqlalchemy.exc import SQLAlchemyError

from service.core.resources.declarations import UndecidedError
from service.core.resources.mapping import MappingError
from service.core.type_info import AnnotationError

SERVICE = Path(__file__).parents[2]
OWN = (SERVICE / "api", SERVICE / "resources.py")
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
        raise DeclarationError(f"{_where(_places(error, OWN))}{error}") from error
    except SQLAlchemyError as error:
        raise DeclarationError(f"{_where(_places(error, OWN))}{error}\n{GENERATED}") from error
    except ImproperlyConfiguredException as error:
        # Its text begins with the status that a request would be answered with.
        raise DeclarationError(f"{_where(_places(error, OWN))}{error.detail}") from error
    except SyntaxError as error:
        raise DeclarationError(f"{_shown(error.filename or '', error.lineno)}: {error.msg}") from error
    except Exception as error:
        # Python's own words for a name that is misspelt, or for arguments that do not fit. What no resource brought about is
        # a fault of this service: its traceback says more.
        if not (own := _places(error, OWN)):
            raise
        *_, last = _places(error, [SERVICE])
        inside = "" if last == own[-1] else f" (in {last})"
        said = " ".join(str(error).split())
        raise DeclarationError(f"{_where(own)}{type(error).__name__}: {said}{inside}") from error


def _where(places: list[str]) -> str:
    """The last of the places, with a colon; empty where there is none."""
    return f"{places[-1]}: " if places else ""


def _places(error: Exception, folders: Iterable[Path]) -> list[str]:
    """The lines in these folders that led to the error, the one nearest to it last."""
    return [
        _shown(frame.filename, frame.lineno)
        for frame in traceback.extract_tb(error.__traceback__)
        if any(map(Path(frame.filename).is_relative_to, folders))
    ]


def _shown(file: str, line: int | None) -> str:
    path = Path(file)
    return f"{path.relative_to(SERVICE.parent) if path.is_relative_to(SERVICE) else path}:{line}"
