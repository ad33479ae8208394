"""Warning of attributes that change in nearly every snapshot of a stream."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.restless import LOOKED_AT, restless_attributes
from reanimator_gql.domain.snapshot import Warn
from reanimator_gql.store.content import ContentCache
from reanimator_gql.store.latest import latest_inventories


async def warnings_of_restless(
    connection: AsyncConnection, cache: ContentCache, stream_ids: Iterable[int]
) -> list[Warn]:
    """Return a warning for each attribute that should be telemetry, in streams that have just changed."""
    names: set[str] = set()
    for stream_id in stream_ids:
        ids = await latest_inventories(connection, stream_id, LOOKED_AT)
        if len(set(ids)) < LOOKED_AT // 2:
            continue  # the machine stood still in between
        inventories = await cache.inventories(connection, set(ids))
        names |= set(restless_attributes([inventories[one].items for one in ids]))
    return [
        Warn(name, "changes in nearly every snapshot: the parser should count it as telemetry, as a change costs rows")
        for name in sorted(names)
    ]
