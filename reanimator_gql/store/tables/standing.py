"""Where snapshots stand: streams, placements, spans. Derived, and no beliefs of their own."""

from sqlalchemy import BigInteger, Column, Index, UniqueConstraint

from reanimator_gql.store.tables.base import table
from reanimator_gql.store.types import BigId, UtcDateTime, key_text, packed

streams = table(
    "streams",
    Column("id", BigId, primary_key=True),
    Column("asset_id", BigInteger, nullable=False),
    Column("source", key_text(120), nullable=False),
    Column("newest_t", UtcDateTime),
    UniqueConstraint("asset_id", "source"),
)

placements = table(
    "placements",
    Column("snapshot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("stream_id", BigInteger),  # NULL: no machine, or not effective
    Column("placed_at", UtcDateTime, nullable=False),
    Column("inventory_id", BigInteger, nullable=False),
    Column("effective_at", UtcDateTime),  # NULL: from the future
    Index(None, "stream_id", "placed_at", "snapshot_id"),
    Index(None, "effective_at", "placed_at"),
)

spans = table(
    "spans",
    Column("component_id", BigInteger, primary_key=True, autoincrement=False),
    Column("stream_id", BigInteger, primary_key=True, autoincrement=False),
    Column("first_t", UtcDateTime, primary_key=True),
    Column("last_t", UtcDateTime),  # NULL: listed in the stream's newest reading
    Column("observation_id", BigInteger, nullable=False, index=True),
    Index(None, "stream_id", "last_t"),
)

# The latest telemetry of each stream: values that change although nothing was exchanged.
snapshot_telemetry = table(
    "snapshot_telemetry",
    Column("snapshot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", packed(), nullable=False),
)
