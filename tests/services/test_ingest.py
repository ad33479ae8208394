"""Ingestion, on every database: what goes in once, comes out as history, and is kept whatever happens."""

import asyncio
import gzip
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from reanimator_gql.services.context import Context
from reanimator_gql.services.errors import Refused
from reanimator_gql.services.ingest import resume
from reanimator_gql.services.raw import open_raw
from reanimator_gql.services.rebuild import digest, rebuild, verify
from reanimator_gql.store.bundles import REFUSED, decode_warnings, mark, read_bundle
from reanimator_gql.store.tables import (
    assets,
    bundle_status,
    components,
    installations,
    log_bundles,
    pending_bundles,
    placements,
    publications,
    raw_blob,
    snapshot_telemetry,
    snapshots,
    timeline_events,
)
from tests.fixtures.rows import count, rows
from tests.fixtures.world import Clock, day, dimm, drive, machine, send


async def raw(context: Context, bundle_id: int) -> bytes:
    """Return what `/raw` answers."""
    upload = await open_raw(context, bundle_id)
    assert upload is not None
    return b"".join([chunk async for chunk in upload.chunks])


async def test_an_upload_becomes_a_machine_with_its_parts(context: Context) -> None:
    result = await send(context, machine("SRV0001", day(1), memory=[dimm("14D4EEBA")], storage=[drive("S4EVNF0M1")]))
    assert result.created
    assert [row.vendor_serial for row in await rows(context, select(assets))] == ["SRV0001"]
    serials = {row.vendor_serial for row in await rows(context, select(components))}
    assert serials == {"14D4EEBA", "S4EVNF0M1", None}  # None: the board, whose serial the file does not tell
    assert await count(context, installations) == 3


async def test_the_same_bytes_again_create_nothing(context: Context) -> None:
    content = machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")])
    first = await send(context, content)
    again = await send(context, content, filename="another-name.json")
    assert (again.bundle_id, again.created) == (first.bundle_id, False)
    assert await count(context, snapshots) == 1
    assert await count(context, publications) == 1


async def test_another_wrapping_of_the_same_content_is_the_same_bundle(context: Context) -> None:
    content = machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")])
    wrapped = gzip.compress(content)
    first = await send(context, wrapped)
    again = await send(context, content)
    assert (again.bundle_id, again.created) == (first.bundle_id, False)
    assert await raw(context, first.bundle_id) == wrapped


async def test_another_time_beside_the_same_bytes_is_news_on_the_same_blob(context: Context) -> None:
    content = machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")])
    await send(context, content)
    assert (await send(context, content, collected_at=day(3))).created
    assert await count(context, raw_blob) == 1
    assert await count(context, log_bundles) == 2


async def test_a_part_that_moves_leaves_one_machine_and_comes_to_another(context: Context) -> None:
    await send(context, machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")]))
    await send(context, machine("SRV0002", day(5), storage=[drive("S4EVNF0M1", "3")]))
    found = await rows(
        context,
        select(assets.c.vendor_serial, installations.c.installed_at, installations.c.removed_at)
        .join_from(installations, assets, assets.c.id == installations.c.asset_id)
        .join(components, components.c.id == installations.c.component_id)
        .where(components.c.vendor_serial == "S4EVNF0M1")
        .order_by(installations.c.installed_at),
    )
    assert [tuple(row) for row in found] == [("SRV0001", day(1), day(5)), ("SRV0002", day(5), None)]


async def test_an_unchanged_machine_publishes_nothing(context: Context) -> None:
    for number in range(1, 4):
        await send(context, machine("SRV0001", day(number), storage=[drive("S4EVNF0M1")]))
    assert await count(context, publications) == 1
    assert await count(context, snapshots) == 3


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b'{"hardware": {,}}', "UNREADABLE", "line 1, column"),
        (b"nothing that any tool prints", "UNREADABLE", "no known format"),
        (b'{"hardware": {"storage": []}, "collected_at": "2025-01-01T00:00:00Z"}', "NOT_ADMITTED", "asset"),
        (b'{"hardware": {"board": {"serial_number": "SRV0001"}}}', "NOT_ADMITTED", "collected_at"),
        (b'{"hardware": {"board": {"serial_number": NaN}}}', "UNREADABLE", "line 1"),
        (b"[" * 100 + b"]" * 100, "UNREADABLE", "nest"),
        (b'{"hardware": {"board": {"serial_number": "\\ud800"}}}', "UNREADABLE", "surrogate"),
    ],
)
async def test_a_bad_upload_is_refused_with_its_reason_and_kept_raw(
    context: Context, content: bytes, code: str, words: str
) -> None:
    with pytest.raises(Refused) as refusal:
        await send(context, content, filename="upload.json")
    assert refusal.value.code == code
    assert words in str(refusal.value)
    assert refusal.value.bundle_id is not None
    assert await raw(context, refusal.value.bundle_id) == content
    async with context.database.reading() as connection:
        assert (await read_bundle(connection, refusal.value.bundle_id)).status == REFUSED
    for table in (snapshots, assets, components, timeline_events, publications):
        assert await count(context, table) == 0


