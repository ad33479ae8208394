"""Deriving again what new inputs may touch: one function from inputs to beliefs, one that publishes a difference.

Locks, in one global order: the values that the new inputs tell, then the machines that any input connected with them
stands on, then inputs that stand nowhere; each sorted, the feed's row last. What is connected is looked up first
without locks; where the set grew meanwhile, the transaction starts over with the larger one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.history import derive_thinned
from reanimator_gql.services.context import Context
from reanimator_gql.store.content import ContentCache
from reanimator_gql.store.locks import lock_assets, lock_snapshots, lock_values
from reanimator_gql.store.neighbourhood import Neighbourhood, find_neighbourhood, load_inputs
from reanimator_gql.store.publish import Cause, Published, publish
from reanimator_gql.store.recorded_events import mark_effective

T = TypeVar("T")

_TRIES = 20


@dataclass(slots=True)
class Seeds:
    """From where to look: values, snapshots and recorded events."""

    values: frozenset[str] = frozenset()
    snapshots: Collection[int] = ()
    events: Collection[str] = ()


@dataclass(slots=True)
class Locked:
    """What a transaction holds, and what it learned. One that is the only writer holds everything."""

    assets: set[int] = field(default_factory=set)
    unplaced: set[int] = field(default_factory=set)
    everything: bool = False
    cache: ContentCache = field(default_factory=ContentCache)

    def covers(self, found: Neighbourhood, new: Collection[int]) -> bool:
        """Whether everything found is held, but for snapshots that this transaction itself inserted."""
        if self.everything:
            return True
        return found.assets <= self.assets and found.unplaced <= self.unplaced | set(new)


class _Grown(Exception):
    """Somebody connected more machines meanwhile."""


async def locked_write(context: Context, seeds: Seeds, work: Callable[[AsyncConnection, Locked], Awaitable[T]]) -> T:
    """Run `work` in a transaction that holds everything connected with the seeds."""
    if context.database.is_sqlite:
        return await context.write(lambda connection, cache: work(connection, Locked(everything=True, cache=cache)))
    for _ in range(_TRIES):
        async with context.database.reading() as connection:
            found = await find_neighbourhood(connection, context.cache, seeds.values, seeds.snapshots, seeds.events)

        async def attempt(connection: AsyncConnection, cache: ContentCache, found: Neighbourhood = found) -> T:
            held = Locked(found.assets, found.unplaced, cache=cache)
            await lock_values(connection, seeds.values)
            await lock_assets(connection, held.assets)
            await lock_snapshots(connection, held.unplaced)
            return await work(connection, held)

        try:
            return await context.write(attempt)
        except _Grown:
            continue
    raise RuntimeError("other writers kept connecting more machines; send it again")


async def rederive(connection: AsyncConnection, held: Locked, seeds: Seeds, now: datetime, cause: Cause) -> Published:
    """Derive everything connected with the seeds, and publish what differs."""
    found = await find_neighbourhood(connection, held.cache, seeds.values, seeds.snapshots, seeds.events)
    if not held.covers(found, seeds.snapshots):
        raise _Grown
    inputs = await load_inputs(connection, held.cache, found, now)
    history = await asyncio.to_thread(derive_thinned, inputs)
    published = await publish(connection, history, found.assets, found.snapshots, now, cause)
    reached = [event.id for event in inputs.events if inputs.reached(event.at)]
    await mark_effective(connection, reached, published.publication.recorded_at if published.publication else now)
    return published
