"""Ids have the shape that Prisma's client gives them, sort by time, and never come twice."""

import multiprocessing
import os
import re
import time
import timeit
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from multiprocessing.pool import Pool
from uuid import UUID, uuid4

import pytest
from sqlalchemy import ColumnDefault
from sqlalchemy.engine.default import DefaultExecutionContext

from service.prisma import ids

MAKERS: dict[str, tuple[Callable[[], str], str]] = {
    "cuid": (ids.cuid, r"c[0-9a-z]{24}"),
    "cuid2": (ids.cuid2, r"[a-z][0-9a-z]{23}"),
    "uuid4": (ids.uuid4, r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    "uuid7": (ids.uuid7, r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    "ulid": (ids.ulid, r"[0-7][0-9A-HJKMNP-TV-Z]{25}"),
    "nanoid": (ids.nanoid, r"[A-Za-z0-9_-]{21}"),
    "nanoid of 10": (partial(ids.nanoid, 10), r"[A-Za-z0-9_-]{10}"),
}
SORTED = ("cuid", "uuid7", "ulid")
CUID_IN_UUIDS = 4


def many(name: str, count: int = 2_000) -> list[str]:
    make = MAKERS[name][0]
    return [make() for _ in range(count)]


@pytest.mark.parametrize("name", MAKERS)
def test_shape(name: str) -> None:
    shape = re.compile(MAKERS[name][1])
    assert all(shape.fullmatch(made) for made in many(name))


@pytest.mark.parametrize("name", MAKERS)
def test_threads_never_make_the_same_id(name: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [each for batch in pool.map(many, [name] * 16) for each in batch]
    assert len(set(made)) == len(made) == 16 * 2_000


# Of the test runner's own threads, which no child uses.
FORKS = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


@contextmanager
def forked(processes: int) -> Generator[Pool]:
    """Workers that end by themselves; a pool's own end kills them, which may never end while coverage is measured."""
    pool = multiprocessing.get_context("fork").Pool(processes)
    try:
        yield pool
    finally:
        pool.close()
        pool.join()


@FORKS
@pytest.mark.parametrize("name", MAKERS)
def test_forked_workers_never_make_the_same_id(name: str) -> None:
    many(name, 1)  # whatever state there is stands before the fork
    with forked(4) as workers:
        batches = workers.map(many, [name] * 8, chunksize=1)
    made = [each for batch in [*batches, many(name)] for each in batch]
    assert len(set(made)) == len(made)


@FORKS
def test_a_fork_gets_its_own_counter_and_fingerprint() -> None:
    before = ids.cuid()
    with forked(1) as workers:
        child = workers.apply(ids.cuid)
    after = ids.cuid()
    assert before[13:15] == after[13:15] == ids.PAIRS[os.getpid() % ids.PAIR]
    assert child[13:17] != before[13:17]
    assert child[9:13] != after[9:13], "the counter went on from the parent's"


@pytest.mark.parametrize("name", SORTED)
def test_later_ids_sort_higher(name: str) -> None:
    make = MAKERS[name][0]
    made: list[str] = []
    for _ in range(20):
        made.append(make())
        time.sleep(0.002)
    assert made == sorted(made)


def test_a_cuid_tells_its_time() -> None:
    milliseconds = int(ids.cuid()[1:9], 36)
    assert abs(milliseconds / 1000 - time.time()) < 5


def test_every_letter_of_a_nanoid_is_as_likely() -> None:
    letters = "".join(many("nanoid", 10_000))
    counts = [letters.count(chr(letter)) for letter in set(ids.NANOID_LETTERS)]
    assert len(counts) == 64
    assert max(counts) < 1.2 * min(counts)


def test_native_uuids_are_of_their_version() -> None:
    made = (ids.native_uuid4(), ids.native_uuid7())
    assert [type(each) for each in made] == [UUID, UUID]
    assert [each.version for each in made] == [4, 7]


@pytest.mark.no_cover  # it would be timed as well
def test_a_cuid_takes_about_as_long_as_a_uuid() -> None:
    """Nothing absolute: about 1.3 µs each on a machine at rest, and any number of them on a busy one."""
    cuid, uuid = (min(timeit.repeat(make, number=1_000, repeat=40)) for make in (ids.cuid, uuid4))
    assert cuid < CUID_IN_UUIDS * uuid


def test_now_is_utc_in_milliseconds() -> None:
    moment = ids.utc_now()
    assert moment.tzinfo is UTC
    assert moment.microsecond % 1000 == 0
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 5


def test_the_time_stands_still_for_one_write() -> None:
    """As SQLAlchemy calls it, which keeps the write to itself where a default's argument may be left out."""
    default = ColumnDefault(ids.now)
    one, other = DefaultExecutionContext(), DefaultExecutionContext()
    assert default.arg(one) is default.arg(one)
    assert default.arg(one) is not default.arg(other)


def test_a_date_and_a_time_are_of_the_same_moment() -> None:
    write = DefaultExecutionContext()
    moment = ids.now(write)
    assert ColumnDefault(ids.today).arg(write) == moment.date()
    assert ColumnDefault(ids.time_of_day).arg(write) == moment.time()
    with_offset = ColumnDefault(ids.time_of_day_with_offset).arg(write)
    assert f"{with_offset}:00" == moment.timetz().isoformat("milliseconds")
