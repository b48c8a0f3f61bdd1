"""Make the tables of campaigns and acceptances, and guard what proves an acceptance."""

import sqlalchemy as sa
from alembic import op

from models import guards

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "charter_diffusion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("triggers", sa.JSON(), nullable=False),
        sa.Column("also", sa.Text(), nullable=True),
        sa.Column("without_answer", sa.Text(), nullable=True),
        sa.Column("population", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.Column("deadline_days", sa.Integer(), nullable=False),
        sa.Column("reminder_days", sa.JSON(), nullable=False),
        sa.Column("escalation_days", sa.Integer(), nullable=True),
        sa.CheckConstraint("deadline_days BETWEEN 1 AND 365", name=op.f("ck_charter_diffusion_deadline_is_possible")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_charter_diffusion_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_diffusion")),
        sa.UniqueConstraint(
            "establishment_id", "population", name=op.f("uq_charter_diffusion_establishment_id_population")
        ),
    )
    op.create_table(
        "charter_acceptance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("means", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("assistance", sa.String(length=40), nullable=True),
        sa.Column("operator_name", sa.String(length=200), nullable=True),
        sa.Column("witness_name", sa.String(length=200), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("checked_by", sa.String(length=200), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "channel <> 'on_behalf' OR witness_name IS NOT NULL",
            name=op.f("ck_charter_acceptance_assisted_has_witness"),
        ),
        sa.CheckConstraint(
            "channel <> 'paper' OR (signed_on IS NOT NULL AND checked_by IS NOT NULL)",
            name=op.f("ck_charter_acceptance_paper_is_checked"),
        ),
        sa.CheckConstraint("channel <> 'refusal'", name=op.f("ck_charter_acceptance_channel_is_a_way")),
        sa.CheckConstraint(
            "checked_by IS NULL OR checked_by <> operator_name", name=op.f("ck_charter_acceptance_checked_by_another")
        ),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_charter_acceptance_establishment_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_charter_acceptance_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["charter_version.id"], name=op.f("fk_charter_acceptance_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_acceptance")),
        sa.UniqueConstraint("establishment_id", "number", name=op.f("uq_charter_acceptance_establishment_id_number")),
        sa.UniqueConstraint(
            "person_id", "version_id", "decision", name=op.f("uq_charter_acceptance_person_id_version_id_decision")
        ),
    )
    with op.batch_alter_table("charter_acceptance", schema=None) as batch_op:
        batch_op.create_index("ix_charter_acceptance_at", ["establishment_id", "at"], unique=False)
        batch_op.create_index("ix_charter_acceptance_version_id", ["version_id", "decision"], unique=False)

    op.create_table(
        "charter_campaign",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=True),
        sa.Column("charter_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("departments", sa.JSON(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("sender", sa.String(length=200), nullable=False),
        sa.Column("desk", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("second_code", sa.Boolean(), nullable=False),
        sa.Column("launched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("launched_by", sa.String(length=200), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_on IS NOT NULL)", name=op.f("ck_charter_campaign_closed_has_date")
        ),
        sa.CheckConstraint(
            "state = 'draft' OR launched_at IS NOT NULL", name=op.f("ck_charter_campaign_launched_has_instant")
        ),
        sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name=op.f("ck_charter_campaign_ends_after_start")),
        sa.ForeignKeyConstraint(["charter_id"], ["charter.id"], name=op.f("fk_charter_campaign_charter_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_charter_campaign_establishment_id")
        ),
        sa.ForeignKeyConstraint(["follows_id"], ["charter_campaign.id"], name=op.f("fk_charter_campaign_follows_id")),
        sa.ForeignKeyConstraint(["version_id"], ["charter_version.id"], name=op.f("fk_charter_campaign_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_campaign")),
    )
    with op.batch_alter_table("charter_campaign", schema=None) as batch_op:
        batch_op.create_index("ix_charter_campaign_charter_id", ["charter_id", "state"], unique=False)
        batch_op.create_index("ix_charter_campaign_list", ["establishment_id", "state"], unique=False)

    op.create_table(
        "charter_campaign_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("population", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.Column("deadline_days", sa.Integer(), nullable=False),
        sa.Column("reminder_days", sa.JSON(), nullable=False),
        sa.Column("escalation_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["charter_campaign.id"],
            name=op.f("fk_charter_campaign_rule_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_campaign_rule")),
        sa.UniqueConstraint("campaign_id", "population", name=op.f("uq_charter_campaign_rule_campaign_id_population")),
    )
    op.create_table(
        "charter_campaign_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["charter_campaign.id"],
            name=op.f("fk_charter_campaign_text_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_campaign_text")),
        sa.UniqueConstraint("campaign_id", "code", name=op.f("uq_charter_campaign_text_campaign_id_code")),
    )
    op.create_table(
        "charter_invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("population", sa.String(length=40), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(answer = 'pending') = (answered_on IS NULL)", name=op.f("ck_charter_invitation_answered_has_date")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["charter_campaign.id"], name=op.f("fk_charter_invitation_campaign_id")
        ),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_charter_invitation_department_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_charter_invitation_establishment_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_charter_invitation_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["charter_version.id"], name=op.f("fk_charter_invitation_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_invitation")),
        sa.UniqueConstraint("campaign_id", "person_id", name=op.f("uq_charter_invitation_campaign_id_person_id")),
    )
    with op.batch_alter_table("charter_invitation", schema=None) as batch_op:
        batch_op.create_index("ix_charter_invitation_answered", ["campaign_id", "answered_on"], unique=False)
        batch_op.create_index(
            "ix_charter_invitation_counted",
            ["campaign_id", "establishment_id", "department_id", "population", "answer"],
            unique=False,
            sqlite_where=sa.text("left_on IS NULL"),
            postgresql_where=sa.text("left_on IS NULL"),
        )
        batch_op.create_index("ix_charter_invitation_due", ["campaign_id", "answer", "due_on"], unique=False)
        batch_op.create_index("ix_charter_invitation_person_id", ["person_id", "version_id"], unique=False)

    op.create_table(
        "charter_kiosk",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["charter_campaign.id"], name=op.f("fk_charter_kiosk_campaign_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_charter_kiosk_establishment_id")
        ),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user.id"], name=op.f("fk_charter_kiosk_opened_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_kiosk")),
        sa.UniqueConstraint("digest", name=op.f("uq_charter_kiosk_digest")),
    )
    with op.batch_alter_table("charter_kiosk", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_kiosk_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index("ix_charter_kiosk_establishment_id", ["establishment_id", "expires_at"], unique=False)

    op.create_table(
        "charter_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["charter_campaign.id"], name=op.f("fk_charter_link_campaign_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_charter_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_charter_link_digest")),
    )
    with op.batch_alter_table("charter_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_link_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index("ix_charter_link_person_id", ["person_id"], unique=False)

    op.create_table(
        "charter_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["charter_campaign.id"], name=op.f("fk_charter_notice_campaign_id")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_charter_notice_message_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_charter_notice_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["charter_version.id"], name=op.f("fk_charter_notice_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_notice")),
        sa.UniqueConstraint(
            "person_id", "version_id", "kind", "step", name=op.f("uq_charter_notice_person_id_version_id_kind_step")
        ),
    )
    with op.batch_alter_table("charter_notice", schema=None) as batch_op:
        batch_op.create_index("ix_charter_notice_campaign_id", ["campaign_id", "kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_charter_notice_message_id"), ["message_id"], unique=False)

    op.create_table(
        "charter_paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("original", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=False),
        sa.Column("checked_by", sa.String(length=200), nullable=True),
        sa.Column("checked_by_id", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (checked_by_id IS NULL)", name=op.f("ck_charter_paper_checked_by_someone")
        ),
        sa.CheckConstraint(
            "state <> 'rejected' OR rejected_reason IS NOT NULL", name=op.f("ck_charter_paper_rejected_has_reason")
        ),
        sa.CheckConstraint(
            "checked_by_id IS NULL OR checked_by_id <> entered_by_id", name=op.f("ck_charter_paper_four_eyes")
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["charter_campaign.id"], name=op.f("fk_charter_paper_campaign_id")),
        sa.ForeignKeyConstraint(["checked_by_id"], ["user.id"], name=op.f("fk_charter_paper_checked_by_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_charter_paper_department_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["user.id"], name=op.f("fk_charter_paper_entered_by_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_charter_paper_establishment_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_charter_paper_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["charter_version.id"], name=op.f("fk_charter_paper_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_paper")),
    )
    with op.batch_alter_table("charter_paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_paper_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index("ix_charter_paper_list", ["establishment_id", "state"], unique=False)
        batch_op.create_index("ix_charter_paper_person_id", ["person_id"], unique=False)

    op.create_table(
        "charter_trace",
        sa.Column("acceptance_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=40), nullable=True),
        sa.Column("agent", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["acceptance_id"], ["charter_acceptance.id"], name=op.f("fk_charter_trace_acceptance_id")
        ),
        sa.PrimaryKeyConstraint("acceptance_id", name=op.f("pk_charter_trace")),
    )
    with op.batch_alter_table("charter_trace", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_trace_at"), ["at"], unique=False)
    guards.put(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("charter_trace", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_charter_trace_at"))

    op.drop_table("charter_trace")
    with op.batch_alter_table("charter_paper", schema=None) as batch_op:
        batch_op.drop_index("ix_charter_paper_person_id")
        batch_op.drop_index("ix_charter_paper_list")
        batch_op.drop_index(batch_op.f("ix_charter_paper_campaign_id"))

    op.drop_table("charter_paper")
    with op.batch_alter_table("charter_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_charter_notice_message_id"))
        batch_op.drop_index("ix_charter_notice_campaign_id")

    op.drop_table("charter_notice")
    with op.batch_alter_table("charter_link", schema=None) as batch_op:
        batch_op.drop_index("ix_charter_link_person_id")
        batch_op.drop_index(batch_op.f("ix_charter_link_campaign_id"))

    op.drop_table("charter_link")
    with op.batch_alter_table("charter_kiosk", schema=None) as batch_op:
        batch_op.drop_index("ix_charter_kiosk_establishment_id")
        batch_op.drop_index(batch_op.f("ix_charter_kiosk_campaign_id"))

    op.drop_table("charter_kiosk")
    with op.batch_alter_table("charter_invitation", schema=None) as batch_op:
        batch_op.drop_index("ix_charter_invitation_person_id")
        batch_op.drop_index("ix_charter_invitation_due")
        batch_op.drop_index(
            "ix_charter_invitation_counted",
            sqlite_where=sa.text("left_on IS NULL"),
            postgresql_where=sa.text("left_on IS NULL"),
        )
        batch_op.drop_index("ix_charter_invitation_answered")

    op.drop_table("charter_invitation")
    op.drop_table("charter_campaign_text")
    op.drop_table("charter_campaign_rule")
    with op.batch_alter_table("charter_campaign", schema=None) as batch_op:
        batch_op.drop_index("ix_charter_campaign_list")
        batch_op.drop_index("ix_charter_campaign_charter_id")

    op.drop_table("charter_campaign")
    with op.batch_alter_table("charter_acceptance", schema=None) as batch_op:
        batch_op.drop_index("ix_charter_acceptance_version_id")
        batch_op.drop_index("ix_charter_acceptance_at")

    op.drop_table("charter_acceptance")
    op.drop_table("charter_diffusion")
