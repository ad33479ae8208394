"""What an ingestion makes of the raw store, on every database: series are found, and cost the upload nothing."""

import asyncio
import random
import time
from typing import Any

import pytest
from sqlalchemy import select

from reanimator_gql.services.context import Context
from reanimator_gql.services.errors import Refused
from reanimator_gql.services.raw import open_raw
from reanimator_gql.services.rebuild import rebuild, verify
from reanimator_gql.store.bundles import find_bundle
from reanimator_gql.store.raw_codec import DELTA, ZSTD
from reanimator_gql.store.tables import raw_keyframe, raw_part
from tests.fixtures.raw_store import keep
from tests.fixtures.rows import rows
from tests.fixtures.world import Clock, day, dimm, drive, machine, send


def _report(number: int, serial: str = "SRV0001") -> bytes:
    rng = random.Random(serial)
    memory = [dimm(rng.randbytes(5).hex().upper(), f"A{n}") for n in range(12)]
    drives = [drive(rng.randbytes(6).hex().upper(), str(n), power_on_hours=9_000 + 24 * number) for n in range(8)]
    return machine(serial, day(number), memory=memory, storage=drives)


async def _raw(context: Context, bundle_id: int) -> bytes:
    upload = await open_raw(context, bundle_id)
    assert upload is not None
    return b"".join([chunk async for chunk in upload.chunks])


async def _stored(context: Context, bundle_id: int) -> Any:
    """Return the one slice of a bundle."""
    async with context.database.reading() as connection:
        bundle = await find_bundle(connection, bundle_id)
    assert bundle is not None
    (part,) = await rows(context, select(raw_part).where(raw_part.c.blob_id == bundle.blob_id))
    return part


async def test_the_daily_report_of_a_machine_is_a_small_delta_and_comes_back(context: Context, clock: Clock) -> None:
    ids = []
    for number in range(1, 11):
        clock.now = day(number)
        ids.append((await send(context, _report(number))).bundle_id)
    first, *others = [await _stored(context, one) for one in ids]
    assert first.codec == ZSTD
    assert {(part.codec, part.base_id) for part in others} == {(DELTA, first.blob_id)}
    assert max(len(part.data) for part in others) * 3 < len(first.data)
    assert [await _raw(context, one) for one in ids] == [_report(number) for number in range(1, 11)]


async def test_another_machine_opens_a_series_of_its_own(context: Context) -> None:
    await send(context, _report(1))
    other = await _stored(context, (await send(context, _report(1, "SRV0002"))).bundle_id)
    assert other.codec == ZSTD
    assert len({row.series for row in await rows(context, select(raw_keyframe))}) == 2


async def test_the_asset_given_beside_an_upload_names_the_series(context: Context) -> None:
    def nameless(number: int) -> bytes:
        return _report(number).replace(b'"SRV0001"', b"null")

    first = await _stored(context, (await send(context, nameless(1), asset="RACK-1")).bundle_id)
    same = await _stored(context, (await send(context, nameless(2), asset="RACK-1")).bundle_id)
    other = await _stored(context, (await send(context, nameless(3), asset="RACK-2")).bundle_id)
    assert same.base_id == first.blob_id
    assert other.base_id is None


async def test_what_is_refused_every_day_is_small_too(context: Context) -> None:
    bundles = []
    for number in (1, 2):
        with pytest.raises(Refused) as refusal:
            await send(context, _report(number) + b"}")
        assert refusal.value.bundle_id is not None
        bundles.append(refusal.value.bundle_id)
    assert (await _stored(context, bundles[1])).codec == DELTA
    assert await _raw(context, bundles[1]) == _report(2) + b"}"


@pytest.mark.parametrize("error", [RuntimeError, RecursionError, MemoryError, UnicodeError, TypeError])
async def test_an_upload_is_taken_in_alone_where_looking_for_its_series_fails(
    context: Context, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: type[Exception]
) -> None:
    def raising(_head: bytes) -> None:
        raise error("a parser of another package")

    monkeypatch.setattr("reanimator_gql.services.raw.series_in", raising)
    for number in (1, 2):
        bundle_id = (await send(context, _report(number))).bundle_id
        assert (await _stored(context, bundle_id)).codec == ZSTD
        assert await _raw(context, bundle_id) == _report(number)
    assert "no series was found" in caplog.text
    assert await rows(context, select(raw_keyframe)) == []


async def test_history_is_read_again_from_deltas(context: Context) -> None:
    for number in range(1, 4):
        await send(context, _report(number))
    assert {row.codec for row in await rows(context, select(raw_part.c.codec))} == {ZSTD, DELTA}
    await rebuild(context, reparse=True)
    assert await verify(context) == []


async def test_the_loop_goes_on_while_a_large_upload_is_encoded(context: Context) -> None:
    rng = random.Random(1)
    content = b" ".join(rng.choice([b"slot", b"serial", b"%d" % rng.randrange(10**6)]) for _ in range(900_000))
    gaps = [0.0]

    async def tick() -> None:
        while True:
            started = time.perf_counter()
            await asyncio.sleep(0.001)
            gaps.append(time.perf_counter() - started)

    ticking = asyncio.create_task(tick())
    started = time.perf_counter()
    await keep(context.database, content, day(1))
    await keep(context.database, content + b"x", day(2))
    took = time.perf_counter() - started
    ticking.cancel()
    assert max(gaps) < took / 3, f"the loop stood for {max(gaps):.2f} s of {took:.2f} s"
