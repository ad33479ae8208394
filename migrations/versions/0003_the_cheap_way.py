"""What is kept so that a snapshot that tells nothing new need not ask everything again"""

import sqlalchemy as sa
from alembic import op

from reanimator_gql.store.types import UtcDateTime, digest, free_text, key_text

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
    """Go to this revision. The new tables fill when a machine is next heard of, or by a rebuild."""
    op.add_column("streams", sa.Column("newest_inventory_id", sa.BigInteger(), nullable=True))
    op.add_column("streams", sa.Column("newest_identifier_set_id", sa.BigInteger(), nullable=True))
    op.add_column("streams", sa.Column("flags", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("spans", sa.Column("also", free_text(), nullable=True))
    op.add_column("spans", sa.Column("missing_before", UtcDateTime(), nullable=True))
    op.add_column("spans", sa.Column("missing_after", UtcDateTime(), nullable=True))
    op.add_column("spans", sa.Column("flags", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.create_table(
        "plain_identifiers",
        sa.Column("identifier_set_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", key_text(120), nullable=False),
        sa.Column("stream_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("identifier_set_id", "source"),
        **INNODB,
    )
    op.create_index(op.f("ix_plain_identifiers_stream_id"), "plain_identifiers", ["stream_id"])
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
    _move_values("stream_values", "stream_id", "inventory_values", "inventory_id")


def downgrade() -> None:
    """Go back from this revision."""
    _move_values("inventory_values", "inventory_id", "stream_values", "stream_id")
    for name in ("renamings", "words", "plain_identifiers"):
        op.drop_table(name)
    for name in ("flags", "missing_after", "missing_before", "also"):
        op.drop_column("spans", name)
    for name in ("flags", "newest_identifier_set_id", "newest_inventory_id"):
        op.drop_column("streams", name)


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
