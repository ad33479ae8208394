"""Warning of attributes that change in nearly every snapshot of a stream."""

from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.restless import LOOKED_AT, restless_attributes
from reanimator_gql.domain.snapshot import Warn
from reanimator_gql.store.content import ContentCache


async def warnings_of_restless(
    connection: AsyncConnection, cache: ContentCache, latest: Iterable[Sequence[int]]
) -> list[Warn]:
    """Return a warning for each attribute that should be telemetry.

    `latest` are the latest inventories of each stream that has just changed, oldest first.
    """
    names: set[str] = set()
    for ids in (of[-LOOKED_AT:] for of in latest):
        if len(set(ids)) < LOOKED_AT // 2:
            continue  # the machine stood still in between
        inventories = await cache.inventories(connection, set(ids))
        names |= set(restless_attributes([inventories[one].items for one in ids]))
    return [
        Warn(name, "changes in nearly every snapshot: the parser should count it as telemetry, as a change costs rows")
        for name in sorted(names)
    ]
