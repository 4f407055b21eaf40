"""The README's chapter for Next.js shows the code that `nox -s clients` compiles and runs."""

import re

import pytest

from tests.support.server import ROOT

README = (ROOT / "README.md").read_text("utf-8")
CODE = ROOT / "tests" / "example" / "clients" / "nextjs"


@pytest.mark.parametrize("name", ["lib/data-api.ts", "app/pages/page.tsx", "app/pages/rename.ts"])
def test_the_readme_shows_what_is_compiled(name: str) -> None:
    # Node wants the suffix in an import, Next.js does not.
    code = (CODE / name).read_text("utf-8").replace('.js"', '"')
    language = name.rpartition(".")[2]
    assert f"```{language}\n{code}```" in README


def test_no_server_action_takes_the_word_of_its_caller_for_who_that_is() -> None:
    actions = [path for path in CODE.rglob("*.ts") if '"use server"' in path.read_text("utf-8")]
    assert actions
    for action in actions:
        for arguments in re.findall(
            r"export async function \w+\((.*?)\)", action.read_text("utf-8"), re.DOTALL
        ):
            assert "user" not in arguments.lower(), action
    assert re.search(r"export async function dataApi\(\)", (CODE / "lib" / "data-api.ts").read_text("utf-8"))
