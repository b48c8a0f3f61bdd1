"""Make the ways to fill a post: comparison, offers, notices, applications and their interviews."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "filling",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("needed_by", sa.Date(), nullable=True),
        sa.Column("context", sa.Text(), nullable=True),
        sa.Column("skills_present", sa.Text(), nullable=True),
        sa.Column("training_plan", sa.Text(), nullable=True),
        sa.Column("sharing_note", sa.Text(), nullable=True),
        sa.Column("keep_months", sa.Integer(), nullable=True),
        sa.Column("apply_to", sa.String(length=200), nullable=True),
        sa.Column("apply_before", sa.Date(), nullable=True),
        sa.Column("chosen", sa.String(length=40), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("correction", sa.Text(), nullable=True),
        sa.Column("scores", sa.String(length=200), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("erased_count", sa.Integer(), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'decided') = (chosen IS NOT NULL)", name=op.f("ck_filling_decided_has_way")),
        sa.CheckConstraint("(state = 'open') = (closed_on IS NULL)", name=op.f("ck_filling_closed_has_date")),
        sa.CheckConstraint(
            "keep_months IS NULL OR keep_months BETWEEN 1 AND 120", name=op.f("ck_filling_keeps_for_months")
        ),
        sa.ForeignKeyConstraint(["description_id"], ["job_description.id"], name=op.f("fk_filling_description_id")),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishment.id"], name=op.f("fk_filling_establishment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filling")),
    )
    with op.batch_alter_table("filling", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_filling_description_id"), ["description_id"], unique=False)
        batch_op.create_index("ix_filling_list", ["establishment_id", "state"], unique=False)

    op.create_table(
        "candidate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("filling_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("given_name", sa.String(length=200), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishment.id"], name=op.f("fk_candidate_establishment_id")),
        sa.ForeignKeyConstraint(["filling_id"], ["filling.id"], name=op.f("fk_candidate_filling_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("filling_id", "number", name=op.f("uq_candidate_filling_id_number")),
    )
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidate_establishment_id"), ["establishment_id"], unique=False)

    op.create_table(
        "filling_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filling_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["filling_id"], ["filling.id"], name=op.f("fk_filling_member_filling_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_filling_member_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filling_member")),
        sa.UniqueConstraint("filling_id", "user_id", name=op.f("uq_filling_member_filling_id_user_id")),
    )
    with op.batch_alter_table("filling_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_filling_member_user_id"), ["user_id"], unique=False)

    op.create_table(
        "filling_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filling_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("spread_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["filling_id"], ["filling.id"], name=op.f("fk_filling_notice_filling_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filling_notice")),
    )
    with op.batch_alter_table("filling_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_filling_notice_filling_id"), ["filling_id"], unique=False)

    op.create_table(
        "filling_offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filling_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("company", sa.String(length=200), nullable=False),
        sa.Column("person_named", sa.String(length=200), nullable=True),
        sa.Column("price", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("days_on_site", sa.Integer(), nullable=True),
        sa.Column("strengths", sa.Text(), nullable=True),
        sa.Column("doubts", sa.Text(), nullable=True),
        sa.Column("retained", sa.Boolean(), nullable=False),
        sa.CheckConstraint("price IS NULL OR price >= 0", name=op.f("ck_filling_offer_price_is_no_debt")),
        sa.ForeignKeyConstraint(
            ["filling_id"], ["filling.id"], name=op.f("fk_filling_offer_filling_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filling_offer")),
    )
    with op.batch_alter_table("filling_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_filling_offer_filling_id"), ["filling_id"], unique=False)

    op.create_table(
        "filling_option",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filling_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.Column("ratings", sa.JSON(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["filling_id"], ["filling.id"], name=op.f("fk_filling_option_filling_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filling_option")),
        sa.UniqueConstraint("filling_id", "way", name=op.f("uq_filling_option_filling_id_way")),
    )
    op.create_table(
        "candidate_interview",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("jury", sa.String(length=200), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("conflict_note", sa.Text(), nullable=True),
        sa.CheckConstraint("jury <> ''", name=op.f("ck_candidate_interview_has_jury")),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_interview_candidate_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_interview")),
    )
    with op.batch_alter_table("candidate_interview", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidate_interview_candidate_id"), ["candidate_id"], unique=False)


def downgrade() -> None:
    op.drop_table("candidate_interview")
    op.drop_table("filling_option")
    op.drop_table("filling_offer")
    op.drop_table("filling_notice")
    op.drop_table("filling_member")
    op.drop_table("candidate")
    op.drop_table("filling")
