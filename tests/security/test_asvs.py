"""The table beside this file is complete, answers everything, and names tests that exist."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("asvs.md").read_text("utf-8")

REQUIRED = {
    "V2": {1: "1.1 2.1 2.2 3.1", 2: "1.2 1.3 2.3 3.2 3.3 3.4 4.1"},
    "V4": {1: "1.1 4.1", 2: "1.2 1.3 2.1 3.1 3.2 4.2 4.3 4.4"},
    "V8": {1: "1.1 2.1 2.2 3.1", 2: "1.2 2.3 4.1"},
    "V9": {1: "1.1 1.2 1.3 2.1", 2: "2.2 2.3 2.4"},
    "V13": {1: "4.1", 2: "1.1 2.1 2.2 2.3 2.4 2.5 3.1 3.2 4.2 4.3 4.4 4.5"},
    "V14": {1: "2.1 3.1", 2: "1.1 1.2 2.2 2.3 2.4 3.2 3.3"},
    "V16": {2: "1.1 2.1 2.2 2.3 2.4 2.5 3.1 3.2 3.3 3.4 4.1 4.2 4.3 5.1 5.2 5.3"},
}
"""The numbers of ASVS 5.0.0 by chapter and level, as far as level 2."""
NOT_MET = "Not met:"
WITHOUT_TESTS = ("Does not apply:", "app-web's:", "The operator's:", NOT_MET)
ROW = re.compile(r"^\| (V\d+\.\d+\.\d+) \| (\d) \| (.*?) \| (.*?) \| ?(.*?) ?\|$", re.MULTILINE)
TEST = re.compile(r"tests/[\w/]+\.py(?:::\w+)+")


class Row(msgspec.Struct, frozen=True):
    number: str
    level: int
    asks: str
    answer: str
    tests: str

    @property
    def place(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.number.removeprefix("V").split("."))


def read(table: str) -> list[Row]:
    return [Row(number, int(level), *rest) for number, level, *rest in ROW.findall(table)]


def required() -> dict[str, int]:
    return {
        f"{chapter}.{number}": level
        for chapter, levels in REQUIRED.items()
        for level, numbers in levels.items()
        for number in numbers.split()
    }


@cache
def defined_in(path: str) -> frozenset[str]:
    """The tests that a file holds, those of its classes with the class before them."""
    file = ROOT / path
    return frozenset(_tests(ast.parse(file.read_text("utf-8")).body)) if file.is_file() else frozenset()


def _tests(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from (f"{node.name}::{name}" for name in _tests(node.body))


def faults_of_tests(row: Row) -> Iterator[str]:
    if not row.tests:
        if not row.answer.startswith(WITHOUT_TESTS):
            yield f"{row.number} names no test"
        return
    for named in row.tests.split("<br>"):
        test = named.removeprefix("`").removesuffix("`")
        path, _, name = test.partition("::")
        if f"`{test}`" != named or not TEST.fullmatch(test):
            yield f"{row.number}: {named} is no name of a test"
        elif path.startswith("tests/example/"):
            yield f"{row.number}: {test} goes when the example is deleted"
        elif name not in defined_in(path):
            yield f"{row.number}: {test} does not exist"


def faults(table: str) -> list[str]:
    """One line for everything that is wrong with the table."""
    rows, expected = read(table), required()
    found: list[str] = []
    numbers = [row.number for row in rows]
    found += [f"{number} is missing" for number in expected if number not in numbers]
    found += [f"{number} is there twice" for number in {*numbers} if numbers.count(number) > 1]
    found += [
        f"{later.number} stands after {row.number}"
        for row, later in pairwise(rows)
        if later.place < row.place
    ]
    lines = [line for line in table.splitlines() if line.startswith("| V")]
    found += [f"{line[:40]}... cannot be read" for line in lines if not ROW.fullmatch(line)]
    for row in rows:
        if row.number not in expected:
            found.append(f"{row.number} is no requirement of levels 1 and 2 of these chapters")
        elif row.level != expected[row.number]:
            found.append(f"{row.number} is of level {expected[row.number]}")
        for cell in (row.asks, row.answer):
            opening = next((each for each in WITHOUT_TESTS if cell.startswith(each)), "")
            if not cell.removeprefix(opening).strip(" ."):
                found.append(f"{row.number} leaves a cell empty")
        found += faults_of_tests(row)
    not_met = ", ".join(row.number for row in rows if row.answer.startswith(NOT_MET))
    if f"\n{NOT_MET} {not_met or 'none'}.\n" not in table:
        found.append(f"the list of what is not met should be: {not_met or 'none'}")
    return found


def test_the_table_is_complete_and_true() -> None:
    assert faults(TABLE) == []


def test_it_has_every_requirement_of_the_seven_chapters() -> None:
    """As many as the standard has: 17 of level 1, and 56 of level 2."""
    levels = [row.level for row in read(TABLE)]
    assert (levels.count(1), levels.count(2)) == (17, 56)


ANY = "tests/api/test_http.py::test_errors_are_problems"


@pytest.mark.parametrize(
    ("pattern", "instead", "fault"),
    [
        (r"^\| V4\.1\.2 .*\n", "", "V4.1.2 is missing"),
        (r"^(\| V4\.1\.2 .*\n)", r"\1\1", "V4.1.2 is there twice"),
        (r"^(\| V9\.1\.1 .*\n)(\| V9\.1\.2 .*\n)", r"\2\1", "V9.1.1 stands after V9.1.2"),
        (r"^\| V4\.1\.2 \|", "| V4.1.4 |", "V4.1.4 is no requirement of levels 1 and 2 of these chapters"),
        (r"^\| V9\.1\.1 \| 1 \|", "| V9.1.1 | 2 |", "V9.1.1 is of level 1"),
        (r"^(\| V4\.3\.2 .*)Does not apply: .* \|  \|$", r"\1Does not apply: . |  |", "V4.3.2 leaves a cell empty"),
        (r"^(\| V13\.4\.4 .*)405\.", r"\1", "V13.4.4 leaves a cell empty"),
        (r"^(\| V13\.4\.4 .*\.) \| .* \|$", r"\1 |  |", "V13.4.4 names no test"),
        (r"test_errors_are_problems`", "test_errors_are_poems`", f"V4.1.1: {ANY[:-8]}poems does not exist"),
        (r"`(tests/api/test_http)\.py::test_errors", r"`\1s.py::test_errors", f"V4.1.1: {ANY.replace('http', 'https')} does not exist"),
        (r"`tests/api/(test_http.py::test_errors_are_problems)`", r"`tests/example/\1`",
         f"V4.1.1: {ANY.replace('api', 'example')} goes when the example is deleted"),
        (r"`(tests/api/test_http.py::test_errors_are_problems)`", r"\1", f"V4.1.1: {ANY} is no name of a test"),
        (r"^Not met: .*$", "Not met: V4.1.1.", "the list of what is not met should be: "),
        (r"^\| V4\.1\.2 \| 2 \|", "| V4.1.2 |", "| V4.1.2 | An API does not lead callers ... cannot be read"),
    ],
)  # fmt: skip
def test_it_can_fail(pattern: str, instead: str, fault: str) -> None:
    changed, number = re.subn(pattern, instead, TABLE, count=1, flags=re.MULTILINE)
    assert number == 1
    found = faults(changed)
    assert [line for line in found if line.startswith(fault)], found


def test_tests_of_classes_are_found_too() -> None:
    code = "class TestA:\n    async def test_b(self): ...\n    def help(self): ...\ndef test_c(): ...\n"
    assert [*_tests(ast.parse(code).body)] == ["TestA::test_b", "test_c"]
