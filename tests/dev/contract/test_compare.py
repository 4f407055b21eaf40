"""What breaks clients is found, whatever is changed in a document, and nothing else is."""

from service.dev.contract.compare import compare
from service.dev.contract.parts import Json, Node, Part
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


def test_how_a_text_is_written_that_clients_parse_is_its_formats() -> None:
    released = copied(MADE_UP)
    instant: Node = {"type": "string", "format": "date-time", "pattern": "Z$", "maxLength": 24}
    Part(released, "", released).at("components").at("schemas").at("Thing").at("properties").node["id"] = (
        instant
    )
    document = copied(released)
    thing = Part(document, "", document).at("components").at("schemas").at("Thing")
    changed = thing.at("properties").at("id").node
    del changed["pattern"], changed["maxLength"]
    assert compare(released, document) == []
    assert {each.place for each in compare(document, released)} == {"Thing.id"}, "what is sent must fit then"
    changed["pattern"] = "00$"
    assert {each.place for each in compare(released, document)} == {"Thing.id"}


def test_what_generators_would_write_alike_is_told_where_one_of_both_is_new() -> None:
    document = copied(MADE_UP)
    schemas = Part(document, "", document).at("components").at("schemas")
    schemas.at("Thing").at("properties").node["i_d"] = {"type": "string"}
    schemas.node["THING"] = {"type": "object"}
    operation: Node = {"operationId": "get_thing", "responses": {}}
    paths: Node = {"/thing": {"get": {"operationId": "getThing", "responses": {}}}}
    Part(document, "", document).at("paths").node.update({**paths, "/thing2": {"get": operation}})
    released = copied(MADE_UP)
    Part(released, "", released).at("paths").node.update(paths)
    assert {each.change for each in compare(released, document)} == {
        "THING is new, which generated clients call as Thing.",
        "get_thing is new, which generated clients call as getThing.",
        "i_d is new, which generated clients call as id.",
    }
    assert compare(document, copied(document)) == []


def _with_tags(**tags: str) -> Node:
    """The made-up document, whose State is one of these, told by a tag."""
    document = copied(MADE_UP)
    schemas = Part(document, "", document).at("components").at("schemas").node
    mapping: Node = {tag: f"#/components/schemas/{name}" for tag, name in tags.items()}
    for tag, name in tags.items():
        schemas[name] = {"type": "object", "properties": {"op": {"enum": [tag]}}, "required": ["op"]}
    alternatives = [{"$ref": reference} for reference in mapping.values()]
    told: Node = {"propertyName": "op", "mapping": mapping}
    change: Node = {"oneOf": [*alternatives], "discriminator": told}
    operation: Node = {
        "operationId": "change",
        "requestBody": {"content": {"application/json": {"schema": change}}},
        "responses": {},
    }
    Part(document, "", document).at("paths").node["/changes"] = {"post": operation}
    return document


def test_of_what_a_tag_tells_the_alternatives_count_and_what_each_tag_means() -> None:
    one, both = _with_tags(a="One"), _with_tags(a="One", b="Two")
    assert compare(one, both) == []
    assert any("alternatives, Two is not taken" in each.change for each in compare(both, one))
    swapped = _with_tags(b="One", a="Two")
    assert any("The tag a stands for" in each.change for each in compare(both, swapped))
    other = copied(both)
    schema = Part(other, "", other).at("paths").at("/changes").at("post").at("requestBody").at("content")
    schema.at("application/json").at("schema").at("discriminator").node["propertyName"] = "kind"
    (finding,) = [each for each in compare(both, other) if each.place.startswith("POST /changes")]
    assert finding.change == 'The field that tells its alternatives is "kind"; it was "op".'


def test_what_is_found_is_said_in_the_order_of_the_document() -> None:
    values = [f"v{number}" for number in range(20)]

    def named(after: str) -> Node:
        document = copied(MADE_UP)
        state = Part(document, "", document).at("components").at("schemas").at("State")
        state.node["enum"] = [*values]
        state.node["x-enum-varnames"] = [f"{after}_{each}" for each in values]
        return document

    said = [finding.change for finding in compare(named("a"), named("b"))]
    assert said == [f'The value "{each}" is named b_{each}; it was a_{each}.' for each in values]


def test_where_parts_of_a_path_come_in_another_order_generated_functions_would_take_one_for_the_other() -> (
    None
):
    def seats(*names: str) -> Node:
        document = copied(MADE_UP)
        parameters: list[Json] = [
            {"name": name, "in": "path" if name in {"hall", "row"} else "query", "required": True}
            for name in names
        ]
        operation: Node = {"operationId": "getSeat", "parameters": parameters, "responses": {}}
        Part(document, "", document).at("paths").node["/seats/{hall}/{row}"] = {"get": operation}
        return document

    released = seats("hall", "row", "day")
    assert compare(released, seats("day", "hall", "row")) == []
    (finding,) = compare(released, seats("row", "hall", "day"))
    assert finding.place == "GET /seats/{hall}/{row}"
    assert finding.change == "The path's parameters come as row, hall; they came as hall, row."
    assert [each.change for each in compare(released, seats("hall", "day"))] == ["The parameter is gone."]
