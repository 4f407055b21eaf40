"""Rows of a many-to-many relation, written by their ids together with the row that has them."""

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator
from typing import Annotated, Any

import pytest
import sqlalchemy as sa
from msgspec import UNSET, Meta, UnsetType
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.core.http.query import ListQuery
from service.core.resources.conditions import claim, everybody
from service.core.resources.controller import CrudController
from service.core.resources.links import link_of
from service.core.resources.lists import ListReader
from service.core.resources.mapping import Mapping
from service.core.resources.nested import values_of
from service.core.resources.repository import Repository
from service.core.schema import BigInt, Payload, Resource, Timestamp
from service.prisma import ids
from service.prisma.types import UtcTimestamp
from tests.prisma.support.engines import engine_of
from tests.support.api import Api, bearer, serving
from tests.support.database import create_tables, transaction_on
from tests.support.own_base import OwnBase
from tests.support.statements import asked_for, statements_of

MINE = bearer(team="mine")
MAX_LINKED = 10_000


class LinkBase(OwnBase):
    """Apart from the mirrored schema, with which the database is compared."""

    __abstract__ = True
    metadata = sa.MetaData()


def _join(name: str, kind: Any, target: str, *more: "sa.Column[Any]") -> sa.Table:
    song = sa.ForeignKey("TestSong.id", ondelete="CASCADE")
    other = sa.ForeignKey(f"{target}.id", ondelete="CASCADE")
    return sa.Table(
        name,
        LinkBase.metadata,
        sa.Column("A", sa.Text, song, primary_key=True),
        sa.Column("B", kind, other, primary_key=True),
        *more,
    )


tags = _join("_TestSongToTag", sa.BigInteger, "TestTag")
covers = _join("_TestCovers", sa.Text, "TestSong")
ranked = _join("_TestRanked", sa.BigInteger, "TestTag", sa.Column("rank", sa.Integer))


class TagRow(LinkBase):
    __tablename__ = "TestTag"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    team: Mapped[str] = mapped_column(sa.Text)
    songs: Mapped[list["SongRow"]] = relationship(lambda: SongRow, secondary=tags, back_populates="tags")


class SongRow(LinkBase):
    __tablename__ = "TestSong"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, default=ids.cuid)
    title: Mapped[str] = mapped_column(sa.Text)
    editor: Mapped[str | None] = mapped_column(sa.Text)
    updated_at: Mapped[dt.datetime] = mapped_column(
        "updatedAt", UtcTimestamp(3), default=ids.now, onupdate=ids.now
    )
    tags: Mapped[list[TagRow]] = relationship(TagRow, secondary=tags, back_populates="songs")
    covers: Mapped[list["SongRow"]] = relationship(
        lambda: SongRow,
        secondary=covers,
        primaryjoin=lambda: SongRow.id == covers.c.A,
        secondaryjoin=lambda: SongRow.id == covers.c.B,
    )
    ranked: Mapped[list[TagRow]] = relationship(TagRow, secondary=ranked)


class Tag(Resource):
    """A tag, which has no time of change."""

    id: BigInt
    team: str
    song_ids: list[str]


class TagReplace(Payload, kw_only=True):
    """All that a tag says."""

    team: str
    song_ids: list[str] = []  # noqa: RUF012  # msgspec copies an empty default


class TagCreate(TagReplace, kw_only=True):
    """A new tag."""

    id: BigInt


class TagUpdate(Payload):
    """What to change."""

    team: str | UnsetType = UNSET
    song_ids: list[str] | UnsetType = UNSET


class Song(Resource):
    """A song with what it is linked with."""

    id: str
    title: str
    editor: str | None
    updated_at: Timestamp
    tag_ids: list[BigInt]
    cover_ids: list[str]
    ranked_ids: list[BigInt]


TagIds = Annotated[list[BigInt], Meta(max_length=100)]


