"""What differs between MariaDB and SQLite, in one place."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Insert, Table, event
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

WRITES = "reanimator_writes"

# deadlock or failed certification; lock wait timeout; snapshot conflict: the whole transaction may be tried again
_RETRYABLE = {1213, 1205, 1020}

SQLITE_BUSY_MS = 30_000


def create_engine(url: URL) -> AsyncEngine:
    """Return an engine set up for the database behind the URL."""
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    return create_async_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=60,
        pool_recycle=1800,
        connect_args={"charset": "utf8mb4"},
    )


def _sqlite_engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(url, connect_args={"timeout": SQLITE_BUSY_MS / 1000})

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # The driver's own transactions begin too late; BEGIN is sent by hand below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={SQLITE_BUSY_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def is_retryable(error: DBAPIError) -> bool:
    """Whether the transaction lost against another one and may be tried again as a whole."""
    original = error.orig
    code = original.args[0] if original is not None and original.args else None
    return code in _RETRYABLE or "database is locked" in str(original)


def is_sqlite(connection: AsyncConnection) -> bool:
    """Whether the database is SQLite: one writer at a time, so rows need no locks."""
    return connection.dialect.name == "sqlite"


def insert_missing(connection: AsyncConnection, table: Table) -> Insert:
    """Return an insert that leaves rows alone whose key is there already."""
    if is_sqlite(connection):
        return sqlite.insert(table).on_conflict_do_nothing()
    key = next(iter(table.primary_key))
    # INSERT IGNORE would swallow other errors too, and takes a shared lock that two writers cannot both upgrade.
    return mysql.insert(table).on_duplicate_key_update({key.name: key})


def upsert(connection: AsyncConnection, table: Table, columns: Sequence[str]) -> Insert:
    """Return an insert that sets `columns` anew where the row's primary key is there already."""
    if is_sqlite(connection):
        on_conflict = sqlite.insert(table)
        return on_conflict.on_conflict_do_update(
            index_elements=list(table.primary_key), set_={name: on_conflict.excluded[name] for name in columns}
        )
    on_duplicate = mysql.insert(table)
    return on_duplicate.on_duplicate_key_update({name: on_duplicate.inserted[name] for name in columns})
