"""Words: a resource whose key is any text."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from service.core.http.query import ListQuery
from service.core.resources.conditions import everybody
from service.core.resources.controller import CrudController
from service.core.resources.filters import one_of
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import Payload, Resource
from tests.support import tables

Spelling = Annotated[str, Meta(max_length=200, description="The word itself.", examples=["and/or"])]
Meaning = Annotated[str, Meta(max_length=200, description="What it means.", examples=["Both, or one."])]


class Word(Resource):
    """A word."""

    word: Spelling
    meaning: Meaning


class WordCreate(Payload):
    """A new word."""

    word: Spelling
    meaning: Meaning


class WordReplace(Payload):
    """All that is said of it."""

    meaning: Meaning


class WordUpdate(Payload):
    """What to change."""

    meaning: Meaning | UnsetType = UNSET


class WordQuery(ListQuery):
    """Which words."""

    word: Annotated[tuple[Spelling, ...], Meta(description="These words.")] = ()


class WordRepository(Repository[tables.Word, Word]):
    """Reads and writes words."""

    reader = ListReader(
        Mapping(Word, tables.Word, changed_by=[WordReplace], readable=everybody("a test")),
        filters={"word": one_of(tables.Word.word)},
        sorts={"word": tables.Word.word},
    )


class WordController(CrudController[WordRepository, Word, WordQuery, WordCreate, WordReplace, WordUpdate]):
    """Words."""

    path = "/words"
