"""Where snapshots stand: streams, placements, spans. Derived, and no beliefs of their own."""

from sqlalchemy import BigInteger, Boolean, Column, Index, SmallInteger, UniqueConstraint, text

from reanimator_gql.store.tables.base import table
from reanimator_gql.store.types import BigId, UtcDateTime, digest, free_text, key_text, packed

streams = table(
    "streams",
    Column("id", BigId, primary_key=True),
    Column("asset_id", BigInteger, nullable=False),
    Column("source", key_text(120), nullable=False),
    Column("newest_t", UtcDateTime),
    Column("newest_inventory_id", BigInteger),  # NULL: several snapshots bear the newest time
    Column("newest_identifier_set_id", BigInteger),
    Column("flags", SmallInteger, nullable=False, server_default=text("0")),  # those of all its spans together
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
)

# Snapshots that stand in no stream: of no machine, voided, or from the future (`waits`).
unplaced_snapshots = table(
    "unplaced_snapshots",
    Column("snapshot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("identifier_set_id", BigInteger, nullable=False, index=True),
    Column("placed_at", UtcDateTime, nullable=False),
    Column("waits", Boolean, nullable=False),
    Index(None, "waits", "placed_at"),
)

spans = table(
    "spans",
    Column("component_id", BigInteger, primary_key=True, autoincrement=False),
    Column("stream_id", BigInteger, primary_key=True, autoincrement=False),
    Column("first_t", UtcDateTime, primary_key=True),
    Column("last_t", UtcDateTime),  # NULL: listed in the stream's newest reading
    Column("observation_id", BigInteger, nullable=False, index=True),
    Column("also", free_text()),  # other records of the part in the same snapshot, as JSON; NULL: none
    Column("missing_before", UtcDateTime),
    Column("missing_after", UtcDateTime),
    Column("flags", SmallInteger, nullable=False, server_default=text("0")),
    Index(None, "stream_id", "last_t"),
)

# In which streams snapshots of an identifier set stand. Where it is `plain`, every further one by the same source does.
placed_identifiers = table(
    "placed_identifiers",
    Column("identifier_set_id", BigInteger, primary_key=True, autoincrement=False),
    Column("stream_id", BigInteger, primary_key=True, autoincrement=False, index=True),
    Column("plain", Boolean, nullable=False),
)

# What each word told in a stream means: see domain/identity/evidence.py.
words = table(
    "words",
    Column("stream_id", BigInteger, primary_key=True, autoincrement=False),
    Column("word", digest(16), primary_key=True),
    Column("component_id", BigInteger),
    Column("movable", key_text(200)),
    Index(None, "word"),
    Index(None, "movable"),
)

# Through which values the parts that a stream lists can be connected with others.
stream_values = table(
    "stream_values",
    Column("value", key_text(190), primary_key=True),
    Column("stream_id", BigInteger, primary_key=True, autoincrement=False, index=True),
)

# When a stream renamed all places of a family (rule S2).
renamings = table(
    "renamings",
    Column("stream_id", BigInteger, primary_key=True, autoincrement=False),
    Column("family", key_text(16), primary_key=True),
    Column("renamed_at", UtcDateTime, primary_key=True),
)

# The latest telemetry of each stream: values that change although nothing was exchanged.
snapshot_telemetry = table(
    "snapshot_telemetry",
    Column("snapshot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", packed(), nullable=False),
)
