"""What is kept for the next snapshot beside the beliefs: where identifiers stand; words, values, renamings."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Table, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.beliefs import History
from reanimator_gql.domain.derivation.standing import Standing
from reanimator_gql.store.bulk import insert_all, pieces, select_in
from reanimator_gql.store.content import fit
from reanimator_gql.store.neighbourhood import id_in
from reanimator_gql.store.tables import (
    placed_identifiers,
    placements,
    renamings,
    stream_values,
    unplaced_snapshots,
    words,
)

StreamIds = Mapping[tuple[str, str], int]
"""The id of each stream, by the key of its asset and its source."""

_KEYS_A_DELETE = 500


async def write_words(
    connection: AsyncConnection,
    standing: Standing,
    stream_ids: StreamIds,
    emptied: Iterable[int],
    component_ids: Mapping[str, int],
) -> None:
    """Bring words, values and renamings of streams to what stands; `emptied` are streams without any snapshot."""
    ids = {*stream_ids.values(), *emptied}
    meant = {
        (stream_ids[key], word, component_ids[m.component] if m.component else None, m.movable)
        for key, told in standing.words.items()
        for word, m in told.items()
    }
    await _replace(connection, words, ids, meant, keyed_by=2)
    values = {(v, stream_ids[key]) for key, told in standing.values.items() for v in fit(told)}
    await _replace(connection, stream_values, ids, values, keyed_by=2)
    renamed = {
        (stream_ids[key], family, t)
        for key, of_families in standing.renamings.items()
        for family, times in of_families.items()
        for t in times
    }
    await _replace(connection, renamings, ids, renamed, keyed_by=3)


async def write_placed_identifiers(
    connection: AsyncConnection, history: History, identifier_sets: Mapping[int, int], stream_ids: StreamIds
) -> None:
    """Keep in which streams identifier sets stand, and whether without a question. `identifier_sets`: of snapshots."""
    plain = history.standing.plain if history.standing else frozenset()
    placed: dict[tuple[int, int], bool] = {}
    for snapshot, placement in history.placements.items():
        if placement.asset is not None:
            key = identifier_sets[id_in(snapshot)], stream_ids[placement.asset, placement.source]
            placed[key] = placed.get(key, False) or snapshot in plain
    column = placed_identifiers.c.identifier_set_id
    rows = await select_in(
        connection, lambda piece: select(placed_identifiers).where(column.in_(piece)), set(identifier_sets.values())
    )
    wanted = {(*key, is_plain) for key, is_plain in placed.items()}
    await _write_difference(connection, placed_identifiers, {tuple(row) for row in rows}, wanted, keyed_by=2)


async def write_unplaced(connection: AsyncConnection, history: History, identifier_sets: Mapping[int, int]) -> None:
    """Keep which of the snapshots stand in no stream, and which of those wait for their time."""
    placed = {id_in(name): placement for name, placement in history.placements.items()}
    rows = await select_in(
        connection,
        lambda piece: select(unplaced_snapshots).where(unplaced_snapshots.c.snapshot_id.in_(piece)),
        identifier_sets.keys(),
    )
    wanted = {
        (snapshot_id, identifier_sets[snapshot_id], placement.t, not placement.effective)
        for snapshot_id, placement in placed.items()
        if placement.asset is None
    }
    voided = identifier_sets.keys() - placed.keys()
    stood = await select_in(
        connection,
        lambda piece: select(placements.c.snapshot_id, placements.c.placed_at).where(
            placements.c.snapshot_id.in_(piece)
        ),
        voided,
    )
    wanted |= {(row.snapshot_id, identifier_sets[row.snapshot_id], row.placed_at, False) for row in stood}
    await _write_difference(connection, unplaced_snapshots, {tuple(row) for row in rows}, wanted, keyed_by=1)


async def _replace(
    connection: AsyncConnection, table: Table, stream_ids: Collection[int], wanted: set[Any], keyed_by: int
) -> None:
    rows = await select_in(connection, lambda piece: select(table).where(table.c.stream_id.in_(piece)), stream_ids)
    stored = {tuple(bytes(value) if isinstance(value, bytearray) else value for value in row) for row in rows}
    await _write_difference(connection, table, stored, wanted, keyed_by)


async def _write_difference(
    connection: AsyncConnection, table: Table, stored: set[Any], wanted: set[Any], keyed_by: int
) -> None:
    """Rows are tuples in the order of the columns, of which the first `keyed_by` are the key."""
    columns = list(table.c)
    keys = columns[:keyed_by]
    for piece in pieces(sorted({row[:keyed_by] for row in stored - wanted}), _KEYS_A_DELETE):
        same = (and_(*(c == value for c, value in zip(keys, key, strict=True))) for key in piece)
        await connection.execute(delete(table).where(or_(*same)))
    names = [column.name for column in columns]
    fresh = sorted(wanted - stored, key=lambda row: row[:keyed_by])
    await insert_all(connection, table, [dict(zip(names, row, strict=True)) for row in fresh])
