"""The first tables"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from reanimator_gql.store.types import BigId, UtcDateTime, digest, free_text, key_text, packed

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INNODB = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in (
        ("engine", "InnoDB"),
        ("row_format", "DYNAMIC"),
        ("default_charset", "utf8mb4"),
        ("collate", "utf8mb4_nopad_bin"),
    )
}


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "asset_identifiers",
        sa.Column("asset_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", key_text(16), nullable=False),
        sa.Column("value", key_text(190), nullable=False),
        sa.PrimaryKeyConstraint("asset_id", "kind", "value"),
        **INNODB,
    )
    op.create_index(op.f("ix_asset_identifiers_value"), "asset_identifiers", ["value"], unique=False)
    op.create_table(
        "assets",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", key_text(190), nullable=False),
        sa.Column("vendor_serial", key_text(190), nullable=False),
        sa.Column("manufacturer", key_text(255), nullable=True),
        sa.Column("model", key_text(255), nullable=True),
        sa.Column("name", key_text(255), nullable=True),
        sa.Column("asset_tag", key_text(255), nullable=True),
        sa.Column("merged_keys", free_text(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=True),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name=op.f("uq_assets_key")),
        **INNODB,
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_assets_vendor_serial"), "assets", ["vendor_serial"], unique=False)
    op.create_table(
        "assets_past",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", key_text(190), nullable=False),
        sa.Column("vendor_serial", key_text(190), nullable=False),
        sa.Column("manufacturer", key_text(255), nullable=True),
        sa.Column("model", key_text(255), nullable=True),
        sa.Column("name", key_text(255), nullable=True),
        sa.Column("asset_tag", key_text(255), nullable=True),
        sa.Column("merged_keys", free_text(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("superseded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", "recorded_at"),
        **INNODB,
    )
    op.create_table(
        "bundle_status",
        sa.Column("bundle_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", key_text(16), nullable=False),
        sa.Column("format", key_text(64), nullable=True),
        sa.Column("parser_version", sa.Integer(), nullable=True),
        sa.Column("code", key_text(32), nullable=True),
        sa.Column("reason", free_text(), nullable=True),
        sa.Column("remedy", free_text(), nullable=True),
        sa.Column("warnings", free_text(), nullable=True),
        sa.Column("snapshots", sa.Integer(), nullable=False),
        sa.Column("observations", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("bundle_id"),
        **INNODB,
    )
    op.create_index(op.f("ix_bundle_status_position"), "bundle_status", ["position"], unique=False)
    op.create_index(op.f("ix_bundle_status_status_bundle_id"), "bundle_status", ["status", "bundle_id"], unique=False)
    op.create_table(
        "component_identifiers",
        sa.Column("component_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", key_text(16), nullable=False),
        sa.Column("value", key_text(190), nullable=False),
        sa.PrimaryKeyConstraint("component_id", "kind", "value"),
        **INNODB,
    )
    op.create_index(op.f("ix_component_identifiers_value"), "component_identifiers", ["value"], unique=False)
    op.create_table(
        "components",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", key_text(400), nullable=False),
        sa.Column("family", key_text(16), nullable=False),
        sa.Column("kind", key_text(16), nullable=False),
        sa.Column("vendor_serial", key_text(190), nullable=True),
        sa.Column("manufacturer", key_text(255), nullable=True),
        sa.Column("model", key_text(255), nullable=True),
        sa.Column("part_number", key_text(255), nullable=True),
        sa.Column("firmware", key_text(255), nullable=True),
        sa.Column("link_width", sa.Integer(), nullable=True),
        sa.Column("max_link_width", sa.Integer(), nullable=True),
        sa.Column("max_link_speed_gts", sa.Double(), nullable=True),
        sa.Column("attributes", free_text(), nullable=True),
        sa.Column("first_seen_at", UtcDateTime(), nullable=True),
        sa.Column("machine", key_text(190), nullable=True),
        sa.Column("place", key_text(190), nullable=True),
        sa.Column("alive", sa.Boolean(), nullable=False),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name=op.f("uq_components_key")),
        **INNODB,
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_components_kind_vendor_serial"), "components", ["kind", "vendor_serial"], unique=False)
    op.create_index(op.f("ix_components_vendor_serial"), "components", ["vendor_serial"], unique=False)
    op.create_table(
        "components_past",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", key_text(400), nullable=False),
        sa.Column("family", key_text(16), nullable=False),
        sa.Column("kind", key_text(16), nullable=False),
        sa.Column("vendor_serial", key_text(190), nullable=True),
        sa.Column("manufacturer", key_text(255), nullable=True),
        sa.Column("model", key_text(255), nullable=True),
        sa.Column("part_number", key_text(255), nullable=True),
        sa.Column("firmware", key_text(255), nullable=True),
        sa.Column("link_width", sa.Integer(), nullable=True),
        sa.Column("max_link_width", sa.Integer(), nullable=True),
        sa.Column("max_link_speed_gts", sa.Double(), nullable=True),
        sa.Column("attributes", free_text(), nullable=True),
        sa.Column("first_seen_at", UtcDateTime(), nullable=True),
        sa.Column("machine", key_text(190), nullable=True),
        sa.Column("place", key_text(190), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("superseded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", "recorded_at"),
        **INNODB,
    )
    op.create_table(
        "event_status",
        sa.Column("event_id", key_text(190), nullable=False),
        sa.Column("effective_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("event_id"),
        **INNODB,
    )
    op.create_table(
        "event_values",
        sa.Column("value", key_text(190), nullable=False),
        sa.Column("event_id", key_text(190), nullable=False),
        sa.PrimaryKeyConstraint("value", "event_id"),
        **INNODB,
    )
    op.create_index(op.f("ix_event_values_event_id"), "event_values", ["event_id"], unique=False)
    op.create_table(
        "facts",
        sa.Column("id", BigId, nullable=False),
        sa.Column("subject_type", key_text(16), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", key_text(16), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=True),
        sa.Column("start_after", UtcDateTime(), nullable=True),
        sa.Column("start_at", UtcDateTime(), nullable=False),
        sa.Column("end_at", UtcDateTime(), nullable=True),
        sa.Column("value", key_text(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **INNODB,
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_facts_subject_type_subject_id_kind_start_at"),
        "facts",
        ["subject_type", "subject_id", "kind", "start_at"],
        unique=False,
    )
    op.create_table(
        "facts_past",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_type", key_text(16), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", key_text(16), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=True),
        sa.Column("start_after", UtcDateTime(), nullable=True),
        sa.Column("start_at", UtcDateTime(), nullable=False),
        sa.Column("end_at", UtcDateTime(), nullable=True),
        sa.Column("value", key_text(255), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("superseded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **INNODB,
    )
    op.create_index(
        op.f("ix_facts_past_subject_type_subject_id_kind_superseded_at"),
        "facts_past",
        ["subject_type", "subject_id", "kind", "superseded_at"],
        unique=False,
    )
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **INNODB,
    )
    op.create_table(
        "finding_snapshots",
        sa.Column("finding_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("snapshot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("finding_id", "snapshot_id"),
        **INNODB,
    )
    op.create_index(op.f("ix_finding_snapshots_snapshot_id"), "finding_snapshots", ["snapshot_id"], unique=False)
    op.create_table(
        "finding_subjects",
        sa.Column("finding_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_type", key_text(16), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("finding_id", "subject_type", "subject_id"),
        **INNODB,
    )
    op.create_index(
        op.f("ix_finding_subjects_subject_type_subject_id"),
        "finding_subjects",
        ["subject_type", "subject_id"],
        unique=False,
    )
    op.create_table(
        "findings",
        sa.Column("id", BigId, nullable=False),
        sa.Column("code", key_text(32), nullable=False),
        sa.Column("value", key_text(400), nullable=False),
        sa.Column("sentence", free_text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **INNODB,
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_findings_code_since"), "findings", ["code", "since"], unique=False)
    op.create_index(op.f("ix_findings_position"), "findings", ["position"], unique=False)
    op.create_index(op.f("ix_findings_resolved_at"), "findings", ["resolved_at"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("key", key_text(190), nullable=False),
        sa.Column("request", digest(32), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        **INNODB,
    )
    op.create_table(
        "identifier_set_values",
        sa.Column("value", key_text(190), nullable=False),
        sa.Column("identifier_set_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("value", "identifier_set_id"),
        **INNODB,
    )
    op.create_index(
        op.f("ix_identifier_set_values_identifier_set_id"), "identifier_set_values", ["identifier_set_id"], unique=False
    )
    op.create_table(
        "identifier_sets",
        sa.Column("id", BigId, nullable=False),
        sa.Column("digest", digest(16), nullable=False),
        sa.Column("body", packed(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest", name=op.f("uq_identifier_sets_digest")),
        **INNODB,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "installations",
        sa.Column("id", BigId, nullable=False),
        sa.Column("component_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("slot", key_text(255), nullable=True),
        sa.Column("installed_after", UtcDateTime(), nullable=True),
        sa.Column("installed_at", UtcDateTime(), nullable=False),
        sa.Column("removed_after", UtcDateTime(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **INNODB,
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_installations_asset_id_removed_at"), "installations", ["asset_id", "removed_at"], unique=False
    )
    op.create_index(
        op.f("ix_installations_component_id_installed_at"),
        "installations",
        ["component_id", "installed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_installations_component_id_removed_at"), "installations", ["component_id", "removed_at"], unique=False
    )
    op.create_table(
        "installations_past",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("component_id", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("slot", key_text(255), nullable=True),
        sa.Column("installed_after", UtcDateTime(), nullable=True),
        sa.Column("installed_at", UtcDateTime(), nullable=False),
        sa.Column("removed_after", UtcDateTime(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("superseded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **INNODB,
    )
    op.create_index(
        op.f("ix_installations_past_asset_id_superseded_at"),
        "installations_past",
        ["asset_id", "superseded_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_installations_past_component_id_superseded_at"),
        "installations_past",
        ["component_id", "superseded_at"],
        unique=False,
    )
    op.create_table(
        "inventories",
        sa.Column("id", BigId, nullable=False),
        sa.Column("digest", digest(16), nullable=False),
        sa.Column("body", packed(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest", name=op.f("uq_inventories_digest")),
        **INNODB,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "inventory_values",
        sa.Column("value", key_text(190), nullable=False),
        sa.Column("inventory_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("value", "inventory_id"),
        **INNODB,
    )
    op.create_index(op.f("ix_inventory_values_inventory_id"), "inventory_values", ["inventory_id"], unique=False)
    op.create_table(
        "log_bundles",
        sa.Column("id", BigId, nullable=False),
        sa.Column("blob_id", sa.BigInteger(), nullable=False),
        sa.Column("asset", key_text(190), nullable=False),
        sa.Column("collected_at", UtcDateTime(), nullable=False),
        sa.Column("filename", key_text(255), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("who", key_text(190), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("blob_id", "asset", "collected_at", name=op.f("uq_log_bundles_blob_id_asset_collected_at")),
        **INNODB,
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_log_bundles_received_at_id"), "log_bundles", ["received_at", "id"], unique=False)
    op.create_table(
        "observations",
        sa.Column("id", BigId, nullable=False),
        sa.Column("digest", digest(16), nullable=False),
        sa.Column("kind", key_text(16), nullable=False),
        sa.Column("body", packed(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest", name=op.f("uq_observations_digest")),
        **INNODB,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "placements",
        sa.Column("snapshot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stream_id", sa.BigInteger(), nullable=True),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("inventory_id", sa.BigInteger(), nullable=False),
        sa.Column("effective_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("snapshot_id"),
        **INNODB,
    )
    op.create_index(
        op.f("ix_placements_effective_at_placed_at"), "placements", ["effective_at", "placed_at"], unique=False
    )
    op.create_index(
        op.f("ix_placements_stream_id_placed_at_snapshot_id"),
        "placements",
        ["stream_id", "placed_at", "snapshot_id"],
        unique=False,
    )
    op.create_table(
        "publications",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("cause", key_text(32), nullable=False),
        sa.Column("cause_id", key_text(190), nullable=True),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("recorded_at", name=op.f("uq_publications_recorded_at")),
        **INNODB,
    )
    op.create_table(
        "raw_blob",
        sa.Column("id", BigId, nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("content_digest", digest(32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("stored_digest", digest(32), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("customer_id", "content_digest", name=op.f("uq_raw_blob_customer_id_content_digest")),
        **INNODB,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "raw_keyframe",
        sa.Column("series", digest(16), nullable=False),
        sa.Column("blob_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series", "blob_id"),
        **INNODB,
    )
    op.create_table(
        "raw_part",
        sa.Column("blob_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("variant", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("codec", sa.SmallInteger(), nullable=False),
        sa.Column("base_id", sa.BigInteger(), nullable=True),
        sa.Column("dict_id", sa.BigInteger(), nullable=True),
        sa.Column("data", packed(), nullable=False),
        sa.PrimaryKeyConstraint("blob_id", "variant", "seq"),
        **INNODB,
    )
    op.create_index(op.f("ix_raw_part_base_id"), "raw_part", ["base_id"], unique=False)
    op.create_table(
        "recorded_events",
        sa.Column("id", key_text(190), nullable=False),
        sa.Column("kind", key_text(32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("body", packed(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **INNODB,
    )
    op.create_table(
        "snapshot_telemetry",
        sa.Column("snapshot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", packed(), nullable=False),
        sa.PrimaryKeyConstraint("snapshot_id"),
        **INNODB,
    )
    op.create_table(
        "snapshots",
        sa.Column("id", BigId, nullable=False),
        sa.Column("digest", digest(16), nullable=False),
        sa.Column("bundle_id", sa.BigInteger(), nullable=False),
        sa.Column("parser", key_text(64), nullable=False),
        sa.Column("parser_version", sa.Integer(), nullable=False),
        sa.Column("source", key_text(120), nullable=False),
        sa.Column("collected_at", UtcDateTime(), nullable=False),
        sa.Column("identifier_set_id", sa.BigInteger(), nullable=False),
        sa.Column("inventory_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest", name=op.f("uq_snapshots_digest")),
        **INNODB,
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_snapshots_bundle_id"), "snapshots", ["bundle_id"], unique=False)
    op.create_index(op.f("ix_snapshots_identifier_set_id"), "snapshots", ["identifier_set_id"], unique=False)
    op.create_index(op.f("ix_snapshots_inventory_id"), "snapshots", ["inventory_id"], unique=False)
    op.create_table(
        "spans",
        sa.Column("component_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stream_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_t", UtcDateTime(), nullable=False),
        sa.Column("last_t", UtcDateTime(), nullable=True),
        sa.Column("observation_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("component_id", "stream_id", "first_t"),
        **INNODB,
    )
    op.create_index(op.f("ix_spans_observation_id"), "spans", ["observation_id"], unique=False)
    op.create_index(op.f("ix_spans_stream_id_last_t"), "spans", ["stream_id", "last_t"], unique=False)
    op.create_table(
        "streams",
        sa.Column("id", BigId, nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("source", key_text(120), nullable=False),
        sa.Column("newest_t", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("asset_id", "source", name=op.f("uq_streams_asset_id_source")),
        **INNODB,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "timeline_events",
        sa.Column("event_id", digest(16), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_type", key_text(16), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", key_text(32), nullable=False),
        sa.Column("timestamp", UtcDateTime(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=True),
        sa.Column("asset_id", sa.BigInteger(), nullable=True),
        sa.Column("component_id", sa.BigInteger(), nullable=True),
        sa.Column("slot", key_text(255), nullable=True),
        sa.Column("details", free_text(), nullable=False),
        sa.Column("source", key_text(120), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("superseded_at", UtcDateTime(), nullable=True),
        sa.Column("superseded_position", sa.BigInteger(), nullable=True),
        sa.Column("replaces", digest(16), nullable=True),
        sa.PrimaryKeyConstraint("event_id", "position"),
        **INNODB,
    )
    op.create_index(op.f("ix_timeline_events_position"), "timeline_events", ["position"], unique=False)
    op.create_index(
        op.f("ix_timeline_events_subject_type_subject_id_timestamp"),
        "timeline_events",
        ["subject_type", "subject_id", "timestamp"],
        unique=False,
    )
    op.create_index(
        op.f("ix_timeline_events_superseded_position"), "timeline_events", ["superseded_position"], unique=False
    )
    op.create_index(
        op.f("ix_timeline_events_timestamp_event_id"), "timeline_events", ["timestamp", "event_id"], unique=False
    )
    op.create_table(
        "value_locks",
        sa.Column("value", key_text(190), nullable=False),
        sa.PrimaryKeyConstraint("value"),
        **INNODB,
    )
    op.bulk_insert(
        sa.table("feed", sa.column("id"), sa.column("position"), sa.column("recorded_at", UtcDateTime())),
        [{"id": 1, "position": 0, "recorded_at": datetime(1970, 1, 1, tzinfo=UTC)}],
    )


def downgrade() -> None:
    """Go back from this revision."""
    op.drop_table("value_locks")
    op.drop_index(op.f("ix_timeline_events_timestamp_event_id"), table_name="timeline_events")
    op.drop_index(op.f("ix_timeline_events_superseded_position"), table_name="timeline_events")
    op.drop_index(op.f("ix_timeline_events_subject_type_subject_id_timestamp"), table_name="timeline_events")
    op.drop_index(op.f("ix_timeline_events_position"), table_name="timeline_events")
    op.drop_table("timeline_events")
    op.drop_table("streams")
    op.drop_index(op.f("ix_spans_stream_id_last_t"), table_name="spans")
    op.drop_index(op.f("ix_spans_observation_id"), table_name="spans")
    op.drop_table("spans")
    op.drop_index(op.f("ix_snapshots_inventory_id"), table_name="snapshots")
    op.drop_index(op.f("ix_snapshots_identifier_set_id"), table_name="snapshots")
    op.drop_index(op.f("ix_snapshots_bundle_id"), table_name="snapshots")
    op.drop_table("snapshots")
    op.drop_table("snapshot_telemetry")
    op.drop_table("recorded_events")
    op.drop_index(op.f("ix_raw_part_base_id"), table_name="raw_part")
    op.drop_table("raw_part")
    op.drop_table("raw_keyframe")
    op.drop_table("raw_blob")
    op.drop_table("publications")
    op.drop_index(op.f("ix_placements_stream_id_placed_at_snapshot_id"), table_name="placements")
    op.drop_index(op.f("ix_placements_effective_at_placed_at"), table_name="placements")
    op.drop_table("placements")
    op.drop_table("observations")
    op.drop_index(op.f("ix_log_bundles_received_at_id"), table_name="log_bundles")
    op.drop_table("log_bundles")
    op.drop_index(op.f("ix_inventory_values_inventory_id"), table_name="inventory_values")
    op.drop_table("inventory_values")
    op.drop_table("inventories")
    op.drop_index(op.f("ix_installations_past_component_id_superseded_at"), table_name="installations_past")
    op.drop_index(op.f("ix_installations_past_asset_id_superseded_at"), table_name="installations_past")
    op.drop_table("installations_past")
    op.drop_index(op.f("ix_installations_component_id_removed_at"), table_name="installations")
    op.drop_index(op.f("ix_installations_component_id_installed_at"), table_name="installations")
    op.drop_index(op.f("ix_installations_asset_id_removed_at"), table_name="installations")
    op.drop_table("installations")
    op.drop_table("identifier_sets")
    op.drop_table("idempotency_keys")
    op.drop_index(op.f("ix_identifier_set_values_identifier_set_id"), table_name="identifier_set_values")
    op.drop_table("identifier_set_values")
    op.drop_index(op.f("ix_findings_resolved_at"), table_name="findings")
    op.drop_index(op.f("ix_findings_position"), table_name="findings")
    op.drop_index(op.f("ix_findings_code_since"), table_name="findings")
    op.drop_table("findings")
    op.drop_index(op.f("ix_finding_subjects_subject_type_subject_id"), table_name="finding_subjects")
    op.drop_table("finding_subjects")
    op.drop_index(op.f("ix_finding_snapshots_snapshot_id"), table_name="finding_snapshots")
    op.drop_table("finding_snapshots")
    op.drop_table("feed")
    op.drop_index(op.f("ix_facts_past_subject_type_subject_id_kind_superseded_at"), table_name="facts_past")
    op.drop_table("facts_past")
    op.drop_index(op.f("ix_facts_subject_type_subject_id_kind_start_at"), table_name="facts")
    op.drop_table("facts")
    op.drop_index(op.f("ix_event_values_event_id"), table_name="event_values")
    op.drop_table("event_values")
    op.drop_table("event_status")
    op.drop_table("components_past")
    op.drop_index(op.f("ix_components_vendor_serial"), table_name="components")
    op.drop_index(op.f("ix_components_kind_vendor_serial"), table_name="components")
    op.drop_table("components")
    op.drop_index(op.f("ix_component_identifiers_value"), table_name="component_identifiers")
    op.drop_table("component_identifiers")
    op.drop_index(op.f("ix_bundle_status_status_bundle_id"), table_name="bundle_status")
    op.drop_index(op.f("ix_bundle_status_position"), table_name="bundle_status")
    op.drop_table("bundle_status")
    op.drop_table("assets_past")
    op.drop_index(op.f("ix_assets_vendor_serial"), table_name="assets")
    op.drop_table("assets")
    op.drop_index(op.f("ix_asset_identifiers_value"), table_name="asset_identifiers")
    op.drop_table("asset_identifiers")
