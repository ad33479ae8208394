"""A running application on the test's database, and a client that talks to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from asgi_lifespan import LifespanManager

from reanimator_gql.app import create_app
from reanimator_gql.settings import Settings
from reanimator_gql.store.database import Database

UPLOAD_LIMIT = 2_000_000


@pytest.fixture
async def client(dsn: str, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of a server at head, on each database and driver."""
    async with serving(dsn) as made:
        yield made


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of a server on SQLite, for what is the same on every database."""
    async with serving(f"sqlite:///{tmp_path / 'embedded.db'}") as made:
        yield made


@asynccontextmanager
async def serving(dsn: str) -> AsyncIterator[httpx.AsyncClient]:
    """Run the application and yield a client of it."""
    app = create_app(Settings(database_dsn=dsn, upload_limit=UPLOAD_LIMIT))  # type: ignore[arg-type]
    async with (
        LifespanManager(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test", timeout=60) as made,
    ):
        yield made
