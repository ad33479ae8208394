"""LOT codes of parts"""

import sqlalchemy as sa
from alembic import op

from reanimator_gql.store.types import BigId, key_text

revision = "0002"
down_revision = "0001"
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
        "lots",
        sa.Column("id", BigId, nullable=False),
        sa.Column("code", key_text(64), nullable=False),
        sa.Column("kind", key_text(16), nullable=False),
        sa.Column("description", key_text(255), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code", name=op.f("uq_lots_code")),
        **INNODB,
        sqlite_autoincrement=True,
    )
    op.add_column("components", sa.Column("derived_lot", key_text(64), nullable=True))
    op.create_index(op.f("ix_components_derived_lot"), "components", ["derived_lot"], unique=False)
    op.add_column("components_past", sa.Column("derived_lot", key_text(64), nullable=True))


def downgrade() -> None:
    """Go back from this revision."""
    op.drop_column("components_past", "derived_lot")
    op.drop_index(op.f("ix_components_derived_lot"), table_name="components")
    op.drop_column("components", "derived_lot")
    op.drop_table("lots")
