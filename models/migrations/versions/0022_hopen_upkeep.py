"""Keep what lives for HOP’EN: units that meet, repositories updated, plans tested."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hopen_upkeep",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("keeper", sa.String(length=200), nullable=True),
        sa.Column("members", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("every_months", sa.Integer(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("every_months BETWEEN 1 AND 60", name=op.f("ck_hopen_upkeep_period_is_possible")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_hopen_upkeep_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hopen_upkeep")),
        sa.UniqueConstraint(
            "establishment_id", "kind", "title", name=op.f("uq_hopen_upkeep_establishment_id_kind_title")
        ),
    )
    with op.batch_alter_table("hopen_upkeep", schema=None) as batch_op:
        batch_op.create_index("ix_hopen_upkeep_list", ["establishment_id", "due_on"], unique=False)

    op.create_table(
        "hopen_upkeep_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("upkeep_id", sa.Uuid(), nullable=False),
        sa.Column("nature", sa.String(length=40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=True),
        sa.Column("corrections", sa.Text(), nullable=True),
        sa.Column("attendees", sa.String(length=200), nullable=True),
        sa.Column("figure", sa.Integer(), nullable=True),
        sa.Column("written_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("figure IS NULL OR figure >= 0", name=op.f("ck_hopen_upkeep_entry_figure_is_a_count")),
        sa.ForeignKeyConstraint(["upkeep_id"], ["hopen_upkeep.id"], name=op.f("fk_hopen_upkeep_entry_upkeep_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hopen_upkeep_entry")),
    )
    with op.batch_alter_table("hopen_upkeep_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hopen_upkeep_entry_upkeep_id"), ["upkeep_id"], unique=False)


def downgrade() -> None:
    op.drop_table("hopen_upkeep_entry")
    op.drop_table("hopen_upkeep")
