"""Every type that Prisma has, alone, in a list and as null, there and back over the API."""

import re
from collections.abc import AsyncGenerator
from enum import StrEnum
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import text
from sqlalchemy.dialects import postgresql as pg

from service.core.resources.columns.conversions import conversion_of
from service.core.resources.columns.exact import canonical, exactly
from service.prisma.types import ExactDecimal, ExactMoney, UtcTimestamp
from tests.support.api import Api, serving
from tests.support.database import create_tables, transaction_on
from tests.support.kinds import PAGING, KindBase, KindController, KindQuery, KindRow, KindUpdate


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


UUID = "7f1c1c4e-2f0b-4c57-9a67-2f9d6a1a0001"
OTHER_UUID = "00000000-0000-4000-8000-000000000000"
JSONS: list[Any] = [
    {"a": [1, {"é": None}], "b": "x,y"},
    [],
    [1, "two"],
    "text",
    12.5,
    0,
    True,
    False,
    {},
    10**22,
    {"a": [-(10**30)]},
]
SAME: dict[str, list[Any]] = {
    "text": ["a'b", "", "Ünï\n", "x" * 5000, "null"],
    "fixed": ["abcd", "a   ", "    "],
    "flag": [True, False],
    "number": [0, -(2**31), 2**31 - 1],
    "small": [-(2**15), 2**15 - 1],
    "oid": [2**32 - 1, 0],
    "big": ["9007199254740993", "-9223372036854775808", "0"],
    "double": [0.1, -1.5e300, 0.0, 1e-300, 10**20],
    "single": [0.1, -1.5, 1e20, 10**20],
    "decimal": [
        "12345678901234567890.0123456789",
        "-0.5000000000",
        "99999999999999999999.9999999999",
        "-99999999999999999999.9999999999",
    ],
    "money": ["1.50", "-0.01", "92233720368547758.07", "-92233720368547758.08"],
    "moment": ["2026-01-31T12:00:00.123Z", "0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"],
    "instant": ["2026-01-31T12:00:00.123Z", "0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"],
    "day": ["2026-01-31", "0001-01-01", "9999-12-31"],
    "clock": ["00:00:00.000", "23:59:59.999"],
    "document": JSONS,
    "plain": JSONS,
    "data": ["AP8=", "", "A" * 400],
    "identity": [UUID, OTHER_UUID],
    "version": ["RED", "DARK_BLUE"],
    "point": ["(1,2)"],
    "bits": ["1010", "0000"],
    "inet": ["192.0.2.1", "192.0.2.0/24", "2001:db8::1"],
}
"""What goes in and comes out alike."""
PLURALS = {"identity": "identities", "version": "colors", "bits": "bitses"}
LISTS = {PLURALS.get(name, f"{name}s"): values for name, values in SAME.items()}
CASES = [
    *((name, value) for name, values in SAME.items() for value in values),
    *((name, value) for name, values in LISTS.items() for value in (values, values[:1], [])),
    *((name, [None, {"a": None}]) for name in ("documents", "plains")),
]


async def _create(url: str) -> None:
    await create_tables(url, KindBase.metadata, KindRow.__tablename__)


@pytest.fixture
async def kinds(database_url: str) -> AsyncGenerator[Api]:
    await _create(database_url)
    async with serving(database_url, resources=[KindController], API_DOCS="false") as served:
        yield served


async def make(api: Api, **fields: Any) -> dict[str, Any]:
    answer = await api.post("/kinds/", json=fields)
    assert answer.status_code == 201, (fields, answer.text)
    return answer.json()


async def test_each_value_comes_back_as_it_was_sent(kinds: Api) -> None:
    for name, value in CASES:
        made = await make(kinds, **{name: value})
        path = f"/kinds/{made['id']}"
        read = (await kinds.get(path)).json()
        changed = await kinds.patch(f"/kinds/{(await make(kinds))['id']}", json={name: value})
        assert changed.status_code == 200, (name, value, changed.text)
        again = await kinds.patch(path, json={name: value})
        assert again.status_code == 200, (name, value, again.text)
        answers = [each[name] for each in (made, read, changed.json(), again.json())]
        assert answers == [value] * 4, name


