"""The W3C trace id of the request that a prediction answered."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; predictions made before have none."""
    op.add_column("predictions", sa.Column("trace_id", sa.String(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("predictions", "trace_id")
