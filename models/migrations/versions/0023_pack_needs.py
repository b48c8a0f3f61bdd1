"""Keep with each pack of evidence the rights that what it holds needs."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BEFORE = '["charters:read", "inventory:export", "register:export"]'
"""What a pack made before may hold."""


def upgrade() -> None:
    with op.batch_alter_table("hopen_pack") as batch_op:
        batch_op.add_column(sa.Column("needs", sa.JSON(), nullable=False, server_default=BEFORE))
    with op.batch_alter_table("hopen_pack") as batch_op:
        batch_op.alter_column("needs", existing_type=sa.JSON(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("hopen_pack") as batch_op:
        batch_op.drop_column("needs")
