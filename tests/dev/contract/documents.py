"""A small document with everything that a document of this service may hold, though most hold little of it."""

import msgspec

from service.dev.contract.parts import Node
from service.dev.openapi import FILE

THING: Node = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "minimum": 1, "exclusiveMaximum": 9, "multipleOf": 1, "format": "int32"},
        "kind": {"const": "thing"},
        "size": {"type": ["number", "null"], "default": 1},
        "labels": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 5}},
        "names": {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "minItems": 1},
        "owner": {"anyOf": [{"$ref": "#/components/schemas/Owner"}, {"type": "null"}]},
        "shape": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
        "both": {"allOf": [{"$ref": "#/components/schemas/Owner"}, {"type": "object", "properties": {}}]},
        "secret": {"type": "string", "writeOnly": True},
        "part": {"$ref": "#/components/schemas/Thing"},
    },
    "required": ["id", "kind", "owner"],
}
OWNER: Node = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "readOnly": True},
        "state": {"$ref": "#/components/schemas/State"},
    },
    "additionalProperties": False,
}
CONTENT: Node = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
ETAG: Node = {"required": True, "schema": {"type": "string"}}
MADE_UP: Node = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1.2.3"},
    "servers": [{"url": "/"}],
    "security": [{"token": ["read"]}],
    "paths": {
        "/things/{id}": {
            "put": {
                "operationId": "putThing",
                "tags": ["things"],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
                    {"$ref": "#/components/parameters/Tenant"},
                ],
                "requestBody": {"required": True, "content": CONTENT},
                "responses": {
                    "200": {"description": "Done.", "headers": {"ETag": ETAG}, "content": CONTENT},
                    "4XX": {"$ref": "#/components/responses/Wrong"},
                },
            }
        },
    },
    "components": {
        "schemas": {"Thing": THING, "Owner": OWNER, "State": {"type": "string", "enum": ["on", "off"]}},
        "parameters": {
            "Tenant": {"name": "tenant", "in": "header", "required": True, "schema": {"type": "string"}}
        },
        "responses": {
            "Wrong": {"description": "No.", "content": {"text/plain": {"schema": {"type": "string"}}}}
        },
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    },
}


def the_api() -> Node:
    """The API's document, with whatever resources it has."""
    document: Node = msgspec.json.decode(FILE.read_bytes())
    return document
