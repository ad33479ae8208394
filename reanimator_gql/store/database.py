"""The database as the services see it: a transaction that is tried again when it lost, and a connection to read."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.store.dialect import WRITES, create_engine, is_retryable
from reanimator_gql.store.dsn import parse_dsn

T = TypeVar("T")

ATTEMPTS = 6
_FIRST_PAUSE_S = 0.02


class Database:
    """An engine and the rules for using it. Close it before its event loop ends."""

    def __init__(self, dsn: str) -> None:
        self.url = parse_dsn(dsn)
        self.engine = create_engine(self.url)
        self._one_writer = asyncio.Lock() if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is the embedded one."""
        return self.url.get_backend_name() == "sqlite"

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection that only reads. One task at a time may use it."""
        async with self.engine.connect() as connection:
            yield connection

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run `work` in one transaction and commit it; run it again from its start when it lost a race for locks."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._once(work)
            except DBAPIError as error:
                if attempt == ATTEMPTS or not is_retryable(error):
                    raise
                await asyncio.sleep(_FIRST_PAUSE_S * 2**attempt * random.random())
        raise AssertionError("unreachable")

    async def _once(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        if self._one_writer is None:
            return await self._transaction(work)
        async with self._one_writer:
            return await self._transaction(work)

    async def _transaction(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        async with self.engine.connect() as connection:
            await connection.execution_options(**{WRITES: True})
            async with connection.begin():
                return await work(connection)
