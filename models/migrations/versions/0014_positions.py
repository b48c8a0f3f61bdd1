"""Make the positions: job descriptions with their lines and places, nominations, examinations of conflicts."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_description",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("model_code", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("employment", sa.String(length=40), nullable=False),
        sa.Column("quotity", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("legal_note", sa.Text(), nullable=True),
        sa.Column("reports_to", sa.String(length=200), nullable=True),
        sa.Column("hierarchical_link", sa.Text(), nullable=True),
        sa.Column("functional_link", sa.Text(), nullable=True),
        sa.Column("direct_access", sa.Boolean(), nullable=False),
        sa.Column("no_instruction", sa.Boolean(), nullable=False),
        sa.Column("independent_from_it", sa.Boolean(), nullable=False),
        sa.Column("independence_clause", sa.Text(), nullable=True),
        sa.Column("functions_held", sa.Text(), nullable=True),
        sa.Column("conflict_note", sa.Text(), nullable=True),
        sa.Column("conflict_on", sa.Date(), nullable=True),
        sa.Column("diploma", sa.Text(), nullable=True),
        sa.Column("experience", sa.Text(), nullable=True),
        sa.Column("assets", sa.Text(), nullable=True),
        sa.Column("grade_note", sa.Text(), nullable=True),
        sa.Column("budget", sa.Integer(), nullable=True),
        sa.Column("budget_note", sa.Text(), nullable=True),
        sa.Column("training_days", sa.Integer(), nullable=True),
        sa.Column("deputy", sa.String(length=200), nullable=True),
        sa.Column("deputy_note", sa.Text(), nullable=True),
        sa.Column("relays", sa.String(length=200), nullable=True),
        sa.Column("relays_note", sa.Text(), nullable=True),
        sa.Column("confidentiality", sa.Text(), nullable=True),
        sa.Column("report", sa.String(length=200), nullable=True),
        sa.Column("report_frequency", sa.String(length=40), nullable=True),
        sa.Column("report_to", sa.String(length=200), nullable=True),
        sa.Column("meetings_per_year", sa.Integer(), nullable=True),
        sa.Column("evaluation_note", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=True),
        sa.Column("validated_version", sa.Integer(), nullable=True),
        sa.Column("validated_on", sa.Date(), nullable=True),
        sa.Column("validated_by", sa.String(length=200), nullable=True),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.Column("archive_reason", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(status = 'archived') = (archived_on IS NOT NULL)", name=op.f("ck_job_description_archived_has_date")
        ),
        sa.CheckConstraint(
            "quotity IS NULL OR quotity BETWEEN 1 AND 100", name=op.f("ck_job_description_quotity_is_a_share")
        ),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_job_description_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_description")),
    )
    with op.batch_alter_table("job_description", schema=None) as batch_op:
        batch_op.create_index("ix_job_description_list", ["establishment_id", "status"], unique=False)

    op.create_table(
        "job_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("description_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("task", sa.String(length=40), nullable=True),
        sa.Column("frequency", sa.String(length=40), nullable=True),
        sa.Column("relation", sa.String(length=40), nullable=True),
        sa.Column("level", sa.String(length=40), nullable=True),
        sa.Column("target", sa.String(length=200), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["description_id"], ["job_description.id"], name=op.f("fk_job_line_description_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_line")),
    )
    with op.batch_alter_table("job_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_line_description_id"), ["description_id"], unique=False)

    op.create_table(
        "job_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("description_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["description_id"], ["job_description.id"], name=op.f("fk_job_place_description_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishment.id"], name=op.f("fk_job_place_establishment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_place")),
        sa.UniqueConstraint(
            "description_id", "establishment_id", name=op.f("uq_job_place_description_id_establishment_id")
        ),
    )
    with op.batch_alter_table("job_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_place_establishment_id"), ["establishment_id"], unique=False)

    op.create_table(
        "nomination",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=True),
        sa.Column("employment", sa.String(length=40), nullable=False),
        sa.Column("sharing_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("description_id", sa.Uuid(), nullable=True),
        sa.Column("description_version", sa.Integer(), nullable=True),
        sa.Column("reports_to", sa.String(length=200), nullable=True),
        sa.Column("quotity", sa.Integer(), nullable=True),
        sa.Column("budget", sa.Integer(), nullable=True),
        sa.Column("training_days", sa.Integer(), nullable=True),
        sa.Column("functions_kept", sa.Text(), nullable=True),
        sa.Column("relays", sa.String(length=200), nullable=True),
        sa.Column("bodies", sa.String(length=200), nullable=True),
        sa.Column("decision_reference", sa.String(length=200), nullable=True),
        sa.Column("signatory", sa.String(length=200), nullable=True),
        sa.Column("signatory_quality", sa.String(length=200), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("letter_signed_on", sa.Date(), nullable=True),
        sa.Column("independent_from_it", sa.Boolean(), nullable=True),
        sa.Column("independence_reason", sa.Text(), nullable=True),
        sa.Column("contact_email", sa.String(length=200), nullable=True),
        sa.Column("contact_phone", sa.String(length=40), nullable=True),
        sa.Column("contact_address", sa.String(length=200), nullable=True),
        sa.Column("contact_page", sa.String(length=200), nullable=True),
        sa.Column("published_at", sa.String(length=200), nullable=True),
        sa.Column("cnil_number", sa.String(length=40), nullable=True),
        sa.Column("cnil_on", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("cnil_number IS NULL OR kind = 'dpo'", name=op.f("ck_nomination_only_a_dpo_is_designated")),
        sa.CheckConstraint(
            "(cnil_number IS NULL) = (cnil_on IS NULL)", name=op.f("ck_nomination_designation_is_whole")
        ),
        sa.CheckConstraint("deputy_id <> person_id", name=op.f("ck_nomination_not_own_deputy")),
        sa.CheckConstraint("ended_reason IS NULL OR ends_on IS NOT NULL", name=op.f("ck_nomination_ended_has_date")),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_nomination_ends_after_start")),
        sa.CheckConstraint(
            "quotity IS NULL OR quotity BETWEEN 1 AND 100", name=op.f("ck_nomination_quotity_is_a_share")
        ),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_nomination_deputy_id")),
        sa.ForeignKeyConstraint(["description_id"], ["job_description.id"], name=op.f("fk_nomination_description_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_nomination_establishment_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_nomination_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
    )
    with op.batch_alter_table("nomination", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nomination_deputy_id"), ["deputy_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_nomination_description_id"), ["description_id"], unique=False)
        batch_op.create_index("ix_nomination_ends_on", ["ends_on"], unique=False)
        batch_op.create_index("ix_nomination_list", ["establishment_id", "kind", "starts_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_nomination_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_nomination_sharing_id"), ["sharing_id"], unique=False)
        batch_op.create_index("uq_nomination_start", ["establishment_id", "kind", "title", "starts_on"], unique=True)

    op.create_table(
        "conflict_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("functions", sa.JSON(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("mitigations", sa.JSON(), nullable=True),
        sa.Column("justification", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("examined_by", sa.String(length=200), nullable=False),
        sa.Column("examined_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "review_on IS NULL OR review_on >= examined_on", name=op.f("ck_conflict_review_reviewed_after")
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"], ["nomination.id"], name=op.f("fk_conflict_review_nomination_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_review")),
    )
    with op.batch_alter_table("conflict_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conflict_review_nomination_id"), ["nomination_id"], unique=False)


def downgrade() -> None:
    op.drop_table("conflict_review")
    op.drop_table("nomination")
    op.drop_table("job_place")
    op.drop_table("job_line")
    op.drop_table("job_description")
