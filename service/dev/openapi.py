"""nox -s openapi: writes service/openapi.json; `--check` only says whether it is up to date."""

import difflib
import sys
from pathlib import Path

import msgspec

from service.app import create_app, openapi_document
from service.settings import load_settings

FILE = Path(__file__).resolve().parents[1] / "openapi.json"
ENVIRONMENT = {
    "ENVIRONMENT": "local",
    "SECRET_KEY": "unused",
    "DATABASE_URL": "postgresql://nobody@localhost:1/none",
}


def render() -> str:
    """The document as production shows it."""
    document = openapi_document(create_app(load_settings(ENVIRONMENT)), diagnostics=False)
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def main(arguments: list[str]) -> int:
    document = render()
    if "--check" not in arguments:
        FILE.write_text(document, "utf-8")
        return 0
    committed = FILE.read_text("utf-8") if FILE.is_file() else ""
    difference = list(
        difflib.unified_diff(committed.splitlines(), document.splitlines(), "committed", "code")
    )
    if difference:
        print("\n".join(difference))
        print("service/openapi.json is not what the code says. Write it: nox -s openapi")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
