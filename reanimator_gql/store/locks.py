"""Row locks, each taken in sorted order. SQLite has one writer at a time and needs none."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.store.bulk import add_missing, select_in
from reanimator_gql.store.dialect import is_sqlite
from reanimator_gql.store.tables import assets, placements, value_locks


async def lock_values(connection: AsyncConnection, values: Collection[str]) -> None:
    """Lock values against every other writer that tells one of them; new values get their row first."""
    if not is_sqlite(connection):
        await add_missing(connection, value_locks, [{"value": value} for value in sorted(values)])
        await _lock(connection, value_locks.c.value, values)


async def lock_assets(connection: AsyncConnection, ids: Collection[int]) -> None:
    """Lock machines."""
    if not is_sqlite(connection):
        await _lock(connection, assets.c.id, ids)


async def lock_snapshots(connection: AsyncConnection, ids: Collection[int]) -> None:
    """Lock snapshots that stand on no machine."""
    if not is_sqlite(connection):
        await _lock(connection, placements.c.snapshot_id, ids)


async def lock_all_assets(connection: AsyncConnection) -> None:
    """Lock every machine: what rebuilds everything lets nobody else write meanwhile."""
    if not is_sqlite(connection):
        await connection.execute(select(assets.c.id).order_by(assets.c.id).with_for_update())


async def _lock(connection: AsyncConnection, column: Any, keys: Collection[Any]) -> None:
    await select_in(
        connection, lambda piece: select(column).where(column.in_(piece)).order_by(column).with_for_update(), keys
    )
