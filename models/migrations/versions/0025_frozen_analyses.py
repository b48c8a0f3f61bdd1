"""Guard the frozen states of records, and the validated analyses of risks with all that they hold."""

from alembic import op

from models import guards

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    guards.put(op.get_bind())


def downgrade() -> None:
    """The guards stay: they protect what was validated, and go with their tables."""
