"""Make the plan: actions, and what is said of them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("priority", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("owner_name", sa.String(length=200), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("drop_reason", sa.Text(), nullable=True),
        sa.Column("origin_type", sa.String(length=40), nullable=True),
        sa.Column("origin_id", sa.Uuid(), nullable=True),
        sa.Column("origin_title", sa.String(length=200), nullable=True),
        sa.Column("origin_needs", sa.String(length=40), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_action_progress_is_a_share")),
        sa.CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name=op.f("ck_action_done_has_date")),
        sa.CheckConstraint(
            "(state = 'dropped') = (drop_reason IS NOT NULL)", name=op.f("ck_action_dropped_has_reason")
        ),
        sa.CheckConstraint("(origin_type IS NULL) = (origin_id IS NULL)", name=op.f("ck_action_origin_is_whole")),
        sa.CheckConstraint(
            "origin_needs IS NOT NULL OR NOT confidential", name=op.f("ck_action_confidential_says_to_whom")
        ),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_action_department_id")),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishment.id"], name=op.f("fk_action_establishment_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_action_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_action_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_department_id"), ["department_id"], unique=False)
        batch_op.create_index("ix_action_list", ["establishment_id", "state", "due_on"], unique=False)
        batch_op.create_index("ix_action_origin", ["origin_type", "origin_id"], unique=False)
        batch_op.create_index("ix_action_owner_id", ["owner_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_person_id"), ["person_id"], unique=False)

    op.create_table(
        "action_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["action.id"], name=op.f("fk_action_comment_action_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_comment")),
    )
    with op.batch_alter_table("action_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_comment_action_id"), ["action_id"], unique=False)


def downgrade() -> None:
    op.drop_table("action_comment")
    op.drop_table("action")
