"""Series of uploads, on every database: what rests on which keyframe, and that all of it comes back."""

import asyncio
import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update

from reanimator_gql.store.database import Database
from reanimator_gql.store.raw import Stored, Variant
from reanimator_gql.store.raw_codec import DELTA, STORED, ZSTD
from reanimator_gql.store.raw_series import Entry, Keyframe, KeyframeCache, newest_keyframes, series_of
from reanimator_gql.store.tables import raw_part
from tests.fixtures.raw_store import NO_CUSTOMER, SERIES, base_of, keep, keyframes, parts_of, read
from tests.fixtures.world import day

_OTHER = series_of(NO_CUSTOMER, "dmidecode", "SRV0002")


def _report(number: int, serial: str = "SRV0001") -> bytes:
    """Return a text of many parts that differs from day to day in a few places."""
    rng = random.Random(serial)
    parts = "".join(f"Slot {n}\n\tSerial Number: {rng.randbytes(6).hex()}\n\tHours: 4{n}\n" for n in range(60))
    return f"Serial Number: {serial}\nDay: {number}\n{parts}Uptime: {number * 86_400 + number}\n".encode()


async def test_the_second_report_is_a_small_delta_to_the_first(database: Database) -> None:
    first = await keep(database, _report(1), day(1))
    second = await keep(database, _report(2), day(2))
    assert await keyframes(database) == {first}
    (part,) = await parts_of(database, second)
    assert (part.codec, part.base_id) == (DELTA, first)
    assert len(part.data) < 100
    assert (await parts_of(database, first))[0].codec == ZSTD
    assert await read(database, first) == _report(1)
    assert await read(database, second) == _report(2)


async def test_a_delta_rests_on_a_keyframe_and_never_on_a_delta(database: Database) -> None:
    ids = [await keep(database, _report(n), day(n)) for n in range(10)]
    assert [await base_of(database, one) for one in ids] == [None, *[ids[0]] * 9]
    assert [await read(database, one) for one in ids] == [_report(n) for n in range(10)]


async def test_another_series_has_keyframes_of_its_own(database: Database) -> None:
    first = await keep(database, _report(1), day(1))
    other = await keep(database, _report(2), day(2), series=_OTHER)
    alone = await keep(database, _report(3), day(3), series=None)
    assert await base_of(database, other) is None
    assert await base_of(database, alone) is None
    assert await keyframes(database) == {first, other}


async def test_a_keyframe_takes_deltas_for_64_days(database: Database) -> None:
    first = await keep(database, _report(0), day(0))
    last = await keep(database, _report(1), day(64) - timedelta(microseconds=1))
    late = await keep(database, _report(2), day(64))
    assert await base_of(database, last) == first
    assert await base_of(database, late) is None
    assert await keyframes(database) == {first, late}


async def test_a_keyframe_takes_64_deltas(database: Database) -> None:
    cache = KeyframeCache()
    ids = [await keep(database, _report(n), day(n / 24), cache=cache) for n in range(66)]
    assert [await base_of(database, one) for one in ids[1:65]] == [ids[0]] * 64
    assert await base_of(database, ids[65]) is None
    assert await base_of(database, await keep(database, _report(66), day(3))) == ids[65]


@pytest.mark.parametrize(
    ("age", "delta", "taken"),
    [
        (timedelta(0), 500, True),
        (timedelta(0), 501, False),
        (timedelta(days=7) - timedelta(microseconds=1), 500, True),
        (timedelta(days=7), 500, False),
        (timedelta(days=7), 250, True),
        (timedelta(days=7), 251, False),
        (timedelta(days=-1), 500, True),
    ],
)
def test_a_delta_is_at_most_a_quarter_of_its_keyframe_and_half_in_the_first_week(
    age: timedelta, delta: int, taken: bool
) -> None:
    assert Keyframe(1, day(0), 1_000, 90_000, b"").takes(delta, day(0) + age) is taken


async def test_a_delta_too_large_for_an_old_keyframe_opens_a_new_one(database: Database) -> None:
    noise = random.Random(1).randbytes(12_000)
    first = await keep(database, noise[:6_000], day(0))
    third_new = noise[6_000:8_000] + noise[2_000:6_000]
    in_the_week = await keep(database, third_new, day(6))
    after_it = await keep(database, noise[8_000:10_000] + noise[2_000:6_000], day(8))
    assert await base_of(database, in_the_week) == first
    assert await base_of(database, after_it) is None
    assert await read(database, in_the_week) == third_new
    assert (await parts_of(database, first))[0].codec == STORED


async def test_tools_that_take_turns_in_one_series_each_find_their_keyframe(database: Database) -> None:
    tools = [await keep(database, _report(0, tool), day(0)) for tool in ("A", "B", "C")]
    again = [await keep(database, _report(1, tool), day(1)) for tool in ("A", "B", "C")]
    assert [await base_of(database, one) for one in again] == tools


