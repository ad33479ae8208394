"""Bringing a database's schema to the newest revision, and asking whether it is there."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import reanimator_gql
from reanimator_gql.store.database import Database
from reanimator_gql.store.tables import metadata


def _scripts() -> Path:
    """The wheel carries the migrations inside the package; a checkout has them beside it."""
    package = Path(reanimator_gql.__file__).parent
    inside = package / "migrations"
    return inside if inside.is_dir() else package.parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_scripts()))
    config.attributes["connection"] = connection
    return config


@cache
def newest_revision() -> str:
    """Return the revision that this version of the program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "there is at least one migration"
    return head


async def current_revision(database: Database) -> str | None:
    """Return the revision of a database; None for an empty one."""
    async with database.reading() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


async def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to a revision; one that is at head is left alone."""
    if revision == "head" and await current_revision(database) == newest_revision():
        return
    await database.write(lambda connection: connection.run_sync(lambda sync: command.upgrade(_config(sync), revision)))


async def downgrade(database: Database, revision: str) -> None:
    """Bring the schema back to an older revision."""
    await database.write(
        lambda connection: connection.run_sync(lambda sync: command.downgrade(_config(sync), revision))
    )


async def differences(database: Database) -> list[object]:
    """Return what the declared tables and the database's own schema differ in."""
    async with database.reading() as connection:
        return await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts={"compare_type": True}), metadata)
        )
