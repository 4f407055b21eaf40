"""Whose rows: the ways from models to the tenant, and what is left for a person to say."""

from collections.abc import Collection, Mapping

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from service.dev.adopt.adopted import Adopted, Kept, KeptSlice
from service.dev.adopt.options import Options
from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.plans import Inputs, plan
from service.dev.adopt.plan.previous import Previous
from service.dev.adopt.plan.tenants import claimed, fields_of_tenants, meant_as_field, ways_in
from service.dev.adopt.report.changes import other_ways
from service.dev.schema import parse_schema

SCHEMA = """
model Firm {
  id String @id
}
model Depot {
  id     String @id
  firmId String
  note   String?
  firm   Firm   @relation(fields: [firmId], references: [id])
}
model Shelf {
  id      String @id
  depotId String
  depot   Depot  @relation(fields: [depotId], references: [id])
}
model Pass {
  token  String @id
  firmId String
  firm   Firm   @relation(fields: [firmId], references: [id])
}
model Entry {
  id     String @id
  passId String
  pass   Pass   @relation(fields: [passId], references: [token])
}
model Transfer {
  id     String @id
  toId   String
  fromId String
  to     Firm   @relation("to", fields: [toId], references: [id])
  from   Firm   @relation("from", fields: [fromId], references: [id])
}
model Receipt {
  id         String   @id
  transferId String
  transfer   Transfer @relation(fields: [transferId], references: [id])
}
model Bill {
  id      String @id
  firmId  String
  depotId String
  firm    Firm   @relation(fields: [firmId], references: [id])
  depot   Depot  @relation(fields: [depotId], references: [id])
}
model Move {
  id      String @id
  toId    String
  fromId  String
  to      Depot  @relation("to", fields: [toId], references: [id])
  from    Depot  @relation("from", fields: [fromId], references: [id])
}
"""


class TenantsBase(DeclarativeBase):
    """Apart from the models of this checkout."""


def _key() -> Mapped[str]:
    return mapped_column(sa.Text, primary_key=True)


class Firm(TenantsBase):
    __tablename__ = "Firm"
    id: Mapped[str] = _key()


class Depot(TenantsBase):
    __tablename__ = "Depot"
    id: Mapped[str] = _key()
    firm_id: Mapped[str] = mapped_column("firmId", sa.ForeignKey("Firm.id"))
    note: Mapped[str | None]
    firm: Mapped[Firm] = relationship()


class Shelf(TenantsBase):
    __tablename__ = "Shelf"
    id: Mapped[str] = _key()
    depot_id: Mapped[str] = mapped_column("depotId", sa.ForeignKey("Depot.id"))
    depot: Mapped[Depot] = relationship()


class Pass(TenantsBase):
    __tablename__ = "Pass"
    token: Mapped[str] = _key()
    firm_id: Mapped[str] = mapped_column("firmId", sa.ForeignKey("Firm.id"))
    firm: Mapped[Firm] = relationship()


class Entry(TenantsBase):
    __tablename__ = "Entry"
    id: Mapped[str] = _key()
    pass_id: Mapped[str] = mapped_column("passId", sa.ForeignKey("Pass.token"))
    pass_: Mapped[Pass] = relationship()


class Transfer(TenantsBase):
    __tablename__ = "Transfer"
    id: Mapped[str] = _key()
    to_id: Mapped[str] = mapped_column("toId", sa.ForeignKey("Firm.id"))
    from_id: Mapped[str] = mapped_column("fromId", sa.ForeignKey("Firm.id"))
    to: Mapped[Firm] = relationship(foreign_keys=[to_id])
    from_: Mapped[Firm] = relationship(foreign_keys=[from_id])


class Receipt(TenantsBase):
    __tablename__ = "Receipt"
    id: Mapped[str] = _key()
    transfer_id: Mapped[str] = mapped_column("transferId", sa.ForeignKey("Transfer.id"))
    transfer: Mapped[Transfer] = relationship()


class Bill(TenantsBase):
    __tablename__ = "Bill"
    id: Mapped[str] = _key()
    firm_id: Mapped[str] = mapped_column("firmId", sa.ForeignKey("Firm.id"))
    depot_id: Mapped[str] = mapped_column("depotId", sa.ForeignKey("Depot.id"))
    firm: Mapped[Firm] = relationship()
    depot: Mapped[Depot] = relationship()


class Move(TenantsBase):
    __tablename__ = "Move"
    id: Mapped[str] = _key()
    to_id: Mapped[str] = mapped_column("toId", sa.ForeignKey("Depot.id"))
    from_id: Mapped[str] = mapped_column("fromId", sa.ForeignKey("Depot.id"))
    to: Mapped[Depot] = relationship(foreign_keys=[to_id])
    from_: Mapped[Depot] = relationship(foreign_keys=[from_id])


MODELS: Collection[type[TenantsBase]] = (Firm, Depot, Shelf, Pass, Entry, Transfer, Receipt, Bill, Move)


