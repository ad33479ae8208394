"""The tables, in two groups that different database users may own.

Inputs are only ever inserted: raw bytes, log bundles, snapshots and what they are made of, recorded events.
Everything else is derived from them and can be thrown away and derived again. A belief that is given up moves to a
twin table of the same shape (`…_past`), so that a reader of the present asks one small table.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from reanimator_gql.store.types import BigId, UtcDateTime, digest, free_text, key_text, packed

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

_INNODB: dict[str, Any] = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in (
        ("engine", "InnoDB"),
        ("row_format", "DYNAMIC"),
        ("default_charset", "utf8mb4"),
        ("collate", "utf8mb4_nopad_bin"),
    )
}


def _table(name: str, *parts: Any) -> Table:
    # SQLite would give the id of a deleted row to another one.
    numbered = any(isinstance(part, Column) and part.name == "id" and part.type is BigId for part in parts)
    return Table(name, metadata, *parts, **_INNODB, sqlite_autoincrement=numbered)


# --- the raw store: every upload for ever, byte for byte -------------------------------------------------------------

raw_blob = _table(
    "raw_blob",
    Column("id", BigId, primary_key=True),
    Column("customer_id", BigInteger, nullable=False),
    Column("content_digest", digest(32), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("stored_digest", digest(32)),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("customer_id", "content_digest"),
)

raw_part = _table(
    "raw_part",
    Column("blob_id", BigInteger, primary_key=True, autoincrement=False),
    Column("variant", SmallInteger, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("codec", SmallInteger, nullable=False),
    Column("base_id", BigInteger, index=True),
    Column("dict_id", BigInteger),
    Column("data", packed(), nullable=False),
)

raw_keyframe = _table(
    "raw_keyframe",
    Column("series", digest(16), primary_key=True),
    Column("blob_id", BigInteger, primary_key=True, autoincrement=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("size", BigInteger, nullable=False),
)

log_bundles = _table(
    "log_bundles",
    Column("id", BigId, primary_key=True),
    Column("blob_id", BigInteger, nullable=False),
    # What the uploader said beside the bytes; '' and the sentinel stand for "not given" (NULLs defeat UNIQUE).
    Column("asset", key_text(190), nullable=False),
    Column("collected_at", UtcDateTime, nullable=False),
    Column("filename", key_text(255)),
    Column("received_at", UtcDateTime, nullable=False),
    Column("who", key_text(190)),
    UniqueConstraint("blob_id", "asset", "collected_at"),
    Index(None, "received_at", "id"),
)

# --- inputs ----------------------------------------------------------------------------------------------------------

identifier_sets = _table(
    "identifier_sets",
    Column("id", BigId, primary_key=True),
    Column("digest", digest(16), nullable=False, unique=True),
    Column("body", packed(), nullable=False),
)

observations = _table(
    "observations",
    Column("id", BigId, primary_key=True),
    Column("digest", digest(16), nullable=False, unique=True),
    Column("kind", key_text(16), nullable=False),
    Column("body", packed(), nullable=False),
)

inventories = _table(
    "inventories",
    Column("id", BigId, primary_key=True),
    Column("digest", digest(16), nullable=False, unique=True),
    Column("body", packed(), nullable=False),
)

snapshots = _table(
    "snapshots",
    Column("id", BigId, primary_key=True),
    Column("digest", digest(16), nullable=False, unique=True),
    Column("bundle_id", BigInteger, nullable=False, index=True),
    Column("parser", key_text(64), nullable=False),
    Column("parser_version", Integer, nullable=False),
    Column("source", key_text(120), nullable=False),
    Column("collected_at", UtcDateTime, nullable=False),
    Column("identifier_set_id", BigInteger, nullable=False, index=True),
    Column("inventory_id", BigInteger, nullable=False, index=True),
    Column("recorded_at", UtcDateTime, nullable=False),
)

recorded_events = _table(
    "recorded_events",
    Column("id", key_text(190), primary_key=True),
    Column("kind", key_text(32), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("body", packed(), nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)

# Through which values two inputs can be connected: the closed neighbourhood of an input is found here.
identifier_set_values = _table(
    "identifier_set_values",
    Column("value", key_text(190), primary_key=True),
    Column("identifier_set_id", BigInteger, primary_key=True, autoincrement=False, index=True),
)

inventory_values = _table(
    "inventory_values",
    Column("value", key_text(190), primary_key=True),
    Column("inventory_id", BigInteger, primary_key=True, autoincrement=False, index=True),
)

event_values = _table(
    "event_values",
    Column("value", key_text(190), primary_key=True),
    Column("event_id", key_text(190), primary_key=True, index=True),
)

# One row for each value ever told: locked by a writer before it looks who else told it.
value_locks = _table(
    "value_locks",
    Column("value", key_text(190), primary_key=True),
)

# --- state of the work -----------------------------------------------------------------------------------------------

bundle_status = _table(
    "bundle_status",
    Column("bundle_id", BigInteger, primary_key=True, autoincrement=False),
    Column("status", key_text(16), nullable=False),  # PENDING DONE REFUSED
    Column("format", key_text(64)),
    Column("parser_version", Integer),
    Column("code", key_text(32)),
    Column("reason", free_text()),
    Column("remedy", free_text()),
    Column("warnings", free_text()),
    Column("snapshots", Integer, nullable=False),
    Column("observations", Integer, nullable=False),
    Column("position", BigInteger, index=True),
    Index(None, "status", "bundle_id"),
)

event_status = _table(
    "event_status",
    Column("event_id", key_text(190), primary_key=True),
    Column("effective_at", UtcDateTime),
)

feed = _table(
    "feed",
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)

publications = _table(
    "publications",
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("recorded_at", UtcDateTime, nullable=False, unique=True),
    Column("cause", key_text(32), nullable=False),  # bundle, event, future, rebuild
    Column("cause_id", key_text(190)),
)

# --- derived: where snapshots stand ----------------------------------------------------------------------------------

streams = _table(
    "streams",
    Column("id", BigId, primary_key=True),
    Column("asset_id", BigInteger, nullable=False),
    Column("source", key_text(120), nullable=False),
    Column("newest_t", UtcDateTime),
    UniqueConstraint("asset_id", "source"),
)

placements = _table(
    "placements",
    Column("snapshot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("stream_id", BigInteger),  # NULL: no machine, or not effective
    Column("placed_at", UtcDateTime, nullable=False),
    Column("inventory_id", BigInteger, nullable=False),
    Column("effective_at", UtcDateTime),  # NULL: from the future
    Index(None, "stream_id", "placed_at", "snapshot_id"),
    Index(None, "effective_at", "placed_at"),
)

spans = _table(
    "spans",
    Column("component_id", BigInteger, primary_key=True, autoincrement=False),
    Column("stream_id", BigInteger, primary_key=True, autoincrement=False),
    Column("first_t", UtcDateTime, primary_key=True),
    Column("last_t", UtcDateTime),  # NULL: listed in the stream's newest reading
    Column("observation_id", BigInteger, nullable=False, index=True),
    Index(None, "stream_id", "last_t"),
)

# The latest telemetry of each stream: values that change although nothing was exchanged.
snapshot_telemetry = _table(
    "snapshot_telemetry",
    Column("snapshot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", packed(), nullable=False),
)

# --- derived: beliefs, and their twins -------------------------------------------------------------------------------


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


assets = _table(
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

assets_past = _table(
    "assets_past",
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    *_asset_columns(),
    Column("recorded_at", UtcDateTime, primary_key=True),
    Column("superseded_at", UtcDateTime, nullable=False),
)

asset_identifiers = _table(
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
        Column("first_seen_at", UtcDateTime),
        Column("machine", key_text(190)),
        Column("place", key_text(190)),
    ]


components = _table(
    "components",
    Column("id", BigId, primary_key=True),
    *_component_columns(),
    Column("alive", Boolean, nullable=False),
    Column("merged_into", BigInteger),
    *_believed(past=False),
    UniqueConstraint("key"),
    Index(None, "vendor_serial"),
    Index(None, "kind", "vendor_serial"),
)

components_past = _table(
    "components_past",
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    *_component_columns(),
    Column("recorded_at", UtcDateTime, primary_key=True),
    Column("superseded_at", UtcDateTime, nullable=False),
)

component_identifiers = _table(
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


installations = _table(
    "installations",
    Column("id", BigId, primary_key=True),
    *_installation_columns(),
    *_believed(past=False),
    Index(None, "component_id", "removed_at"),
    Index(None, "asset_id", "removed_at"),
    UniqueConstraint("component_id", "installed_at", "asset_id"),
)

installations_past = _table(
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


facts = _table(
    "facts",
    Column("id", BigId, primary_key=True),
    *_fact_columns(),
    *_believed(past=False),
    Index(None, "subject_type", "subject_id", "kind", "start_at"),
)

facts_past = _table(
    "facts_past",
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    *_fact_columns(),
    *_believed(past=True),
    Index(None, "subject_type", "subject_id", "kind", "superseded_at"),
)

# Events are never deleted or changed: a belief given up is marked superseded, what is new or comes back is inserted.
timeline_events = _table(
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

findings = _table(
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

finding_subjects = _table(
    "finding_subjects",
    Column("finding_id", BigInteger, primary_key=True, autoincrement=False),
    Column("subject_type", key_text(16), primary_key=True),
    Column("subject_id", BigInteger, primary_key=True, autoincrement=False),
    Index(None, "subject_type", "subject_id"),
)

finding_snapshots = _table(
    "finding_snapshots",
    Column("finding_id", BigInteger, primary_key=True, autoincrement=False),
    Column("snapshot_id", BigInteger, primary_key=True, autoincrement=False, index=True),
)
