"""Taking bundles in: the quick way for as many at once as follow others, the full way for each of the rest."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.restless import LOOKED_AT
from reanimator_gql.services.context import Context
from reanimator_gql.services.deriving import Locked, Seeds, locked_write, rederive
from reanimator_gql.services.following import follow
from reanimator_gql.services.incoming import Incoming, Taken
from reanimator_gql.store.bundles import claim_bundles, mark
from reanimator_gql.store.latest import latest_inventories, streams_of
from reanimator_gql.store.publish import Cause
from reanimator_gql.store.snapshots import write_snapshots


async def take_in(context: Context, incoming: Sequence[Incoming]) -> None:
    """Place, derive and publish the snapshots of bundles, but for those that somebody else took in meanwhile."""
    settled = await follow(context, incoming)
    for one in incoming:
        if one.bundle_id not in settled and (len(incoming) == 1 or not await follow(context, [one])):
            await _ask_all(context, one)


async def _ask_all(context: Context, incoming: Incoming) -> None:
    """The full way: everything that is connected with the snapshots is derived again."""
    values = frozenset(value for n in incoming.new for value in n.content.machine_values | n.content.part_values)

    async def work(connection: AsyncConnection, held: Locked) -> None:
        if not await claim_bundles(connection, [incoming.bundle_id]):
            return
        now = context.clock()
        ids = await write_snapshots(connection, held.cache, incoming.bundle_id, incoming.new, now)
        cause = Cause("bundle", str(incoming.bundle_id))
        published = await rederive(connection, held, Seeds(values, snapshots=ids), now, cause)
        position = published.publication.position if published.publication else None
        latest = [await latest_inventories(connection, one, LOOKED_AT) for one in await streams_of(connection, ids)]
        taken = Taken(ids, latest, position)
        await mark(connection, [await incoming.outcome(connection, held.cache, taken)])

    await locked_write(context, Seeds(values=values), work)
