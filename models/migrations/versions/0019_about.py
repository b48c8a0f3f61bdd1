"""Say which topic of its record a piece is about: until now its title began with the code of the criterion."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TIED_BY_TITLE = """
UPDATE attachment SET about = (
    SELECT criterion.code FROM criterion
    WHERE attachment.title = criterion.code OR attachment.title LIKE criterion.code || ' %'
)
WHERE owner_type = 'assessment'
"""


def upgrade() -> None:
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about", sa.String(length=40), nullable=True))
    op.execute(TIED_BY_TITLE)


def downgrade() -> None:
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_column("about")
