"""TypeScript's compiler judges the comparison of documents: whatever breaks a program has to be found."""

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec

from service.dev.contract.compare import compare
from service.dev.contract.parts import Node
from tests.dev.contract.mutations import Mutation, mutations
from tests.dev.contract.slices import cut
from tests.example.clients.contract.modules import write_modules

HERE = Path(__file__).parent
UNSEEN = re.compile(
    # Prose and order; bounds and formats; what a type does not say of an operation.
    "described|deprecated|example|extension|order|title|tags|version|server|OpenAPI|webhooks"
    "|imum|Length|Items |pattern|format|multipleOf|number|read only|write only|unknown keyword|inlined"
    "|value renamed|style|module|operation elsewhere|way in|credentials|scope|link|securitySchemes|security scheme"
    "|no further fields|new success|default changed|default gone"
)
"""What the types of openapi-typescript do not show; tests/dev/contract judges it by direction alone."""
ERROR = re.compile(r"(?:.*/)?(?P<program>\w+)\.ts\(\d+,\d+\): (?P<error>error .*)")
COMPILER: Node = {
    "strict": True,
    "noUncheckedIndexedAccess": True,
    "exactOptionalPropertyTypes": True,
    "target": "es2023",
    "module": "nodenext",
    "skipLibCheck": True,
    "noEmit": True,
    "types": [],
}


@dataclass(frozen=True)
class Judged:
    """What the compiler says of the programs of some mutations."""

    mutations: Sequence[Mutation]
    errors: dict[str, str]

    def broken(self) -> list[tuple[Mutation, str]]:
        named = ((mutation, f"m{number}") for number, mutation in enumerate(self.mutations))
        return [(mutation, self.errors[name]) for mutation, name in named if name in self.errors]

    def controls(self) -> list[str]:
        """Programs that do not compile even where nothing has changed."""
        return [f"{name}: {error}" for name, error in self.errors.items() if not name.startswith("m")]


def judge(file: Path, folder: Path) -> None:
    """Fail where a mutation of the document breaks a program and the comparison finds nothing."""
    document: Node = msgspec.json.decode(file.read_bytes())
    judged = [mutation for mutation in mutations(document) if not UNSEEN.search(mutation.kind)]
    shutil.rmtree(folder, ignore_errors=True)
    halves = (judged[::2], judged[1::2])
    folders = [folder / str(number) for number in range(2)]
    for half, below in zip(halves, folders, strict=True):
        write_modules(document, half, below)
    with ThreadPoolExecutor() as pool:
        said = [Judged(*both) for both in zip(halves, pool.map(_errors, folders), strict=True)]
    wrong = [line for half in said for line in half.controls()]
    broken = [pair for half in said for pair in half.broken()]
    for mutation, error in broken:
        part = cut(document, mutation.focus)
        if not compare(part, mutation.applied(part)):
            wrong.append(f"{mutation}: nothing was found, and a program breaks: {error}")
    seen = {mutation.kind for mutation, _ in broken}
    never = {mutation.kind for mutation in judged if mutation.breaks} - seen
    wrong += [f"{kind}: no program that uses it breaks; is it judged at all?" for kind in sorted(never)]
    if wrong:
        raise SystemExit("\n".join(wrong))
    found = Counter(mutation.breaks for mutation in judged)[True]
    print(
        f"TypeScript: {len(judged)} mutations of the document; {len(broken)} break programs, "
        f"and all of these are among the {found} that the comparison finds."
    )


def _errors(folder: Path) -> dict[str, str]:
    """The programs that do not compile, each with the first that the compiler says of it."""
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": COMPILER, "include": ["*.ts"]}))
    subprocess.run(["node", str(HERE / "types.mjs"), str(folder)], cwd=HERE.parent, check=True)
    done = subprocess.run(
        ["node_modules/.bin/tsc", "--pretty", "false", "--project", str(folder)],
        cwd=HERE.parent,
        check=False,
        capture_output=True,
        text=True,
    )
    found: dict[str, str] = {}
    for match in filter(None, map(ERROR.match, done.stdout.splitlines())):
        found.setdefault(match["program"], match["error"])
    return found
