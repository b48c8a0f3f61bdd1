"""Count answers and delays of a campaign from indexes alone, without reading each person of its list."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WIDENED = {
    "ix_charter_invitation_answered": ["campaign_id", "answered_on", "answer"],
    "ix_charter_invitation_due": ["campaign_id", "answer", "due_on"],
}
PLACE = ["establishment_id", "department_id"]
HERE = sa.text("left_on IS NULL")


def upgrade() -> None:
    for name, columns in WIDENED.items():
        op.drop_index(name, "charter_invitation")
        op.create_index(name, "charter_invitation", [*columns, *PLACE], sqlite_where=HERE, postgresql_where=HERE)


def downgrade() -> None:
    for name in WIDENED:
        op.drop_index(name, "charter_invitation")
    op.create_index("ix_charter_invitation_due", "charter_invitation", ["campaign_id", "answer", "due_on"])
    op.create_index("ix_charter_invitation_answered", "charter_invitation", ["campaign_id", "answered_on"])
