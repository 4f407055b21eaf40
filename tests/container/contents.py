"""What may be in the image, and what may not."""

import re
import tomllib
from pathlib import Path

import msgspec

LIST = """
import importlib.metadata, json, os, pathlib
print(json.dumps({
    "uid": os.getuid(),
    "writable": os.access(".", os.W_OK) or os.access("service", os.W_OK),
    "files": sorted(str(path) for path in pathlib.Path().rglob("*") if ".venv" not in path.parts),
    "packages": sorted({each.name for each in importlib.metadata.distributions()}),
}))
"""
"""A program for the image's own Python."""
FORBIDDEN = re.compile(r"(^|/)(tests|\.git|\.env|\.local|dev|generator)(/|$)")


class Contents(msgspec.Struct):
    """What `LIST` prints."""

    uid: int
    writable: bool
    files: list[str]
    packages: list[str]


class LockedFile(msgspec.Struct):
    file: str


class Package(msgspec.Struct):
    name: str
    groups: list[str]
    files: list[LockedFile] = []

    @property
    def serves(self) -> bool:
        return not {"default", "otel"}.isdisjoint(self.groups)


class Lock(msgspec.Struct):
    package: list[Package]


def read_lock(lock_file: Path) -> Lock:
    return msgspec.convert(tomllib.loads(lock_file.read_text("utf-8")), Lock)


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def faults(contents: Contents, lock_file: Path) -> list[str]:
    """One line for each thing that does not belong in the image."""
    found: list[str] = []
    if not contents.uid:
        found.append("it runs as root")
    if contents.writable:
        found.append("its user can change the code")
    tops = {Path(file).parts[0] for file in contents.files}
    if tops != {"migrations-readonly", "service"}:
        found.append(f"/app holds {', '.join(sorted(tops))}")
    found += [f"{file} is in it" for file in contents.files if FORBIDDEN.search(file)]
    production = {normalized(each.name) for each in read_lock(lock_file).package if each.serves}
    extra = sorted({normalized(name) for name in contents.packages} - production)
    found += [f"{name} is not of the production group" for name in extra]
    if "litestar" not in contents.packages:
        found.append("litestar is missing")
    return found
