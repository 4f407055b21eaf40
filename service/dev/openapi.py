"""nox -s openapi: writes service/openapi.json, and keeps what clients of the last release rely on."""

import argparse
import difflib
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from service.core.lifecycle.explained import DeclarationError, explained
from service.dev.contract.findings import Finding
from service.dev.contract.release import broken_promises, release
from service.dev.declarations.application import make_app

FILE = Path(__file__).resolve().parents[1] / "openapi.json"


def render() -> str:
    """The document as production shows it, without the routes of diagnostics. Raises `DeclarationError`."""
    with explained():
        from service.app import openapi_document  # noqa: PLC0415  # see `explained`

        document = openapi_document(make_app(), diagnostics=False)
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def main(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments)
    try:
        document = render()
    except DeclarationError as error:
        print(error, file=sys.stderr)
        return 1
    if options.check:
        return _differs(document) or _reported(broken_promises(document))
    FILE.write_text(document, "utf-8")
    if options.release:
        return _reported(release(document, unpublished=options.unpublished))
    return 0


def _differs(document: str) -> int:
    committed = FILE.read_text("utf-8") if FILE.is_file() else ""
    difference = list(
        difflib.unified_diff(committed.splitlines(), document.splitlines(), "committed", "code")
    )
    if difference:
        # Written as bytes, since the locale's encoding may not be the file's UTF-8.
        sys.stdout.buffer.write("\n".join([*difference, ""]).encode())
        print("service/openapi.json is not what the code says. Write it: nox -s openapi")
    return 1 if difference else 0


def _reported(findings: list[Finding]) -> int:
    for finding in findings:
        print(finding)
    if findings:
        print(
            f"{len(findings)} changes break clients of the last release (service/dev/contract/released.json)."
        )
    return 1 if findings else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nox -s openapi --", description=__doc__)
    parser.add_argument(
        "--check",
        action="store_true",
        help="only say whether it is up to date, and whether it breaks clients of the last release",
    )
    parser.add_argument(
        "--release",
        action="store_true",
        help="keep it as the document of a release, unless it breaks clients under the same major version",
    )
    parser.add_argument(
        "--unpublished",
        action="store_true",
        help="with --release: nobody has the version that is kept yet, so that nothing breaks",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
