"""Make the tables of the information of patients and of data subjects' requests, and guard published notices."""

import sqlalchemy as sa
from alembic import op

from models import guards

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("published_number", sa.Integer(), nullable=True),
        sa.Column("published_contacts", sa.JSON(), nullable=True),
        sa.Column("retired_reason", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishment.id"], name=op.f("fk_notice_establishment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("slug", name=op.f("uq_notice_slug")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_list", ["establishment_id", "status"], unique=False)

    op.create_table(
        "data_subject_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("requester", sa.String(length=200), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("capacity", sa.String(length=40), nullable=False),
        sa.Column("concerned", sa.String(length=200), nullable=True),
        sa.Column("identity", sa.String(length=40), nullable=False),
        sa.Column("uses", sa.JSON(), nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("suspends", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(answered_on IS NULL) = (decision IS NULL)", name=op.f("ck_data_subject_request_answer_has_decision")
        ),
        sa.CheckConstraint(
            "(extended_on IS NULL) = (extension_reason IS NULL)",
            name=op.f("ck_data_subject_request_extension_has_reason"),
        ),
        sa.CheckConstraint("due_on >= received_on", name=op.f("ck_data_subject_request_due_after_receipt")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_data_subject_request_department_id")
        ),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_data_subject_request_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_subject_request")),
        sa.UniqueConstraint(
            "establishment_id", "reference", name=op.f("uq_data_subject_request_establishment_id_reference")
        ),
    )
    with op.batch_alter_table("data_subject_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_subject_request_department_id"), ["department_id"], unique=False)
        batch_op.create_index(
            "ix_data_subject_request_due", ["establishment_id", "answered_on", "due_on"], unique=False
        )

    op.create_table(
        "information_tool",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("edition", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=True),
        sa.Column("is_easy", sa.Boolean(), nullable=True),
        sa.Column("places", sa.Text(), nullable=True),
        sa.Column("moments", sa.JSON(), nullable=True),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("service", sa.String(length=200), nullable=True),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("frequency", sa.String(length=40), nullable=True),
        sa.Column("next_check_on", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("stock IS NULL OR stock >= 0", name=op.f("ck_information_tool_stock_counted")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_information_tool_department_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_information_tool_establishment_id")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_information_tool_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_tool")),
    )
    with op.batch_alter_table("information_tool", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_information_tool_department_id"), ["department_id"], unique=False)
        batch_op.create_index("ix_information_tool_list", ["establishment_id", "state", "title"], unique=False)
        batch_op.create_index("ix_information_tool_next_check_on", ["next_check_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_information_tool_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "notice_blank",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_blank_notice_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_blank")),
        sa.UniqueConstraint("notice_id", "name", name=op.f("uq_notice_blank_notice_id_name")),
    )
    with op.batch_alter_table("notice_blank", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_blank_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "notice_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_notice_version_establishment_id")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_version_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_version")),
        sa.UniqueConstraint("notice_id", "number", name=op.f("uq_notice_version_notice_id_number")),
    )
    with op.batch_alter_table("notice_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_version_establishment_id"), ["establishment_id"], unique=False)

    op.create_table(
        "diffusion_campaign",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("tool_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("population", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("places", sa.Text(), nullable=True),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_diffusion_campaign_ends_after_start")),
        sa.CheckConstraint("planned > 0 AND coalesce(done, 0) >= 0", name=op.f("ck_diffusion_campaign_counted")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_diffusion_campaign_establishment_id")
        ),
        sa.ForeignKeyConstraint(["tool_id"], ["information_tool.id"], name=op.f("fk_diffusion_campaign_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diffusion_campaign")),
    )
    with op.batch_alter_table("diffusion_campaign", schema=None) as batch_op:
        batch_op.create_index("ix_diffusion_campaign_list", ["establishment_id", "starts_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_diffusion_campaign_tool_id"), ["tool_id"], unique=False)

    op.create_table(
        "diffusion_procedure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("tool_id", sa.Uuid(), nullable=False),
        sa.Column("population", sa.String(length=40), nullable=False),
        sa.Column("moment", sa.String(length=40), nullable=False),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("validated_on", sa.Date(), nullable=True),
        sa.Column("body", sa.String(length=40), nullable=True),
        sa.Column("body_name", sa.String(length=200), nullable=True),
        sa.Column("minutes", sa.String(length=200), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status <> 'validated' OR validated_on IS NOT NULL", name=op.f("ck_diffusion_procedure_validated_has_date")
        ),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_diffusion_procedure_establishment_id")
        ),
        sa.ForeignKeyConstraint(["tool_id"], ["information_tool.id"], name=op.f("fk_diffusion_procedure_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diffusion_procedure")),
    )
    with op.batch_alter_table("diffusion_procedure", schema=None) as batch_op:
        batch_op.create_index("ix_diffusion_procedure_list", ["establishment_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_diffusion_procedure_tool_id"), ["tool_id"], unique=False)

    op.create_table(
        "information_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("tool_id", sa.Uuid(), nullable=True),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.String(length=200), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("informed", sa.Integer(), nullable=False),
        sa.Column("aware", sa.Integer(), nullable=True),
        sa.Column("declined", sa.Integer(), nullable=False),
        sa.Column("observations", sa.Text(), nullable=True),
        sa.Column("follow_up", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "asked > 0 AND informed BETWEEN 0 AND asked", name=op.f("ck_information_check_informed_among_asked")
        ),
        sa.CheckConstraint(
            "aware IS NULL OR aware BETWEEN 0 AND asked", name=op.f("ck_information_check_aware_among_asked")
        ),
        sa.CheckConstraint("declined >= 0", name=op.f("ck_information_check_declined_counted")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_information_check_department_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_information_check_establishment_id")
        ),
        sa.ForeignKeyConstraint(["tool_id"], ["information_tool.id"], name=op.f("fk_information_check_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_check")),
    )
    with op.batch_alter_table("information_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_information_check_department_id"), ["department_id"], unique=False)
        batch_op.create_index("ix_information_check_list", ["establishment_id", "checked_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_information_check_tool_id"), ["tool_id"], unique=False)

    op.create_table(
        "notice_pick",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_notice_pick_activity_id")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_pick_notice_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_pick")),
        sa.UniqueConstraint("notice_id", "activity_id", name=op.f("uq_notice_pick_notice_id_activity_id")),
    )
    with op.batch_alter_table("notice_pick", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_pick_activity_id"), ["activity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_pick_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "notice_source",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_notice_source_activity_id")),
        sa.ForeignKeyConstraint(["version_id"], ["notice_version.id"], name=op.f("fk_notice_source_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_source")),
        sa.UniqueConstraint("version_id", "activity_id", name=op.f("uq_notice_source_version_id_activity_id")),
    )
    with op.batch_alter_table("notice_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_source_activity_id"), ["activity_id"], unique=False)

    op.create_table(
        "tool_validation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tool_id", sa.Uuid(), nullable=False),
        sa.Column("edition", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=40), nullable=False),
        sa.Column("body_name", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("opinion", sa.String(length=40), nullable=False),
        sa.Column("minutes", sa.String(length=200), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("body <> 'other' OR body_name <> ''", name=op.f("ck_tool_validation_other_has_name")),
        sa.ForeignKeyConstraint(
            ["tool_id"], ["information_tool.id"], name=op.f("fk_tool_validation_tool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_validation")),
    )
    with op.batch_alter_table("tool_validation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tool_validation_tool_id"), ["tool_id"], unique=False)
    guards.put(op.get_bind())


def downgrade() -> None:
    for table in (
        "information_check", "diffusion_procedure", "diffusion_campaign", "tool_validation", "information_tool",
        "notice_source", "notice_version", "notice_pick", "notice_blank", "data_subject_request", "notice",
    ):  # fmt: skip
        op.drop_table(table)