async def test_only_the_three_newest_keyframes_are_tried(database: Database) -> None:
    first, *others = [await keep(database, _report(0, tool), day(0)) for tool in ("A", "B", "C", "D")]
    async with database.reading() as connection:
        found = await newest_keyframes(connection, Entry(SERIES, day(1)))
    assert [keyframe.blob_id for keyframe in found] == others[::-1]
    assert first not in others


async def test_a_full_keyframe_leaves_its_turn_to_an_older_one(database: Database) -> None:
    older = await keep(database, _report(0, "A"), day(0))
    newer = await keep(database, _report(0, "B"), day(0))
    for n in range(1, 65):
        await keep(database, _report(n, "B"), day(1), cache=KeyframeCache())
    async with database.reading() as connection:
        found = await newest_keyframes(connection, Entry(SERIES, day(1)))
    assert [keyframe.blob_id for keyframe in found] == [older]
    assert newer in await keyframes(database)


async def test_many_writers_of_one_series_at_once_lose_nothing(database: Database) -> None:
    cache = KeyframeCache()
    first = await asyncio.gather(*(keep(database, _report(n), day(0), cache=cache) for n in range(8)))
    second = await asyncio.gather(*(keep(database, _report(n % 12), day(1), cache=cache) for n in range(4, 16)))
    assert len(set(first)) == 8
    assert set(second) >= set(first[4:])
    opened = await keyframes(database)
    for one in {*first, *second}:
        assert await base_of(database, one) in {None, *opened}
    assert [await read(database, one) for one in first] == [_report(n) for n in range(8)]
    assert [await read(database, one) for one in second] == [_report(n % 12) for n in range(4, 16)]


async def test_what_was_made_ready_may_lose_to_the_same_content(database: Database) -> None:
    await keep(database, _report(0), day(0))
    both = await asyncio.gather(*(keep(database, _report(1), day(1)) for _ in range(5)))
    assert len(set(both)) == 1
    assert len(await parts_of(database, both[0])) == 1
    assert await read(database, both[0]) == _report(1)


async def test_a_damaged_keyframe_takes_no_more_deltas(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    first = await keep(database, _report(0), day(0))
    await database.write(lambda c: c.execute(update(raw_part).values(data=b"what a disk made of it")))
    second = await keep(database, _report(1), day(1))
    assert await base_of(database, second) is None
    assert await read(database, second) == _report(1)
    assert f"blob {first} are damaged" in caplog.text
    third = await keep(database, _report(2), day(2))
    assert await base_of(database, third) == second


async def test_a_daily_report_costs_four_statements_and_no_read_of_its_keyframe(database: Database) -> None:
    cache = KeyframeCache()
    await keep(database, _report(0), day(0), cache=cache)
    statements: list[str] = []

    def listener(_connection: Any, _cursor: Any, text: str, *_others: Any) -> None:
        statements.append(text.split(maxsplit=1)[0])

    event.listen(database.engine.sync_engine, "before_cursor_execute", listener)
    second = await keep(database, _report(1), day(1), cache=cache)
    event.remove(database.engine.sync_engine, "before_cursor_execute", listener)
    assert [one for one in statements if one != "BEGIN"] == ["SELECT", "SELECT", "INSERT", "INSERT"]
    assert await read(database, second) == _report(1)


def test_the_cache_forgets_what_was_unused_for_longest_and_takes_nothing_huge() -> None:
    def stored(name: bytes, size: int) -> Stored:
        return Stored(size, name, (Variant(ZSTD, None, bytes(size)),))

    cache = KeyframeCache(limit=50_000)
    for name in (b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"h"):
        cache.put(stored(name, 5_500))
    cache.get(b"a")
    cache.put(stored(b"i", 5_500))
    cache.put(stored(b"j", 45_000))
    assert cache.get(b"a") is not None
    assert cache.get(b"i") is not None
    assert cache.get(b"b") is None
    assert cache.get(b"j") is None


def test_a_series_is_named_by_customer_source_and_asset_each_apart() -> None:
    names = {series_of(0, "ab", "c"), series_of(0, "a", "bc"), series_of(1, "ab", "c"), series_of(0, "ab", "C")}
    assert len(names) == 4
    assert all(len(name) == 16 for name in names)


_edits = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 100), st.binary(max_size=2_000), st.integers(0, 5_000)), max_size=12
)


@settings(max_examples=25)
@given(st.lists(st.binary(max_size=6_000), min_size=1, max_size=3), _edits)
async def test_whatever_is_sent_in_whatever_series_comes_back(
    database: Database, starts: list[bytes], edits: list[tuple[int, int, bytes, int]]
) -> None:
    contents = list(starts)
    for which, days, new, at in edits:
        old = contents[which % len(contents)]
        contents.append(old[:at] + new + old[at + days :])
    at: datetime = day(0)
    sent = {}
    for number, content in enumerate(contents):
        at += timedelta(days=edits[number - len(starts)][1] % 20) if number >= len(starts) else timedelta(0)
        sent[await keep(database, content, at)] = content
    for blob_id, content in sent.items():
        assert await read(database, blob_id) == content
