"""The head of a stream: its newest snapshot, and what must be known before another one may follow it quickly."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.store.dialect import is_sqlite
from reanimator_gql.store.tables import (
    assets,
    identifier_sets,
    inventories,
    placed_identifiers,
    placements,
    snapshots,
    streams,
)


class Head(NamedTuple):
    """Where a snapshot of known identifiers stands: the stream, its machine, its newest snapshot, its spans' flags."""

    identifier_set_id: int
    stream_id: int
    source: str
    asset_id: int
    asset_key: str
    newest_t: datetime
    newest_inventory_id: int | None
    newest_identifier_set_id: int | None
    newest_inventory: bytes | None
    first_seen_at: datetime
    flags: int


_HEAD = (
    select(
        placed_identifiers.c.identifier_set_id,
        placed_identifiers.c.stream_id,
        streams.c.source,
        streams.c.asset_id,
        assets.c.key.label("asset_key"),
        streams.c.newest_t,
        streams.c.newest_inventory_id,
        streams.c.newest_identifier_set_id,
        assets.c.first_seen_at,
        inventories.c.digest.label("newest_inventory"),
        streams.c.flags,
    )
    .join(streams, streams.c.id == placed_identifiers.c.stream_id)
    .join(assets, assets.c.id == streams.c.asset_id)
    .outerjoin(inventories, inventories.c.id == streams.c.newest_inventory_id)
    .where(placed_identifiers.c.plain, streams.c.newest_t.is_not(None), assets.c.alive)
)


async def find_heads(connection: AsyncConnection, told: Collection[tuple[bytes, str]]) -> dict[tuple[bytes, str], Head]:
    """Return the heads of the streams in which snapshots of these (identifiers' digest, source) stand for certain."""
    statement = (
        _HEAD.add_columns(identifier_sets.c.digest)
        .join(identifier_sets, identifier_sets.c.id == placed_identifiers.c.identifier_set_id)
        .where(identifier_sets.c.digest.in_(sorted({digest for digest, _ in told})))
    )
    rows = (await connection.execute(statement)).all()
    found = {(bytes(row.digest), row.source): _head(row) for row in rows}
    return {key: found[key] for key in told if key in found}


def _head(row: Any) -> Head:
    values = row._mapping
    head = Head(*(values[name] for name in Head._fields))
    return head._replace(newest_inventory=bytes(head.newest_inventory) if head.newest_inventory else None)


async def lock_heads(
    connection: AsyncConnection, heads: Sequence[Head], more_assets: Collection[int] = ()
) -> list[Head] | None:
    """Lock the machines, and read the heads again. None: another stream stands for one of them by now."""
    if not is_sqlite(connection):
        wanted = sorted({head.asset_id for head in heads} | set(more_assets))
        await connection.execute(
            select(assets.c.id).where(assets.c.id.in_(wanted)).order_by(assets.c.id).with_for_update()
        )
    keys = {(head.identifier_set_id, head.source): head for head in heads}
    statement = _HEAD.where(placed_identifiers.c.identifier_set_id.in_(sorted({key for key, _ in keys})))
    rows = {(row.identifier_set_id, row.source): _head(row) for row in (await connection.execute(statement)).all()}
    fresh = [rows.get((head.identifier_set_id, head.source)) for head in heads]
    same = [new for new, old in zip(fresh, heads, strict=True) if new and _stands(new) == _stands(old)]
    return same if len(same) == len(heads) else None


def _stands(head: Head) -> tuple[int, int]:
    return head.stream_id, head.asset_id


class Placed(NamedTuple):
    """A snapshot on its way into a stream."""

    bundle_id: int
    parser: str
    parser_version: int
    source: str
    collected_at: datetime
    identifier_set_id: int
    inventory_id: int
    stream_id: int


async def place_snapshot(
    connection: AsyncConnection, placed: Placed, recorded_at: datetime, effective_at: datetime
) -> int:
    """Insert a snapshot where it stands, in force; return its id."""
    values = placed._asdict() | {"recorded_at": recorded_at}
    stream_id = values.pop("stream_id")
    result = await connection.execute(insert(snapshots), values)
    snapshot_id: int = result.inserted_primary_key[0]  # type: ignore[index]
    row = {
        "snapshot_id": snapshot_id,
        "stream_id": stream_id,
        "placed_at": placed.collected_at,
        "inventory_id": placed.inventory_id,
        "effective_at": effective_at,
    }
    await connection.execute(insert(placements), row)
    return snapshot_id


async def advance(connection: AsyncConnection, placed: Placed) -> None:
    """Make a snapshot the stream's newest. Its identifier set is that of the one before."""
    values = {"newest_t": placed.collected_at, "newest_inventory_id": placed.inventory_id}
    await connection.execute(update(streams).where(streams.c.id == placed.stream_id).values(**values))


async def raise_flags(connection: AsyncConnection, flags: dict[int, int]) -> None:
    """Add flags to those of streams; only reading a stream whole takes any away."""
    rows = [{"row": stream_id, "more": more} for stream_id, more in sorted(flags.items()) if more]
    if rows:
        statement = update(streams).where(streams.c.id == bindparam("row"))
        await connection.execute(statement.values(flags=streams.c.flags.bitwise_or(bindparam("more"))), rows)


class Neighbour(NamedTuple):
    """A snapshot that stands in a stream."""

    t: datetime
    inventory_id: int


async def neighbours_before(connection: AsyncConnection, stream_id: int, t: datetime, count: int) -> list[Neighbour]:
    """Return the snapshots of a stream at or before an instant, the nearest first."""
    order = placements.c.placed_at.desc(), placements.c.snapshot_id.desc()
    return await _nearest(connection, stream_id, placements.c.placed_at <= t, order, count)


async def neighbours_after(connection: AsyncConnection, stream_id: int, t: datetime, count: int) -> list[Neighbour]:
    """Return the snapshots of a stream after an instant, the nearest first."""
    order = placements.c.placed_at, placements.c.snapshot_id
    return await _nearest(connection, stream_id, placements.c.placed_at > t, order, count)


async def _nearest(
    connection: AsyncConnection, stream_id: int, where: Any, order: Sequence[Any], count: int
) -> list[Neighbour]:
    statement = select(placements.c.placed_at, placements.c.inventory_id).where(placements.c.stream_id == stream_id)
    rows = (await connection.execute(statement.where(where).order_by(*order).limit(count))).all()
    return [Neighbour(row.placed_at, row.inventory_id) for row in rows]
