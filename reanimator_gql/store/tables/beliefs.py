"""Beliefs and their twins.

A belief that is given up moves to a twin table of the same shape (`…_past`), so that a reader of the present asks one
small table.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Double, Index, Integer, UniqueConstraint

from reanimator_gql.store.tables.base import table
from reanimator_gql.store.types import BigId, UtcDateTime, digest, free_text, key_text


def _believed(*, past: bool) -> list[Column[Any]]:
    columns: list[Column[Any]] = [Column("recorded_at", UtcDateTime, nullable=False)]
    if past:
        columns.append(Column("superseded_at", UtcDateTime, nullable=False))
    return columns


def _asset_columns() -> list[Column[Any]]:
    return [
        Column("key", key_text(190), nullable=False),
        Column("vendor_serial", key_text(190), nullable=False),
        Column("manufacturer", key_text(255)),
        Column("model", key_text(255)),
        Column("name", key_text(255)),
        Column("asset_tag", key_text(255)),
        Column("merged_keys", free_text(), nullable=False),
        Column("first_seen_at", UtcDateTime),
    ]


assets = table(
    "assets",
    Column("id", BigId, primary_key=True),
    *_asset_columns(),
    Column("alive", Boolean, nullable=False),  # false: merged, or no input speaks of it any more
    Column("merged_into", BigInteger),
    Column("customer_id", BigInteger),
    *_believed(past=False),
    UniqueConstraint("key"),
    Index(None, "vendor_serial"),
)

assets_past = table(
    "assets_past",
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    *_asset_columns(),
    Column("recorded_at", UtcDateTime, primary_key=True),
    Column("superseded_at", UtcDateTime, nullable=False),
)

asset_identifiers = table(
    "asset_identifiers",
    Column("asset_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", key_text(16), primary_key=True),
    Column("value", key_text(190), primary_key=True),
    Index(None, "value"),
)


def _component_columns() -> list[Column[Any]]:
    return [
        Column("key", key_text(400), nullable=False),
        Column("family", key_text(16), nullable=False),
        Column("kind", key_text(16), nullable=False),
        Column("vendor_serial", key_text(190)),
        Column("manufacturer", key_text(255)),
        Column("model", key_text(255)),
        Column("part_number", key_text(255)),
        Column("firmware", key_text(255)),
        Column("link_width", Integer),
        Column("max_link_width", Integer),
        Column("max_link_speed_gts", Double),
        Column("attributes", free_text()),
        Column("derived_lot", key_text(64)),
        Column("first_seen_at", UtcDateTime),
        Column("machine", key_text(190)),
        Column("place", key_text(190)),
    ]


components = table(
    "components",
    Column("id", BigId, primary_key=True),
    *_component_columns(),
    Column("alive", Boolean, nullable=False),
    Column("merged_into", BigInteger),
    *_believed(past=False),
    UniqueConstraint("key"),
    Index(None, "vendor_serial"),
    Index(None, "kind", "vendor_serial"),
    Index(None, "derived_lot"),
)

# Codes ever used: an id never comes to mean another one.
lots = table(
    "lots",
    Column("id", BigId, primary_key=True),
    Column("code", key_text(64), nullable=False, unique=True),
    Column("kind", key_text(16), nullable=False),
    Column("description", key_text(255), nullable=False),
)

components_past = table(
    "components_past",
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    *_component_columns(),
    Column("recorded_at", UtcDateTime, primary_key=True),
    Column("superseded_at", UtcDateTime, nullable=False),
)

component_identifiers = table(
    "component_identifiers",
    Column("component_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", key_text(16), primary_key=True),
    Column("value", key_text(190), primary_key=True),
    Index(None, "value"),
)


def _installation_columns() -> list[Column[Any]]:
    return [
        Column("component_id", BigInteger, nullable=False),
        Column("asset_id", BigInteger, nullable=False),
        Column("slot", key_text(255)),
        Column("installed_after", UtcDateTime),
        Column("installed_at", UtcDateTime, nullable=False),
        Column("removed_after", UtcDateTime),
        Column("removed_at", UtcDateTime),
    ]


installations = table(
    "installations",
    Column("id", BigId, primary_key=True),
    *_installation_columns(),
    *_believed(past=False),
    Index(None, "component_id", "removed_at"),
    Index(None, "asset_id", "removed_at"),
    Index(None, "component_id", "installed_at"),
)

installations_past = table(
    "installations_past",
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    *_installation_columns(),
    *_believed(past=True),
    Index(None, "asset_id", "superseded_at"),
    Index(None, "component_id", "superseded_at"),
)


def _fact_columns() -> list[Column[Any]]:
    return [
        Column("subject_type", key_text(16), nullable=False),
        Column("subject_id", BigInteger, nullable=False),
        Column("kind", key_text(16), nullable=False),
        Column("asset_id", BigInteger),
        Column("start_after", UtcDateTime),
        Column("start_at", UtcDateTime, nullable=False),
        Column("end_at", UtcDateTime),
        Column("value", key_text(255), nullable=False),
    ]


facts = table(
    "facts",
    Column("id", BigId, primary_key=True),
    *_fact_columns(),
    *_believed(past=False),
    Index(None, "subject_type", "subject_id", "kind", "start_at"),
)

facts_past = table(
    "facts_past",
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    *_fact_columns(),
    *_believed(past=True),
    Index(None, "subject_type", "subject_id", "kind", "superseded_at"),
)

# Events are never deleted or changed: a belief given up is marked superseded, what is new or comes back is inserted.
timeline_events = table(
    "timeline_events",
    Column("event_id", digest(16), primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("subject_type", key_text(16), nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("kind", key_text(32), nullable=False),
    Column("timestamp", UtcDateTime, nullable=False),
    Column("not_before", UtcDateTime),
    Column("asset_id", BigInteger),
    Column("component_id", BigInteger),
    Column("slot", key_text(255)),
    Column("details", free_text(), nullable=False),
    Column("source", key_text(120)),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("superseded_at", UtcDateTime),
    Column("superseded_position", BigInteger, index=True),
    Column("replaces", digest(16)),
    Index(None, "subject_type", "subject_id", "timestamp"),
    Index(None, "timestamp", "event_id"),
    Index(None, "position"),
)

findings = table(
    "findings",
    Column("id", BigId, primary_key=True),
    Column("code", key_text(32), nullable=False),
    Column("value", key_text(400), nullable=False),
    Column("sentence", free_text(), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime, index=True),
    Column("position", BigInteger, nullable=False, index=True),
    Index(None, "code", "since"),
)

finding_subjects = table(
    "finding_subjects",
    Column("finding_id", BigInteger, primary_key=True, autoincrement=False),
    Column("subject_type", key_text(16), primary_key=True),
    Column("subject_id", BigInteger, primary_key=True, autoincrement=False),
    Index(None, "subject_type", "subject_id"),
)

finding_snapshots = table(
    "finding_snapshots",
    Column("finding_id", BigInteger, primary_key=True, autoincrement=False),
    Column("snapshot_id", BigInteger, primary_key=True, autoincrement=False, index=True),
)
