"""Indexes: one for a version together with a kind of day, in the place of one for a version; and one for old keys."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this shape."""
    op.drop_index("ix_predictions_model_version", "predictions")
    columns = ["model_version", "DayOfWeek", "Season", "Holiday", "id"]
    op.create_index("ix_predictions_version_inputs", "predictions", columns)
    op.create_index("ix_idempotency_keys_prediction", "idempotency_keys", ["prediction_id"])


def downgrade() -> None:
    """Back from it."""
    op.drop_index("ix_idempotency_keys_prediction", "idempotency_keys")
    op.drop_index("ix_predictions_version_inputs", "predictions")
    op.create_index("ix_predictions_model_version", "predictions", ["model_version", "id"])
