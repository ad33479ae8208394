"""Parsing every raw bundle again with the parsers of today.

A snapshot that comes out differently is inserted with its parser's version, and the old one is voided by a recorded
system event: what was known before stays known as it was.
"""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.recorded_events import Void
from reanimator_gql.services.context import Context
from reanimator_gql.services.deriving import Locked, Seeds, locked_write, rederive
from reanimator_gql.services.parsing import parsers_version
from reanimator_gql.services.reading import read_again
from reanimator_gql.services.record import record
from reanimator_gql.store.bundles import read_bundle, worked_on
from reanimator_gql.store.neighbourhood import snapshot_name
from reanimator_gql.store.publish import Cause
from reanimator_gql.store.snapshots import NewSnapshot, StoredContent, contents_of, write_snapshots

_SYSTEM = "reanimator"


async def reparse(context: Context) -> int:
    """Parse every bundle again; return how many snapshots came out differently."""
    async with context.database.reading() as connection:
        bundles = await worked_on(connection)
    return sum([await _reparse_bundle(context, bundle_id) for bundle_id in bundles])


async def _reparse_bundle(context: Context, bundle_id: int) -> int:
    async with context.database.reading() as connection:
        bundle = await read_bundle(connection, bundle_id)
        stored = await contents_of(connection, bundle_id)
    new = await read_again(context, bundle)
    if new is None:
        return 0  # what an older parser could read and this one cannot stays as it was read
    wanted = {one.stored_content(): one for one in new}
    fresh = [one for key, one in wanted.items() if key not in stored]
    await _insert(context, bundle_id, fresh)
    gone = {key: ids for key, ids in stored.items() if key not in wanted}
    await _void(context, gone)
    return len(fresh)


async def _insert(context: Context, bundle_id: int, fresh: list[NewSnapshot]) -> None:
    if not fresh:
        return
    values = frozenset(value for one in fresh for value in one.content.machine_values | one.content.part_values)

    async def work(connection: AsyncConnection, held: Locked) -> None:
        now = context.clock()
        ids = await write_snapshots(connection, held.cache, bundle_id, fresh, now)
        await rederive(connection, held, Seeds(values, snapshots=ids), now, Cause("rebuild"))

    await locked_write(context, Seeds(values=values), work)


async def _void(context: Context, gone: dict[StoredContent, int]) -> None:
    for content, snapshot_id in sorted(gone.items(), key=lambda pair: pair[1]):
        event = Void(
            id=f"reparse:{snapshot_id}:{parsers_version()}",
            at=max(content.collected_at, datetime(1980, 1, 1, tzinfo=UTC)),
            target=snapshot_name(snapshot_id),
            reason="the raw bundle reads differently by a newer parser",
            by=_SYSTEM,
        )
        await record(context, event)
