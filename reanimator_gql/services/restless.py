"""Warning of attributes that change in nearly every snapshot of a stream."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.restless import LOOKED_AT, restless_attributes
from reanimator_gql.domain.snapshot import Warn
from reanimator_gql.services.context import Context
from reanimator_gql.store.latest import latest_inventories, streams_of


async def warnings_of_restless(
    context: Context, connection: AsyncConnection, snapshot_ids: Collection[int]
) -> list[Warn]:
    """Return a warning for each attribute that should be telemetry, in the streams of some new snapshots."""
    names: set[str] = set()
    for stream_id in await streams_of(connection, snapshot_ids):
        ids = await latest_inventories(connection, stream_id, LOOKED_AT)
        if len(set(ids)) < LOOKED_AT // 2:
            continue  # the machine stood still in between
        inventories = await context.cache.inventories(connection, set(ids))
        names |= set(restless_attributes([inventories[one].items for one in ids]))
    return [
        Warn(name, "changes in nearly every snapshot: the parser should count it as telemetry, as a change costs rows")
        for name in sorted(names)
    ]
