"""What commands share: a context on the configured database, one event loop a command, progress for slow work."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from reanimator_gql.services.context import Context
from reanimator_gql.settings import Settings, load_settings
from reanimator_gql.store.database import Database
from reanimator_gql.store.dsn import parse_dsn
from reanimator_gql.store.migrate import current_revision, newest_revision, upgrade

T = TypeVar("T")

DEMO_FILE = "reanimator-demo.db"

errors = Console(stderr=True, highlight=False, soft_wrap=True)


def say(line: str) -> None:
    """Print a line of the answer."""
    typer.echo(line)


def complain(line: str) -> None:
    """Print a line about something that went wrong."""
    typer.echo(line, err=True)


def run(work: Callable[[], Awaitable[T]]) -> T:
    """Run a command's work in an event loop of its own."""

    async def main() -> T:
        return await work()

    return asyncio.run(main())


def need_database() -> None:
    """End the command where the configured SQLite file is not there: an empty one would answer for it."""
    url = parse_dsn(load_settings().dsn)
    if url.get_backend_name() != "sqlite" or not url.database or Path(url.database).exists():
        return
    complain(f"there is no database {url.database} here: `ingest` or `serve` make one, or name another in DATABASE_DSN")
    if Path(DEMO_FILE).exists():
        complain(f"the demo's is asked with DATABASE_DSN=sqlite:///{DEMO_FILE}")
    raise typer.Exit(2)


@asynccontextmanager
async def open_context(settings: Settings | None = None, *, migrate: bool = False) -> AsyncIterator[Context]:
    """Yield a context on the configured database, at head: SQLite by itself, MariaDB by the command `migrate`.

    With `migrate` MariaDB is brought to head too: the demo's database is nobody else's.
    """
    settings = settings or load_settings()
    database = Database(settings.dsn)
    try:
        await _at_head(database, migrate)
        yield Context(database, upload_limit=settings.upload_limit)
    finally:
        await database.close()


async def _at_head(database: Database, migrate: bool) -> None:
    if await current_revision(database) == newest_revision():
        return
    if not (database.is_sqlite or migrate):
        complain("the database's schema is not at head: run `reanimator-gql migrate` first")
        raise typer.Exit(2)
    await upgrade(database)


def progress(unit: str) -> Progress:
    """Return a progress bar on standard error, shown where a person looks on."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeRemainingColumn(),
        console=errors,
        disable=not sys.stderr.isatty(),
        transient=True,
    )
