"""Inputs: only ever inserted, never changed."""

from sqlalchemy import BigInteger, Column, Integer

from reanimator_gql.store.tables.base import table
from reanimator_gql.store.types import BigId, UtcDateTime, digest, key_text, packed

identifier_sets = table(
    "identifier_sets",
    Column("id", BigId, primary_key=True),
    Column("digest", digest(16), nullable=False, unique=True),
    Column("body", packed(), nullable=False),
)

observations = table(
    "observations",
    Column("id", BigId, primary_key=True),
    Column("digest", digest(16), nullable=False, unique=True),
    Column("kind", key_text(16), nullable=False),
    Column("body", packed(), nullable=False),
)

inventories = table(
    "inventories",
    Column("id", BigId, primary_key=True),
    Column("digest", digest(16), nullable=False, unique=True),
    Column("body", packed(), nullable=False),
)

snapshots = table(
    "snapshots",
    Column("id", BigId, primary_key=True),
    Column("bundle_id", BigInteger, nullable=False, index=True),
    Column("parser", key_text(64), nullable=False),
    Column("parser_version", Integer, nullable=False),
    Column("source", key_text(120), nullable=False),
    Column("collected_at", UtcDateTime, nullable=False),
    Column("identifier_set_id", BigInteger, nullable=False),
    Column("inventory_id", BigInteger, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)

recorded_events = table(
    "recorded_events",
    Column("id", key_text(190), primary_key=True),
    Column("kind", key_text(32), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("body", packed(), nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)

# Through which values two inputs can be connected: the closed neighbourhood of an input is found here.
identifier_set_values = table(
    "identifier_set_values",
    Column("value", key_text(190), primary_key=True),
    Column("identifier_set_id", BigInteger, primary_key=True, autoincrement=False, index=True),
)

event_values = table(
    "event_values",
    Column("value", key_text(190), primary_key=True),
    Column("event_id", key_text(190), primary_key=True, index=True),
)

# One row for each value ever told: locked by a writer before it looks who else told it.
value_locks = table(
    "value_locks",
    Column("value", key_text(190), primary_key=True),
)