async def test_a_refused_upload_is_refused_again_with_the_same_reason(context: Context) -> None:
    reasons = []
    for _ in range(2):
        with pytest.raises(Refused) as refusal:
            await send(context, b'{"hardware": {,}}')
        reasons.append((refusal.value.bundle_id, str(refusal.value)))
    assert reasons[0] == reasons[1]


async def test_a_refused_upload_is_tried_again_by_newer_parsers(context: Context) -> None:
    content = machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")])
    result = await send(context, content)
    # As an older set of parsers would have left it.
    for table in (snapshots, placements, snapshot_telemetry):
        await context.database.write(lambda c, t=table: c.execute(t.delete()))  # type: ignore[misc]
    await context.database.write(lambda c: mark(c, result.bundle_id, status=REFUSED, parser_version=0, reason="old"))
    assert not (await send(context, content)).created
    async with context.database.reading() as connection:
        assert (await read_bundle(connection, result.bundle_id)).status == "DONE"


async def test_a_key_stands_for_one_upload_and_a_refused_one_gives_it_back(context: Context) -> None:
    content = machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")])
    assert (await send(context, content, idempotency_key="k1")).created
    assert not (await send(context, content, idempotency_key="k1")).created
    assert not (await send(context, content, idempotency_key="k2")).created
    with pytest.raises(Refused) as refusal:
        await send(context, machine("SRV0002", day(1)), idempotency_key="k1")
    assert (refusal.value.code, refusal.value.bundle_id) == ("IDEMPOTENCY_MISMATCH", None)
    assert await count(context, raw_blob) == 1
    with pytest.raises(Refused):
        await send(context, b"no tool printed this", idempotency_key="k3")
    assert (await send(context, machine("SRV0003", day(1)), idempotency_key="k3")).created


