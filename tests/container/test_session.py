"""What `nox -s container` looks for, as far as no image has to be built for it."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

from tests.container.base import base_name, python_of
from tests.container.contents import Contents, faults, read_lock

ROOT = Path(__file__).parents[2]
GOOD = Contents(
    uid=10001,
    writable=False,
    files=["migrations-readonly", "service", "service/app.py"],
    packages=["litestar", "typing_extensions"],
)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, []),
        ({"uid": 0}, ["it runs as root"]),
        ({"writable": True}, ["its user can change the code"]),
        ({"files": ["service/app.py"]}, ["/app holds service"]),
        ({"files": [*GOOD.files, "service/dev/run.py"]}, ["service/dev/run.py is in it"]),
        ({"files": [*GOOD.files, "service/.env"]}, ["service/.env is in it"]),
        ({"packages": ["litestar", "pytest", "Ruff"]},
         ["pytest is not of the production group", "ruff is not of the production group"]),
        ({"packages": []}, ["litestar is missing"]),
    ],
)  # fmt: skip
def test_what_does_not_belong_in_the_image_is_named(change: dict[str, object], fault: list[str]) -> None:
    assert faults(msgspec.structs.replace(GOOD, **change), ROOT / "pdm.lock") == fault


def test_what_serves_is_copied_and_nothing_else() -> None:
    source = (ROOT / "Containerfile").read_text("utf-8")
    serving, _, migrating = source.partition("AS migrate")
    for path in (ROOT / "service").iterdir():
        serves = path.suffix == ".py" or (path.is_dir() and path.name not in {"dev", "__pycache__"})
        assert (f"service/{path.name} " in serving) is serves, path.name
    # What a deployment imports of what developers run.
    loaded = "import sys, service.dev.deploy; print(*(name for name in sys.modules if name.startswith('service.dev.')))"
    modules = subprocess.check_output([sys.executable, "-c", loaded], cwd=ROOT, text=True, timeout=60).split()
    for module in modules:
        assert f"service/dev/{module.rpartition('.')[2]}.py " in migrating


def missing_wheels(python: tuple[int, int], machine: str) -> list[str]:
    """The packages that serve, of which the lock has no wheel for this Python on Linux."""
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(5, 37)]
    taken = {*cpython_tags(python, platforms=platforms), *compatible_tags(python, platforms=platforms)}
    return [
        package.name
        for package in read_lock(ROOT / "pdm.lock").package
        if package.serves
        and not any(
            taken & parse_wheel_filename(each.file)[3] for each in package.files if each.file.endswith(".whl")
        )
    ]


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_image_takes_the_newest_python_that_all_wheels_have(machine: str) -> None:
    major, minor = map(int, python_of(base_name(ROOT / "Containerfile")).split("."))
    assert missing_wheels((major, minor), machine) == []
    assert missing_wheels((major, minor + 1), machine) != []


def test_two_bases_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "Containerfile"
    file.write_text("FROM a:1 AS build\nFROM b:2\n")
    with pytest.raises(ValueError, match=r"a:1.*b:2"):
        base_name(file)


def test_it_says_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.container.build"],
        cwd=ROOT, env={"PATH": ""}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "apt-get install -y buildah debootstrap" in done.stdout