async def test_null_is_null_and_a_list_is_empty(kinds: Api) -> None:
    made = await make(kinds)
    assert made == {"id": 1} | dict.fromkeys(SAME) | {name: [] for name in LISTS}
    full = await make(kinds, **{name: values[0] for name, values in SAME.items()})
    emptied = await kinds.patch(f"/kinds/{full['id']}", json=dict.fromkeys(SAME))
    assert emptied.json() == made | {"id": 2}


async def test_a_list_of_rows_shows_what_each_row_shows(kinds: Api) -> None:
    body = {name: values[0] for name, values in SAME.items()} | LISTS
    made = [await make(kinds), await make(kinds, **body)]
    assert (await kinds.get("/kinds/")).json()["items"] == made


async def test_columns_of_json_and_of_unsupported_types_are_replaced(kinds: Api) -> None:
    made = await make(kinds, plain={"a": 1}, point="(1,2)")
    for changes in ({"plain": {"a": 2}}, {"plain": [1]}, {"point": "(3,4)"}, {"plain": None, "point": None}):
        answer = await kinds.patch(f"/kinds/{made['id']}", json=changes)
        assert answer.status_code == 200, answer.text
        assert changes.items() <= answer.json().items()


FILTERS = [name for name in KindQuery.__struct_fields__ if name not in PAGING]


async def test_filters_compare_as_the_type_does(kinds: Api) -> None:
    for name in (name for name in FILTERS if "_" not in name):
        # An empty parameter counts as not given.
        first, second = sorted([value for value in SAME[name] if value != ""][:2], key=_order)
        low, high = [(await make(kinds, **{name: value}))["id"] for value in (first, second)]
        assert await found(kinds, name, first) == [low]
        assert await found(kinds, f"{name}In", first, second) == [low, high]
        if f"{name}_from" in FILTERS:
            assert await found(kinds, f"{name}From", second) == [high]
            assert await found(kinds, f"{name}Before", second) == [low]
        for identity in (low, high):
            await kinds.delete(f"/kinds/{identity}")


async def test_a_filter_finds_the_lists_that_hold_all(kinds: Api) -> None:
    for name in (name.removesuffix("_all") for name in FILTERS if name.endswith("_all")):
        values = [value for value in LISTS[name] if value != ""][:2]
        both, one = [(await make(kinds, **{name: value}))["id"] for value in (values, values[:1])]
        assert await found(kinds, f"{name}All", *values) == [both]
        assert await found(kinds, f"{name}All", *values[::-1]) == [both]
        assert await found(kinds, f"{name}All", *values[:1]) == [both, one]


async def found(api: Api, parameter: str, *values: Any) -> list[int]:
    """The ids of what a filter finds."""
    texts = [str(value).lower() if isinstance(value, bool) else value for value in values]
    answer = await api.get("/kinds/", params=[(parameter, each) for each in texts])
    assert answer.status_code == 200, (parameter, answer.text)
    assert answer.json()["total"] == len(answer.json()["items"])
    return [item["id"] for item in answer.json()["items"]]


def _order(value: Any) -> Any:
    try:
        return float(value)
    except ValueError:
        return value


async def test_cursors_lead_through_amounts_of_money(kinds: Api) -> None:
    amounts = ["-1.00", "1.50", "92233720368547758.07", None]
    for amount in reversed(amounts):
        await make(kinds, money=amount)
    for sort, expected in (("money", amounts), ("-money", amounts[::-1])):
        seen: list[Any] = []
        query = {"sort": sort, "limit": 1}
        while True:
            page = (await kinds.get("/kinds/", params=query)).json()
            seen += [item["money"] for item in page["items"]]
            if page["nextCursor"] is None:
                break
            query = {"cursor": page["nextCursor"], "limit": 1}
        assert seen == expected


