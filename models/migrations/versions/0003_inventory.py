"""Make the inventory of applications, their assessments and what follows; a validated assessment is guarded."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQLITE_GUARDS = (
    """
    CREATE TRIGGER assessment_answer_no_update BEFORE UPDATE ON assessment_answer
    WHEN (SELECT validated_at FROM assessment WHERE id = OLD.assessment_id) IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'Un audit validé ne se modifie pas.'); END
    """,
    """
    CREATE TRIGGER assessment_answer_no_delete BEFORE DELETE ON assessment_answer
    WHEN (SELECT validated_at FROM assessment WHERE id = OLD.assessment_id) IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'Un audit validé ne se modifie pas.'); END
    """,
    """
    CREATE TRIGGER assessment_no_update
    BEFORE UPDATE OF assessed_on, auditor, validated_at, validated_by, core_met, points, most_points ON assessment
    WHEN OLD.validated_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'Un audit validé ne se modifie pas.'); END
    """,
    """
    CREATE TRIGGER assessment_no_delete BEFORE DELETE ON assessment
    WHEN OLD.validated_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'Un audit validé ne se modifie pas.'); END
    """,
)

POSTGRESQL_GUARDS = (
    """
    CREATE FUNCTION assessment_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'Un audit validé ne se modifie pas.'; END $$
    """,
    """
    CREATE FUNCTION assessment_answer_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (SELECT validated_at FROM assessment WHERE id = OLD.assessment_id) IS NOT NULL THEN
        RAISE EXCEPTION 'Un audit validé ne se modifie pas.';
      END IF;
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER assessment_answer_no_change BEFORE UPDATE OR DELETE ON assessment_answer
    FOR EACH ROW EXECUTE FUNCTION assessment_answer_frozen()
    """,
    """
    CREATE TRIGGER assessment_no_update
    BEFORE UPDATE OF assessed_on, auditor, validated_at, validated_by, core_met, points, most_points ON assessment
    FOR EACH ROW WHEN (OLD.validated_at IS NOT NULL) EXECUTE FUNCTION assessment_frozen()
    """,
    """
    CREATE TRIGGER assessment_no_delete BEFORE DELETE ON assessment
    FOR EACH ROW WHEN (OLD.validated_at IS NOT NULL) EXECUTE FUNCTION assessment_frozen()
    """,
)


def upgrade() -> None:
    make_tables()
    guards = POSTGRESQL_GUARDS if op.get_bind().dialect.name == "postgresql" else SQLITE_GUARDS
    for guard in guards:
        op.execute(sa.text(guard))


def make_tables() -> None:
    op.create_table(
        "criterion",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("is_core", sa.Boolean(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("compliant", sa.Text(), nullable=False),
        sa.Column("partial", sa.Text(), nullable=False),
        sa.Column("non_compliant", sa.Text(), nullable=False),
        sa.Column("not_applicable", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("confidence", sa.String(length=40), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_criterion")),
    )
    op.create_table(
        "letter_model",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_letter_model")),
    )
    op.create_table(
        "indicator_target",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("percent > 0 AND percent <= 100", name=op.f("ck_indicator_target_percent")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_indicator_target_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_target")),
        sa.UniqueConstraint(
            "establishment_id", "indicator", name=op.f("uq_indicator_target_establishment_id_indicator")
        ),
    )
    op.create_table(
        "vendor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("support", sa.String(length=200), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishment.id"], name=op.f("fk_vendor_establishment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor")),
        sa.UniqueConstraint("establishment_id", "name", name=op.f("uq_vendor_establishment_id_name")),
    )
    op.create_table(
        "application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("domain", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("owner_name", sa.String(length=200), nullable=True),
        sa.Column("criticality", sa.String(length=40), nullable=True),
        sa.Column("in_production_on", sa.Date(), nullable=True),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("contract_reference", sa.String(length=200), nullable=True),
        sa.Column("contract_ends_on", sa.Date(), nullable=True),
        sa.Column("hosting", sa.String(length=40), nullable=True),
        sa.Column("host_name", sa.String(length=200), nullable=True),
        sa.Column("users_count", sa.Integer(), nullable=True),
        sa.Column("users_kinds", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("holds_health_data", sa.Boolean(), nullable=True),
        sa.Column("health_data_kinds", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("identity_source", sa.String(length=40), nullable=True),
        sa.Column("generic_accounts", sa.Integer(), nullable=True),
        sa.Column("remote_access", sa.String(length=40), nullable=True),
        sa.Column("rights_reviewed_on", sa.Date(), nullable=True),
        sa.Column("identity_link", sa.String(length=40), nullable=True),
        sa.Column("manages_ins", sa.Boolean(), nullable=True),
        sa.Column("stays_link", sa.String(length=40), nullable=True),
        sa.Column("structure_link", sa.String(length=40), nullable=True),
        sa.Column("feeds_dmp", sa.String(length=40), nullable=True),
        sa.Column("restart_procedure", sa.String(length=40), nullable=True),
        sa.Column("recovery_procedure", sa.String(length=40), nullable=True),
        sa.Column("recovery_tested_on", sa.Date(), nullable=True),
        sa.Column("recovery_test_result", sa.Text(), nullable=True),
        sa.Column("availability_target", sa.Double(), nullable=True),
        sa.Column("availability_method", sa.Text(), nullable=True),
        sa.Column("degraded_procedure", sa.String(length=40), nullable=True),
        sa.Column("return_procedure", sa.String(length=40), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("retire_reason", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(status = 'retired') = (retired_on IS NOT NULL)", name=op.f("ck_application_retired_has_date")
        ),
        sa.CheckConstraint(
            "availability_target IS NULL OR (availability_target > 0 AND availability_target <= 100)",
            name=op.f("ck_application_availability_target_percent"),
        ),
        sa.CheckConstraint(
            "generic_accounts IS NULL OR generic_accounts >= 0", name=op.f("ck_application_generic_accounts_counted")
        ),
        sa.CheckConstraint("users_count IS NULL OR users_count >= 0", name=op.f("ck_application_users_counted")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_application_department_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_application_establishment_id")
        ),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendor.id"], name=op.f("fk_application_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("establishment_id", "reference", name=op.f("uq_application_establishment_id_reference")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index("ix_application_contract", ["contract_ends_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_department_id"), ["department_id"], unique=False)
        batch_op.create_index("ix_application_list", ["establishment_id", "status", "name"], unique=False)
        batch_op.create_index("ix_application_scope", ["establishment_id", "status", "holds_health_data"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_vendor_id"), ["vendor_id"], unique=False)

    op.create_table(
        "vendor_contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("function", sa.String(length=200), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor.id"], name=op.f("fk_vendor_contact_vendor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_contact")),
    )
    with op.batch_alter_table("vendor_contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vendor_contact_vendor_id"), ["vendor_id"], unique=False)

    op.create_table(
        "application_activity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_application_activity_activity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_activity_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_activity")),
        sa.UniqueConstraint(
            "application_id", "activity_id", name=op.f("uq_application_activity_application_id_activity_id")
        ),
    )
    with op.batch_alter_table("application_activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_activity_activity_id"), ["activity_id"], unique=False)

    op.create_table(
        "application_availability",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("measured", sa.Double(), nullable=False),
        sa.Column("incidents", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "incidents IS NULL OR incidents >= 0", name=op.f("ck_application_availability_incidents_counted")
        ),
        sa.CheckConstraint(
            "measured >= 0 AND measured <= 100", name=op.f("ck_application_availability_measured_percent")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_availability_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_availability")),
        sa.UniqueConstraint("application_id", "month", name=op.f("uq_application_availability_application_id_month")),
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("auditor", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("password_case", sa.String(length=40), nullable=True),
        sa.Column("password_length", sa.Integer(), nullable=True),
        sa.Column("password_alphabet", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("password_enforced", sa.Boolean(), nullable=True),
        sa.Column("renewal", sa.String(length=40), nullable=True),
        sa.Column("renewal_days", sa.Integer(), nullable=True),
        sa.Column("idle_minutes", sa.Integer(), nullable=True),
        sa.Column("idle_place", sa.String(length=40), nullable=True),
        sa.Column("validated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("validated_by", sa.String(length=200), nullable=True),
        sa.Column("core_met", sa.Boolean(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("most_points", sa.Integer(), nullable=True),
        sa.Column("replaced_on", sa.Date(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(validated_at IS NULL) = (core_met IS NULL)", name=op.f("ck_assessment_validated_has_result")
        ),
        sa.CheckConstraint(
            "idle_minutes IS NULL OR idle_minutes >= 0", name=op.f("ck_assessment_idle_minutes_counted")
        ),
        sa.CheckConstraint(
            "password_length IS NULL OR password_length > 0", name=op.f("ck_assessment_password_length_positive")
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_assessment_application_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_assessment_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_assessment_application_id_number")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index("ix_assessment_current", ["application_id", "replaced_on", "validated_at"], unique=False)
        batch_op.create_index(
            "ix_assessment_trend",
            ["establishment_id", "validated_at", "assessed_on", "replaced_on", "core_met"],
            unique=False,
        )

    op.create_table(
        "vendor_exchange",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("addressee", sa.String(length=200), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("letter", sa.String(length=40), nullable=True),
        sa.Column("reply_expected_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("committed_on", sa.Date(), nullable=True),
        sa.Column("kept_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_vendor_exchange_application_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_vendor_exchange_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_exchange")),
    )
    with op.batch_alter_table("vendor_exchange", schema=None) as batch_op:
        batch_op.create_index("ix_vendor_exchange_application_id", ["application_id", "asked_on"], unique=False)
        batch_op.create_index("ix_vendor_exchange_commitment", ["committed_on", "kept_on"], unique=False)

    op.create_table(
        "arbitration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=True),
        sa.Column("choice", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("budget", sa.Integer(), nullable=True),
        sa.Column("target_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "choice <> 'contain' OR (measures IS NOT NULL AND expires_on IS NOT NULL)",
            name=op.f("ck_arbitration_containment_is_framed"),
        ),
        sa.CheckConstraint("budget IS NULL OR budget >= 0", name=op.f("ck_arbitration_budget_counted")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_arbitration_application_id")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_arbitration_assessment_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_arbitration_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arbitration")),
    )
    with op.batch_alter_table("arbitration", schema=None) as batch_op:
        batch_op.create_index("ix_arbitration_open", ["application_id", "closed_on", "expires_on"], unique=False)

    op.create_table(
        "assessment_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_answer_assessment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["criterion"], ["criterion.code"], name=op.f("fk_assessment_answer_criterion")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_answer")),
        sa.UniqueConstraint("assessment_id", "criterion", name=op.f("uq_assessment_answer_assessment_id_criterion")),
    )
    with op.batch_alter_table("assessment_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_answer_criterion"), ["criterion"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("assessment_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_answer_criterion"))

    op.drop_table("assessment_answer")
    with op.batch_alter_table("arbitration", schema=None) as batch_op:
        batch_op.drop_index("ix_arbitration_open")

    op.drop_table("arbitration")
    with op.batch_alter_table("vendor_exchange", schema=None) as batch_op:
        batch_op.drop_index("ix_vendor_exchange_commitment")
        batch_op.drop_index("ix_vendor_exchange_application_id")

    op.drop_table("vendor_exchange")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index("ix_assessment_trend")
        batch_op.drop_index("ix_assessment_current")

    op.drop_table("assessment")
    op.drop_table("application_availability")
    with op.batch_alter_table("application_activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_activity_activity_id"))

    op.drop_table("application_activity")
    with op.batch_alter_table("vendor_contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vendor_contact_vendor_id"))

    op.drop_table("vendor_contact")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_vendor_id"))
        batch_op.drop_index("ix_application_scope")
        batch_op.drop_index("ix_application_list")
        batch_op.drop_index(batch_op.f("ix_application_department_id"))
        batch_op.drop_index("ix_application_contract")

    op.drop_table("application")
    op.drop_table("vendor")
    op.drop_table("indicator_target")
    op.drop_table("letter_model")
    op.drop_table("criterion")

    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP FUNCTION assessment_frozen"))
        op.execute(sa.text("DROP FUNCTION assessment_answer_frozen"))
