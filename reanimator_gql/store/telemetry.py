"""Telemetry: values that change although nothing was exchanged. Only that of each stream's newest snapshot is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.store.tables import placements, snapshot_telemetry


async def forget_telemetry(connection: AsyncConnection, stream_id: int, newest_t: datetime) -> None:
    """Delete the telemetry of the snapshot that is the stream's newest until now."""
    until_now = select(placements.c.snapshot_id).where(
        placements.c.stream_id == stream_id, placements.c.placed_at == newest_t
    )
    await connection.execute(delete(snapshot_telemetry).where(snapshot_telemetry.c.snapshot_id.in_(until_now)))


async def keep_telemetry(connection: AsyncConnection, snapshot_id: int, told: Mapping[int, Mapping[str, Any]]) -> None:
    """Keep what a snapshot measured of each observation."""
    if told:
        body = msgspec.json.encode({str(observation): values for observation, values in told.items()})
        await connection.execute(insert(snapshot_telemetry), {"snapshot_id": snapshot_id, "body": body})
