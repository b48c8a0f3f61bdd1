"""Let the figures of a campaign come from its indexes alone: SQLite read each row for the column they filter on."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_charter_invitation_counted": ["campaign_id", "establishment_id", "department_id", "population", "answer"],
    "ix_charter_invitation_answered": ["campaign_id", "answered_on", "answer", "establishment_id", "department_id"],
    "ix_charter_invitation_due": ["campaign_id", "answer", "due_on", "establishment_id", "department_id"],
}
HERE = sa.text("left_on IS NULL")


def upgrade() -> None:
    _make(["left_on"])


def downgrade() -> None:
    _make([])


def _make(more: list[str]) -> None:
    for name, columns in INDEXES.items():
        op.drop_index(name, "charter_invitation")
        op.create_index(name, "charter_invitation", [*columns, *more], sqlite_where=HERE, postgresql_where=HERE)
