"""The quick way: a snapshot that follows others of its machine and tool, decided without asking all that is connected.

One that tells nothing new costs a row and the time of its stream. One that does costs what it changes. Whatever cannot
be decided so goes the full way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.compressed import Flags
from reanimator_gql.domain.derivation.inputs import FUTURE_TOLERANCE
from reanimator_gql.domain.derivation.weaving import Unsure
from reanimator_gql.domain.identity.part_serials import part_values
from reanimator_gql.domain.identity.recognition import Unrecognised
from reanimator_gql.services.changing import Arrival, Woven, weave_in
from reanimator_gql.services.context import Context
from reanimator_gql.services.incoming import Incoming, Taken
from reanimator_gql.services.learning import Holding, UnheldValues
from reanimator_gql.services.revising import Elsewhere, revise_parts
from reanimator_gql.store.bundles import claim_bundles, mark, put_back
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


class _Moved(Exception):
    """What was found before the locks no longer stands."""


_NOT_QUICK = (Unsure, Unrecognised, Mismatch)
_NOT_HELD = (Elsewhere, UnheldValues)

Pairs = list[tuple[Head, NewSnapshot]]


async def follow(context: Context, incoming: Sequence[Incoming]) -> frozenset[int]:
    """Take in the quick way what can be, in one transaction; return the bundles that are done.

    Of the others nothing is written: all that is connected must be asked for each, or it follows another one of these.
    """
    async with context.database.reading() as connection:
        heads = await _heads(connection, incoming)
    bundles = _apart([one for one in incoming if one.bundle_id in heads], heads)
    holding = Holding(frozenset(), frozenset(h.asset_id for one in bundles for h in heads[one.bundle_id]))
    for _ in range(_TRIES if bundles else 0):
        try:
            return await context.write(_Attempt(context, bundles, heads, holding).run)
        except Elsewhere as more:
            holding = replace(holding, assets=holding.assets | more.asset_ids)
        except UnheldValues as more:
            holding = replace(holding, values=holding.values | more.values)
        except (*_NOT_QUICK, _Moved):
            break
    return frozenset()


async def _heads(connection: AsyncConnection, incoming: Sequence[Incoming]) -> dict[int, list[Head]]:
    """Return the heads of the streams of each bundle whose snapshots stand for certain, each in a stream of its own."""
    told = {(n.content.identifiers, n.content.snapshot.source) for one in incoming for n in one.new}
    found = await find_heads(connection, told)
    result = {}
    for one in incoming:
        heads = [found.get((n.content.identifiers, n.content.snapshot.source)) for n in one.new]
        known = [head for head in heads if head is not None]
        if len({head.stream_id for head in known}) == len(one.new):
            result[one.bundle_id] = known
    return result


def _apart(incoming: Sequence[Incoming], heads: Mapping[int, Sequence[Head]]) -> list[Incoming]:
    """Of several bundles of one machine the first; the others follow it."""
    seen: set[int] = set()
    first = []
    for one in incoming:
        assets = {head.asset_id for head in heads[one.bundle_id]}
        if assets.isdisjoint(seen):
            first.append(one)
        seen |= assets
    return first


@dataclass(frozen=True, slots=True)
class _Attempt:
    context: Context
    incoming: Sequence[Incoming]
    heads: Mapping[int, Sequence[Head]]
    holding: Holding

    async def run(self, connection: AsyncConnection, cache: ContentCache) -> frozenset[int]:
        """Values are locked first, then machines: the order in which every writer takes them."""
        if self.holding.values:
            await lock_values(connection, self.holding.values)
        pairs = await self._lock(connection)
        claimed = await claim_bundles(connection, pairs.keys())
        now = self.context.clock()
        quiet = [one for one in self.incoming if one.bundle_id in claimed and _are_quiet(pairs[one.bundle_id], now)]
        outcomes = await self._repeat(connection, cache, quiet, pairs, now)
        left = [one for one in self.incoming if one.bundle_id in claimed and one not in quiet]
        for one in left:
            outcomes += await self._change(connection, cache, one, pairs[one.bundle_id], now)
        await mark(connection, outcomes)
        done = {outcome["bundle_id"] for outcome in outcomes}
        await put_back(connection, claimed - done)
        return frozenset(done | (pairs.keys() - claimed))

    async def _lock(self, connection: AsyncConnection) -> dict[int, Pairs]:
        wanted = [head for one in self.incoming for head in self.heads[one.bundle_id]]
        fresh = await lock_heads(connection, wanted, self.holding.assets)
        if fresh is None:
            raise _Moved
        left = iter(fresh)
        return {one.bundle_id: [(next(left), new) for new in one.new] for one in self.incoming}

    async def _repeat(
        self,
        connection: AsyncConnection,
        cache: ContentCache,
        quiet: Sequence[Incoming],
        pairs: Mapping[int, Pairs],
        now: datetime,
    ) -> list[dict[str, Any]]:
        """Snapshots that tell nothing new are written together."""
        arrived = [
            await self._arrived(connection, cache, one.bundle_id, head, new, None)
            for one in quiet
            for head, new in pairs[one.bundle_id]
        ]
        ids = iter(await write_arrivals(connection, arrived, now, now))
        return [await one.outcome(connection, cache, Taken(list(islice(ids, len(one.new))))) for one in quiet]

    async def _change(
        self, connection: AsyncConnection, cache: ContentCache, one: Incoming, pairs: Pairs, now: datetime
    ) -> list[dict[str, Any]]:
        """A bundle that cannot be taken in so does not hold up the others."""
        if len(self.incoming) == 1:
            return [await self._follow(connection, cache, one, pairs, now)]
        learned = cache.within()
        try:
            async with connection.begin_nested():
                outcome = await self._follow(connection, learned, one, pairs, now)
        except (*_NOT_QUICK, *_NOT_HELD):
            return []
        cache.adopt(learned)
        return [outcome]

    async def _follow(
        self, connection: AsyncConnection, cache: ContentCache, one: Incoming, pairs: Pairs, now: datetime
    ) -> dict[str, Any]:
        for pair in pairs:
            await _check(connection, *pair, now)
        changing = [pair for pair in pairs if not _tells_nothing_new(*pair)]
        arrivals = await _arrivals(connection, cache, changing)
        held = None if self.context.database.is_sqlite else self.holding
        woven = [await weave_in(connection, cache, arrival, held) for arrival in arrivals]
        changed = [await revise_parts(connection, cache, each, held) for each in woven]
        _check_apart(changed)
        publication = await _publish(connection, woven, changed, now, Cause("bundle", str(one.bundle_id)))
        stored = {arrival.head.stream_id: arrival.inventory for arrival in arrivals}
        arrived = [
            await self._arrived(connection, cache, one.bundle_id, head, new, stored.get(head.stream_id))
            for head, new in pairs
        ]
        ids = await write_arrivals(connection, arrived, now, publication.recorded_at if publication else now)
        taken = Taken(ids, [each.latest for each in woven], publication.position if publication else None)
        return await one.outcome(connection, cache, taken)

    async def _arrived(  # noqa: PLR0913 - a snapshot, and where it comes from and stands
        self,
        connection: AsyncConnection,
        cache: ContentCache,
        bundle_id: int,
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
            bundle_id, new.parser, new.parser_version, head.source, new.collected_at,
            head.identifier_set_id, inventory_id, head.stream_id, head.asset_id,
        )  # fmt: skip
        return Arrived(placed, follows, told)


async def _publish(
    connection: AsyncConnection,
    woven: Sequence[Woven],
    changed: Sequence[Sequence[ChangedPart]],
    now: datetime,
    cause: Cause,
) -> Publication | None:
    parts = [part for parts in changed for part in parts]
    assets = {one.arrival.head.asset_key: one.arrival.head.asset_id for one in woven}
    streams = {one.arrival.stream: one.arrival.head.stream_id for one in woven}
    for row in (row for part in parts for row in part.stood):
        assets[row.asset_key] = row.asset_id
        streams[row.asset_key, row.source] = row.stream_id
    fresh = [_changed_stream(one) for one in woven]
    return await write_changes(connection, parts, fresh, Names(assets, streams), now, cause)


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


def _are_quiet(pairs: Pairs, now: datetime) -> bool:
    """Whether all of a bundle's snapshots tell nothing new, of machines about whose parts nobody else told later."""
    return all(_tells_nothing_new(*pair) and _why_not(*pair, now) is None for pair in pairs)


def _why_not(head: Head, new: NewSnapshot, now: datetime) -> str | None:
    """Return why more than the stream and its parts would have to be looked at; None: nothing known says so."""
    is_late = new.collected_at <= head.newest_t
    if new.collected_at - FUTURE_TOLERANCE > now:
        return "a time that the clock has not reached"
    if head.flags & Flags.CONTESTED or (head.flags & Flags.INSIDE and is_late):
        return "foreign statements about the machine's parts"
    if head.flags & Flags.TAIL and not _tells_nothing_new(head, new):
        return "parts about which the tool fell silent"
    if not is_late and head.identifier_set_id != head.newest_identifier_set_id:
        return "other identifiers than those told last"
    if is_late and new.collected_at < head.first_seen_at:
        return "a time before the machine was first seen"
    return None


async def _check(connection: AsyncConnection, head: Head, new: NewSnapshot, now: datetime) -> None:
    """Raise Unsure where more than the stream and its parts would have to be looked at."""
    if reason := _why_not(head, new, now):
        raise Unsure(reason)
    if new.collected_at <= head.newest_t and await concerns(connection, head.asset_id):
        raise Unsure("findings about the machine")


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
