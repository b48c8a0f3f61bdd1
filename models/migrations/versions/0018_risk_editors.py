"""Keep who last edited an element or an interview of a risk analysis, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("risk_element", "risk_interview"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
            batch.add_column(sa.Column("updated_by", sa.String(length=200), nullable=True))


def downgrade() -> None:
    for table in ("risk_interview", "risk_element"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("updated_by")
            batch.drop_column("updated_at")
