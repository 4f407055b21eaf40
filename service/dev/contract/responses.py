"""Compares the answers of an operation: their statuses, media types, headers and links."""

from collections.abc import Iterator

from service.dev.contract.findings import Breaks, Finding
from service.dev.contract.keywords import compare_rest
from service.dev.contract.parts import Part
from service.dev.contract.schemas import Schemas

PROSE = {"deprecated", "description", "example", "examples", "summary"}


def compare_responses(old: Part, new: Part, schemas: Schemas) -> Iterator[Finding]:
    """What breaks clients in the answers of an operation."""
    before, after = (_responses(operation) for operation in (old, new))
    for status, response in before.items():
        if status in after:
            yield from _compare_response(response, after[status], schemas)
        else:
            yield Finding(response.place, f"{status} is no answer any more.", Breaks.GONE)
    known = [response for status, response in before.items() if status[0] not in "23"]
    for status, response in after.items():
        if status not in before and (_is_success(status) or not _reads_like(response, known, schemas)):
            yield Finding(response.place, f"{status} is a new answer.", Breaks.ANSWERS)


def _responses(operation: Part) -> dict[str, Part]:
    listed = operation.parts("responses")
    return {
        status: Part(response.document, f"{operation.place}, {status}", response.resolved().node)
        for status, response in listed.items()
    }


def _is_success(status: str) -> bool:
    return status.startswith("2")


def _reads_like(response: Part, known: list[Part], schemas: Schemas) -> bool:
    """Whether a known error has the same kind of body, or likewise none.

    Then a new status breaks nobody, since clients treat one that they do not know by its class (4xx, 5xx).
    """
    bodies = (compare_media_types(one, response, Breaks.ANSWERS, schemas) for one in known)
    return any(not list(body) for body in bodies)


def _compare_response(old: Part, new: Part, schemas: Schemas) -> Iterator[Finding]:
    yield from compare_media_types(old, new, Breaks.ANSWERS, schemas)
    headers, others = (part.parts("headers", "{0}, header {1}") for part in (old, new))
    for name, header in headers.items():
        if name in others:
            yield from _compare_header(header, others[name], schemas)
        else:
            yield Finding(header.place, "The header is gone.", Breaks.GONE)
    links, others = (part.parts("links", "{0}, link {1}") for part in (old, new))
    for name, link in links.items():
        if name not in others:
            # Where the operation that it leads to is gone as well, that is the finding.
            if _operation(link, old) is None or _operation(link, new) is not None:
                yield Finding(link.place, "The link is gone.", Breaks.GONE)
        elif _essence(link) != _essence(others[name]):
            yield Finding(link.place, "The link leads elsewhere.", Breaks.ANSWERS)
    yield from compare_rest(old, new, PROSE | {"content", "headers", "links"})


def _compare_header(old: Part, new: Part, schemas: Schemas) -> Iterator[Finding]:
    before, after = old.resolved(), new.resolved()
    if before.node.get("required") and not after.node.get("required"):
        yield Finding(old.place, "The header may be left out now.", Breaks.ANSWERS)
    yield from schemas.compare(before.at("schema"), after.at("schema"), Breaks.ANSWERS)
    yield from compare_rest(before, after, PROSE | {"required", "schema"})


def _operation(link: Part, response: Part) -> Part | None:
    """The operation of the link's `operationId`, in the document of `response`; None where there is none."""
    paths = Part(response.document, "", response.document).parts("paths")
    operations = (path.at(method) for path in paths.values() for method in path.node)
    name = link.resolved().node.get("operationId")
    return next((each for each in operations if name and each.node.get("operationId") == name), None)


def _essence(link: Part) -> dict[str, object]:
    return {key: value for key, value in link.resolved().node.items() if key not in PROSE}


def compare_media_types(old: Part, new: Part, direction: Breaks, schemas: Schemas) -> Iterator[Finding]:
    """What breaks clients in the `content` of a body, a parameter or an answer."""
    before, after = (part.parts("content") for part in (old, new))
    for name, body in before.items():
        if name in after:
            other = after[name]
            yield from schemas.compare(body.at("schema"), other.at("schema"), direction)
            yield from compare_rest(body, other, PROSE | {"schema"})
        else:
            yield Finding(body.place, f"{name} is gone.", Breaks.GONE)
    for name, body in after.items():
        if name not in before and direction is Breaks.ANSWERS:
            yield Finding(body.place, f"{name} is a new form of this answer.", direction)
