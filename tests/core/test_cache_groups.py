"""Names of what an answer shows, where there are more than a header holds."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.core.http.cache_groups import MAX_GROUPS, ROWS, Groups
from service.core.resources.caching import read_groups
from service.core.resources.caching.invalidation import Invalidation, invalidate_links, invalidation
from service.core.resources.caching.read_groups import ReadGroups, read_groups_of
from service.core.resources.mapping import Mapping
from service.core.resources.nested import count_of, to_one
from service.core.schema import Resource
from tests.support.own_base import OwnBase


class HubBase(OwnBase):
    __abstract__ = True
    metadata = sa.MetaData()


def hub(parents: int) -> tuple[ReadGroups, Resource]:
    """The groups of a row that shows so many rows of other models, and such a row."""
    spoke = f"Hub{parents}Spoke"
    models: list[Any] = [
        type(
            f"{spoke}{number}",
            (HubBase,),
            {"__tablename__": f"{spoke}{number}", "id": mapped_column(sa.Text, primary_key=True)},
        )
        for number in range(parents)
    ]
    columns: dict[str, Any] = {
        "__tablename__": f"Hub{parents}",
        "id": mapped_column(sa.Text, primary_key=True),
    }
    for number in range(parents):
        columns[f"s{number}_id"] = mapped_column(f"s{number}Id", sa.ForeignKey(f"{spoke}{number}.id"))
        columns[f"s{number}"] = relationship(models[number])
    model: Any = type(f"Hub{parents}", (HubBase,), columns)
    link = msgspec.defstruct("Link", [("id", str)], bases=(Resource,))
    fields = [each for number in range(parents) for each in ((f"s{number}_id", str), (f"s{number}", link))]
    dto: Any = msgspec.defstruct("Hub", [("id", str), *fields], bases=(Resource,), rename="camel")
    shown = {
        f"s{number}": to_one(getattr(model, f"s{number}"), Mapping(link, models[number]))
        for number in range(parents)
    }
    return ReadGroups(Mapping(dto, model, fields=shown)), dto("h", *["s", link("s")] * parents)


def test_what_shows_too_many_models_is_for_nobody_to_keep() -> None:
    groups, row = hub(5)
    header = groups.header(row, 200)
    assert header
    assert header[1].count(b'", "') < MAX_GROUPS
    assert b'"Hub5Spoke3:s"' in header[1]
    groups, row = hub(MAX_GROUPS)
    # A name for all there is would be no name of what a write changes.
    assert groups.header(row, 200) is None


class Counter(HubBase):
    __tablename__ = "Counter"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    lines: Mapped[list["Line"]] = relationship()


class Line(HubBase):
    __tablename__ = "Line"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    counter_id: Mapped[str] = mapped_column(sa.ForeignKey("Counter.id"))


class Counted(Resource):
    id: str
    rows: int


@pytest.mark.parametrize("is_view", [False, True])
def test_a_count_of_a_view_s_rows_is_for_nobody_to_keep(
    *, is_view: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No write names a view, so that nobody would learn that the count is another."""
    if is_view:
        monkeypatch.setattr(read_groups, "ViewBase", Line)
    mapping = Mapping(Counted, Counter, fields={"rows": count_of(Counter.lines)})
    assert (read_groups_of(Counted, {Counted: mapping}) is None) is is_view


def test_a_header_changes_nothing_of_what_it_names() -> None:
    groups = Groups()
    groups.add(("Hub", ROWS), [None, "h"])
    before = {group: set(keys) for group, keys in groups.keys.items()}
    assert groups.header_value(lambda _: ()) == '"Hub:h"'
    assert groups.keys == before


@pytest.mark.parametrize(
    ("key", "named"),
    [
        ("a", "Linked:a+"),
        (7, "Linked:7+"),
        (datetime(2026, 1, 1, tzinfo=UTC), "Linked:*"),
        (Decimal("1.0"), "Linked:*"),
    ],
)
def test_links_to_a_row_whose_key_is_shown_in_another_form_make_all_of_its_model_stale(
    key: object, named: str
) -> None:
    class Linked:
        """A model without a mapping."""

    token = invalidation.set(Invalidation({}, []))
    try:
        invalidate_links(Linked, [key])
        current = invalidation.get()
        assert current
        assert named in current.header_value()
    finally:
        invalidation.reset(token)