class SongReplace(Payload, kw_only=True):
    """All that a song says."""

    title: str
    tag_ids: TagIds = []  # noqa: RUF012  # msgspec copies an empty default
    cover_ids: list[str] = []  # noqa: RUF012  # msgspec copies an empty default


class SongCreate(SongReplace, kw_only=True):
    """A new song."""

    id: str | UnsetType = UNSET


class SongUpdate(Payload):
    """What to change."""

    title: str | UnsetType = UNSET
    tag_ids: TagIds | UnsetType = UNSET
    cover_ids: list[str] | UnsetType = UNSET


class TagRepository(Repository[TagRow, Tag]):
    """Reads and writes tags: a team sees its own."""

    reader = ListReader(
        Mapping(
            Tag,
            TagRow,
            changed_by=[TagReplace],
            fields={"song_ids": values_of(TagRow.songs, SongRow.id, most=MAX_LINKED)},
            readable=TagRow.team == claim("team"),
        ),
        filters={},
        sorts={"id": TagRow.id},
    )


class SongRepository(Repository[SongRow, Song]):
    """Reads and writes songs, which are everybody's."""

    reader = ListReader(
        Mapping(
            Song,
            SongRow,
            changed_by=[SongReplace],
            fields={
                "tag_ids": values_of(SongRow.tags, TagRow.id, most=MAX_LINKED),
                "cover_ids": values_of(SongRow.covers, SongRow.id, most=MAX_LINKED),
                "ranked_ids": values_of(SongRow.ranked, TagRow.id, most=MAX_LINKED),
            },
            readable=everybody("a test"),
        ),
        filters={},
        sorts={"id": SongRow.id},
    )

    def from_token(self) -> dict[str, object]:
        return {"editor": self.caller.user_id} if self.caller.user_id else {}


class OwnSongRepository(Repository[SongRow, Song]):
    """Songs that everybody reads, and who edited them last alone writes."""

    reader = ListReader(
        Mapping(
            Song,
            SongRow,
            changed_by=[SongReplace],
            fields=SongRepository.reader.mapping.extra_fields,
            readable=everybody("a test"),
            writable=SongRow.editor == claim("sub"),
        ),
        filters={},
        sorts={"id": SongRow.id},
    )


class OwnSongController(
    CrudController[OwnSongRepository, Song, ListQuery, SongCreate, SongReplace, SongUpdate]
):
    """Songs."""

    path = "/songs"


class TagController(CrudController[TagRepository, Tag, ListQuery, TagCreate, TagReplace, TagUpdate]):
    """Tags."""

    path = "/tags"


class SongController(CrudController[SongRepository, Song, ListQuery, SongCreate, SongReplace, SongUpdate]):
    """Songs."""

    path = "/songs"


@pytest.fixture
async def songs(database_url: str) -> AsyncGenerator[Api]:
    """Tags 1 to 3 of one's own, tag 4 of others'."""
    rows = [{"id": number, "team": "others" if number == 4 else "mine"} for number in range(1, 5)]

    await create_tables(database_url, LinkBase.metadata)
    async with transaction_on(database_url) as connection:
        await connection.execute(sa.insert(TagRow), rows)
    async with serving(database_url, resources=[TagController, SongController], API_DOCS="false") as served:
        yield served


