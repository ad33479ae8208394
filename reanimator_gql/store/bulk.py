"""Bulk statements: many rows in one call, long lists of keys in pieces that every database takes."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Row, Select, Table, delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.store.dialect import insert_missing

T = TypeVar("T")

KEYS_A_STATEMENT = 5_000
_ROWS_A_STATEMENT = 2_000


def pieces(values: Iterable[T], size: int = KEYS_A_STATEMENT) -> Iterable[list[T]]:
    """Yield lists of at most `size` values."""
    iterator = iter(values)
    while piece := list(islice(iterator, size)):
        yield piece


async def insert_all(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; nothing is sent for none."""
    for piece in pieces(rows, _ROWS_A_STATEMENT):
        await connection.execute(insert(table), piece)


async def insert_new(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert one row; False where its key is there already, put by whoever came first.

    The affected rows of an upsert cannot tell the two apart: MariaDB's drivers count found rows.
    """
    try:
        await connection.execute(insert(table), [row])
    except IntegrityError:
        return False
    return True


async def add_missing(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose key is not there yet. Rows come sorted, so that two writers take locks in one order."""
    for piece in pieces(rows, _ROWS_A_STATEMENT):
        await connection.execute(insert_missing(connection, table), piece)


async def select_in(
    connection: AsyncConnection, statement: Callable[[list[Any]], Select[Any]], keys: Collection[Any]
) -> list[Row[Any]]:
    """Run a select whose WHERE takes a list of keys, in as few statements as the databases allow."""
    rows: list[Row[Any]] = []
    for piece in pieces(sorted(keys)):
        rows += (await connection.execute(statement(piece))).all()
    return rows


async def delete_in(connection: AsyncConnection, table: Table, column: str, keys: Collection[Any]) -> None:
    """Delete the rows whose column is one of the keys."""
    for piece in pieces(sorted(keys)):
        await connection.execute(delete(table).where(table.c[column].in_(piece)))
