"""Keep what the registers said of a HOP’EN action on the day somebody confirmed it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hopen_step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("finding", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("hopen_step", schema=None) as batch_op:
        batch_op.drop_column("finding")
