"""Compares two API documents as a whole."""

from collections.abc import Iterator

from service.dev.contract.findings import Breaks, Finding
from service.dev.contract.keywords import alike, compare_rest, show
from service.dev.contract.operations import compare_operation
from service.dev.contract.parts import Node, Part
from service.dev.contract.schemas import Schemas

METHODS = {"delete", "get", "head", "options", "patch", "post", "put", "trace"}
PROSE = {"description", "externalDocs", "info", "summary", "tags"}


def major(document: Node) -> int:
    """The major version of a document."""
    (version,) = Part(document, "", document).at("info").texts("version")
    return int(version.partition(".")[0])


def compare(released: Node, document: Node) -> list[Finding]:
    """Every change that breaks clients of the released document, whatever the versions say."""
    return list(dict.fromkeys(_compare(Part(released, "", released), Part(document, "", document))))


def _compare(old: Part, new: Part) -> Iterator[Finding]:
    yield from _compare_document(old, new)
    yield from _compare_components(old, new)
    schemas = Schemas()
    before, after = old.parts("paths", "{1}"), new.parts("paths", "{1}")
    yield from alike("paths", _operations(before), _operations(after))
    for path, item in before.items():
        if path in after:
            yield from _compare_path(item, after[path], schemas)
        else:
            yield Finding(path, "The path is gone.", Breaks.GONE)


def _operations(paths: dict[str, Part]) -> list[str]:
    found = (item.at(method) for item in paths.values() for method in METHODS & item.node.keys())
    return [name for operation in found for name in operation.texts("operationId")]


def _compare_document(old: Part, new: Part) -> Iterator[Finding]:
    # A patch version of the OpenAPI specification changes nothing for tools.
    before, after = (show(part.node.get("openapi")).split(".")[:2] for part in (old, new))
    if before != after:
        change = f"The document is in OpenAPI {'.'.join(after)}; it was in {'.'.join(before)}."
        yield Finding("openapi", change.replace('"', ""), Breaks.NAMES)
    urls, others = (
        [text for server in part.items("servers") for text in server.texts("url")] for part in (old, new)
    )
    for url in urls:
        if url not in others:
            yield Finding("servers", f"{url} is gone.", Breaks.GONE)
    yield from compare_rest(old, new, PROSE | {"components", "openapi", "paths", "security", "servers"})


def _compare_components(old: Part, new: Part) -> Iterator[Finding]:
    """Components that are gone, and security schemes that have changed: generated clients have a type for each."""
    for kind, components in old.parts("components", "{1}").items():
        for name in sorted(components.node.keys() - new.at("components").at(kind).node.keys()):
            yield Finding(f"{kind}/{name}", "The component is gone.", Breaks.NAMES)
    yield from alike("schemas", *(part.at("components").at("schemas").node for part in (old, new)))
    schemes, others = (
        part.at("components").parts("securitySchemes", "securitySchemes/{1}") for part in (old, new)
    )
    for name in schemes.keys() & others.keys():
        yield from compare_rest(schemes[name], others[name], {"bearerFormat", "description"})


def _compare_path(old: Part, new: Part, schemas: Schemas) -> Iterator[Finding]:
    before, after = (
        {method: item.at(method, f"{method.upper()} {item.place}") for method in METHODS & item.node.keys()}
        for item in (old, new)
    )
    for method in sorted(before):
        if method in after:
            yield from compare_operation(before[method], after[method], (old, new), schemas)
        else:
            yield Finding(before[method].place, "The operation is gone.", Breaks.GONE)
    yield from compare_rest(old, new, PROSE | METHODS | {"parameters"})
