"""What one request reads with: one connection, one statement at a time, every table through one scoped builder.

A connection is opened with the first statement and given back when the request ends. It is never used by two tasks at
once: statements wait for each other. Rows stay rows.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

from sqlalchemy import ColumnElement, FromClause, Row, Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.store.bulk import pieces
from reanimator_gql.store.database import Database

IDS_A_STATEMENT = 20_000


class Reader:
    """Held by one request, as an async context manager."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._open = AsyncExitStack()
        self._connection: AsyncConnection | None = None
        self._one_at_a_time = asyncio.Lock()
        self._ended = False

    async def __aenter__(self) -> Self:
        """Open nothing yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the connection back. A task that a failed request left behind cannot take another one."""
        self._ended = True
        await self.refresh()

    def select(self, table: FromClause, *columns: ColumnElement[Any]) -> Select[Any]:
        """Return a select from a table: its columns, or those named. What a viewer may not see is left out here."""
        return select(*(columns or table.c)).select_from(table)

    async def rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        """Run a select."""
        async with self._one_at_a_time:
            if self._ended:
                raise RuntimeError("the request that this reader belongs to has ended")
            if self._connection is None:
                self._connection = await self._open.enter_async_context(self._database.reading())
            result: Sequence[Row[Any]] = (await self._connection.execute(statement)).all()
            return result

    async def rows_of(self, keys: Collection[Any], statement: Callable[[list[Any]], Select[Any]]) -> list[Row[Any]]:
        """Run a select whose WHERE takes keys: one statement but for very long lists, none for no keys."""
        rows: list[Row[Any]] = []
        for piece in pieces(sorted(set(keys)), IDS_A_STATEMENT):
            rows += await self.rows(statement(piece))
        return rows

    async def refresh(self) -> None:
        """Let go of the connection: the next statement sees what was committed meanwhile."""
        async with self._one_at_a_time:
            self._connection = None
            await self._open.aclose()


def one_of(column: ColumnElement[Any], ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that an integer column is one of the ids.

    The ids are written into the statement: drivers allow only so many parameters, and integers need no quoting.
    """
    return column.in_(bindparam(None, [int(i) for i in ids], expanding=True, literal_execute=True))