@pytest.mark.parametrize(
    "given", [{"asset": "X" * 10_000}, {"asset": ""}, {"collected_at": datetime(1, 1, 1, tzinfo=UTC)}], ids=repr
)
async def test_what_is_said_beside_an_upload_must_make_sense(context: Context, given: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refusal:
        await send(context, machine("SRV0001", day(1)), **given)
    assert refusal.value.code == "BAD_INPUT"
    assert await count(context, raw_blob) == 0


@pytest.mark.parametrize(
    "t", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9998-01-01T00:00:00Z", "1970-01-01T00:00:00Z"]
)
async def test_times_that_no_clock_shows_are_refused(context: Context, t: str) -> None:
    content = machine("SRV0001", day(1)).replace(day(1).isoformat().encode(), t.encode())
    with pytest.raises(Refused):
        await send(context, content)


_LONG = [
    machine("SRV0001", day(1), collector="c" * 10_000, cpus=[{"socket": "C" * 3_000}] * 2),
    machine("ß1" * 75, day(1), storage=[drive("ß2" * 75, "ß" * 90, firmware="ß" * 99, model="ﬃ" * 90)]),
    machine("S1" * 90, day(1), memory=[dimm("D1" * 90, part_number="P1" * 90), dimm("D1" * 90, "B1")]),
]


@pytest.mark.parametrize("content", _LONG, ids=["collector", "longer in upper case", "repeated"])
async def test_texts_of_any_length_find_room_in_every_column(context: Context, content: bytes) -> None:
    assert (await send(context, content)).created
    assert await count(context, assets) == 1
    assert await verify(context) == []


async def test_serials_of_ten_kilobytes_are_cut_and_stay_apart(context: Context) -> None:
    drives = [drive("X1" * 5_000 + "A", "0"), drive("X1" * 5_000 + "B", "1")]
    await send(context, machine("SRV0001", day(1), storage=drives))
    found = await rows(context, select(components.c.vendor_serial).where(components.c.kind == "STORAGE"))
    assert len({row.vendor_serial for row in found}) == 2
    assert await verify(context) == []


async def test_an_upload_over_the_limit_is_kept_nowhere(context: Context) -> None:
    context.upload_limit = 100
    with pytest.raises(Refused) as refusal:
        await send(context, b"x" * 101)
    assert refusal.value.code == "TOO_LARGE"
    assert await count(context, raw_blob) == 0


async def test_a_bundle_that_a_crash_left_pending_is_finished_later(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")])

    async def crash(*_args: object) -> None:
        raise ConnectionResetError("the process died here")

    with monkeypatch.context() as patched:
        patched.setattr("reanimator_gql.services.ingest.write_snapshots", crash)
        with pytest.raises(ConnectionResetError):
            await send(context, content)
    assert await count(context, pending_bundles) == 1
    assert await count(context, bundle_status) == 0
    assert await count(context, snapshots) == 0
    assert await resume(context) == 1
    assert [row.vendor_serial for row in await rows(context, select(assets))] == ["SRV0001"]
    assert not (await send(context, content)).created


async def test_a_snapshot_from_the_future_has_no_effect_until_its_time(context: Context, clock: Clock) -> None:
    clock.now = day(2)
    await send(context, machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")]))
    await send(context, machine("SRV0001", day(10), storage=[]))
    assert [row.removed_at for row in await rows(context, select(installations))] == [None, None]
    clock.now = day(11)
    await send(context, machine("SRV0009", day(1), storage=[]))
    removed = await rows(context, select(installations).where(installations.c.removed_at.is_not(None)))
    assert [row.removed_at for row in removed] == [day(10)]
    assert await verify(context) == []


async def test_twenty_callers_at_once_make_one_bundle_and_one_history(context: Context) -> None:
    content = machine("SRV0001", day(1), memory=[dimm("14D4EEBA")], storage=[drive("S4EVNF0M1")])
    results = await asyncio.gather(*(send(context, content) for _ in range(20)))
    assert sum(result.created for result in results) == 1
    assert len({result.bundle_id for result in results}) == 1
    assert await count(context, snapshots) == 1
    assert await count(context, installations) == 3


async def test_machines_that_exchange_parts_from_many_callers_end_as_if_sent_one_by_one(context: Context) -> None:
    contents = [
        machine(f"SRV000{m}", day(t + m / 10), storage=[drive(f"PARTS{(t + m) % 3}", "0")])
        for t in range(4)
        for m in range(3)
    ]
    await asyncio.gather(*(send(context, content) for content in contents))
    assert await verify(context) == []
    before = await digest(context)
    assert (await rebuild(context)).position is None
    assert await digest(context) == before


@pytest.mark.thorough
async def test_a_field_that_changes_in_nearly_every_snapshot_is_told_of(context: Context) -> None:
    for number in range(12):
        disk = drive("S4EVNF0M1", data_units=number)
        result = await send(context, machine("SRV0001", day(number), storage=[disk]))
        async with context.database.reading() as connection:
            bundle = await read_bundle(connection, result.bundle_id)
        told = [one.path for one in decode_warnings(bundle.warnings)]
        assert ("STORAGE.data_units" in told) == (number >= 9)
