"""Inputs from the future are let in when their time has come, before anything is recorded later."""

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.inputs import FUTURE_TOLERANCE
from reanimator_gql.services.context import Context
from reanimator_gql.services.deriving import Locked, Seeds, locked_write, rederive
from reanimator_gql.store.neighbourhood import due
from reanimator_gql.store.publish import Cause
from reanimator_gql.store.recorded_events import due_events


async def let_in_what_is_due(context: Context) -> int:
    """Derive again what inputs touch whose time has come; return how many there were."""
    now = context.clock()
    async with context.database.reading() as connection:
        snapshots = await due(connection, now + FUTURE_TOLERANCE)
        events = await due_events(connection, now + FUTURE_TOLERANCE)
    for seeds in [Seeds(snapshots=[s]) for s in snapshots] + [Seeds(events=[e]) for e in events]:

        async def work(connection: AsyncConnection, held: Locked, seeds: Seeds = seeds) -> None:
            await rederive(connection, held, seeds, context.clock(), Cause("future"))

        await locked_write(context, seeds, work)
    return len(snapshots) + len(events)
