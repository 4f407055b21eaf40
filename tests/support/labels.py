"""Labels: the smallest resource, of the tests' own."""

from typing import Annotated

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import PathParameter
from msgspec import UNSET, Meta, UnsetType

from service.core.http.query import ListQuery
from service.core.http.reply import Created
from service.core.resources.conflicts import constraints
from service.core.resources.controller import ResourceController
from service.core.resources.filters import text_in
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import IfMatch, Listing, Payload, Resource
from tests.support import tables

Name = Annotated[str, Meta(min_length=1, max_length=200, description="The name.", examples=["Red"])]
LabelId = Annotated[int, PathParameter(ge=1, le=2**31 - 1, description="The label's number.")]


class Label(Resource):
    """A label."""

    id: Annotated[int, Meta(ge=1, le=2**31 - 1, description="Its number.", examples=[7])]
    name: Annotated[str, Meta(description="The name.", examples=["Red"])]


class LabelReplace(Payload):
    """All that a label says."""

    name: Name


class LabelUpdate(Payload):
    """What to change."""

    name: Name | UnsetType = UNSET


class LabelQuery(ListQuery):
    """Which labels."""

    q: Annotated[str, Meta(min_length=1, max_length=200, description="Text in the name.")] | None = None


class LabelRepository(Repository[tables.Label, Label]):
    """Reads and writes labels."""

    model_type = tables.Label
    default_sort = "name"
    reader = ListReader(
        Mapping(Label, tables.Label, changed_by=[LabelReplace]),
        filters={"q": text_in(tables.Label.name)},
        sorts={"name": tables.Label.name},
    )


class LabelController(ResourceController):
    """Labels."""

    path = "/labels"
    tags = ("labels",)
    labels: LabelRepository

    @get("/", operation_id="listLabels")
    async def list_labels(self, criteria: NamedDependency[LabelQuery]) -> Listing[Label]:
        """List labels."""
        return await self.labels.read_list(criteria)

    @get("/{label_id:int}", operation_id="getLabel")
    async def get_label(self, label_id: LabelId) -> Label:
        """Read a label."""
        return await self.labels.read(label_id)

    @post("/", operation_id="createLabel")
    async def create_label(self, payload: NamedDependency[LabelReplace]) -> Created[Label]:
        """Create a label."""
        with constraints(tables.Label):
            label = await self.labels.insert({"name": payload.name})
        return Created(label, location=f"/api/v1/labels/{label.id}")

    @patch("/{label_id:int}", operation_id="updateLabel")
    async def update_label(
        self, label_id: LabelId, payload: NamedDependency[LabelUpdate], if_match: IfMatch
    ) -> Label:
        """Change a label."""
        changes = self.labels.mapping.values_of(payload)
        with constraints(tables.Label):
            return await self.labels.update(label_id, if_match=if_match, changes=changes)

    @delete("/{label_id:int}", operation_id="deleteLabel")
    async def delete_label(self, label_id: LabelId, if_match: IfMatch) -> None:
        """Delete a label."""
        await self.labels.delete(label_id, if_match=if_match)
