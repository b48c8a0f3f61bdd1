"""Make the risk analyses, and the measures that answer risks."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "typical_scenario",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("axis", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_typical_scenario")),
    )
    op.create_table(
        "risk_analysis",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("participants", sa.Text(), nullable=True),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("method_note", sa.Text(), nullable=True),
        sa.Column("matrix", sa.String(length=40), nullable=False),
        sa.Column("scale_data", sa.JSON(), nullable=False),
        sa.Column("classification", sa.String(length=40), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("standing", sa.String(length=40), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=True),
        sa.Column("approved_function", sa.String(length=200), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("approval_note", sa.Text(), nullable=True),
        sa.Column("validated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("validated_by", sa.String(length=200), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(standing = 'draft') = (approved_by IS NULL)", name=op.f("ck_risk_analysis_validated_has_name")
        ),
        sa.CheckConstraint(
            "(standing = 'draft') = (validated_at IS NULL)", name=op.f("ck_risk_analysis_validated_has_date")
        ),
        sa.CheckConstraint("previous_id <> id", name=op.f("ck_risk_analysis_does_not_follow_itself")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_risk_analysis_establishment_id")
        ),
        sa.ForeignKeyConstraint(["previous_id"], ["risk_analysis.id"], name=op.f("fk_risk_analysis_previous_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_analysis")),
        sa.UniqueConstraint("establishment_id", "reference", name=op.f("uq_risk_analysis_establishment_id_reference")),
    )
    with op.batch_alter_table("risk_analysis", schema=None) as batch_op:
        batch_op.create_index("ix_risk_analysis_list", ["establishment_id", "standing"], unique=False)
        batch_op.create_index(batch_op.f("ix_risk_analysis_previous_id"), ["previous_id"], unique=False)

    op.create_table(
        "risk_interview",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("analysis_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("function", sa.String(length=200), nullable=True),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("led_by", sa.String(length=200), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["risk_analysis.id"], name=op.f("fk_risk_interview_analysis_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_risk_interview_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_interview")),
    )
    with op.batch_alter_table("risk_interview", schema=None) as batch_op:
        batch_op.create_index("ix_risk_interview_analysis_id", ["analysis_id", "held_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_risk_interview_department_id"), ["department_id"], unique=False)

    op.create_table(
        "measure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=True),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("owner_name", sa.String(length=200), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("in_place_on", sa.Date(), nullable=True),
        sa.Column("drop_reason", sa.Text(), nullable=True),
        sa.Column("catalogue_code", sa.String(length=40), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'dropped') = (drop_reason IS NOT NULL)", name=op.f("ck_measure_dropped_has_reason")
        ),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishment.id"], name=op.f("fk_measure_establishment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_measure_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("establishment_id", "reference", name=op.f("uq_measure_establishment_id_reference")),
    )
    with op.batch_alter_table("measure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measure_catalogue_code"), ["catalogue_code"], unique=False)
        batch_op.create_index("ix_measure_list", ["establishment_id", "state", "due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_measure_person_id"), ["person_id"], unique=False)

    op.create_table(
        "risk_element",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("analysis_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("rests_on_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("rests_on_id <> id", name=op.f("ck_risk_element_does_not_rest_on_itself")),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["risk_analysis.id"], name=op.f("fk_risk_element_analysis_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_risk_element_application_id")),
        sa.ForeignKeyConstraint(["rests_on_id"], ["risk_element.id"], name=op.f("fk_risk_element_rests_on_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_element")),
        sa.UniqueConstraint("analysis_id", "name", name=op.f("uq_risk_element_analysis_id_name")),
    )
    with op.batch_alter_table("risk_element", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_risk_element_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_risk_element_rests_on_id"), ["rests_on_id"], unique=False)

    op.create_table(
        "risk_scenario",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("analysis_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("axis", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.Column("threat", sa.Text(), nullable=True),
        sa.Column("impact", sa.Text(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=True),
        sa.Column("criteria", sa.JSON(), nullable=True),
        sa.Column("existing_measures", sa.Text(), nullable=True),
        sa.Column("inherent_severity", sa.Integer(), nullable=True),
        sa.Column("inherent_likelihood", sa.Integer(), nullable=True),
        sa.Column("current_severity", sa.Integer(), nullable=True),
        sa.Column("current_likelihood", sa.Integer(), nullable=True),
        sa.Column("residual_severity", sa.Integer(), nullable=True),
        sa.Column("residual_likelihood", sa.Integer(), nullable=True),
        sa.Column("treatment", sa.String(length=40), nullable=True),
        sa.Column("planned_measures", sa.Text(), nullable=True),
        sa.Column("owner_name", sa.String(length=200), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("accepted_by", sa.String(length=200), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("accepted_reason", sa.Text(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("interview_id", sa.Uuid(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("catalogue_code", sa.String(length=40), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(accepted_by IS NULL) = (accepted_on IS NULL) AND (accepted_by IS NULL) = (accepted_reason IS NULL)",
            name=op.f("ck_risk_scenario_acceptance_is_whole"),
        ),
        sa.CheckConstraint(
            "(current_severity IS NULL) = (current_likelihood IS NULL)", name=op.f("ck_risk_scenario_current_is_whole")
        ),
        sa.CheckConstraint(
            "(inherent_severity IS NULL) = (inherent_likelihood IS NULL)",
            name=op.f("ck_risk_scenario_inherent_is_whole"),
        ),
        sa.CheckConstraint(
            "(residual_severity IS NULL) = (residual_likelihood IS NULL)",
            name=op.f("ck_risk_scenario_residual_is_whole"),
        ),
        sa.CheckConstraint(
            (
                "coalesce(current_severity, 0) <= coalesce(inherent_severity, 99) AND "
                "coalesce(current_likelihood, 0) <= coalesce(inherent_likelihood, 99)"
            ),
            name=op.f("ck_risk_scenario_current_not_above_inherent"),
        ),
        sa.CheckConstraint(
            (
                "coalesce(residual_severity, 0) <= coalesce(current_severity, 99) AND "
                "coalesce(residual_likelihood, 0) <= coalesce(current_likelihood, 99)"
            ),
            name=op.f("ck_risk_scenario_residual_not_above_current"),
        ),
        sa.CheckConstraint(
            (
                "coalesce(residual_severity, 0) <= coalesce(inherent_severity, 99) AND "
                "coalesce(residual_likelihood, 0) <= coalesce(inherent_likelihood, 99)"
            ),
            name=op.f("ck_risk_scenario_residual_not_above_inherent"),
        ),
        sa.CheckConstraint(
            "current_likelihood IS NULL OR current_likelihood >= 1",
            name=op.f("ck_risk_scenario_current_likelihood_is_a_step"),
        ),
        sa.CheckConstraint(
            "current_severity IS NULL OR current_severity >= 1",
            name=op.f("ck_risk_scenario_current_severity_is_a_step"),
        ),
        sa.CheckConstraint(
            "inherent_likelihood IS NULL OR inherent_likelihood >= 1",
            name=op.f("ck_risk_scenario_inherent_likelihood_is_a_step"),
        ),
        sa.CheckConstraint(
            "inherent_severity IS NULL OR inherent_severity >= 1",
            name=op.f("ck_risk_scenario_inherent_severity_is_a_step"),
        ),
        sa.CheckConstraint(
            "residual_likelihood IS NULL OR residual_likelihood >= 1",
            name=op.f("ck_risk_scenario_residual_likelihood_is_a_step"),
        ),
        sa.CheckConstraint(
            "residual_severity IS NULL OR residual_severity >= 1",
            name=op.f("ck_risk_scenario_residual_severity_is_a_step"),
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_risk_scenario_activity_id")),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["risk_analysis.id"], name=op.f("fk_risk_scenario_analysis_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_risk_scenario_establishment_id")
        ),
        sa.ForeignKeyConstraint(["interview_id"], ["risk_interview.id"], name=op.f("fk_risk_scenario_interview_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_scenario")),
        sa.UniqueConstraint("analysis_id", "number", name=op.f("uq_risk_scenario_analysis_id_number")),
    )
    with op.batch_alter_table("risk_scenario", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_risk_scenario_activity_id"), ["activity_id"], unique=False)
        batch_op.create_index(
            "ix_risk_scenario_current", ["analysis_id", "current_severity", "current_likelihood"], unique=False
        )
        batch_op.create_index("ix_risk_scenario_establishment_id", ["establishment_id"], unique=False)
        batch_op.create_index(
            "ix_risk_scenario_inherent", ["analysis_id", "inherent_severity", "inherent_likelihood"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_risk_scenario_interview_id"), ["interview_id"], unique=False)
        batch_op.create_index("ix_risk_scenario_list", ["analysis_id", "axis", "number"], unique=False)
        batch_op.create_index(
            "ix_risk_scenario_residual", ["analysis_id", "residual_severity", "residual_likelihood"], unique=False
        )

    op.create_table(
        "measure_activity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_measure_activity_activity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measure.id"], name=op.f("fk_measure_activity_measure_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_activity")),
        sa.UniqueConstraint("measure_id", "activity_id", name=op.f("uq_measure_activity_measure_id_activity_id")),
    )
    with op.batch_alter_table("measure_activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measure_activity_activity_id"), ["activity_id"], unique=False)

    op.create_table(
        "risk_scenario_element",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scenario_id", sa.Uuid(), nullable=False),
        sa.Column("element_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["element_id"], ["risk_element.id"], name=op.f("fk_risk_scenario_element_element_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["risk_scenario.id"], name=op.f("fk_risk_scenario_element_scenario_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_scenario_element")),
        sa.UniqueConstraint("scenario_id", "element_id", name=op.f("uq_risk_scenario_element_scenario_id_element_id")),
    )
    with op.batch_alter_table("risk_scenario_element", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_risk_scenario_element_element_id"), ["element_id"], unique=False)

    op.create_table(
        "risk_scenario_measure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scenario_id", sa.Uuid(), nullable=False),
        sa.Column("measure_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_risk_scenario_measure_measure_id")),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["risk_scenario.id"], name=op.f("fk_risk_scenario_measure_scenario_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_scenario_measure")),
        sa.UniqueConstraint("scenario_id", "measure_id", name=op.f("uq_risk_scenario_measure_scenario_id_measure_id")),
    )
    with op.batch_alter_table("risk_scenario_measure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_risk_scenario_measure_measure_id"), ["measure_id"], unique=False)


def downgrade() -> None:
    op.drop_table("risk_scenario_measure")
    op.drop_table("risk_scenario_element")
    op.drop_table("measure_activity")
    op.drop_table("risk_scenario")
    op.drop_table("risk_element")
    op.drop_table("measure")
    op.drop_table("risk_interview")
    op.drop_table("risk_analysis")
    op.drop_table("typical_scenario")
