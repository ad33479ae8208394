"""${message}"""

import sqlalchemy as sa
from alembic import op

from reanimator_gql.store.types import BigId, UtcDateTime, digest, free_text, key_text, packed

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Go to this revision."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Go back from this revision."""
    ${downgrades if downgrades else "pass"}