async def make(api: Api, **fields: Any) -> dict[str, Any]:
    answer = await api.post("/songs/", json={"title": "Song"} | fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def everything(api: Api) -> dict[str, Any]:
    """The rows as the database holds them; on PostgreSQL with what tells one version of a row from another."""
    engine: AsyncEngine = api.application.state.database.servers[0].engine
    version: list[sa.ColumnElement[str]] = []
    if engine.dialect.name == "postgresql":
        version.append(sa.literal_column("xmin::text", sa.Text()))
    async with engine.connect() as connection:
        return {
            name: (
                await connection.execute(
                    sa.select(*version, *table.columns).select_from(table).order_by(sa.text("1, 2"))
                )
            ).all()
            for name, table in LinkBase.metadata.tables.items()
        }


def pointers(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_they_are_stored_with_the_row_or_nothing_is(songs: Api) -> None:
    first = await make(songs)
    song = await make(songs, tagIds=["3", "1", "1"], coverIds=[first["id"]])
    assert (song["tagIds"], song["coverIds"]) == (["1", "3"], [first["id"]])
    path = f"/songs/{song['id']}"
    assert (await songs.get(path)).json() == song
    assert (await songs.get("/tags/3")).json()["songIds"] == [song["id"]]
    before = await everything(songs)
    wrong = {"title": "No", "tagIds": ["1", "9", "8"], "coverIds": ["none", first["id"]]}
    missing = [("/tagIds/1", "not_found"), ("/tagIds/2", "not_found"), ("/coverIds/0", "not_found")]
    for call in (
        songs.post("/songs/", json=wrong),
        songs.patch(path, json=wrong),
        songs.put(path, json=wrong),
    ):
        assert pointers(await call) == missing
    too_large = {"tagIds": ["1", str(2**63)]}
    assert pointers(await songs.patch(path, json=too_large)) == [("/tagIds/1", "invalid")]
    assert await everything(songs) == before
    moved = (await songs.patch(path, json={"title": "Other", "tagIds": ["2"]})).json()
    assert (moved["title"], moved["tagIds"], moved["coverIds"]) == ("Other", ["2"], [first["id"]])
    emptied = (await songs.put(path, json={"title": "Other"})).json()
    assert (emptied["tagIds"], emptied["coverIds"]) == ([], [])


async def test_what_is_stored_already_changes_no_byte(songs: Api) -> None:
    song = await make(songs, tagIds=["1", "2"])
    path, before = f"/songs/{song['id']}", await everything(songs)
    for body in (song, {"title": "Song", "tagIds": ["2", "1"]}):
        answer = await songs.put(path, json=body, headers=MINE)
        assert answer.json() == song
    assert (await songs.patch(path, json={"tagIds": ["2", "1"]}, headers=MINE)).json() == song
    assert await everything(songs) == before


async def test_a_link_that_moves_is_a_change_of_the_row(songs: Api) -> None:
    song = await make(songs)
    path, old = f"/songs/{song['id']}", (await songs.get(f"/songs/{song['id']}")).headers["etag"]
    await asyncio.sleep(0.002)
    answer = await songs.patch(path, json={"tagIds": ["1"]}, headers=MINE | {"If-Match": old})
    moved = answer.json()
    assert moved["updatedAt"] > song["updatedAt"]
    assert moved["editor"] == "user-editor"
    stale = {"If-Match": old}
    bodies: list[dict[str, Any]] = [
        {"tagIds": []},
        {"tagIds": ["9"]},
        {"title": "Other"},
        {"title": "Other", "tagIds": ["1"]},
    ]
    for body in bodies:
        refused = await songs.patch(path, json=body, headers=stale)
        assert (refused.status_code, refused.json()["etag"]) == (412, answer.headers["etag"])
    for body in ({"tagIds": ["1"]}, {"title": "Song", "tagIds": ["1"]}):
        repeated = await songs.patch(path, json=body, headers=stale)
        assert (repeated.status_code, repeated.json()) == (200, moved)
    assert (await songs.patch("/songs/none", json={"tagIds": ["1"]})).status_code == 404


async def test_a_model_without_a_time_of_change_has_links_too(songs: Api) -> None:
    song = await make(songs)
    tag = await songs.patch("/tags/2", json={"songIds": [song["id"]]})
    assert tag.json() == {"id": "2", "team": "mine", "songIds": [song["id"]]}
    made = await songs.post("/tags/", json={"id": "5", "team": "mine", "songIds": [song["id"]]})
    assert made.json()["songIds"] == [song["id"]]
    assert (await songs.get(f"/songs/{song['id']}")).json()["tagIds"] == ["2", "5"]


async def test_rows_that_one_may_not_read_are_neither_linked_nor_taken_away(songs: Api) -> None:
    song = await make(songs, tagIds=["1", "4"])
    path = f"/songs/{song['id']}"
    read = await songs.get(path, headers=MINE)
    assert read.json()["tagIds"] == ["1"]
    hidden = await songs.patch(path, json={"tagIds": ["1", "4"]}, headers=MINE)
    missing = await songs.patch(path, json={"tagIds": ["1", "9"]}, headers=MINE)
    assert pointers(hidden) == pointers(missing) == [("/tagIds/1", "not_found")]
    assert hidden.json()["errors"] == missing.json()["errors"]
    refused = await songs.post("/songs/", json={"title": "No", "tagIds": ["4"]}, headers=MINE)
    assert pointers(refused) == [("/tagIds/0", "not_found")]
    before = await everything(songs)
    assert (await songs.put(path, json=read.json(), headers=MINE)).json() == read.json()
    assert await everything(songs) == before
    assert (await songs.patch(path, json={"tagIds": ["2"]}, headers=MINE)).json()["tagIds"] == ["2"]
    assert (await songs.get(path)).json()["tagIds"] == ["2", "4"]
    linked = await songs.patch("/tags/4", json={"songIds": []}, headers=MINE)
    assert linked.status_code == 404


async def test_a_creation_is_repeated_with_the_same_links_alone(songs: Api) -> None:
    body = {"id": "mine", "title": "Song", "tagIds": ["1", "2"]}
    first = await songs.post("/songs/", json=body)
    assert first.status_code == 201
    again = await songs.post("/songs/", json=body | {"tagIds": ["2", "1"]})
    assert (again.status_code, again.json()) == (200, first.json())
    for others in (["1"], []):
        assert (await songs.post("/songs/", json=body | {"tagIds": others})).status_code == 409


async def test_a_batch_writes_them_too(songs: Api) -> None:
    one, two = await make(songs, tagIds=["1"]), await make(songs)
    update = {"op": "update", "id": one["id"], "tagIds": ["2"]}
    done = await songs.patch(
        "/songs/", json={"items": [{"op": "create", "title": "New", "tagIds": ["3"]}, update]}
    )
    assert [item["item"]["tagIds"] for item in done.json()["items"]] == [["3"], ["2"]]
    wrong = {"op": "update", "id": two["id"], "title": "Other", "tagIds": ["9"]}
    refused = await songs.patch("/songs/", json={"items": [update | {"tagIds": ["3"]}, wrong]})
    assert pointers(refused) == [("/items/1/tagIds/0", "not_found")]
    assert (await songs.get(f"/songs/{one['id']}")).json()["tagIds"] == ["2"]


async def test_a_payload_without_them_takes_one_statement(songs: Api) -> None:
    song = await make(songs)
    statements = await statements_of(songs)
    for call in (
        songs.post("/songs/", json={"title": "New", "tagIds": []}),
        songs.patch(f"/songs/{song['id']}", json={"title": "Other"}),
    ):
        statements.clear()
        assert (await call).status_code < 300
        assert len(asked_for(statements)) == 1, statements


async def test_the_same_link_from_both_sides_at_once_is_made_once(songs: Api) -> None:
    for _ in range(5):
        song = await make(songs)
        answers = await asyncio.gather(
            songs.patch(f"/songs/{song['id']}", json={"tagIds": ["1"]}),
            songs.patch("/tags/1", json={"songIds": [song["id"]]}),
        )
        assert [answer.status_code for answer in answers] == [200, 200], [each.text for each in answers]
        assert (await songs.get(f"/songs/{song['id']}")).json()["tagIds"] == ["1"]


async def waiting_for_locks(connection: AsyncConnection, count: int) -> None:
    async with asyncio.timeout(10):
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while await connection.scalar(waiting) != count:  # noqa: ASYNC110  # another process knows
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("body", [None, {"title": "Other", "tagIds": []}])
async def test_who_waits_for_a_link_to_move_has_an_old_tag(
    songs: Api, postgres_url: str, body: dict[str, Any] | None
) -> None:
    song = await make(songs)
    path = f"/songs/{song['id']}"
    headers = {"If-Match": (await songs.get(path)).headers["etag"]}
    engine = engine_of(postgres_url)
    async with engine.connect() as connection:
        await connection.execute(sa.select(SongRow.id).with_for_update())
        moving = asyncio.create_task(songs.patch(path, json={"tagIds": ["1"]}, headers=headers))
        await waiting_for_locks(connection, 1)
        late = asyncio.create_task(
            songs.patch(path, json=body, headers=headers) if body else songs.delete(path, headers=headers)
        )
        await waiting_for_locks(connection, 2)
        await connection.rollback()
    await engine.dispose()
    assert ((await moving).status_code, (await late).status_code) == (200, 412)
    assert (await songs.get(path)).json() == (await moving).json()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_who_deletes_waits_for_a_link_from_the_other_side(songs: Api, postgres_url: str) -> None:
    song = await make(songs)
    path = f"/songs/{song['id']}"
    headers = {"If-Match": (await songs.get(path)).headers["etag"]}
    engine = engine_of(postgres_url)
    async with engine.connect() as connection:
        await connection.execute(tags.insert().values(A=song["id"], B=1))
        deleted = asyncio.create_task(songs.delete(path, headers=headers))
        await waiting_for_locks(connection, 1)
        await connection.commit()
    await engine.dispose()
    assert (await deleted).status_code == 412


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_nobody_waits_for_a_row_that_is_hidden(songs: Api, postgres_url: str) -> None:
    """Else one could tell that it is there, and hold it up."""
    etag = (await songs.get("/tags/1")).headers["etag"]
    engine = engine_of(postgres_url)
    async with engine.connect() as connection:
        await connection.execute(sa.select(TagRow.id).where(TagRow.id == 4).with_for_update())
        async with asyncio.timeout(5):
            changed = await songs.patch("/tags/4", json={"songIds": []}, headers=MINE)
            deleted = await songs.delete("/tags/4", headers=MINE | {"If-Match": etag})
        assert (changed.status_code, deleted.status_code) == (404, 404)
    await engine.dispose()


@pytest.mark.parametrize("ids", [["1"], ["2"], [], ["9"]])
async def test_who_may_read_a_row_and_not_write_it_moves_no_link_of_it(
    songs: Api, database_url: str, ids: list[str]
) -> None:
    """Be it one that is there already, or one to nothing."""
    owner, reader = bearer("me", team="mine"), bearer("other", team="mine")
    async with serving(
        database_url, resources=[TagController, OwnSongController], API_DOCS="false"
    ) as served:
        made = await served.post("/songs/", json={"title": "Song", "tagIds": ["1"]}, headers=owner)
        song = made.json()
        before, path = await everything(songs), f"/songs/{song['id']}"
        items = [{"op": "update", "id": song["id"], "tagIds": ids}]
        for answer in (
            await served.patch(path, json={"tagIds": ids}, headers=reader),
            await served.patch(path, json={"tagIds": ids}, headers=reader | {"If-Match": '"0"'}),
            await served.put(path, json={"title": "Song", "tagIds": ids}, headers=reader),
            await served.patch("/songs/", json={"items": items}, headers=reader),
            await served.delete(path, headers=reader | {"If-Match": made.headers["etag"]}),
        ):
            assert answer.status_code == 403, answer.text
            assert not answer.headers.get("etag")
        assert await everything(songs) == before


async def test_only_a_join_table_of_two_keys_is_written(songs: Api) -> None:
    assert link_of(SongRow.ranked, TagRow.id) is None
    assert link_of(SongRow.tags, TagRow.team) is None
    link = link_of(SongRow.covers, SongRow.id)
    assert link
    assert (link.near, link.far) == (covers.c.A, covers.c.B)
    song = await make(songs)
    answer = await songs.put(f"/songs/{song['id']}", json=song | {"rankedIds": ["1"]})
    assert (answer.status_code, answer.json()["rankedIds"]) == (200, [])
