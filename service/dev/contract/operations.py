"""Compares the operations of two documents."""

from collections.abc import Iterator

from service.dev.contract.findings import Breaks, Finding
from service.dev.contract.keywords import compare_rest, show
from service.dev.contract.parts import Part
from service.dev.contract.responses import compare_media_types, compare_responses
from service.dev.contract.schemas import Schemas
from service.dev.contract.security import compare_security

PROSE = {"deprecated", "description", "example", "examples", "externalDocs", "summary"}
COMPARED = {"operationId", "parameters", "requestBody", "responses", "security", "tags"}
STYLES = {"cookie": "form", "header": "simple", "path": "simple", "query": "form"}


def compare_operation(old: Part, new: Part, paths: tuple[Part, Part], schemas: Schemas) -> Iterator[Finding]:
    """What breaks clients of one operation; `paths` are the path items that hold it, in both documents."""
    yield from _names(old, new)
    before, after = (_parameters(*both) for both in zip(paths, (old, new), strict=True))
    yield from _compare_parameters(before, after, schemas)
    yield from _compare_positions(old.place, before, after)
    yield from _compare_body(old, new, schemas)
    yield from compare_responses(old, new, schemas)
    yield from compare_security(old, new)
    yield from compare_rest(old, new, PROSE | COMPARED)


def _names(old: Part, new: Part) -> Iterator[Finding]:
    """Generators name a function after `operationId`, and its module after the first tag."""
    for key in ("operationId", "tags"):
        before, after = (part.texts(key)[:1] for part in (old, new))
        if before != after:
            change = (
                f"`{key}` is {', '.join(after) or 'not given'}; it was {', '.join(before) or 'not given'}."
            )
            yield Finding(old.place, change, Breaks.NAMES)


def _parameters(path: Part, operation: Part) -> dict[str, Part]:
    found: dict[str, Part] = {}
    for parameter in (*path.items("parameters"), *operation.items("parameters")):
        resolved = parameter.resolved()
        name = f"{show(resolved.node.get('in'))} parameter {show(resolved.node.get('name'))}".replace('"', "")
        found[name] = Part(parameter.document, f"{operation.place}, {name}", resolved.node)
    return found


def _compare_parameters(
    before: dict[str, Part], after: dict[str, Part], schemas: Schemas
) -> Iterator[Finding]:
    for name, parameter in before.items():
        if name in after:
            yield from _compare_parameter(parameter, after[name], schemas)
        else:
            yield Finding(parameter.place, "The parameter is gone.", Breaks.GONE)
    for name, parameter in after.items():
        was_required = name in before and before[name].node.get("required")
        if parameter.node.get("required") and not was_required:
            yield Finding(parameter.place, "The parameter is required now.", Breaks.REQUESTS)


def _compare_positions(place: str, before: dict[str, Part], after: dict[str, Part]) -> Iterator[Finding]:
    """The path's parameters must keep their order.

    Functions generated for Go and Python take them by position: two texts that change places are mixed up unnoticed.
    """
    names, others = (
        [show(part.node.get("name")) for name, part in one.items() if name in other and _is_in_path(part)]
        for one, other in ((before, after), (after, before))
    )
    if names != others:
        change = f"The path's parameters come as {', '.join(others)}; they came as {', '.join(names)}."
        yield Finding(place, change.replace('"', ""), Breaks.REQUESTS)


def _is_in_path(parameter: Part) -> bool:
    return parameter.node.get("in") == "path"


def _compare_parameter(old: Part, new: Part, schemas: Schemas) -> Iterator[Finding]:
    before, after = _style(old), _style(new)
    if before != after:
        yield Finding(old.place, f"The style is {after}; it was {before}.", Breaks.REQUESTS)
    yield from schemas.compare(old.at("schema"), new.at("schema"), Breaks.REQUESTS)
    yield from compare_media_types(old, new, Breaks.REQUESTS, schemas)
    known = {"content", "explode", "in", "name", "required", "schema", "style"}
    yield from compare_rest(old, new, PROSE | known)


def _style(parameter: Part) -> str:
    style = parameter.node.get("style", STYLES.get(str(parameter.node.get("in"))))
    explode = parameter.node.get("explode", style == "form")
    return f"{style}, {'exploded' if explode else 'in one'}"


def _compare_body(old: Part, new: Part, schemas: Schemas) -> Iterator[Finding]:
    place = f"{old.place}, body"
    before, after = (part.at("requestBody", place).resolved() for part in (old, new))
    if before.node and not after.node:
        yield Finding(place, "The operation takes no body any more.", Breaks.GONE)
        return
    if after.node.get("required") and not before.node.get("required"):
        yield Finding(place, "The body is required now.", Breaks.REQUESTS)
    yield from compare_media_types(before, after, Breaks.REQUESTS, schemas)
    yield from compare_rest(before, after, PROSE | {"content", "required"})
