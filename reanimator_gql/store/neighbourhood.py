"""The closed neighbourhood of an input: every input that some rule could connect with it, directly or in a chain.

Two inputs are connected when they share a value: an identifier of a machine, or a serial, MAC, WWN or UUID of a part.
More than needed may be found, never less.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.inputs import Inputs, StoredSnapshot
from reanimator_gql.domain.identity.part_serials import part_values
from reanimator_gql.domain.recorded_events import decode_event
from reanimator_gql.store.bulk import select_in
from reanimator_gql.store.content import ContentCache, fit
from reanimator_gql.store.tables import (
    event_values,
    identifier_set_values,
    placed_identifiers,
    placements,
    recorded_events,
    snapshots,
    stream_values,
    streams,
    unplaced_snapshots,
)


@dataclass(slots=True)
class Neighbourhood:
    """What was found: snapshot rows by id, the ids of recorded events, and the assets where snapshots stand now."""

    snapshots: dict[int, Any] = field(default_factory=dict)
    events: set[str] = field(default_factory=set)
    assets: set[int] = field(default_factory=set)
    unplaced: set[int] = field(default_factory=set)


async def find_neighbourhood(
    connection: AsyncConnection,
    cache: ContentCache,
    values: Iterable[str],
    snapshot_ids: Iterable[int] = (),
    event_ids: Iterable[str] = (),
) -> Neighbourhood:
    """Follow shared values from the given values, snapshots and events until nothing new is found."""
    found = Neighbourhood()
    reach = _Reach(connection, cache, found)
    await reach.add_snapshots(await _rows(connection, snapshots.c.id, set(snapshot_ids)))
    await reach.add_events(set(event_ids))
    reach.fresh_values |= set(values) - reach.values
    while reach.fresh_values:
        await reach.step()
    found.assets = {row.asset_id for row in found.snapshots.values() if row.asset_id is not None}
    found.unplaced = {row.id for row in found.snapshots.values() if row.asset_id is None}
    return found


async def whole(connection: AsyncConnection) -> Neighbourhood:
    """Return everything that is stored."""
    found = Neighbourhood()
    rows = (await connection.execute(_SNAPSHOT_COLUMNS)).all()
    found.snapshots = {row.id: row for row in rows}
    found.events = set((await connection.execute(select(recorded_events.c.id))).scalars())
    found.assets = {row.asset_id for row in rows if row.asset_id is not None}
    found.unplaced = {row.id for row in rows if row.asset_id is None}
    return found


_SNAPSHOT_COLUMNS = (
    select(
        snapshots.c.id,
        snapshots.c.bundle_id,
        snapshots.c.source,
        snapshots.c.collected_at,
        snapshots.c.identifier_set_id,
        snapshots.c.inventory_id,
        placements.c.stream_id,
        streams.c.asset_id,
    )
    .join(placements, placements.c.snapshot_id == snapshots.c.id)
    .outerjoin(streams, streams.c.id == placements.c.stream_id)
)


async def _rows(connection: AsyncConnection, column: Any, keys: set[Any]) -> list[Any]:
    return await select_in(connection, lambda piece: _SNAPSHOT_COLUMNS.where(column.in_(piece)), keys)


@dataclass(slots=True)
class _Reach:
    """How far the search has come: content and streams whose values are known, and those that were all found."""

    connection: AsyncConnection
    cache: ContentCache
    found: Neighbourhood
    values: set[str] = field(default_factory=set)
    fresh_values: set[str] = field(default_factory=set)
    sets: set[int] = field(default_factory=set)
    streams: set[int] = field(default_factory=set)
    followed_sets: set[int] = field(default_factory=set)

    async def step(self) -> None:
        """Go from the newest values to the inputs that tell them, and on to those inputs' values."""
        values, self.fresh_values = self.fresh_values, set()
        self.values |= values
        sets = await self._owners(identifier_set_values, "identifier_set_id", values) - self.followed_sets
        self.followed_sets |= sets
        told_in = await self._owners(stream_values, "stream_id", values)
        events = await self._owners(event_values, "event_id", values) - self.found.events
        told_in |= await self._column(placed_identifiers.c.stream_id, placed_identifiers.c.identifier_set_id, sets)
        unplaced = await self._column(unplaced_snapshots.c.snapshot_id, unplaced_snapshots.c.identifier_set_id, sets)
        rows = await _rows(self.connection, snapshots.c.id, unplaced - self.found.snapshots.keys())
        rows += await self._named(values)
        await self.add_snapshots(rows)
        await self.add_streams(told_in)
        await self.add_events(events | await self._known_events(values))

    async def _named(self, values: set[str]) -> list[Any]:
        """The snapshots and bundles that recorded events name."""
        told = {id_in(v) for v in values if v.startswith(target_value("snapshot:"))} - self.found.snapshots.keys()
        bundles = {id_in(v) for v in values if v.startswith(target_value("bundle:"))}
        rows = await _rows(self.connection, snapshots.c.id, told)
        return rows + await _rows(self.connection, snapshots.c.bundle_id, bundles)

    async def _known_events(self, values: set[str]) -> set[str]:
        """The recorded events that other recorded events name."""
        named = {value[1:] for value in values if value.startswith(target_value(""))} - self.found.events
        rows = await select_in(
            self.connection, lambda keys: select(recorded_events.c.id).where(recorded_events.c.id.in_(keys)), named
        )
        return {row.id for row in rows}

    async def add_snapshots(self, rows: list[Any]) -> None:
        """Take snapshots in, with the values of their content and the streams in which they stand."""
        fresh = [row for row in rows if row.id not in self.found.snapshots]
        self.found.snapshots |= {row.id: row for row in fresh}
        names = {snapshot_name(row.id) for row in fresh} | {bundle_name(row.bundle_id) for row in fresh}
        self.fresh_values |= {target_value(name) for name in names} - self.values
        sets = {row.identifier_set_id for row in rows} - self.sets
        self.sets |= sets
        await self._learn(identifier_set_values, "identifier_set_id", sets)
        # The values of what stands nowhere are kept nowhere but in its content.
        standing_nowhere = {row.inventory_id for row in fresh if row.stream_id is None}
        for inventory in (await self.cache.inventories(self.connection, standing_nowhere)).values():
            self.fresh_values |= fit(value for item in inventory.items for value in part_values(item)) - self.values
        await self.add_streams({row.stream_id for row in fresh if row.stream_id is not None})

    async def add_streams(self, ids: set[int]) -> None:
        """Take in everything that stands in some streams."""
        fresh = ids - self.streams
        self.streams |= fresh
        await self._learn(stream_values, "stream_id", fresh)
        if fresh:
            await self.add_snapshots(await _rows(self.connection, placements.c.stream_id, fresh))

    async def add_events(self, ids: set[str]) -> None:
        """Take recorded events in, and the values they name."""
        self.found.events |= ids
        self.fresh_values |= {target_value(name) for name in ids} - self.values
        await self._learn(event_values, "event_id", ids)

    async def _owners(self, table: Any, column: str, values: set[str]) -> set[Any]:
        return await self._column(table.c[column], table.c.value, values)

    async def _column(self, wanted: Any, where: Any, keys: set[Any]) -> set[Any]:
        rows = await select_in(self.connection, lambda p: select(wanted).where(where.in_(p)).distinct(), keys)
        return {row[0] for row in rows}

    async def _learn(self, table: Any, column: str, owners: set[Any]) -> None:
        owner = table.c[column]
        rows = await select_in(
            self.connection, lambda keys: select(table.c.value).where(owner.in_(keys)).distinct(), owners
        )
        self.fresh_values |= {row.value for row in rows} - self.values


