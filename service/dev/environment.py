"""The environment that `nox -s run` and `nox -s token` share."""

import contextlib
import os
import secrets
from tempfile import NamedTemporaryFile

from dotenv import load_dotenv

from service.dev.folders import LOCAL, ROOT

SECRET = "secret-key"  # noqa: S105  # the name of the file


def load_environment() -> None:
    """Add the variables of `.env`, and where they are missing `ENVIRONMENT=local` and this checkout's `SECRET_KEY`."""
    load_dotenv(ROOT / ".env")
    if not os.environ.get("ENVIRONMENT"):
        os.environ["ENVIRONMENT"] = "local"
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = kept_secret()


def kept_secret() -> str:
    """The secret of this checkout, created at the first call, in a file that its owner alone may read."""
    path = LOCAL / SECRET
    if not path.exists():
        LOCAL.mkdir(parents=True, exist_ok=True)
        # The complete file is linked to its name, so that all processes read the same secret; where another one was
        # faster, its file stays. Temporary files can be read by their owner alone.
        with NamedTemporaryFile("w", dir=LOCAL) as made, contextlib.suppress(FileExistsError):
            made.write(secrets.token_hex(32))
            made.flush()
            path.hardlink_to(made.name)
    return path.read_text("utf-8")
