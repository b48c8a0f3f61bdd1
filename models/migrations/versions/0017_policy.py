"""Make the tables of the security policy, and guard its approved versions as those of the charters."""

import sqlalchemy as sa
from alembic import op

from models import guards

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = (
    "policy_meeting",
    "policy_attendance",
    "policy_session",
    "policy_finding",
    "policy_audit",
    "policy_derogation_rule",
    "policy_derogation",
    "policy_rating",
    "policy_observance_measure",
    "policy_observance",
    "policy_consultation",
    "policy_version",
    "policy_rule",
    "policy_member",
    "policy_blank",
    "policy_section",
    "policy",
)
"""Those that point to others first."""


def upgrade() -> None:
    make_text()
    make_application()
    make_follow_up()
    guards.put(op.get_bind())


def make_text() -> None:
    op.create_table(
        "policy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=True),
        sa.Column("review_months", sa.Integer(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("published_number", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("(status = 'archived') = (closed_on IS NOT NULL)", name=op.f("ck_policy_archived_has_date")),
        sa.CheckConstraint("review_months BETWEEN 1 AND 36", name=op.f("ck_policy_reviewed_within_three_years")),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishment.id"], name=op.f("fk_policy_establishment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
    )
    with op.batch_alter_table("policy", schema=None) as batch_op:
        batch_op.create_index("ix_policy_list", ["establishment_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_review_on"), ["review_on"], unique=False)

    op.create_table(
        "policy_section",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('preamble', 'chapter')", name=op.f("ck_policy_section_preamble_or_chapter")),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_policy_section_policy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_section")),
        sa.UniqueConstraint("policy_id", "code", name=op.f("uq_policy_section_policy_id_code")),
    )
    with op.batch_alter_table("policy_section", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_section_policy_id"), ["policy_id"], unique=False)

    op.create_table(
        "policy_blank",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("meaning", sa.String(length=200), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_policy_blank_policy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_blank")),
        sa.UniqueConstraint("policy_id", "name", name=op.f("uq_policy_blank_policy_id_name")),
    )
    with op.batch_alter_table("policy_blank", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_blank_policy_id"), ["policy_id"], unique=False)

    op.create_table(
        "policy_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("function_title", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("presence", sa.String(length=40), nullable=False),
        sa.Column("contribution", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_policy_member_person_id")),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_policy_member_policy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_member")),
    )
    with op.batch_alter_table("policy_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_member_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_member_policy_id"), ["policy_id"], unique=False)

    op.create_table(
        "policy_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("proofs", sa.Text(), nullable=True),
        sa.Column("owner", sa.String(length=200), nullable=True),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("measures", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("sources", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_policy_rule_policy_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["policy_section.id"], name=op.f("fk_policy_rule_section_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_rule")),
        sa.UniqueConstraint("policy_id", "code", name=op.f("uq_policy_rule_policy_id_code")),
    )
    with op.batch_alter_table("policy_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_rule_policy_id"), ["policy_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_rule_section_id"), ["section_id"], unique=False)

    op.create_table(
        "policy_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("is_major", sa.Boolean(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("unconsulted_reason", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.String(length=200), nullable=False),
        sa.Column("approved_as", sa.String(length=200), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("effective_on >= approved_on", name=op.f("ck_policy_version_applied_once_approved")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_policy_version_establishment_id")
        ),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_policy_version_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("policy_id", "number", name=op.f("uq_policy_version_policy_id_number")),
    )
    with op.batch_alter_table("policy_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_version_establishment_id"), ["establishment_id"], unique=False)

    op.create_table(
        "policy_consultation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(length=40), nullable=False),
        sa.Column("body_name", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("opinion", sa.String(length=40), nullable=False),
        sa.Column("votes", sa.String(length=200), nullable=True),
        sa.Column("minutes", sa.String(length=200), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("body <> 'other' OR body_name <> ''", name=op.f("ck_policy_consultation_other_has_name")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_policy_consultation_establishment_id")
        ),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_policy_consultation_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_consultation")),
        sa.UniqueConstraint("policy_id", "number", "body", "body_name", "held_on", name="uq_policy_consultation_once"),
    )
    with op.batch_alter_table("policy_consultation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_consultation_policy_id"), ["policy_id"], unique=False)


def make_application() -> None:
    op.create_table(
        "policy_observance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("chapter", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("owner_name", sa.String(length=200), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("rated_on", sa.Date(), nullable=True),
        sa.Column("rated_by", sa.String(length=200), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(status = 'to_fill') = (rated_on IS NULL)", name=op.f("ck_policy_observance_rated_has_date")
        ),
        sa.CheckConstraint(
            "status <> 'not_applicable' OR reason <> ''", name=op.f("ck_policy_observance_not_applicable_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_policy_observance_establishment_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_policy_observance_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_policy_observance_person_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_policy_observance_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_observance")),
        sa.UniqueConstraint("policy_id", "code", name=op.f("uq_policy_observance_policy_id_code")),
    )
    with op.batch_alter_table("policy_observance", schema=None) as batch_op:
        batch_op.create_index("ix_policy_observance_list", ["establishment_id", "withdrawn_on", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_observance_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_observance_person_id"), ["person_id"], unique=False)

    op.create_table(
        "policy_rating",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("observance_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("rated_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["observance_id"], ["policy_observance.id"], name=op.f("fk_policy_rating_observance_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_rating")),
    )
    with op.batch_alter_table("policy_rating", schema=None) as batch_op:
        batch_op.create_index("ix_policy_rating_history", ["observance_id", "rated_on"], unique=False)

    op.create_table(
        "policy_derogation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("requester", sa.String(length=200), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("alternatives", sa.Text(), nullable=True),
        sa.Column("risks", sa.Text(), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("likelihood", sa.Integer(), nullable=False),
        sa.Column("compensation", sa.Text(), nullable=True),
        sa.Column("personal_data", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("check_on", sa.Date(), nullable=True),
        sa.Column("return_plan", sa.Text(), nullable=True),
        sa.Column("rssi_advice", sa.String(length=40), nullable=True),
        sa.Column("dpo_advice", sa.String(length=40), nullable=True),
        sa.Column("advice_note", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_as", sa.String(length=200), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("closure", sa.String(length=40), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_on IS NOT NULL)", name=op.f("ck_policy_derogation_closed_has_date")
        ),
        sa.CheckConstraint(
            "(status = 'submitted') = (decided_on IS NULL)", name=op.f("ck_policy_derogation_decided_has_date")
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_policy_derogation_ends_after_it_begins")),
        sa.CheckConstraint(
            "severity BETWEEN 1 AND 4 AND likelihood BETWEEN 1 AND 4",
            name=op.f("ck_policy_derogation_rated_on_the_scale"),
        ),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_policy_derogation_department_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_policy_derogation_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_derogation")),
        sa.UniqueConstraint(
            "establishment_id", "reference", name=op.f("uq_policy_derogation_establishment_id_reference")
        ),
    )
    with op.batch_alter_table("policy_derogation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_derogation_department_id"), ["department_id"], unique=False)
        batch_op.create_index("ix_policy_derogation_list", ["establishment_id", "status", "ends_on"], unique=False)

    op.create_table(
        "policy_derogation_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("derogation_id", sa.Uuid(), nullable=False),
        sa.Column("observance_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["derogation_id"],
            ["policy_derogation.id"],
            name=op.f("fk_policy_derogation_rule_derogation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["observance_id"], ["policy_observance.id"], name=op.f("fk_policy_derogation_rule_observance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_derogation_rule")),
        sa.UniqueConstraint(
            "derogation_id", "observance_id", name=op.f("uq_policy_derogation_rule_derogation_id_observance_id")
        ),
    )
    with op.batch_alter_table("policy_derogation_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_derogation_rule_observance_id"), ["observance_id"], unique=False)

    op.create_table(
        "policy_observance_measure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("observance_id", sa.Uuid(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_policy_observance_measure_measure_id")),
        sa.ForeignKeyConstraint(
            ["observance_id"],
            ["policy_observance.id"],
            name=op.f("fk_policy_observance_measure_observance_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_observance_measure")),
        sa.UniqueConstraint(
            "observance_id", "measure_id", name=op.f("uq_policy_observance_measure_observance_id_measure_id")
        ),
    )
    with op.batch_alter_table("policy_observance_measure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_observance_measure_measure_id"), ["measure_id"], unique=False)


def make_follow_up() -> None:
    op.create_table(
        "policy_audit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("led_by", sa.String(length=200), nullable=False),
        sa.Column("provider", sa.String(length=200), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=40), nullable=True),
        sa.Column("sample", sa.Integer(), nullable=True),
        sa.Column("gaps", sa.Integer(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("(result IS NULL) = (held_on IS NULL)", name=op.f("ck_policy_audit_held_has_result")),
        sa.CheckConstraint(
            "gaps IS NULL OR (sample IS NOT NULL AND gaps BETWEEN 0 AND sample)",
            name=op.f("ck_policy_audit_gaps_among_sample"),
        ),
        sa.CheckConstraint("planned_on IS NOT NULL OR held_on IS NOT NULL", name=op.f("ck_policy_audit_has_a_date")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_policy_audit_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_audit")),
        sa.UniqueConstraint("establishment_id", "reference", name=op.f("uq_policy_audit_establishment_id_reference")),
    )
    with op.batch_alter_table("policy_audit", schema=None) as batch_op:
        batch_op.create_index("ix_policy_audit_list", ["establishment_id", "held_on", "planned_on"], unique=False)

    op.create_table(
        "policy_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("observance_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("gravity", sa.String(length=40), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("advice", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["policy_audit.id"], name=op.f("fk_policy_finding_audit_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_policy_finding_establishment_id")
        ),
        sa.ForeignKeyConstraint(
            ["observance_id"], ["policy_observance.id"], name=op.f("fk_policy_finding_observance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_finding")),
        sa.UniqueConstraint("audit_id", "number", name=op.f("uq_policy_finding_audit_id_number")),
    )
    with op.batch_alter_table("policy_finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_finding_observance_id"), ["observance_id"], unique=False)

    op.create_table(
        "policy_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.String(length=40), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("trainer", sa.String(length=200), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("minutes IS NULL OR minutes > 0", name=op.f("ck_policy_session_lasts")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_policy_session_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_session")),
        sa.UniqueConstraint(
            "establishment_id", "title", "held_on", name=op.f("uq_policy_session_establishment_id_title_held_on")
        ),
    )
    with op.batch_alter_table("policy_session", schema=None) as batch_op:
        batch_op.create_index("ix_policy_session_list", ["establishment_id", "held_on"], unique=False)

    op.create_table(
        "policy_attendance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("employee_number", sa.String(length=40), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "score IS NULL OR score BETWEEN 0 AND 100", name=op.f("ck_policy_attendance_score_is_a_share")
        ),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_policy_attendance_department_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_policy_attendance_establishment_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_policy_attendance_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["policy_session.id"], name=op.f("fk_policy_attendance_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_attendance")),
        sa.UniqueConstraint(
            "session_id", "name", "employee_number", name=op.f("uq_policy_attendance_session_id_name_employee_number")
        ),
    )
    with op.batch_alter_table("policy_attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_attendance_department_id"), ["department_id"], unique=False)
        batch_op.create_index("ix_policy_attendance_person_id", ["person_id", "attended"], unique=False)

    op.create_table(
        "policy_meeting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("attendees", sa.Text(), nullable=True),
        sa.Column("excused", sa.Text(), nullable=True),
        sa.Column("agenda", sa.Text(), nullable=True),
        sa.Column("minutes", sa.Text(), nullable=True),
        sa.Column("decisions", sa.Text(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("next_on IS NULL OR next_on > held_on", name=op.f("ck_policy_meeting_next_comes_after")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_policy_meeting_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_meeting")),
        sa.UniqueConstraint(
            "establishment_id", "kind", "held_on", name=op.f("uq_policy_meeting_establishment_id_kind_held_on")
        ),
    )
    with op.batch_alter_table("policy_meeting", schema=None) as batch_op:
        batch_op.create_index("ix_policy_meeting_list", ["establishment_id", "held_on"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
