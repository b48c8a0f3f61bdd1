"""Keep of each establishment the court that its answers name, and the number under which CNIL knows it."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("establishment", sa.Column("siren", sa.String(length=40), nullable=True))
    op.add_column("establishment", sa.Column("competent_court", sa.String(length=200), nullable=True))


def downgrade() -> None:
    op.drop_column("establishment", "competent_court")
    op.drop_column("establishment", "siren")
