"""The databases that are measured: SQLite in a file, MariaDB through either driver; each time an empty one at head."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select

from reanimator_gql.services.context import Context
from reanimator_gql.store.database import Database
from reanimator_gql.store.migrate import upgrade
from reanimator_gql.store.tables import metadata
from tests.fixtures.mariadb import Server

SQLITE, ASYNCMY, AIOMYSQL = "sqlite", "asyncmy", "aiomysql"
ON_MARIADB = (ASYNCMY, AIOMYSQL)

# How the names begin of the tables that keep what was uploaded.
KEPT = ("raw_", "log_bundles", "bundle_status", "pending_bundles")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of database: a driver, and where MariaDB answers."""

    driver: str
    server: Server | None = None

    @property
    def title(self) -> str:
        """Return the name for tables."""
        return "SQLite" if self.server is None else f"MariaDB, {self.driver}"

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Yield the address of an empty database, and drop it afterwards."""
        if self.server is None:
            with tempfile.TemporaryDirectory(prefix="reanimator-bench-") as folder:
                yield f"sqlite:///{Path(folder) / 'bench.db'}"
            return
        name = f"reanimator_bench_{uuid4().hex}"
        self.server.run(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        try:
            url = self.server.url.set(drivername=f"mysql+{self.driver}", database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            self.server.run(f"DROP DATABASE {name}")

    @asynccontextmanager
    async def at_head(self) -> AsyncIterator[Context]:
        """Yield what use cases need, on an empty database at head."""
        with self.empty() as dsn:
            database = Database(dsn)
            try:
                await upgrade(database)
                yield Context(database)
            finally:
                await database.close()


async def sizes(database: Database) -> dict[str, int]:
    """Return how many rows each table has."""
    async with database.reading() as connection:
        return {
            table.name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in metadata.sorted_tables
        }
