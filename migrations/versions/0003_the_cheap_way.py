"""What is kept so that a snapshot that tells nothing new need not ask everything again"""

import hashlib

import sqlalchemy as sa
from alembic import op

from reanimator_gql.store.types import BigId, UtcDateTime, digest, free_text, key_text, packed

revision = "0003"
down_revision = "0002"
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
    """Go to this revision. What is new fills when a machine is next heard of, or by a rebuild."""
    _widen_standing()
    _create_placed_identifiers()
    _create_unplaced_snapshots()
    _create_words()
    _move_values("stream_values", "stream_id", "inventory_values", "inventory_id")
    _create_pending_bundles()
    _create_warning_lists()
    op.drop_index(op.f("ix_placements_effective_at_placed_at"), table_name="placements")
    op.drop_index(op.f("ix_snapshots_identifier_set_id"), table_name="snapshots")
    op.drop_index(op.f("ix_snapshots_inventory_id"), table_name="snapshots")
    with op.batch_alter_table("snapshots", table_kwargs={"sqlite_autoincrement": True}) as snapshots:
        snapshots.drop_constraint(op.f("uq_snapshots_digest"), type_="unique")
        snapshots.drop_column("digest")
    op.create_index(op.f("ix_event_status_effective_at"), "event_status", ["effective_at"])


