"""The application as its resources declare it, for commands that look at it and serve nobody."""

from litestar import Litestar

from service.core.lifecycle.explained import explained
from service.core.resources.controller import repositories_of
from service.core.resources.declarations import mappings_of
from service.dev.declarations.dto_types import refuse_what_columns_do_not_give
from service.dev.declarations.wire_types import refuse_what_json_cannot_carry
from service.settings import Environment, load_settings


def make_app(environment: Environment = Environment.LOCAL) -> Litestar:
    """The application of an environment, without a database; its types are checked. Raises `DeclarationError`."""
    with explained():
        from service.app import create_app  # noqa: PLC0415  # see `explained`

        settings = {
            "ENVIRONMENT": environment,
            "SECRET_KEY": "unused" * 8,
            "DATABASE_URL": "postgresql://nobody@localhost:1/none",
        }
        app = create_app(load_settings(settings))
        check_types(app)
        return app


def check_types(app: Litestar) -> None:
    """Raises `AnnotationError` for a type of a DTO that JSON cannot carry, or that the DTO's column does not give.

    It is for developers to see: a deployed application does not take the time at each start.
    """
    from service.resources import RESOURCES  # noqa: PLC0415  # see `explained`

    refuse_what_json_cannot_carry(app.state.operations)
    refuse_what_columns_do_not_give(mappings_of(repositories_of(RESOURCES)))