SPELLED = {
    "decimal": ("1.50", "1.5"),
    "decimalIn": ("0.00", "0"),
    "money": ("1.50", "1.5"),
    "bigFrom": ("7", "07"),
    "single": ("1.5", "1.50"),
    "flag": ("true", "1"),
    "identity": (UUID, UUID.upper()),
    "identityIn": (UUID, UUID.replace("-", "")),
    "moment": ("2026-01-31T12:00:00.000Z", "2026-01-31T13:00:00+01:00"),
    "momentFrom": ("2026-01-31T12:00:00.000Z", "2026-01-31t12:00:00z"),
    "clock": ("12:00:00.000", "12:00:00"),
}
"""By filters, the same value in two ways."""


@pytest.mark.parametrize("name", SPELLED)
async def test_a_cursor_knows_the_value_of_a_filter_however_it_is_spelled(kinds: Api, name: str) -> None:
    one, other = SPELLED[name]
    column = re.sub("(In|From)$", "", name)
    stored: Any = one == "true" if column == "flag" else float(one) if column == "single" else one
    for _ in range(2):
        await make(kinds, **{column: stored})
    first = (await kinds.get("/kinds/", params={name: one, "limit": 1})).json()
    query = {"cursor": first["nextCursor"], name: other}
    found = await kinds.get("/kinds/", params=query)
    assert found.status_code == 200, found.text
    assert [each["id"] for each in found.json()["items"]] == [2]


FINER: list[tuple[str, Any, str]] = [
    ("decimal", "1.0000000000", "1.00000000004"),
    ("moment", "2026-01-31T12:00:00.000Z", "2026-01-31T12:00:00.0004Z"),
]
"""What a column holds, and what it would round to that."""


async def test_values_to_compare_with_are_not_rounded_as_stored_ones_are(kinds: Api) -> None:
    for name, stored, finer in FINER:
        row = (await make(kinds, **{name: stored}, **{f"{name}s": [stored]}))["id"]
        assert await found(kinds, f"{name}From", finer) == []
        assert await found(kinds, f"{name}Before", finer) == [row]
        assert await found(kinds, name, finer) == []
        assert await found(kinds, f"{name}In", finer, stored) == [row]
        assert await found(kinds, f"{name}sAll", finer) == []
        assert await found(kinds, f"{name}sAll", stored) == [row]


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (ExactDecimal(8, 2), "1.5", "1.50"),
        (UtcTimestamp(3), "2026-01-31T12:00:00.500Z", "2026-01-31T13:00:00.5+01:00"),
        (sa.CHAR(3), "a", "a  "),
        (pg.CITEXT(), "Ünï", "üNÏ"),
    ],
    ids=str,
)
def test_keys_are_equal_as_in_the_database(kind: Any, one: str, other: str) -> None:
    form = canonical(kind)
    assert form(_bound(kind, one)) == form(_bound(kind, other))


@pytest.mark.parametrize(
    ("kind", "held", "finer"),
    [
        (ExactDecimal(8, 2), "1.230", "1.234"),
        (ExactMoney(), "1.23", "1.234"),
        (UtcTimestamp(3), "2026-01-31T12:00:00.001Z", "2026-01-31T12:00:00.0014Z"),
        (UtcTimestamp(0, timezone=True), "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.001Z"),
    ],
    ids=str,
)
def test_a_key_names_no_row_that_it_would_be_rounded_to(kind: Any, held: str, finer: str) -> None:
    assert _bound(kind, held)
    with pytest.raises(ValueError, match=r"finer|digits behind"):
        _bound(kind, finer)


def _bound(kind: Any, value: str) -> Any:
    return exactly(kind)(value)


