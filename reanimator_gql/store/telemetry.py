"""Telemetry: values that change although nothing was exchanged. Only that of each stream's newest snapshot is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.store.bulk import insert_all
from reanimator_gql.store.tables import placements, snapshot_telemetry


async def forget_telemetry(connection: AsyncConnection, newest: Mapping[int, datetime]) -> None:
    """Delete the telemetry of the snapshots that are the newest of streams until now."""
    if newest:
        until_now = select(placements.c.snapshot_id).where(
            tuple_(placements.c.stream_id, placements.c.placed_at).in_(sorted(newest.items()))
        )
        await connection.execute(delete(snapshot_telemetry).where(snapshot_telemetry.c.snapshot_id.in_(until_now)))


async def keep_telemetry(connection: AsyncConnection, told: Mapping[int, Mapping[int, Mapping[str, Any]]]) -> None:
    """Keep what snapshots measured of each observation."""
    rows = [{"snapshot_id": i, "body": _encoded(measured)} for i, measured in sorted(told.items()) if measured]
    await insert_all(connection, snapshot_telemetry, rows)


def _encoded(measured: Mapping[int, Mapping[str, Any]]) -> bytes:
    return msgspec.json.encode({str(observation): values for observation, values in measured.items()})
