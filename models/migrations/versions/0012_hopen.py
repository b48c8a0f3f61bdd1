"""Make the HOP’EN tracker: the prerequisites as data, objectives pursued, steps, links and opinions."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hopen_indicator",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("sheets", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("confidence", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_hopen_indicator")),
    )
    op.create_table(
        "hopen_objective",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("indicator_code", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("difficulty", sa.String(length=40), nullable=False),
        sa.Column("actors", sa.JSON(), nullable=False),
        sa.Column("tools", sa.JSON(), nullable=False),
        sa.Column("delay", sa.String(length=200), nullable=True),
        sa.Column("min_days", sa.Integer(), nullable=True),
        sa.Column("max_days", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["indicator_code"], ["hopen_indicator.code"], name=op.f("fk_hopen_objective_indicator_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_hopen_objective")),
    )
    with op.batch_alter_table("hopen_objective", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hopen_objective_indicator_code"), ["indicator_code"], unique=False)

    op.create_table(
        "hopen_pursuit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("objective_code", sa.String(length=20), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("variant", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "due_on IS NULL OR started_on IS NULL OR due_on >= started_on",
            name=op.f("ck_hopen_pursuit_due_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_hopen_pursuit_establishment_id")
        ),
        sa.ForeignKeyConstraint(
            ["objective_code"], ["hopen_objective.code"], name=op.f("fk_hopen_pursuit_objective_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hopen_pursuit")),
        sa.UniqueConstraint(
            "establishment_id", "objective_code", name=op.f("uq_hopen_pursuit_establishment_id_objective_code")
        ),
    )
    with op.batch_alter_table("hopen_pursuit", schema=None) as batch_op:
        batch_op.create_index("ix_hopen_pursuit_deadline", ["establishment_id", "deadline_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_hopen_pursuit_objective_code"), ["objective_code"], unique=False)

    op.create_table(
        "hopen_task",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("objective_code", sa.String(length=20), nullable=False),
        sa.Column("indicator_code", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("variant", sa.String(length=40), nullable=True),
        sa.Column("bodies", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_code"], ["hopen_indicator.code"], name=op.f("fk_hopen_task_indicator_code")
        ),
        sa.ForeignKeyConstraint(
            ["objective_code"], ["hopen_objective.code"], name=op.f("fk_hopen_task_objective_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_hopen_task")),
    )
    with op.batch_alter_table("hopen_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hopen_task_indicator_code"), ["indicator_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_hopen_task_objective_code"), ["objective_code"], unique=False)

    op.create_table(
        "hopen_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("pursuit_id", sa.Uuid(), nullable=False),
        sa.Column("task_code", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("kept_state", sa.String(length=40), nullable=True),
        sa.Column("kept_reason", sa.Text(), nullable=True),
        sa.Column("kept_done_on", sa.Date(), nullable=True),
        sa.Column("overridden", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name=op.f("ck_hopen_step_done_has_date")),
        sa.CheckConstraint(
            "state NOT IN ('blocked', 'not_applicable') OR reason IS NOT NULL",
            name=op.f("ck_hopen_step_reason_is_given"),
        ),
        sa.CheckConstraint(
            "started_on IS NULL OR done_on IS NULL OR done_on >= started_on",
            name=op.f("ck_hopen_step_done_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_hopen_step_establishment_id")
        ),
        sa.ForeignKeyConstraint(["pursuit_id"], ["hopen_pursuit.id"], name=op.f("fk_hopen_step_pursuit_id")),
        sa.ForeignKeyConstraint(["task_code"], ["hopen_task.code"], name=op.f("fk_hopen_step_task_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hopen_step")),
        sa.UniqueConstraint("establishment_id", "task_code", name=op.f("uq_hopen_step_establishment_id_task_code")),
    )
    with op.batch_alter_table("hopen_step", schema=None) as batch_op:
        batch_op.create_index("ix_hopen_step_list", ["establishment_id", "state", "deadline_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_hopen_step_pursuit_id"), ["pursuit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hopen_step_task_code"), ["task_code"], unique=False)

    op.create_table(
        "hopen_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("linked_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["step_id"], ["hopen_step.id"], name=op.f("fk_hopen_link_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hopen_link")),
        sa.UniqueConstraint("step_id", "kind", "record_id", name="uq_hopen_link_once"),
    )
    with op.batch_alter_table("hopen_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hopen_link_step_id"), ["step_id"], unique=False)

    op.create_table(
        "hopen_opinion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.String(length=40), nullable=False),
        sa.Column("body_name", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("opinion", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.String(length=200), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("body <> 'other' OR body_name <> ''", name=op.f("ck_hopen_opinion_other_has_name")),
        sa.ForeignKeyConstraint(["step_id"], ["hopen_step.id"], name=op.f("fk_hopen_opinion_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hopen_opinion")),
        sa.UniqueConstraint("step_id", "body", "body_name", "held_on", name="uq_hopen_opinion_once"),
    )
    with op.batch_alter_table("hopen_opinion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hopen_opinion_step_id"), ["step_id"], unique=False)


def downgrade() -> None:
    op.drop_table("hopen_opinion")
    op.drop_table("hopen_link")
    op.drop_table("hopen_step")
    op.drop_table("hopen_task")
    op.drop_table("hopen_pursuit")
    op.drop_table("hopen_objective")
    op.drop_table("hopen_indicator")
