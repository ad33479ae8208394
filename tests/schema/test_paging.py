"""Pages: every row once, in order, both ways, over ties and NULLs; and cursors that clients made up."""

import base64
import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reanimator_gql.services.context import Context
from reanimator_gql.store.cursors import BadCursor, decode_cursor, encode_cursor
from reanimator_gql.store.tables import timeline_events
from tests.schema.asking import answer, ask, code_of
from tests.schema.fleet import write_fleet

pytestmark = pytest.mark.thorough

PAGE = """
query ($first: Int, $after: String, $last: Int, $before: String, $order: AssetOrder) {
  assets(first: $first, after: $after, last: $last, before: $before, orderBy: $order) {
    edges { cursor node { vendorSerial model } } nodes { vendorSerial } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
"""

NESTED = """
query ($first: Int, $after: String, $last: Int, $before: String) { assets { nodes { vendorSerial
  timeline(first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } } } } }
"""


async def _walk(context: Context, size: int, order: dict[str, str], *, backward: bool) -> list[str]:
    """Follow the pages to the end of the list; return the serials in the order of the list."""
    serials: list[str] = []
    cursor, more = None, True
    while more:
        bounds: dict[str, Any] = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        page = (await ask(context, PAGE, order=order, **bounds))["assets"]
        found = [edge["node"]["vendorSerial"] for edge in page["edges"]]
        assert found == [node["vendorSerial"] for node in page["nodes"]]
        assert page["totalCount"] == 13
        serials = found + serials if backward else serials + found
        info = page["pageInfo"]
        cursor = info["startCursor" if backward else "endCursor"]
        more = info["hasPreviousPage" if backward else "hasNextPage"]
        assert info["hasNextPage" if backward else "hasPreviousPage"] == (len(serials) > len(found))
    return serials


async def test_every_row_comes_once_both_ways_over_ties_and_nulls(context: Context) -> None:
    await write_fleet(context, 13, parts=1)
    for field, direction in product(("VENDOR_SERIAL", "MODEL", "MANUFACTURER", "FIRST_SEEN_AT"), ("ASC", "DESC")):
        order = {"field": field, "direction": direction}
        whole = await _walk(context, 200, order, backward=False)
        assert sorted(whole) == [f"SRV{n:05}" for n in range(1, 14)]
        for size in (1, 2, 5, 12, 13):
            assert await _walk(context, size, order, backward=False) == whole
            assert await _walk(context, size, order, backward=True) == whole


async def test_null_is_the_smallest_value(context: Context) -> None:
    await write_fleet(context, 13, parts=1)
    page = await ask(context, PAGE, order={"field": "MODEL", "direction": "ASC"})
    models = [edge["node"]["model"] for edge in page["assets"]["edges"]]
    assert models == sorted(models, key=lambda model: (model is not None, model or ""))
    page = await ask(context, PAGE, order={"field": "MODEL", "direction": "DESC"})
    assert [edge["node"]["model"] for edge in page["assets"]["edges"]] == models[::-1]


async def test_a_page_below_many_parents_is_the_page_of_each(context: Context) -> None:
    await write_fleet(context, 3, parts=5)
    everything = (await ask(context, NESTED))["assets"]["nodes"]
    whole = {one["vendorSerial"]: [edge["node"]["id"] for edge in one["timeline"]["edges"]] for one in everything}
    assert {len(ids) for ids in whole.values()} == {5}
    assert {one["timeline"]["totalCount"] for one in everything} == {5}
    for bounds, expected, info in (
        ({"first": 2}, slice(0, 2), (True, False)),
        ({"last": 2}, slice(3, 5), (False, True)),
        ({"first": 5}, slice(0, 5), (False, False)),
    ):
        for one in (await ask(context, NESTED, **bounds))["assets"]["nodes"]:
            assert [edge["node"]["id"] for edge in one["timeline"]["edges"]] == whole[one["vendorSerial"]][expected]
            told = one["timeline"]["pageInfo"]
            assert (told["hasNextPage"], told["hasPreviousPage"]) == info


