"""What is kept beside the beliefs for the next snapshot: plain identifiers, words, values and renamings of streams."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Table, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.domain.derivation.beliefs import History
from reanimator_gql.domain.derivation.standing import Standing
from reanimator_gql.store.bulk import insert_all, pieces, select_in
from reanimator_gql.store.content import fit
from reanimator_gql.store.neighbourhood import id_in
from reanimator_gql.store.tables import plain_identifiers, renamings, stream_values, words

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


async def write_plain_identifiers(
    connection: AsyncConnection, history: History, identifier_sets: Mapping[int, int], stream_ids: StreamIds
) -> None:
    """Keep which identifier sets stand in which stream without a question. `identifier_sets`: of each snapshot."""
    plain = history.standing.plain if history.standing else frozenset()
    wanted = set()
    for snapshot, placement in history.placements.items():
        if snapshot in plain and placement.asset is not None:
            stream_id = stream_ids[placement.asset, placement.source]
            wanted.add((identifier_sets[id_in(snapshot)], placement.source, stream_id))
    column = plain_identifiers.c.identifier_set_id
    rows = await select_in(
        connection, lambda piece: select(plain_identifiers).where(column.in_(piece)), set(identifier_sets.values())
    )
    await _write_difference(connection, plain_identifiers, {tuple(row) for row in rows}, wanted, keyed_by=2)


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
