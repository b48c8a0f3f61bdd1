"""Tie requests of data subjects to the activities they concern, and keep what a partial answer refuses and offers."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("data_subject_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("refused_uses", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("ground", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("alternative", sa.Text(), nullable=True))
    op.create_table(
        "request_activity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_request_activity_activity_id")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["data_subject_request.id"],
            name=op.f("fk_request_activity_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_activity")),
        sa.UniqueConstraint("request_id", "activity_id", name=op.f("uq_request_activity_request_id_activity_id")),
    )
    with op.batch_alter_table("request_activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_request_activity_activity_id"), ["activity_id"], unique=False)


def downgrade() -> None:
    op.drop_table("request_activity")
    with op.batch_alter_table("data_subject_request", schema=None) as batch_op:
        batch_op.drop_column("alternative")
        batch_op.drop_column("ground")
        batch_op.drop_column("refused_uses")