def conditions(*left_out: str, tenant: str = "Firm", **ways: list[str]) -> Mapping[str, str | None]:
    """Of each model with a resource, as they are written."""
    plans = plan(
        sources(),
        Options(tenant=tenant, leave_out=list(left_out)),
        {name: Previous(name.lower(), each) for name, each in ways.items()},
    )
    return {each.name: _plain(each.readable) for each in plans.resources}


def sources() -> list[Source]:
    by_name = {model.name: model for model in parse_schema(SCHEMA).models}
    tables = TenantsBase.metadata.tables
    return [Source(sa.inspect(each), tables[each.__tablename__], by_name[each.__name__]) for each in MODELS]


def _plain(condition: str | None) -> str | None:
    return condition and condition.replace("§[service.models]tables.", "").replace("§", "")


def test_the_shortest_way_is_taken() -> None:
    found = conditions()
    assert found["Firm"] == 'Firm.id == claim("tenant")'
    assert found["Depot"] == 'Depot.firm_id == claim("tenant")'
    assert found["Shelf"] == "through(Shelf.depot)"


def test_a_field_can_hold_the_key_of_tenants_that_no_model_holds() -> None:
    """As where another service keeps the users and their organizations."""
    found = conditions(tenant="firmId")
    assert found["Depot"] == 'Depot.firm_id == claim("tenant")'
    assert found["Bill"] == 'Bill.firm_id == claim("tenant")'
    assert found["Shelf"] == "through(Shelf.depot)"
    assert found["Firm"] is None
    assert found["Transfer"] is None
    assert {"firmId", "toId"} <= fields_of_tenants(sources())
    assert "note" not in fields_of_tenants(sources()), "it may be null"
    assert "firm" not in fields_of_tenants(sources()), "a relation has no column"
    assert "id" not in fields_of_tenants(sources()), "it is each row's own key"
    assert "--tenant firmId is a field: 3 of 9 models" in meant_as_field(sources(), "firmId")
    assert not meant_as_field(sources(), "Firm")


def test_of_a_model_without_a_resource_the_condition_is_said_where_the_way_goes_by_it() -> None:
    # Nobody else says it: what belongs to such a row would be everybody's.
    assert conditions("Depot")["Shelf"] == 'through(Shelf.depot, Depot.firm_id == claim("tenant"))'
    found = conditions()
    assert "Pass" not in found
    assert found["Entry"] == 'through(Entry.pass_, Pass.firm_id == claim("tenant"))'


@pytest.mark.parametrize("model", ["Transfer", "Move", "Receipt"])
def test_where_two_ways_are_alike_a_person_says_which(model: str) -> None:
    assert conditions()[model] is None


def test_a_new_row_gets_from_the_token_what_is_its_own() -> None:
    own = '§[service.models]tables.Depot.firm_id == §claim("tenant")'
    assert claimed(own) == "firm_id"
    assert claimed(f"§through(§[service.models]tables.Shelf.depot, {own})") is None
    assert claimed(None) is None


def test_the_way_that_was_taken_before_is_kept_while_it_is_there() -> None:
    """What a migration adds gives nobody's rows to others."""
    assert conditions(Transfer=["from_id"])["Transfer"] == 'Transfer.from_id == claim("tenant")'
    assert conditions(Move=["to"])["Move"] == "through(Move.to)"
    # One step up, though a column of the row itself came.
    assert conditions(Bill=["depot"])["Bill"] == "through(Bill.depot)"
    assert conditions(Bill=["gone"])["Bill"] == conditions()["Bill"] == 'Bill.firm_id == claim("tenant")'


@pytest.mark.parametrize(
    ("source", "way"),
    [
        ('readable=tables.Depot.firm_id == claim("tenant"),', ["firm_id"]),
        ("readable=through(tables.Shelf.depot)", ["depot"]),
        ("readable=core_through(\n    tables.Shelf.depot, tables.Depot.firm_id == claim())", ["depot"]),
        ("filters={}", []),
        ("readable=[service.models]tables.Depot.firm_id == claim()", ["firm_id"]),
    ],
)
def test_the_way_is_read_from_what_was_written(source: str, way: list[str]) -> None:
    assert [*ways_in(source)] == way


def test_other_owners_are_told() -> None:
    plans = plan(sources(), Options(tenant="Firm"), {})
    text = "whole = Mapping(Shelf, tables.Shelf, readable=through(tables.Shelf.hall))"
    adopted = Adopted(slices={"Shelf": KeptSlice("shelves", files={"repository.py": Kept(text, "")})})
    assert other_ways(plans, Inputs(parse_schema(SCHEMA), sources(), adopted), {}) == [
        "Shelf.depot says whose its rows are; until now hall did. Is that so?"
    ]
    adopted.slices["Shelf"].files["repository.py"].text = text.replace("hall", "depot")
    assert other_ways(plans, Inputs(parse_schema(SCHEMA), sources(), adopted), {}) == []
