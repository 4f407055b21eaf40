"""The README's chapter for Next.js shows the code that `nox -s clients` compiles and runs."""

import pytest

from tests.support.server import ROOT

README = (ROOT / "README.md").read_text("utf-8")
CODE = ROOT / "tests" / "clients" / "nextjs"


@pytest.mark.parametrize("name", ["lib/data-api.ts", "app/pages/page.tsx", "app/pages/rename.ts"])
def test_the_readme_shows_what_is_compiled(name: str) -> None:
    # Node wants the suffix in an import, Next.js does not.
    code = (CODE / name).read_text("utf-8").replace('.js"', '"')
    language = name.rpartition(".")[2]
    assert f"```{language}\n{code}```" in README
