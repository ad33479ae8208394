"""Bundles through ingestion: machines of one archive, bad files beside good ones, refusals kept and tried again."""

import gzip
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from reanimator_gql.domain.snapshot import MachineIdentifiers, Snapshot
from reanimator_gql.parsers import registry
from reanimator_gql.parsers.parser import File, Parser, one_by_one
from reanimator_gql.services.context import Context
from reanimator_gql.services.errors import Refused
from reanimator_gql.services.rebuild import digest
from reanimator_gql.store.bundles import DONE, REFUSED, decode_warnings, read_bundle
from reanimator_gql.store.tables import assets, components, log_bundles, snapshots
from tests.fixtures.rows import count, rows
from tests.fixtures.world import day, drive, machine, send
from tests.parsers.archive_files import tar, zipped

HOST1 = machine("SRV0001", day(1), storage=[drive("S4EVNF0M1")])
HOST2 = machine("SRV0002", day(1), storage=[drive("S4EVNF0M2")])


def collector(name: str, content: bytes) -> bytes:
    """Return hardware JSON as another collector tells it."""
    return orjson.dumps(orjson.loads(content) | {"collector": name})


async def status(context: Context, bundle_id: int) -> Any:
    async with context.database.reading() as connection:
        return await read_bundle(connection, bundle_id)


async def serials(context: Context) -> set[str]:
    return {row.vendor_serial for row in await rows(context, select(assets))}


async def test_several_machines_in_one_bundle_each_have_their_history(context: Context) -> None:
    result = await send(context, tar({"host1/hw.json": HOST1, "host2/hw.json": HOST2}))
    assert await serials(context) == {"SRV0001", "SRV0002"}
    assert (await status(context, result.bundle_id)).snapshots == 2


async def test_several_tools_of_one_machine_in_one_bundle_are_a_snapshot_each(context: Context) -> None:
    files = {"agent-a.json": collector("a", HOST1), "agent-b.json": collector("b", HOST1)}
    await send(context, zipped(files))
    assert await serials(context) == {"SRV0001"}
    assert {row.source for row in await rows(context, select(snapshots))} == {"hardware_json:a", "hardware_json:b"}


async def test_an_archive_says_what_its_files_say_by_themselves(context: Context) -> None:
    await send(context, gzip.compress(tar({"a.json": HOST1, "b.json": HOST2})))
    packed = await digest(context)
    await send(context, HOST1)
    await send(context, HOST2)
    assert await digest(context) == packed


async def test_good_files_of_a_bundle_stand_beside_bad_ones(context: Context) -> None:
    files = {"good.json": HOST1, "cut.json": HOST2[:-9], "no-time.json": b'{"hardware": {"board": {"uuid": "x"}}}'}
    result = await send(context, tar(files), filename="rack.tar")
    bundle = await status(context, result.bundle_id)
    told = " ".join(f"{one.path} {one.message}" for one in decode_warnings(bundle.warnings))
    assert bundle.status == DONE
    assert "cut.json not read: not valid JSON" in told
    assert "no time of collection" in told
    assert await serials(context) == {"SRV0001"}


async def test_a_bundle_without_a_good_file_is_kept_and_refused(context: Context) -> None:
    with pytest.raises(Refused, match=r"rack\.tar") as refusal:
        await send(context, tar({"a.txt": b"hello"}), filename="rack.tar")
    assert refusal.value.bundle_id is not None
    assert (await status(context, refusal.value.bundle_id)).status == REFUSED
    assert await count(context, assets) == 0


async def test_an_archive_over_a_limit_is_kept_and_refused(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = tar({"a.json": HOST1, "b.json": HOST2})
    monkeypatch.setattr("reanimator_gql.parsers.limits.MAX_MEMBERS", 1)
    with pytest.raises(Refused, match="more than 1 members") as refusal:
        await send(context, packed)
    assert refusal.value.bundle_id is not None
    assert await count(context, log_bundles) == 1


def _parser(version: int, *, reads: bool) -> Parser:
    def read(content: bytes) -> tuple[Snapshot, ...]:
        machine = MachineIdentifiers(system_serial=content.decode()[5:])
        return (Snapshot(source="acme", machine=machine, items=(), coverage=frozenset(), collected_at=day(1)),)

    def sniff(file: File) -> bool:
        return reads and file.content.startswith(b"ACME ")

    return Parser("acme", version, "an acme file", sniff, one_by_one(read))


async def test_what_was_refused_is_tried_again_under_a_newer_parser(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "parsers", lambda: (_parser(1, reads=False),))
    monkeypatch.setattr("reanimator_gql.services.parsing.parsers", registry.parsers)
    with pytest.raises(Refused) as first:
        await send(context, b"ACME SRV0009")
    with pytest.raises(Refused) as second:
        await send(context, b"ACME SRV0009")
    assert first.value.bundle_id == second.value.bundle_id
    monkeypatch.setattr(registry, "parsers", lambda: (_parser(2, reads=True),))
    monkeypatch.setattr("reanimator_gql.services.parsing.parsers", registry.parsers)
    result = await send(context, b"ACME SRV0009")
    assert (result.bundle_id, result.created) == (first.value.bundle_id, False)
    assert await serials(context) == {"SRV0009"}


async def test_a_part_told_by_a_file_without_a_machine_joins_the_bundles_machine(context: Context) -> None:
    nameless = orjson.dumps(orjson.loads(HOST1) | {"collector": "b", "hardware": {"storage": [drive("S4EVNF0M1")]}})
    result = await send(context, tar({"a.json": HOST1, "b.json": nameless}))
    assert (await status(context, result.bundle_id)).snapshots == 2
    drives = [row for row in await rows(context, select(components)) if row.vendor_serial]
    assert len(drives) == 1


async def test_an_asset_beside_a_bundle_speaks_only_for_files_without_a_machine(context: Context) -> None:
    nameless = orjson.dumps(orjson.loads(HOST1) | {"hardware": {"storage": [drive("S4EVNF0M3")]}})
    result = await send(context, tar({"a.json": HOST1, "b.json": nameless}), asset="SRV0007")
    warnings = decode_warnings((await status(context, result.bundle_id)).warnings)
    assert await serials(context) == {"SRV0007"}
    assert any("SRV0001" in one.message for one in warnings)


async def test_more_parts_than_any_machine_has_are_refused(context: Context) -> None:
    with pytest.raises(Refused, match=r"200\d parts, more than 2000"):
        await send(context, machine("SRV0001", day(1), memory=[{"slot": str(n)} for n in range(2_001)]))