UNSTORABLE: list[tuple[str, Any]] = [
    ("big", "9223372036854775808"),
    ("big", "0" * 21),
    ("big", "1.5"),
    ("big", "x"),
    ("bigs", ["1", "x"]),
    ("small", 2**15),
    ("oid", -1),
    ("oids", [2**32]),
    ("number", 2**31),
    ("numbers", [2**31]),
    ("number", 10**20),
    ("bigs", [10**20]),
    ("double", 10**400),
    ("decimal", "x"),
    ("decimal", "1" * 40),
    ("decimal", "100000000000000000000"),
    ("decimal", "99999999999999999999.99999999995"),
    ("decimal", f"0.{'0' * 999}"),
    ("decimals", ["NaN"]),
    ("money", "92233720368547758.08"),
    ("money", "-92233720368547758.09"),
    ("moneys", ["$1.50"]),
    ("money", "1.505"),
    ("single", 1e300),
    ("clock", "12:00:00+01:00"),
    ("clock", "12:00"),
    ("identity", f"{UUID}0"),
    ("day", "2026-01-310"),
    ("moment", "0001-01-01T00:00:00+14:00"),
    ("moment", "9999-12-31T23:59:59-01:00"),
    ("instants", ["9999-12-31T23:59:59-01:00"]),
]


async def test_what_a_type_cannot_hold_is_the_callers_to_mend(kinds: Api) -> None:
    made = await make(kinds)
    answers = {
        (str((field, value)), method): (await kinds.request(method, path, json={field: value})).status_code
        for field, value in UNSTORABLE
        for method, path in (("POST", "/kinds/"), ("PATCH", f"/kinds/{made['id']}"))
    }
    assert {case: status for case, status in answers.items() if status != 422} == {}


AT_THE_LIMIT: list[tuple[str, Any]] = [
    ("big", "0" * 20),
    ("decimal", f"0.{'0' * 998}"),
]


async def test_what_is_as_long_as_the_document_lets_it_be_is_stored(kinds: Api) -> None:
    for field, value in AT_THE_LIMIT:
        await make(kinds, **{field: value})


async def test_bits_are_neither_cut_off_nor_filled_up(postgres_url: str) -> None:
    await _create(postgres_url)
    async with serving(postgres_url, resources=[KindController], API_DOCS="false") as api:
        for body in ({"bits": "10"}, {"bits": "10101"}, {"bitses": ["10"]}, {"bitses": ["10101"]}):
            assert (await api.post("/kinds/", json=body)).status_code == 422


UNREAD: list[tuple[dict[str, Any], list[str]]] = [
    ({"point": "x"}, ["/point"]),
    ({"inet": "x"}, ["/inet"]),
    ({"bits": "12"}, ["/bits"]),
    ({"bits": "10"}, ["/bits"]),
    ({"bitses": ["1010", "10"]}, ["/bitses"]),
    ({"inets": ["::1", "x"]}, ["/inets"]),
    ({"point": "(1,2)", "inet": "x", "bits": "1010", "text": "x"}, ["/inet"]),
    ({"point": "x", "inet": "x"}, ["/point"]),
    ({"inet": "x", "inets": ["x"]}, []),
]
"""What PostgreSQL cannot read, and which field it is, where that is known."""


async def test_what_postgresql_cannot_read_is_the_callers_to_mend(postgres_url: str) -> None:
    await _create(postgres_url)
    async with serving(postgres_url, resources=[KindController], API_DOCS="false") as api:
        row = (await make(api))["id"]
        for body, pointers in UNREAD:
            batch = {"items": [{"op": "update", "id": row, **body}]}
            for answer, below in (
                (await api.post("/kinds/", json=body), ""),
                (await api.patch(f"/kinds/{row}", json=body), ""),
                (await api.patch("/kinds/", json=batch), "/items/0"),
            ):
                assert answer.status_code == 422, (body, answer.text)
                named = [error["pointer"] for error in answer.json()["errors"]]
                whole = [below] if below else []
                assert named == ([f"{below}{each}" for each in pointers] or whole), body


