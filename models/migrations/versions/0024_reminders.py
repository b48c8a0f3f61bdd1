"""Keep how each person wishes to be reminded, what she was told, and the secret address of her diary."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(  # in one statement: a table that others point to is not made again on SQLite
        "ALTER TABLE establishment ADD COLUMN escalate_after INTEGER NOT NULL DEFAULT 15 "
        "CONSTRAINT ck_establishment_escalates_within_a_year CHECK (escalate_after BETWEEN 1 AND 365)"
    )
    op.create_table(
        "reminder_choice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("frequency", sa.String(length=40), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("muted", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_reminder_choice_weekday_is_one")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_reminder_choice_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_choice")),
        sa.UniqueConstraint("user_id", name=op.f("uq_reminder_choice_user_id")),
    )
    op.create_table(
        "reminder_told",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_reminder_told_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_told")),
        sa.UniqueConstraint(
            "user_id", "kind", "thing_id", "due_on", name=op.f("uq_reminder_told_user_id_kind_thing_id_due_on")
        ),
    )
    op.create_index(op.f("ix_reminder_told_told_on"), "reminder_told", ["told_on"])
    op.create_table(
        "diary_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_diary_address_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary_address")),
        sa.UniqueConstraint("digest", name=op.f("uq_diary_address_digest")),
        sa.UniqueConstraint("user_id", name=op.f("uq_diary_address_user_id")),
    )


def downgrade() -> None:
    op.drop_table("diary_address")
    op.drop_table("reminder_told")
    op.drop_table("reminder_choice")
    op.drop_column("establishment", "escalate_after")