async def load_inputs(connection: AsyncConnection, cache: ContentCache, found: Neighbourhood, now: datetime) -> Inputs:
    """Read the inputs of a neighbourhood, with the voids that concern them."""
    rows = list(found.snapshots.values())
    machines = await cache.machines(connection, {row.identifier_set_id for row in rows})
    inventories = await cache.inventories(connection, {row.inventory_id for row in rows})
    stored = []
    for row in rows:
        inventory = inventories[row.inventory_id]
        stored.append(
            StoredSnapshot(
                id=snapshot_name(row.id),
                bundle=bundle_name(row.bundle_id),
                source=row.source,
                t=row.collected_at,
                machine=machines[row.identifier_set_id],
                items=inventory.items,
                refs=inventory.refs,
                coverage=inventory.coverage,
                weight=(len(inventory.items), inventory.digest.hex()),
            )
        )
    events = await select_in(
        connection,
        lambda keys: select(recorded_events.c.body).where(recorded_events.c.id.in_(keys)),
        found.events,
    )
    return Inputs(tuple(stored), tuple(decode_event(bytes(row.body)) for row in events), now)


def snapshot_name(snapshot_id: int) -> str:
    """Return the name by which recorded events and derivation know a snapshot."""
    return f"snapshot:{snapshot_id}"


def bundle_name(bundle_id: int) -> str:
    """Return the name by which recorded events and derivation know a log bundle."""
    return f"bundle:{bundle_id}"


def target_value(name: str) -> str:
    """Return the value through which a recorded event is connected with the snapshot, bundle or event it names."""
    return f"@{name}"


def id_in(name: Any) -> int:
    """Return the row id in a snapshot's or bundle's name."""
    return int(str(name).partition(":")[2])


async def due(connection: AsyncConnection, until: datetime) -> list[int]:
    """Return the snapshots that are not in force and whose time is not after `until`."""
    table = unplaced_snapshots
    statement = select(table.c.snapshot_id).where(table.c.waits, table.c.placed_at <= until)
    return list((await connection.execute(statement)).scalars())
