"""Seats: a resource whose key has two columns."""

from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import PathParameter
from msgspec import UNSET, Meta, UnsetType

from service.core.http.query import ListQuery
from service.core.http.reply import Created
from service.core.resources.conflicts import constraints
from service.core.resources.controller import ResourceController
from service.core.resources.filters import equals
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.repository import Repository
from service.core.schema import IfMatch, Listing, Payload, Resource
from tests.support import tables

Hall = Annotated[str, Meta(min_length=1, max_length=64, description="The hall.", examples=["Red/1"])]
Number = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1, description="The number there.", examples=[7])]
Guest = Annotated[str, Meta(max_length=200, description="Who sits there.", examples=["Ada"])]
PathHall = Annotated[str, PathParameter(description="The hall.")]
PathNumber = Annotated[int, PathParameter(description="The number there.")]


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


class SeatUpdate(Payload):
    """What to change."""

    guest: Guest | UnsetType | None = UNSET


class SeatSort(StrEnum):
    """The order."""

    HALL = "hall"
    HALL_DESCENDING = "-hall"
    GUEST = "guest"
    GUEST_DESCENDING = "-guest"
    NUMBER = "number"


class SeatQuery(ListQuery):
    """Which seats."""

    number: Annotated[int, Meta(description="With this number.")] | None = None
    sort: Annotated[SeatSort, Meta(description="The order.")] | None = None


class SeatRepository(Repository[tables.Seat, Seat]):
    """Reads and writes seats."""

    model_type = tables.Seat
    default_sort = "hall"
    reader = ListReader(
        Mapping(Seat, tables.Seat, changed_by=[SeatUpdate]),
        filters={"number": equals(tables.Seat.number)},
        sorts={"hall": tables.Seat.hall, "guest": tables.Seat.guest, "number": tables.Seat.number},
    )


class SeatController(ResourceController):
    """Seats."""

    path = "/seats"
    tags = ("seats",)
    seats: SeatRepository

    @get("/", operation_id="listSeats")
    async def list_seats(self, criteria: NamedDependency[SeatQuery]) -> Listing[Seat]:
        """List seats."""
        return await self.seats.read_list(criteria)

    @get("/{hall:str}/{number:int}", operation_id="getSeat")
    async def get_seat(self, hall: PathHall, number: PathNumber) -> Seat:
        """Read a seat."""
        return await self.seats.read(hall, number)

    @post("/", operation_id="createSeat")
    async def create_seat(self, payload: NamedDependency[SeatCreate]) -> Created[Seat]:
        """Create a seat."""
        location = f"/api/v1/seats/{quote(payload.hall, safe='')}/{payload.number}"
        with constraints(tables.Seat, location):
            seat = await self.seats.insert(self.seats.mapping.values_of(payload))
        return Created(seat, location=location)

    @patch("/{hall:str}/{number:int}", operation_id="updateSeat")
    async def update_seat(
        self, hall: PathHall, number: PathNumber, payload: NamedDependency[SeatUpdate], if_match: IfMatch
    ) -> Seat:
        """Change a seat."""
        changes = self.seats.mapping.values_of(payload)
        return await self.seats.update(hall, number, if_match=if_match, changes=changes)

    @delete("/{hall:str}/{number:int}", operation_id="deleteSeat")
    async def delete_seat(self, hall: PathHall, number: PathNumber, if_match: IfMatch) -> None:
        """Delete a seat."""
        await self.seats.delete(hall, number, if_match=if_match)