async def test_large_numbers_in_a_document_survive_a_merge(kinds: Api) -> None:
    headers = {"Content-Type": "application/merge-patch+json"}
    for name in ("document", "plain"):
        made = await make(kinds, **{name: {"a": 10**22, "b": [10**30]}})
        merged = await kinds.patch(f"/kinds/{made['id']}", json={name: {"c": 10**40}}, headers=headers)
        assert merged.json()[name] == {"a": 10**22, "b": [10**30], "c": 10**40}


ASKED_IN_VAIN = {
    "momentFrom": "0001-01-01T00:00:00+14:00",
    "instantBefore": "9999-12-31T23:59:59-01:00",
    "bigIn": "9223372036854775808",
    "big": "x",
    "number": str(2**31),
    "numbersAll": str(2**31),
    "decimal": "x",
    "money": "$1.50",
    "double": "nan",
}


async def test_a_filter_by_what_a_type_cannot_hold_is_refused(kinds: Api) -> None:
    answers = {
        name: await kinds.get("/kinds/", params={name: value}) for name, value in ASKED_IN_VAIN.items()
    }
    refused = {
        name: answer.status_code == 422 and answer.json()["errors"][0]["parameter"]
        for name, answer in answers.items()
    }
    assert refused == {name: name for name in ASKED_IN_VAIN}


BEYOND_JSON: list[tuple[str, str, Any]] = [
    ("moment", "'infinity'", "infinity"),
    ("moment", "'-infinity'", "-infinity"),
    ("moment", "'0044-03-15 12:00:00 BC'", "0044-03-15 12:00:00 BC"),
    ("moment", "'12026-01-01'", "12026-01-01 00:00:00"),
    ("instant", "'infinity'", "infinity"),
    ("instant", "'9999-12-31 23:59:59-01'", "10000-01-01 00:59:59"),
    ("day", "'infinity'", "infinity"),
    ("day", "'0044-03-15 BC'", "0044-03-15 BC"),
    ("clock", "'24:00:00'", "24:00:00.000"),
    ("decimal", "'NaN'", "NaN"),
    ("double", "'NaN'", "NaN"),
    ("double", "'Infinity'", "Infinity"),
    ("single", "'-Infinity'", "-Infinity"),
    ("moments", "ARRAY['infinity'::timestamp, '2026-01-31']", ["infinity", "2026-01-31T00:00:00.000Z"]),
    ("days", "ARRAY['infinity'::date]", ["infinity"]),
    ("clocks", "ARRAY['24:00:00'::time]", ["24:00:00.000"]),
    ("decimals", "ARRAY['NaN'::numeric]", ["NaN"]),
    ("doubles", "ARRAY['NaN'::float8, 0.5]", ["NaN", 0.5]),
    ("singles", "ARRAY['-Infinity'::float4, 0.1]", ["-Infinity", 0.1]),
]
"""What PostgreSQL holds and no JSON, no RFC 3339 or no clock can write, and how it goes out."""


async def test_what_json_cannot_write_goes_out_as_text_and_stays_while_nobody_changes_it(
    postgres_url: str,
) -> None:
    await _create(postgres_url)
    async with transaction_on(postgres_url) as connection:
        for column, value, _ in BEYOND_JSON:
            await connection.execute(text(f'INSERT INTO "TestKind" ("{column}") VALUES ({value})'))
    async with serving(postgres_url, resources=[KindController], API_DOCS="false") as api:
        listed = (await api.get("/kinds/")).json()["items"]
        for number, (column, _, shown) in enumerate(BEYOND_JSON, 1):
            path = f"/kinds/{number}"
            one = await api.get(path)
            assert one.json() == listed[number - 1]
            assert one.json()[column] == shown
            tag = {"If-Match": one.headers["etag"]}
            changed = await api.patch(path, json={"text": "x"}, headers=tag)
            assert (changed.status_code, changed.json()[column]) == (200, shown)
            refused = await api.patch(path, json={column: shown})
            assert (refused.status_code, refused.json()["errors"][0]["pointer"][1:]) == (422, column) or (
                isinstance(shown, list) and refused.json()["errors"][0]["pointer"] == f"/{column}/0"
            ), refused.text
            mended = await api.patch(path, json={column: [] if column in LISTS else None})
            assert mended.status_code == 200, (column, mended.text)


