"""The application as its resources declare it, for commands that look at it and serve nobody."""

from litestar import Litestar

from service.core.lifecycle.explained import explained
from service.dev.wire_types import refuse_what_json_cannot_carry
from service.settings import Environment, load_settings


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