async def test_cursors_go_on_below_a_parent(context: Context) -> None:
    await write_fleet(context, 2, parts=5)
    first = (await ask(context, NESTED, first=2))["assets"]["nodes"][0]
    whole = (await ask(context, NESTED))["assets"]["nodes"][0]["timeline"]["edges"]
    after = first["timeline"]["edges"][-1]["cursor"]
    rest = (await ask(context, NESTED, after=after))["assets"]["nodes"][0]
    assert rest["timeline"]["edges"] == whole[2:]
    between = await ask(context, NESTED, after=whole[0]["cursor"], before=whole[3]["cursor"])
    assert between["assets"]["nodes"][0]["timeline"]["edges"] == whole[1:3]


async def test_sizes_out_of_bounds_are_a_typed_error(context: Context) -> None:
    for bounds in ({"first": 0}, {"first": -1}, {"first": 201}, {"last": 0}, {"first": 1, "last": 1}, {"first": 2**31}):
        assert await code_of(context, PAGE, **bounds) == "BAD_USER_INPUT"


def _made_up(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


FORGED = [
    "", "x", "äöü", "AAAA", "=" * 9, "A" * 100_000, _made_up(), _made_up(1), _made_up(1, "assets", []),
    _made_up(2, "assets", ["SRV00001", 1]), _made_up(1, "other", ["SRV00001", 1]), _made_up(1, "assets", [1, 1]),
    _made_up(1, "assets", ["SRV00001", "1"]), _made_up(1, "assets", ["SRV00001", 2**80]),
    _made_up(1, "assets", ["SRV00001", True]), _made_up(1, "assets", ["SRV\0", 1]),
    _made_up(1, "assets", ["SRV00001", 1, 1]), _made_up(1, "assets", {"a": 1}), _made_up(1, "assets", [[], 1]),
    _made_up(1, "-assets", ["SRV00001", 1]), base64.b64encode(b"\xff\xfe").decode(),
    base64.b64encode(b"[1e999]").decode(),
]  # fmt: skip


async def test_made_up_cursors_are_a_typed_error(context: Context) -> None:
    for cursor, side in product(FORGED, ("after", "before")):
        assert await code_of(context, PAGE, **{side: cursor}) == "BAD_CURSOR", cursor


async def test_a_cursor_of_another_order_or_list_is_a_typed_error(context: Context) -> None:
    await write_fleet(context, 2)
    page = await ask(context, PAGE, order={"field": "MODEL", "direction": "ASC"})
    cursor = page["assets"]["pageInfo"]["endCursor"]
    assert await code_of(context, PAGE, after=cursor) == "BAD_CURSOR"
    assert await code_of(context, PAGE, after=cursor, order={"field": "MODEL", "direction": "DESC"}) == "BAD_CURSOR"
    result = await answer(context, NESTED, after=cursor)
    assert {error.extensions["code"] for error in result.errors} == {"BAD_CURSOR"}


COLUMNS = [timeline_events.c.timestamp, timeline_events.c.slot, timeline_events.c.event_id, timeline_events.c.position]


TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=190)
INSTANTS = st.datetimes(timezones=st.timezones())


@given(
    st.tuples(
        st.none() | INSTANTS,
        st.none() | TEXTS,
        st.binary(min_size=16, max_size=16),
        st.integers(-(2**63), 2**63 - 1),
    )
)
def test_a_cursor_gives_back_what_it_was_made_of(values: Any) -> None:
    try:
        assert tuple(decode_cursor(encode_cursor("x", values), "x", COLUMNS)) == values
    except BadCursor:  # an instant that UTC cannot hold
        assert values[0].year in {1, 9999}


@given(st.binary(max_size=60))
def test_any_bytes_are_a_cursor_or_a_bad_one(raw: bytes) -> None:
    with pytest.raises(BadCursor):
        decode_cursor(base64.urlsafe_b64encode(raw).decode(), "timeline", COLUMNS)
