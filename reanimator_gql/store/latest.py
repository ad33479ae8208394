"""The newest readings of streams."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.store.bulk import select_in
from reanimator_gql.store.tables import placements


async def streams_of(connection: AsyncConnection, snapshot_ids: Collection[int]) -> list[int]:
    """Return the streams in which snapshots stand."""
    rows = await select_in(
        connection,
        lambda ids: select(placements.c.stream_id).where(placements.c.snapshot_id.in_(ids)).distinct(),
        snapshot_ids,
    )
    return sorted({row.stream_id for row in rows if row.stream_id is not None})


async def latest_inventories(connection: AsyncConnection, stream_id: int, count: int) -> list[int]:
    """Return the inventories of a stream's newest snapshots, oldest first: a range of an index, whatever its length."""
    statement = (
        select(placements.c.inventory_id)
        .where(placements.c.stream_id == stream_id)
        .order_by(placements.c.placed_at.desc(), placements.c.snapshot_id.desc())
        .limit(count)
    )
    return list(reversed((await connection.execute(statement)).scalars().all()))