def _widen_standing() -> None:
    op.add_column("streams", sa.Column("newest_inventory_id", sa.BigInteger(), nullable=True))
    op.add_column("streams", sa.Column("newest_identifier_set_id", sa.BigInteger(), nullable=True))
    op.add_column("streams", sa.Column("flags", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("spans", sa.Column("also", free_text(), nullable=True))
    op.add_column("spans", sa.Column("missing_before", UtcDateTime(), nullable=True))
    op.add_column("spans", sa.Column("missing_after", UtcDateTime(), nullable=True))
    op.add_column("spans", sa.Column("flags", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))


def _create_placed_identifiers() -> None:
    op.create_table(
        "placed_identifiers",
        sa.Column("identifier_set_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stream_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("plain", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("identifier_set_id", "stream_id"),
        **INNODB,
    )
    op.create_index(op.f("ix_placed_identifiers_stream_id"), "placed_identifiers", ["stream_id"])
    op.execute(
        "INSERT INTO placed_identifiers (identifier_set_id, stream_id, plain) "
        "SELECT DISTINCT s.identifier_set_id, p.stream_id, 0 FROM placements AS p "
        "JOIN snapshots AS s ON s.id = p.snapshot_id WHERE p.stream_id IS NOT NULL"
    )


def _create_unplaced_snapshots() -> None:
    op.create_table(
        "unplaced_snapshots",
        sa.Column("snapshot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("identifier_set_id", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("snapshot_id"),
        **INNODB,
    )
    op.create_index(op.f("ix_unplaced_snapshots_identifier_set_id"), "unplaced_snapshots", ["identifier_set_id"])
    op.create_index(op.f("ix_unplaced_snapshots_waits_placed_at"), "unplaced_snapshots", ["waits", "placed_at"])
    op.execute(
        "INSERT INTO unplaced_snapshots (snapshot_id, identifier_set_id, placed_at, waits) "
        "SELECT s.id, s.identifier_set_id, p.placed_at, p.effective_at IS NULL FROM placements AS p "
        "JOIN snapshots AS s ON s.id = p.snapshot_id WHERE p.stream_id IS NULL"
    )


def _create_words() -> None:
    op.create_table(
        "words",
        sa.Column("stream_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("word", digest(16), nullable=False),
        sa.Column("component_id", sa.BigInteger(), nullable=True),
        sa.Column("movable", key_text(200), nullable=True),
        sa.PrimaryKeyConstraint("stream_id", "word"),
        **INNODB,
    )
    op.create_index(op.f("ix_words_word"), "words", ["word"])
    op.create_index(op.f("ix_words_movable"), "words", ["movable"])
    op.create_table(
        "renamings",
        sa.Column("stream_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("family", key_text(16), nullable=False),
        sa.Column("renamed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("stream_id", "family", "renamed_at"),
        **INNODB,
    )


def _create_pending_bundles() -> None:
    op.create_table(
        "pending_bundles",
        sa.Column("bundle_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("bundle_id"),
        **INNODB,
    )
    op.execute("INSERT INTO pending_bundles (bundle_id) SELECT bundle_id FROM bundle_status WHERE status = 'PENDING'")
    op.execute("DELETE FROM bundle_status WHERE status = 'PENDING'")
    op.drop_index(op.f("ix_bundle_status_position"), table_name="bundle_status")


def _create_warning_lists() -> None:
    op.create_table(
        "warning_lists",
        sa.Column("id", BigId, nullable=False),
        sa.Column("digest", digest(16), nullable=False),
        sa.Column("body", packed(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest", name=op.f("uq_warning_lists_digest")),
        **INNODB,
        sqlite_autoincrement=True,
    )
    op.add_column("bundle_status", sa.Column("warnings_id", sa.BigInteger(), nullable=True))
    connection = op.get_bind()
    texts = connection.execute(sa.select(_STATUS.c.warnings).where(_STATUS.c.warnings != "[]").distinct())
    for number, text in enumerate(texts.scalars().all(), start=1):
        body = text.encode()
        framed = len(body).to_bytes(8, "big") + body
        row = {"id": number, "digest": hashlib.blake2b(framed, digest_size=16).digest(), "body": body}
        connection.execute(sa.insert(_LISTS), row)
        connection.execute(sa.update(_STATUS).where(_STATUS.c.warnings == text).values(warnings_id=number))
    op.drop_column("bundle_status", "warnings")


_STATUS = sa.table("bundle_status", sa.column("warnings", free_text()), sa.column("warnings_id", sa.BigInteger()))
_LISTS = sa.table(
    "warning_lists", sa.column("id", sa.BigInteger()), sa.column("digest", digest(16)), sa.column("body", packed())
)


def _spread_warnings() -> None:
    op.add_column("bundle_status", sa.Column("warnings", free_text(), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(_LISTS)).all():
        told = _STATUS.c.warnings_id == row.id
        connection.execute(sa.update(_STATUS).where(told).values(warnings=bytes(row.body).decode()))
    op.drop_column("bundle_status", "warnings_id")
    op.drop_table("warning_lists")


def downgrade() -> None:
    """Go back from this revision."""
    op.drop_index(op.f("ix_event_status_effective_at"), table_name="event_status")
    _name_snapshots()
    _spread_warnings()
    op.create_index(op.f("ix_snapshots_identifier_set_id"), "snapshots", ["identifier_set_id"])
    op.create_index(op.f("ix_snapshots_inventory_id"), "snapshots", ["inventory_id"])
    op.create_index(op.f("ix_placements_effective_at_placed_at"), "placements", ["effective_at", "placed_at"])
    op.create_index(op.f("ix_bundle_status_position"), "bundle_status", ["position"])
    op.execute(
        "INSERT INTO bundle_status (bundle_id, status, snapshots, observations) "
        "SELECT bundle_id, 'PENDING', 0, 0 FROM pending_bundles"
    )
    _move_values("inventory_values", "inventory_id", "stream_values", "stream_id")
    for name in ("pending_bundles", "renamings", "words", "unplaced_snapshots", "placed_identifiers"):
        op.drop_table(name)
    for name in ("flags", "missing_after", "missing_before", "also"):
        op.drop_column("spans", name)
    for name in ("flags", "newest_identifier_set_id", "newest_inventory_id"):
        op.drop_column("streams", name)


def _name_snapshots() -> None:
    """Give each snapshot a name of its own again. It need only be unique: no older revision reads its meaning."""
    op.add_column("snapshots", sa.Column("digest", digest(16), nullable=True))
    connection = op.get_bind()
    table = sa.table("snapshots", sa.column("id", sa.BigInteger()), sa.column("digest", digest(16)))
    for snapshot_id in connection.execute(sa.select(table.c.id)).scalars().all():
        name = snapshot_id.to_bytes(16, "big")
        connection.execute(sa.update(table).where(table.c.id == snapshot_id).values(digest=name))
    with op.batch_alter_table("snapshots", table_kwargs={"sqlite_autoincrement": True}) as snapshots:
        snapshots.alter_column("digest", existing_type=digest(16), nullable=False)
        snapshots.create_unique_constraint(op.f("uq_snapshots_digest"), ["digest"])


def _move_values(new: str, new_column: str, old: str, old_column: str) -> None:
    """Values were kept by inventory and are kept by stream; a placement connects the two."""
    op.create_table(
        new,
        sa.Column("value", key_text(190), nullable=False),
        sa.Column(new_column, sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("value", new_column),
        **INNODB,
    )
    op.create_index(op.f(f"ix_{new}_{new_column}"), new, [new_column])
    op.execute(
        f"INSERT INTO {new} (value, {new_column}) SELECT DISTINCT o.value, p.{new_column} FROM {old} AS o "
        f"JOIN placements AS p ON p.{old_column} = o.{old_column} WHERE p.{new_column} IS NOT NULL"
    )
    op.drop_table(old)
