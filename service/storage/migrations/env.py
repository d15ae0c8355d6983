"""Alembic's entry: runs the migrations on the connection it was given (see `service.storage.migrate`)."""

from alembic import context

from service.storage.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
