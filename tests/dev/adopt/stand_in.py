"""A renderer of slices that imitates the real one, in two versions (`generator`)."""

from dataclasses import dataclass, field
from pathlib import Path

from service.dev.adopt.merge.ruff import Ruff
from service.dev.adopt.render.rendered import Rendered, Slice

API = "service/api/v1"


@dataclass
class Schema:
    """Models by name, each with its columns' types."""

    models: dict[str, dict[str, str]]
    generator: str = "1"
    root: Path = field(default_factory=Path.cwd)


def folder_of(model: str) -> str:
    return f"{API}/{model.lower()}s"


def render(schema: Schema) -> Rendered:
    files = {model: _files(model, columns, schema.generator) for model, columns in schema.models.items()}
    loose = _resources(list(schema.models))
    ruff = Ruff(schema.root)
    done = ruff.format([loose, *(text for each in files.values() for text in each.values())], sort=True)
    slices = {
        model: Slice(folder_of(model), {name: done[text] for name, text in each.items()})
        for model, each in files.items()
    }
    return Rendered(schema.generator, slices, {"service/resources.py": done[loose]})


def _files(model: str, columns: dict[str, str], generator: str) -> dict[str, str]:
    return {
        "__init__.py": "",
        "dto.py": _dto(model, columns, generator),
        "repository.py": _repository(model, columns, generator),
        "controller.py": _controller(model, generator),
    }


def _dto(model: str, columns: dict[str, str], generator: str) -> str:
    plural = f"{model.lower()}s"
    types = ", ".join(sorted({*columns.values(), "Payload", "Resource", "Search"}))
    every = "\n".join(
        f'    {name}: Annotated[{kind}, Meta(description="The {name} of it.", examples=[1])]'
        for name, kind in columns.items()
    )
    own = {name: kind for name, kind in columns.items() if name != "id"}
    replace = "\n".join(f"    {name}: {kind}" for name, kind in own.items())
    update = "\n".join(f"    {name}: {kind} | UnsetType = UNSET" for name, kind in own.items())
    query = "\n".join(f"    {name}: {kind} | None = None" for name, kind in columns.items())
    sorts = ", ".join(f'"{name}", "-{name}"' for name in columns)
    newer = generator != "1"
    return f'''"""What {plural} look like{" to callers" if newer else " on the wire"}."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

{"from service.core.schema import " + types if newer else ""}
from service.core.http.query import ListQuery
{"" if newer else "from service.core.schema import " + types}

class {model}(Resource):
    """A {model.lower()}{", as callers see it" if newer else ""}."""

{every}


class {model}Replace(Payload):
    """All that a {model.lower()} says."""

{replace}


class {model}Create({model}Replace):
    """A new {model.lower()}."""


class {model}Update(Payload):
    """What to change.{" What is left out stays." if newer else ""}"""

{update}


class {model}Query(ListQuery):
    """Which {plural}."""

{query}
    q: Search | None = None
    sort: Annotated[Literal[{sorts}], Meta(description="`id` unless told.")] | None = None
'''


def _repository(model: str, columns: dict[str, str], generator: str) -> str:
    plural = f"{model.lower()}s"
    filters = ", ".join(f'"{name}": one_of(tables.{model}.{name})' for name in columns)
    sorts = ", ".join(f'"{name}": tables.{model}.{name}' for name in columns)
    return f'''"""{model}s in the database."""

from {API.replace("/", ".")}.{plural}.dto import {model}, {model}Replace
from service.core.resources.conditions import everybody, signed_in
from service.core.resources.filters import one_of
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.models import tables


class {model}Repository(Repository[tables.{model}, {model}]):
    """Reads and writes {plural}{"" if generator == "1" else ", as their rules say"}."""

    reader = ListReader(
        Mapping(
            {model},
            tables.{model},
            changed_by=[{model}Replace],
            readable=everybody("no secret"),
            writable=signed_in(),
        ),
        filters={{{filters}}},
        sorts={{{sorts}}},
    )
'''


def _controller(model: str, generator: str) -> str:
    plural = f"{model.lower()}s"
    module = f"{API.replace('/', '.')}.{plural}"
    names = ", ".join(f"{model}{part}" for part in ("", "Query", "Create", "Replace", "Update"))
    return f'''"""{model}s{"" if generator == "1" else " over HTTP"}."""

from {module}.dto import {names}
from {module}.repository import {model}Repository
from service.core.resources.controller import CrudController


class {model}Controller(CrudController[{model}Repository, {names}]):
    """{model}s."""

    path = "/{plural}"
'''


def _resources(models: list[str]) -> str:
    imports = "\n".join(
        f"from {API.replace('/', '.')}.{model.lower()}s.controller import {model}Controller"
        for model in models
    )
    return f'''"""Every resource."""

{imports}

RESOURCES = ({"".join(f"{model}Controller, " for model in models)})
'''
