"""The README's chapter for Next.js shows the files of the app that `nox -s web` builds and drives."""

import re

import pytest

from tests.support.server import ROOT

README = (ROOT / "README.md").read_text("utf-8")
APP = ROOT / "tests" / "nextjs"
FOLDERS = ("app", "lib")
SHOWN = re.compile(r"^```tsx?\n// (\S+)\n", re.MULTILINE)


def _sources() -> list[str]:
    return [
        path.relative_to(APP).as_posix()
        for folder in FOLDERS
        for path in (APP / folder).rglob("*.ts*")
        if path.name != "api.ts"
    ]


def test_the_readme_shows_the_files_that_it_names() -> None:
    assert len(SHOWN.findall(README)) >= 9


@pytest.mark.parametrize("name", SHOWN.findall(README))
def test_the_readme_shows_what_is_built(name: str) -> None:
    code = (APP / name).read_text("utf-8")
    assert f"```{name.rpartition('.')[2]}\n{code}```" in README


def test_what_the_readme_shows_needs_nothing_that_it_does_not_show() -> None:
    shown = {name.rpartition(".")[0] for name in SHOWN.findall(README)} | {"lib/api", "auth"}
    for name in SHOWN.findall(README):
        for imported in re.findall(r'from "([.@]/?[^"]*)"', (APP / name).read_text("utf-8")):
            if imported.startswith(("@/", ".")):
                folder = APP if imported.startswith("@/") else (APP / name).parent
                path = (folder / imported.removeprefix("@/")).resolve().relative_to(APP).as_posix()
                assert path in shown, (name, imported)


def test_no_server_action_or_route_takes_the_word_of_its_caller_for_who_that_is() -> None:
    sources = {name: (APP / name).read_text("utf-8") for name in _sources()}
    open_to_all = {
        name: code for name, code in sources.items() if '"use server"' in code or name.endswith("/route.ts")
    }
    assert len(open_to_all) >= 4
    for name, code in open_to_all.items():
        for arguments in re.findall(r"export async function \w+\((.*?)\)", code, re.DOTALL):
            assert "user" not in arguments.lower(), name


def test_nothing_that_acts_for_a_user_by_id_is_exported() -> None:
    code = (APP / "lib" / "data-api.ts").read_text("utf-8")
    assert 'import "server-only"' in code
    assert re.findall(r"^export (?:async )?function (\w+\(.*?\))", code, re.MULTILINE) == [
        "dataApi()",
        "publicDataApi()",
    ]
    (remembered,) = re.findall(r'function (\w+\(.*?\)) \{\n  "use cache"', code)
    assert "user" not in remembered.lower()
