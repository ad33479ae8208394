"""The quick way: a snapshot that follows others of its machine and tool, decided without asking all that is connected.

One that tells nothing new costs a row and the time of its stream. One that does costs what it changes. Whatever cannot
be decided so goes the full way: `follow` answers False, with nothing written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.compressed import Flags
from reanimator_gql.domain.derivation.inputs import FUTURE_TOLERANCE
from reanimator_gql.domain.derivation.weaving import Unsure
from reanimator_gql.domain.identity.part_serials import part_values
from reanimator_gql.domain.identity.recognition import Unrecognised
from reanimator_gql.services.changing import Arrival, Woven, weave_in
from reanimator_gql.services.context import Context
from reanimator_gql.services.learning import Holding, UnheldValues
from reanimator_gql.services.revising import Elsewhere, revise_parts
from reanimator_gql.store.content import ContentCache, Inventory, fit, write_inventories
from reanimator_gql.store.feed import Publication
from reanimator_gql.store.findings import concerns
from reanimator_gql.store.following import Arrived, ChangedPart, ChangedStream, Names, write_arrivals, write_changes
from reanimator_gql.store.heads import Head, Placed, find_heads, lock_heads
from reanimator_gql.store.locks import lock_values
from reanimator_gql.store.publish import Cause
from reanimator_gql.store.revising import Mismatch
from reanimator_gql.store.snapshots import NewSnapshot

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Followed:
    """The snapshots that were placed, the streams that they changed, and the feed position they took."""

    snapshot_ids: list[int]
    changed_streams: list[int]
    position: int | None


class Work(Protocol):
    """What is done around it, in the same transaction."""

    async def begin(self, connection: AsyncConnection) -> bool:
        """Say whether there is still something to do, and see to it that nobody else does it."""

    async def finish(self, connection: AsyncConnection, cache: ContentCache, done: Followed) -> None:
        """Mark it done."""


class _Moved(Exception):
    """What was found before the locks no longer stands."""


async def follow(context: Context, bundle_id: int, new: Sequence[NewSnapshot], work: Work) -> bool:
    """Take snapshots in the quick way; False, with nothing written, where all that is connected must be asked."""
    async with context.database.reading() as connection:
        heads = await _heads(connection, new)
    if heads is None:
        return False
    attempt = _Attempt(context, bundle_id, new, heads, Holding(frozenset(), frozenset(h.asset_id for h in heads)))
    for _ in range(_TRIES):
        try:
            await context.write(lambda connection, cache, attempt=attempt: attempt.run(connection, cache, work))  # type: ignore[misc]
        except Elsewhere as more:
            holding = attempt.holding
            attempt = replace(attempt, holding=replace(holding, assets=holding.assets | more.asset_ids))
        except UnheldValues as more:
            holding = attempt.holding
            attempt = replace(attempt, holding=replace(holding, values=holding.values | more.values))
        except (Unsure, Unrecognised, Mismatch, _Moved):
            return False
        else:
            return True
    return False


async def _heads(connection: AsyncConnection, new: Sequence[NewSnapshot]) -> list[Head] | None:
    keys = [(one.content.identifiers, one.content.snapshot.source) for one in new]
    found = await find_heads(connection, keys)
    heads = [found[key] for key in keys if key in found]
    return heads if len({head.stream_id for head in heads}) == len(new) else None


@dataclass(frozen=True, slots=True)
class _Attempt:
    context: Context
    bundle_id: int
    new: Sequence[NewSnapshot]
    heads: Sequence[Head]
    holding: Holding

    async def run(self, connection: AsyncConnection, cache: ContentCache, work: Work) -> None:
        """Values are locked first, then machines: the order in which every writer takes them."""
        if self.holding.values:
            await lock_values(connection, self.holding.values)
        heads = await lock_heads(connection, self.heads, self.holding.assets)
        if heads is None:
            raise _Moved
        if await work.begin(connection):
            done = await self._follow(connection, cache, list(zip(heads, self.new, strict=True)))
            await work.finish(connection, cache, done)

    async def _follow(
        self, connection: AsyncConnection, cache: ContentCache, pairs: list[tuple[Head, NewSnapshot]]
    ) -> Followed:
        now = self.context.clock()
        for head, one in pairs:
            await _check(connection, head, one, now)
        changing = [pair for pair in pairs if not _tells_nothing_new(*pair)]
        arrivals = await _arrivals(connection, cache, changing)
        held = None if self.context.database.is_sqlite else self.holding
        woven = [await weave_in(connection, cache, arrival, held) for arrival in arrivals]
        changed = [await revise_parts(connection, cache, one, held) for one in woven]
        _check_apart(changed)
        publication = await self._publish(connection, woven, changed, now)
        stored = {arrival.head.stream_id: arrival.inventory for arrival in arrivals}
        arrived = [await self._arrived(connection, cache, *pair, stored.get(pair[0].stream_id)) for pair in pairs]
        effective_at = publication.recorded_at if publication else now
        ids = await write_arrivals(connection, arrived, now, effective_at)
        return Followed(ids, list(stored), publication.position if publication else None)

    async def _publish(
        self,
        connection: AsyncConnection,
        woven: Sequence[Woven],
        changed: Sequence[Sequence[ChangedPart]],
        now: datetime,
    ) -> Publication | None:
        parts = [part for parts in changed for part in parts]
        assets = {one.arrival.head.asset_key: one.arrival.head.asset_id for one in woven}
        streams = {one.arrival.stream: one.arrival.head.stream_id for one in woven}
        for row in (row for part in parts for row in part.stood):
            assets[row.asset_key] = row.asset_id
            streams[row.asset_key, row.source] = row.stream_id
        fresh = [_changed_stream(one) for one in woven]
        cause = Cause("bundle", str(self.bundle_id))
        return await write_changes(connection, parts, fresh, Names(assets, streams), now, cause)

    async def _arrived(
        self,
        connection: AsyncConnection,
        cache: ContentCache,
        head: Head,
        new: NewSnapshot,
        inventory: Inventory | None,
    ) -> Arrived:
        inventory_id = inventory.id if inventory else head.newest_inventory_id
        assert inventory_id is not None, "what tells nothing new has the inventory of the one before"
        follows = head.newest_t if new.collected_at > head.newest_t else None
        told: dict[int, Any] = {}
        if follows is not None and any(item.telemetry for item in new.content.items):
            held = inventory or (await cache.inventories(connection, {inventory_id}))[inventory_id]
            told = {ref: i.telemetry for ref, i in zip(held.refs, new.content.items, strict=True) if i.telemetry}
        placed = Placed(
            self.bundle_id, new.parser, new.parser_version, head.source, new.collected_at,
            head.identifier_set_id, inventory_id, head.stream_id,
        )  # fmt: skip
        return Arrived(placed, follows, told)


async def _arrivals(
    connection: AsyncConnection, cache: ContentCache, changing: Sequence[tuple[Head, NewSnapshot]]
) -> list[Arrival]:
    if not changing:
        return []
    stored = await write_inventories(connection, cache, [one.content for _, one in changing])
    return [
        Arrival(head, one.collected_at, one.content.snapshot.machine, stored[one.content.inventory])
        for head, one in changing
    ]


def _tells_nothing_new(head: Head, new: NewSnapshot) -> bool:
    return new.content.inventory == head.newest_inventory and new.collected_at > head.newest_t


async def _check(connection: AsyncConnection, head: Head, new: NewSnapshot, now: datetime) -> None:
    """Raise Unsure where more than the stream and its parts would have to be looked at."""
    is_late = new.collected_at <= head.newest_t
    if new.collected_at - FUTURE_TOLERANCE > now:
        raise Unsure("a time that the clock has not reached")
    if head.flags & Flags.CONTESTED or (head.flags & Flags.INSIDE and is_late):
        raise Unsure("foreign statements about the machine's parts")
    if head.flags & Flags.TAIL and not _tells_nothing_new(head, new):
        raise Unsure("parts about which the tool fell silent")
    if not is_late and head.identifier_set_id != head.newest_identifier_set_id:
        raise Unsure("other identifiers than those told last")
    if is_late and (new.collected_at < head.first_seen_at or await concerns(connection, head.asset_id)):
        raise Unsure("what is known of the machine itself")


def _check_apart(changed: Sequence[Sequence[ChangedPart]]) -> None:
    """Two snapshots of one bundle that change one part change it together."""
    keys = [part.revised.belief.key for parts in changed for part in parts]
    if len(set(keys)) < len(keys):
        raise Unsure("one part in several snapshots")


def _changed_stream(woven: Woven) -> ChangedStream:
    arrival = woven.arrival
    items = arrival.inventory.items
    values = fit(value for item in items for value in part_values(item)) if woven.new_words else frozenset()
    renamed = {(arrival.head.stream_id, family, arrival.t) for family in woven.renamed}
    return ChangedStream(arrival.head.stream_id, woven.new_words, values, renamed)
