"""Alembic's entry: runs the migrations on the connection it was given (see `service.storage.migrate`)."""

from alembic import context
from sqlmodel import SQLModel

import service.prediction.schemas  # noqa: F401 - so that its tables stand in the metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata)
with context.begin_transaction():
    context.run_migrations()
