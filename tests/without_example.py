"""python -m tests.without_example: a copy of the checkout without the example still passes what is quick to check."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
SLICES = ("pages", "topics", "author_stats")
FOLDERS = (*(f"service/api/v1/{name}" for name in SLICES), "service/dev/demo", "tests/example")
RELEASED = "service/dev/contract/released.json"
IMPORT = re.compile(
    rf"^from service\.api\.v1\.(?:{'|'.join(SLICES)})\.controller import (.+)\n", re.MULTILINE
)
COMMANDS = (
    ("ruff", "format", "service/app.py"),
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("lint-imports",),
    ("pyright", "--pythonpath", sys.executable),
    ("python", "-m", "service.dev.openapi"),
    ("python", "-m", "service.dev.smoke"),
    ("pytest", "-q", "-n", "2", "-m", "not slow", "--ignore=tests/faults", "--ignore=tests/prisma"),
)


def main() -> int:
    if missing := [folder for folder in FOLDERS if not (ROOT / folder).is_dir()]:
        print(f"The example is gone already: there is no {', '.join(missing)}.")
        return 0
    with TemporaryDirectory(prefix="without-example-") as folder:
        copy = Path(folder) / "checkout"
        copy_checkout(copy)
        delete_example(copy)
        for program, *arguments in COMMANDS:
            print(">", program, *arguments, flush=True)
            command = [str(Path(sys.executable).with_name(program)), *arguments]
            if code := subprocess.run(command, cwd=copy, check=False).returncode:
                return code
    return 0


def copy_checkout(to: Path) -> None:
    """Copy what git knows, and what it does not ignore."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (source := ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, to / name)


def delete_example(checkout: Path) -> None:
    """Delete its folders, and its lines where the application is put together."""
    for folder in FOLDERS:
        shutil.rmtree(checkout / folder)
    (checkout / RELEASED).unlink()
    app = checkout / "service" / "app.py"
    code = app.read_text("utf-8")
    imported = IMPORT.findall(code)
    assert len(imported) == len(SLICES)
    code = IMPORT.sub("", code)
    for controller in (name for names in imported for name in names.split(", ")):
        code, number = re.subn(rf"^    {controller},\n", "", code, flags=re.MULTILINE)
        assert number == 1, controller
    app.write_text(code, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
