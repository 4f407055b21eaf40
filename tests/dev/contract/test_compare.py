"""What breaks clients is found, whatever is changed in a document, and nothing else is."""

from service.dev.contract.compare import compare
from service.dev.contract.parts import Node, Part
from tests.dev.contract.documents import MADE_UP, the_api
from tests.dev.contract.edits import copied
from tests.dev.contract.misjudged import misjudged
from tests.dev.contract.mutations import mutations


def test_the_same_document_breaks_nothing() -> None:
    for document in (MADE_UP, the_api()):
        assert compare(document, copied(document)) == []


def test_every_mutation_of_what_a_document_may_hold() -> None:
    listed = list(mutations(MADE_UP))
    assert misjudged(MADE_UP, listed) == []
    assert len({mutation.kind for mutation in listed}) > 110


def test_a_finding_says_where_what_why_and_what_to_do() -> None:
    document = copied(MADE_UP)
    (optional,) = [
        one for one in mutations(document) if str(one) == "field optional: components/schemas/Thing"
    ][:1]
    (finding,) = compare(document, optional.applied(document))
    assert str(finding) == (
        "Thing.id: The field may be left out now.\n"
        "    Clients that know what was promised would meet what they do not know, or miss what they need.\n"
        "    Go on showing what was shown, and show what is new beside it, under a name of its own. "
        "Or raise the major version."
    )


def test_of_an_alternative_that_is_still_there_what_changed_is_said_and_once() -> None:
    document = copied(MADE_UP)
    state = Part(document, "", document).at("components").at("schemas").at("State")
    state.node["enum"] = ["on"]
    (finding,) = compare(MADE_UP, document)
    assert (finding.place, finding.change) == ("State", '"off" is gone from its values.')


def test_a_link_goes_with_what_it_led_to_and_that_alone_is_said() -> None:
    links: Node = {"getThing": {"operationId": "getThing"}}
    content: Node = {"responses": {"200": {"description": "Done.", "links": links}}}
    released = copied(MADE_UP)
    paths = Part(released, "", released).at("paths").node
    paths["/other"] = {"get": {"operationId": "getOther", **content}}
    paths["/thing"] = {"get": {"operationId": "getThing", "responses": {}}}
    document = copied(released)
    answer = Part(document, "", document).at("paths").at("/other").at("get").at("responses").at("200")
    answer.node["links"] = {}
    assert [each.change for each in compare(released, document)] == ["The link is gone."]
    del Part(document, "", document).at("paths").node["/thing"]
    assert [each.change for each in compare(released, document)] == ["The path is gone."]
