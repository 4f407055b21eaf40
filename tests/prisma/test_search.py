"""What a generated schema's own indexes make of `q`, and what is found on each database."""

import asyncio
import json
import os
import sys
from typing import Any

import pytest

from service.dev.postgres import EmbeddedPostgres
from tests.prisma.conftest import ROOT, prepare

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

BOOKS = [
    {"title": "Running a garden", "sub_title": "Over 50% more peas", "text": "From seed to harvest."},
    {"title": "The Café", "sub_title": "a_b C:\\x", "text": "ÉCLAIRS and pears", "shelf": "run"},
    {"title": "Gardens of the world", "text": "They run along rivers."},
    {"title": "Straße nach Süden"},
]
RUNNING, CAFE, GARDENS, STREET = [book["title"] for book in BOOKS]
PARTS: dict[str, list[str]] = {
    "garden": [GARDENS, RUNNING],
    "GARDEN": [GARDENS, RUNNING],
    "arde": [GARDENS, RUNNING],
    "a garden": [RUNNING],
    "a  garden": [],
    "garden a": [],
    "running peas": [],
    "peas": [RUNNING],
    "harvest": [],
    "café": [CAFE],
    "CAFÉ": [CAFE],
    "cafe": [],
    "SÜD": [STREET],
    "strasse": [],
    "%": [RUNNING],
    "50%": [RUNNING],
    "_": [CAFE],
    "a_b": [CAFE],
    "\\": [CAFE],
    "'": [],
}
WORDS: dict[str, list[str]] = {
    "peas": [RUNNING],
    "harvest PEAS": [RUNNING],
    "peas pears": [],
    "arde": [],
    "café": [CAFE],
    "cafe": [],
    "éclairs": [CAFE],
    "xylophone": [],
    "'": [],
    "&|!:*": [],
}
AS_THEY_ARE = {
    "running": [RUNNING],
    "run": [CAFE],
    "café run": [CAFE],
    "the gardens": [GARDENS],
    "garden": [RUNNING],
}
"""Of a configuration that knows no forms of words: `simple`."""
FORMS: dict[str, tuple[list[str], list[str]]] = {
    "garden": ([GARDENS, RUNNING], [RUNNING]),
    "run": ([GARDENS, RUNNING], [GARDENS]),
    "the": ([], [GARDENS, CAFE]),
    "the running": ([GARDENS, RUNNING], []),
    '"along rivers"': ([GARDENS], [GARDENS]),
    '"rivers along"': ([], [GARDENS]),
    "harvest or rivers": ([GARDENS, RUNNING], []),
    "garden -peas": ([GARDENS], [RUNNING]),
}
"""Forms of a word, words that are not looked for, and signs that mean something: PostgreSQL's, then SQLite's."""


@pytest.fixture(scope="module")
async def report(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("packages")
    url, _ = await prepare(postgres, "search", folder, "search_books")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.prisma.support.search", "search_books", url),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    asked = {"parts": [*PARTS], "words": [*WORDS, *FORMS], "weighted": [*AS_THEY_ARE]}
    out, err = await process.communicate(json.dumps({"books": BOOKS, "asked": asked}).encode())
    assert process.returncode == 0, err.decode()
    return json.loads(out)


@pytest.mark.parametrize("database", ["postgresql", "sqlite"])
def test_what_is_found(report: dict[str, Any], database: str) -> None:
    of_this = {text: found[database == "sqlite"] for text, found in FORMS.items()}
    assert report["found"][database] == {
        "parts": PARTS,
        "words": WORDS | of_this,
        "weighted": AS_THEY_ARE,
    }


@pytest.mark.parametrize(
    ("name", "indexes"),
    [
        ("parts", ["Book_title_idx", "Book_sub title_idx"]),
        ("words", ["Book_search_idx"]),
        ("weighted", ["Book_weighted_idx"]),
    ],
)
def test_each_uses_the_indexes_that_it_has(report: dict[str, Any], name: str, indexes: list[str]) -> None:
    plan = "\n".join(report["plans"][name])
    for index in indexes:
        assert plan.count(f'Bitmap Index Scan on "{index}"') == 2, plan  # the rows, and how many they are
    assert plan.count("BitmapOr") == (2 if len(indexes) > 1 else 0), plan
    assert "Seq Scan" not in plan


def test_the_description_names_what_is_searched_and_how(report: dict[str, Any]) -> None:
    said = report["described"]
    assert said["parts"].startswith("This text in `title` or `subTitle`, ")
    assert said["words"].startswith("These words in `title`, `subTitle` or `text`: ")
    assert "PostgreSQL's `english`" in said["words"]
    assert said["weighted"].startswith("These words in `title` or `shelf`: ")
    assert "PostgreSQL's `simple`" in said["weighted"]


def test_what_is_no_generated_tsvector_of_one_configuration_is_refused(report: dict[str, Any]) -> None:
    assert [
        name for name, why in report["refused"].items() if why and f"Book.{name} is no tsvector" in why
    ] == [
        "title",
        "mixed",
        "spelling",
    ]