@pytest.mark.parametrize("sort", ["moment", "-moment"])
async def test_cursors_lead_through_moments_that_never_come(postgres_url: str, sort: str) -> None:
    await _create(postgres_url)
    async with transaction_on(postgres_url) as connection:
        for value in ("-infinity", "0044-03-15 BC", "2026-01-31", "infinity"):
            await connection.execute(text(f"INSERT INTO \"TestKind\" (moment) VALUES ('{value}')"))
    async with serving(postgres_url, resources=[KindController], API_DOCS="false") as api:
        seen: list[int] = []
        query: dict[str, Any] = {"sort": sort, "limit": 1}
        while True:
            page = (await api.get("/kinds/", params=query)).json()
            seen += [item["id"] for item in page["items"]]
            if page["nextCursor"] is None:
                break
            query = {"cursor": page["nextCursor"], "limit": 1}
        assert seen == ([1, 2, 3, 4] if sort == "moment" else [4, 3, 2, 1])


async def test_an_unknown_value_of_an_enum_goes_out_unchanged(postgres_url: str) -> None:
    await _create(postgres_url)
    async with transaction_on(postgres_url) as connection:
        await connection.execute(text("ALTER TYPE \"TestKindColor\" ADD VALUE 'sea-green'"))
    async with transaction_on(postgres_url) as connection:
        insert = """INSERT INTO "TestKind" (version, colors) VALUES ('sea-green', '{sea-green,dark-blue}')"""
        await connection.execute(text(insert))
    async with serving(postgres_url, resources=[KindController], API_DOCS="false") as api:
        for answer in (await api.get("/kinds/1"), await api.patch("/kinds/1", json={"text": "x"})):
            assert answer.status_code == 200, answer.text
            assert answer.json()["version"] == "sea-green"
            assert answer.json()["colors"] == ["sea-green", "DARK_BLUE"]
        refused = await api.patch("/kinds/1", json={"version": "sea-green"})
        assert refused.status_code == 422


def test_the_lens_misses_no_column() -> None:
    assert {*SAME, *LISTS} == set(KindUpdate.__struct_fields__)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (UtcTimestamp(3), "must be an instant, such as 2026-01-31T12:00:00Z"),
        (sa.Date(), "must be a day, such as 2026-01-31"),
        (sa.Time(), "must be a time of day, such as 12:00:00"),
        (sa.Uuid(), "must be a UUID"),
        (sa.Enum(Size), "must be one of small, large"),
    ],
    ids=str,
)
def test_what_a_text_is_not_is_said_in_our_words(kind: sa.types.TypeEngine[Any], says: str) -> None:
    write = conversion_of(kind).write
    with pytest.raises(ValueError, match=f"^{says}$"):
        write("nonsense")


@pytest.mark.parametrize(
    ("kind", "spelled"),
    [
        (UtcTimestamp(3), "2026-01-31"),
        (UtcTimestamp(3), "20260131T120000Z"),
        (UtcTimestamp(3), "2026-01-31T12:00Z"),
        (sa.Date(), "2026-W05-6"),
        (sa.Date(), "20260131"),
        (sa.Date(), "٢٠٢٦-01-31"),
        (sa.Time(), "12:00:00+02:00"),
        (sa.Time(), "12"),
        (sa.Uuid(), "urn:uuid:01a20920-9006-77b7-8aa7-1d8fb76ab68d"),
        (sa.Uuid(), "{01a20920-9006-77b7-8aa7-1d8fb76ab68d}"),
    ],
    ids=str,
)
def test_a_form_that_the_document_does_not_name_is_none(kind: sa.types.TypeEngine[Any], spelled: str) -> None:
    """Else one row would have several paths."""
    with pytest.raises(ValueError, match=r"^must be an? "):
        conversion_of(kind).write(spelled)
