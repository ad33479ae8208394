"""A fleet written straight into the tables, for tests of how reads grow: what it tells is not derived from anything."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.services.context import Context
from reanimator_gql.store.bulk import insert_all
from reanimator_gql.store.tables import (
    asset_identifiers,
    assets,
    bundle_status,
    components,
    facts,
    finding_snapshots,
    finding_subjects,
    findings,
    installations,
    inventories,
    log_bundles,
    observations,
    placements,
    raw_blob,
    snapshot_telemetry,
    snapshots,
    spans,
    streams,
    timeline_events,
)

T0 = datetime(2025, 1, 1, tzinfo=UTC)
_RECORDED = {"recorded_at": T0}


async def write_fleet(context: Context, machines: int, parts: int = 4) -> None:
    """Write machines 1…n, each with as many drives, two snapshots, a finding and events."""

    async def write(connection: AsyncConnection) -> None:
        for table, rows in _rows(machines, parts):
            await insert_all(connection, table, rows)

    await context.database.write(write)


def _rows(machines: int, parts: int) -> list[tuple[Any, list[dict[str, Any]]]]:
    numbers = range(1, machines + 1)
    pairs = [(machine, machine * 100 + part) for machine in numbers for part in range(parts)]
    return [
        (assets, [_asset(n) for n in numbers]),
        (asset_identifiers, [{"asset_id": n, "kind": "tag", "value": f"SRV{n:05}"} for n in numbers]),
        (components, [_component(part) for _, part in pairs]),
        (installations, [_stay(machine, part) for machine, part in pairs]),
        (facts, [_slot(machine, part) for machine, part in pairs]),
        (streams, [{"id": n, "asset_id": n, "source": "lshw", "newest_t": _t(1)} for n in numbers]),
        (observations, [_observation(part) for _, part in pairs]),
        (spans, [_span(machine, part) for machine, part in pairs]),
        (inventories, [_inventory(n, [part for machine, part in pairs if machine == n]) for n in numbers]),
        *_uploads(numbers),
        (timeline_events, [_event(machine, part, side) for machine, part in pairs for side in ("asset", "component")]),
        (findings, [_finding(n) for n in numbers]),
        (finding_subjects, [{"finding_id": n, "subject_type": "asset", "subject_id": n} for n in numbers]),
        (finding_snapshots, [{"finding_id": n, "snapshot_id": n * 10} for n in numbers]),
    ]


def _t(day: int) -> datetime:
    return T0 + timedelta(days=day)


def _digest(*name: Any) -> bytes:
    return uuid5(UUID(int=0), repr(name)).bytes


def _asset(n: int) -> dict[str, Any]:
    return {
        "id": n, "key": f"tag:SRV{n:05}", "vendor_serial": f"SRV{n:05}", "model": None if n % 3 else f"M{n % 5}",
        "merged_keys": "[]", "first_seen_at": _t(0), "alive": True, **_RECORDED,
    }  # fmt: skip


def _component(part: int) -> dict[str, Any]:
    return {
        "id": part, "key": f"DRIVE:{part}", "family": "DRIVE", "kind": "STORAGE", "vendor_serial": f"D{part}",
        "firmware": "1.0", "attributes": "{}", "first_seen_at": _t(0), "alive": True, **_RECORDED,
    }  # fmt: skip


def _stay(machine: int, part: int) -> dict[str, Any]:
    return {"component_id": part, "asset_id": machine, "slot": f"S{part}", "installed_at": _t(0), **_RECORDED}


def _slot(machine: int, part: int) -> dict[str, Any]:
    return {
        "subject_type": "component", "subject_id": part, "kind": "SLOT", "asset_id": machine, "start_at": _t(0),
        "value": f"S{part}", **_RECORDED,
    }  # fmt: skip


def _observation(part: int) -> dict[str, Any]:
    body = msgspec.json.encode({"kind": "STORAGE", "serial": f"D{part}"})
    return {"id": part, "digest": _digest("observation", part), "kind": "STORAGE", "body": body}


def _span(machine: int, part: int) -> dict[str, Any]:
    return {"component_id": part, "stream_id": machine, "first_t": _t(0), "last_t": None, "observation_id": part}


def _inventory(n: int, listed: list[int]) -> dict[str, Any]:
    body = msgspec.json.encode({"coverage": ["STORAGE"], "observations": listed})
    return {"id": n, "digest": _digest("inventory", n), "body": body}


def _uploads(numbers: range) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Two snapshots a machine, each in an upload of its own, of the same list of parts."""
    pairs = [(n, n * 10 + day, day) for n in numbers for day in (0, 1)]
    told = {"parser": "lshw", "parser_version": 1, "source": "lshw", "identifier_set_id": 1, **_RECORDED}
    blob = {"customer_id": 0, "size": 9, "received_at": T0}
    bundle = {"asset": "", "collected_at": T0, "received_at": T0}
    status = {"status": "DONE", "snapshots": 1, "observations": 1}
    speed = {n: msgspec.json.encode({str(n * 100): {"link_speed_gts": 8.0}}) for n in numbers}
    return [
        (raw_blob, [{"id": i, "content_digest": _digest(i) * 2, **blob} for _, i, _ in pairs]),
        (log_bundles, [{"id": i, "blob_id": i, **bundle} for _, i, _ in pairs]),
        (bundle_status, [{"bundle_id": i, "position": i, **status} for _, i, _ in pairs]),
        (snapshots, [_snapshot(n, i, day) | told for n, i, day in pairs]),
        (placements, [_placement(n, i, day) for n, i, day in pairs]),
        (snapshot_telemetry, [{"snapshot_id": i, "body": speed[n]} for n, i, day in pairs if day]),
    ]


def _snapshot(n: int, i: int, day: int) -> dict[str, Any]:
    return {"id": i, "bundle_id": i, "collected_at": _t(day), "inventory_id": n}


def _placement(n: int, i: int, day: int) -> dict[str, Any]:
    return {"snapshot_id": i, "stream_id": n, "placed_at": _t(day), "inventory_id": n, "effective_at": T0}


def _event(machine: int, part: int, side: str) -> dict[str, Any]:
    subject = machine if side == "asset" else part
    return {
        "event_id": _digest("event", side, part), "position": machine * 10, "subject_type": side,
        "subject_id": subject, "kind": "INSTALLED", "timestamp": _t(0), "asset_id": machine, "component_id": part,
        "details": "{}", **_RECORDED,
    }  # fmt: skip


def _finding(n: int) -> dict[str, Any]:
    return {
        "id": n, "code": "DUPLICATE_SERIAL", "value": str(n), "sentence": "Two.", "since": T0, "position": n * 10,
        **_RECORDED,
    }  # fmt: skip
