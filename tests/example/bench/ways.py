"""In which form a contestant is asked, and where its answer holds what the others' hold."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec.structs import replace

from tests.example.bench.cases import JSON, Request


class Way(msgspec.Struct, frozen=True):
    """`ask` makes of this service's request the contestant's own, `read` of its answer one like this service's."""

    ask: Callable[[Request], Request] = lambda request: request
    read: Callable[[Request, Any], Any] = lambda _request, body: body


ITEM = """
  id: rowId slug title summary status tags position viewCount rating authorId lastEditorId parentId
  publishedAt createdAt updatedAt
  author: userByAuthorId { id: rowId name }
  topics: topicsByPageToTopicAAndB(orderBy: NAME_ASC) { nodes { id: rowId name } }
"""
LINK = "id: rowId slug title status"
ANCESTORS = 5
"""As many as a page of the bench has at most: GraphQL has no way to ask for all of them."""


def _parent(steps: int) -> str:
    return f"parent: pageByParentId {{ {LINK} {_parent(steps - 1)} }}" if steps else ""


PAGE = f"query ($id: String!) {{ page: pageByRowId(rowId: $id) {{ {ITEM} content metadata {_parent(ANCESTORS)} }} }}"
LIST = f"""query ($limit: Int!) {{
  pages: allPages(first: $limit, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {{
    nodes {{ {ITEM} }} totalCount pageInfo {{ endCursor }}
  }}
}}"""
BATCH = f"query ($ids: [String!]!) {{ pages: allPages(filter: {{ rowId: {{ in: $ids }} }}) {{ nodes {{ {ITEM} }} }} }}"


def _below_nested(request: Request) -> Request:
    return replace(request, path=f"/nested{request.path}")


def _ask_graphql(request: Request) -> Request:
    where = urlsplit(request.path)
    query = parse_qs(where.query)
    if "id" in query:
        document, variables = BATCH, {"ids": query["id"]}
    elif "limit" in query:
        document, variables = LIST, {"limit": int(query["limit"][0])}
    else:
        document, variables = PAGE, {"id": where.path.rpartition("/")[2]}
    body = msgspec.json.encode({"query": document, "variables": variables})
    return Request("/graphql", "POST", body, JSON)


def _read_graphql(request: Request, body: Mapping[str, Any]) -> Any:
    """What stands in the envelope; the rows of a batch come as they will, for the client to sort."""
    data = body["data"]
    if "page" in data:
        return _page(data["page"])
    items = [_page(each) for each in data["pages"]["nodes"]]
    if asked := msgspec.json.decode(request.body)["variables"].get("ids"):
        items.sort(key=lambda item: asked.index(item["id"]))
    return {"items": items, "total": data["pages"].get("totalCount", len(items))}


def _page(node: dict[str, Any]) -> dict[str, Any]:
    page = {**node, "topics": node["topics"]["nodes"]}
    if "parent" in page:
        page["ancestors"] = _links(page.pop("parent"))
    return page


def _links(parent: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The root first."""
    if parent is None:
        return []
    return [
        *_links(parent.get("parent")),
        {name: value for name, value in parent.items() if name != "parent"},
    ]


PLAIN = Way()
BELOW_NESTED = Way(ask=_below_nested)
"""Of contestants whose pages are flat elsewhere."""
GRAPHQL = Way(_ask_graphql, _read_graphql)
