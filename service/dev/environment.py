"""The environment that `nox -s run` and `nox -s token` share."""

import contextlib
import os
import secrets
from tempfile import NamedTemporaryFile

from dotenv import load_dotenv

from service.dev.folders import LOCAL, ROOT

SECRET = "secret-key"  # noqa: S105  # the name of the file


def load_environment() -> None:
    """Add what `.env` says, and what nothing says: that this is local, and a secret that stays the same."""
    load_dotenv(ROOT / ".env")
    if not os.environ.get("ENVIRONMENT"):
        os.environ["ENVIRONMENT"] = "local"
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = kept_secret()


def kept_secret() -> str:
    """The secret of this checkout, made at first; its owner alone may read it."""
    path = LOCAL / SECRET
    if not path.exists():
        LOCAL.mkdir(parents=True, exist_ok=True)
        # Linked when it is whole, so that all processes read the same. Temporary files are their owner's alone.
        with NamedTemporaryFile("w", dir=LOCAL) as made, contextlib.suppress(FileExistsError):
            made.write(secrets.token_hex(32))
            made.flush()
            path.hardlink_to(made.name)
    return path.read_text("utf-8")
