"""What lists are asked for."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service.dev.adopt.options import Options
from service.dev.adopt.plan.models import Source
from service.dev.adopt.plan.plans import plan
from service.dev.adopt.render.queries import parameters
from service.dev.schema import parse_schema
from service.prisma.enums import PrismaEnum, stored_values
from service.prisma.types import ScalarList
from tests.support.own_base import OwnBase

SCHEMA = """
enum Size {
  S
  L
}

model Shirt {
  id      Int      @id
  tag     String
  tags    String[]
  sizes   Size[]
  remarks String[]

  @@index([tags], type: Gin)
}
"""


class ShirtBase(OwnBase):
    __abstract__ = True
    metadata = sa.MetaData()


class Size(PrismaEnum):
    S = "S"
    L = "L"


class Shirt(ShirtBase):
    __tablename__ = "Shirt"
    __table_args__ = (sa.Index("Shirt_tags_idx", "tags", postgresql_using="gin"),)

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    tag: Mapped[str] = mapped_column(sa.Text, unique=True)
    tags: Mapped[list[str]] = mapped_column(ScalarList(sa.Text), nullable=True)
    sizes: Mapped[list[Size]] = mapped_column(
        ScalarList(sa.Enum(Size, name="Size", values_callable=stored_values)), nullable=True
    )
    remarks: Mapped[list[str]] = mapped_column(ScalarList(sa.Text), nullable=True)


def test_rows_are_found_by_what_their_lists_hold_of_enums_and_of_what_is_indexed() -> None:
    source = Source(sa.inspect(Shirt), ShirtBase.metadata.tables["Shirt"], parse_schema(SCHEMA).models[0])
    (resource,) = plan([source], Options(), {}).resources
    found = {each.name: (each.annotation, each.filter) for each in parameters(resource)}
    lists = {name: pair for name, pair in found.items() if "holds_all" in pair[1]}
    assert lists.keys() == {"tags", "size"}
    for name, kind, wire in (("tags", "§KeyText", "tags"), ("size", "Size", "sizes")):
        annotation, build = lists[name]
        assert kind in annotation
        assert f"Those whose {wire} hold all of these." in annotation
        assert build.startswith("§holds_all(")
        assert build.endswith(f".{wire})")
