"""The state of the work: what became of bundles and events, and the feed."""

from sqlalchemy import BigInteger, Column, Index, Integer

from reanimator_gql.store.tables.base import table
from reanimator_gql.store.types import BigId, UtcDateTime, digest, free_text, key_text, packed

# Bundles that were committed raw and not yet worked on: the queue.
pending_bundles = table(
    "pending_bundles",
    Column("bundle_id", BigInteger, primary_key=True, autoincrement=False),
)

# What a tool's uploads are warned of is mostly the same day after day.
warning_lists = table(
    "warning_lists",
    Column("id", BigId, primary_key=True),
    Column("digest", digest(16), nullable=False, unique=True),
    Column("body", packed(), nullable=False),
)

# What became of a bundle, once it was worked on. A row that grows after others were put behind it splits its page.
bundle_status = table(
    "bundle_status",
    Column("bundle_id", BigInteger, primary_key=True, autoincrement=False),
    Column("status", key_text(16), nullable=False),  # DONE REFUSED
    Column("format", key_text(64)),
    Column("parser_version", Integer),
    Column("code", key_text(32)),
    Column("reason", free_text()),
    Column("remedy", free_text()),
    Column("warnings_id", BigInteger),  # NULL: nothing to warn of
    Column("snapshots", Integer, nullable=False),
    Column("observations", Integer, nullable=False),
    Column("position", BigInteger),
    Index(None, "status", "bundle_id"),
)

# What a client's key stood for: the same key with another request is a mistake of the client.
idempotency_keys = table(
    "idempotency_keys",
    Column("key", key_text(190), primary_key=True),
    Column("request", digest(32), nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)

event_status = table(
    "event_status",
    Column("event_id", key_text(190), primary_key=True),
    Column("effective_at", UtcDateTime, index=True),
)

feed = table(
    "feed",
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)

publications = table(
    "publications",
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("recorded_at", UtcDateTime, nullable=False, unique=True),
    Column("cause", key_text(32), nullable=False),  # bundle, event, future, rebuild
    Column("cause_id", key_text(190)),
)
