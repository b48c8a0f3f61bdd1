"""Let the whole group attach files, and guard the versions of charters as the journal is guarded."""

import sqlalchemy as sa
from alembic import op

from models import guards

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.alter_column("establishment_id", existing_type=sa.Uuid(), nullable=True)
    guards.put(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.alter_column("establishment_id", existing_type=sa.Uuid(), nullable=False)
