"""What every use case needs: the database, the decoded content, the clock and the limits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from reanimator_gql.services.place_cache import PlaceCache
from reanimator_gql.store.content import ContentCache
from reanimator_gql.store.database import Database
from reanimator_gql.store.raw_series import KeyframeCache

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
