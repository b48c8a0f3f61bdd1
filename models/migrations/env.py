"""How Alembic runs here: on the connection it is given, never from a file of settings."""

from alembic import context

import models  # noqa: F401 -- makes the metadata whole
from models.base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
