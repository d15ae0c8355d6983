"""The table of predictions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this shape."""
    op.create_table(
        "predictions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("DayOfWeek", sa.Integer(), nullable=False),
        sa.Column("Season", sa.Integer(), nullable=False),
        sa.Column("Holiday", sa.Integer(), nullable=False),
        sa.Column("Date", sa.Date(), nullable=True),
        sa.Column("prediction", sa.Float(), nullable=False),
        sa.Column("level", sa.Float(), nullable=False),
        sa.Column("lower", sa.Float(), nullable=False),
        sa.Column("upper", sa.Float(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("seen_in_training", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_predictions_inputs", "predictions", ["DayOfWeek", "Season", "Holiday", "id"])
    op.create_index("ix_predictions_model_version", "predictions", ["model_version", "id"])


def downgrade() -> None:
    """Back from it."""
    op.drop_table("predictions")
