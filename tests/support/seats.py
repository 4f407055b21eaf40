"""Seats: a resource whose key has two columns."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from service.core.http.query import ListQuery
from service.core.resources.conditions import everybody
from service.core.resources.controller import CrudController
from service.core.resources.filters import equals
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import Payload, Resource
from tests.support import tables

Hall = Annotated[str, Meta(max_length=64, description="The hall.", examples=["Red/1"])]
Number = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1, description="The number there.", examples=[7])]
Guest = Annotated[str, Meta(max_length=200, description="Who sits there.", examples=["Ada"])]


class Seat(Resource):
    """A seat."""

    hall: Hall
    number: Number
    guest: Guest | None


class SeatCreate(Payload):
    """A new seat."""

    hall: Hall
    number: Number
    guest: Guest | None = None


class SeatReplace(Payload):
    """All that a seat says."""

    guest: Guest | None = None


class SeatUpdate(Payload):
    """What to change."""

    guest: Guest | UnsetType | None = UNSET


class SeatQuery(ListQuery):
    """Which seats."""

    number: Annotated[int, Meta(description="With this number.")] | None = None
    sort: (
        Annotated[Literal["hall", "-hall", "guest", "-guest", "number"], Meta(description="The order.")]
        | None
    ) = None


class SeatRepository(Repository[tables.Seat, Seat]):
    """Reads and writes seats."""

    reader = ListReader(
        Mapping(Seat, tables.Seat, changed_by=[SeatUpdate], readable=everybody("a test")),
        filters={"number": equals(tables.Seat.number)},
        sorts={"hall": tables.Seat.hall, "guest": tables.Seat.guest, "number": tables.Seat.number},
    )


class SeatController(CrudController[SeatRepository, Seat, SeatQuery, SeatCreate, SeatReplace, SeatUpdate]):
    """Seats."""

    path = "/seats"
