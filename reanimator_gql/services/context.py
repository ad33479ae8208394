"""What every use case needs: the database, the decoded content, the clock and the limits."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from reanimator_gql.services.place_cache import PlaceCache
from reanimator_gql.store.content import ContentCache
from reanimator_gql.store.database import Database
from reanimator_gql.store.raw_series import KeyframeCache

T = TypeVar("T")

UPLOAD_LIMIT = 200 << 20


def utc_now() -> datetime:
    """Return the server's clock."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Context:
    """One a process. `upload_limit` is in bytes, of what was sent and of what is in its wrappers."""

    database: Database
    clock: Callable[[], datetime] = utc_now
    upload_limit: int = UPLOAD_LIMIT
    cache: ContentCache = field(default_factory=ContentCache)
    places: PlaceCache = field(default_factory=PlaceCache)
    keyframes: KeyframeCache = field(default_factory=KeyframeCache)

    async def write(self, work: Callable[[AsyncConnection, ContentCache], Awaitable[T]]) -> T:
        """Run `work` in one transaction; what it learns of content is kept once that has committed."""
        learned = self.cache.within()

        async def attempt(connection: AsyncConnection) -> T:
            nonlocal learned
            learned = self.cache.within()
            return await work(connection, learned)

        result = await self.database.write(attempt)
        self.cache.adopt(learned)
        return result
