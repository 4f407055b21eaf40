"""The body and the answer of a batch: several writes of one resource, either all done or none."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar, Generic

import msgspec
from msgspec import UNSET, Meta, UnsetType

from service.core.database.lookups import Key
from service.core.resources.mapping import DtoT, Mapping
from service.core.schema import Absent, Payload
from service.core.type_info import bare, fields_of
from service.prisma.names import folded

MAX_WRITES = 100
MAX_TAG = 1000
MAX_KEY = 8000
"""The most characters in a text of a key; an index of PostgreSQL holds 2,700 bytes of one, compressed."""
IF_MATCH_FIELD = "batch_if_match"
"""The attribute of an item for `ifMatch` on the wire, named so that no column's attribute has the same name."""


class BatchItem(msgspec.Struct, frozen=True):
    """One item of a batch."""

    payload: Payload | None
    """None where the item deletes its row."""
    key: Key | None
    """The key of the row, as on the wire; None for a new row whose key is made here."""
    is_new: bool
    if_match: str | None


class BatchResult(msgspec.Struct, Generic[DtoT], rename="camel"):
    """What became of one item."""

    status: Annotated[
        int,
        Meta(
            ge=200,
            le=404,
            description="As a call of its own would answer: 201, 200, 204, or 404 for what was deleted before.",
            examples=[200],
        ),
    ]
    etag: Annotated[str | None, Meta(description="The ETag of the row; null where it is gone.")]
    item: (
        Annotated[DtoT, Meta(description="The row when all was done; left out where it is gone.")] | UnsetType
    ) = UNSET


class BatchAnswer(msgspec.Struct, Generic[DtoT], rename="camel"):
    """What became of each item, in the order of the request."""

    items: Annotated[
        list[BatchResult[DtoT]], Meta(description="One for each item of the request, in its order.")
    ]


class Batch(Payload):
    """The body of a batch; `batch_of` makes a subclass for each resource."""

    items: list[Any]
    item_types: ClassVar["ItemTypes"]


class ItemTypes:
    """The types of the items in one resource's batch, told apart by a tag (`op`)."""

    def __init__(self, mapping: Mapping[Any, Any], create: type[Payload], update: type[Payload]) -> None:
        self.key = [column.key for column in mapping.key]
        self.create, self.update = create, update
        kinds = {field.name: field for field in fields_of(mapping.dto)}
        payload = {field.encode_name for kind in (create, update) for field in fields_of(kind)}
        taken = payload | {kinds[name].encode_name for name in self.key}
        # A column may be called like one of the batch's own members: it keeps the name, and the member gets another.
        self.tag, if_match = (_free(name, taken) for name in ("op", "ifMatch"))
        key = [
            (name, _limited(kinds[name].type), msgspec.field(name=kinds[name].encode_name))
            for name in self.key
        ]
        tag = (
            IF_MATCH_FIELD,
            Annotated[
                str,
                Meta(
                    max_length=MAX_TAG,
                    description="The ETag of the state to change, as `If-Match` takes it.",
                ),
            ]
            | UnsetType,
            msgspec.field(default=UNSET, name=if_match),
        )
        one = mapping.name
        self.created = self._item(f"{one}BatchCreate", "create", [], create, f"A new {one}, in a batch.")
        self.updated = self._item(
            f"{one}BatchUpdate", "update", [*key, tag], update, f"What to change of one {one}, in a batch."
        )
        self.deleted = self._item(
            f"{one}BatchDelete", "delete", [*key, tag], Payload, f"One {one} to delete, in a batch."
        )

    def writes(self, items: Sequence[Payload]) -> Iterator[BatchItem]:
        """The parsed items as `BatchItem`s."""
        for item in items:
            if isinstance(item, self.created):
                given = tuple(getattr(item, name, UNSET) for name in self.key)
                yield BatchItem(item, None if UNSET in given else given, is_new=True, if_match=None)
            else:
                payload = None
                if isinstance(item, self.updated):
                    names = self.update.__struct_fields__
                    payload = self.update(**{name: getattr(item, name) for name in names})
                key = tuple(getattr(item, name) for name in self.key)
                tag = getattr(item, IF_MATCH_FIELD)
                yield BatchItem(payload, key, is_new=False, if_match=None if tag is UNSET else tag)

    def _item(
        self, name: str, tag: str, fields: Sequence[Any], base: type[Payload], doc: str
    ) -> type[Payload]:
        item = msgspec.defstruct(
            name, fields, bases=(base,), tag_field=self.tag, tag=tag, kw_only=True, namespace={"__doc__": doc}
        )
        assert issubclass(item, base)  # noqa: S101  # guaranteed by `bases`
        return item


def batch_of(mapping: Mapping[Any, Any], create: type[Payload], update: type[Payload]) -> type[Batch]:
    """The type of a batch's body: items that create, update or delete a row, told apart by `op`.

    Their fields are those of the payloads `create` and `update`, and the key of the row.
    """
    item_types = ItemTypes(mapping, create, update)
    created = item_types.created if create is not Absent else item_types.deleted
    updated = item_types.updated if update is not Absent else item_types.deleted
    item = Annotated[
        created | updated | item_types.deleted,
        Meta(title=f"{mapping.name}BatchWrite", description=f"What to do with one {mapping.name}."),
    ]
    items = Annotated[
        list[item],  # pyright: ignore[reportInvalidTypeForm]  # the types are made at run time
        Meta(min_length=1, max_length=MAX_WRITES, description="What to do, in this order."),
    ]
    batch = msgspec.defstruct(
        f"{mapping.name}Batch",
        [("items", items)],
        bases=(Batch,),
        namespace={"__doc__": "Writes that are all done, or none of them.", "item_types": item_types},
    )
    assert issubclass(batch, Batch)  # noqa: S101  # guaranteed by `bases`
    return batch


def _limited(kind: Any) -> Any:
    node = bare(msgspec.inspect.type_info(kind))
    is_text = isinstance(node, msgspec.inspect.StrType) and node.max_length is None
    return Annotated[kind, Meta(max_length=MAX_KEY)] if is_text else kind


def _free(name: str, taken: set[str]) -> str:
    """The name, prefixed with `batch` while it is taken.

    Names are compared as generators of clients do it: to most of them, `if_match` and `ifMatch` are the same.
    """
    others = {folded(each) for each in taken}
    while folded(name) in others:
        name = f"batch{name[0].upper()}{name[1:]}"
    return name
