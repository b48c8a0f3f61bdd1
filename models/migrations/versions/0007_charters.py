"""Make the tables of the charters, and guard published versions with triggers."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SQLITE_GUARDS = (
    """
    CREATE TRIGGER charter_version_no_update BEFORE UPDATE ON charter_version
    BEGIN SELECT RAISE(ABORT, 'Une version publiée ne se modifie pas.'); END
    """,
    """
    CREATE TRIGGER charter_version_no_delete BEFORE DELETE ON charter_version
    BEGIN SELECT RAISE(ABORT, 'Une version publiée ne se modifie pas.'); END
    """,
)

POSTGRESQL_GUARDS = (
    """
    CREATE FUNCTION charter_version_never() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'Une version publiée ne se modifie pas.'; END $$
    """,
    """
    CREATE TRIGGER charter_version_no_change BEFORE UPDATE OR DELETE ON charter_version
    FOR EACH ROW EXECUTE FUNCTION charter_version_never()
    """,
    """
    CREATE TRIGGER charter_version_no_truncate BEFORE TRUNCATE ON charter_version
    FOR EACH STATEMENT EXECUTE FUNCTION charter_version_never()
    """,
)


def upgrade() -> None:
    make_tables()
    guards = POSTGRESQL_GUARDS if op.get_bind().dialect.name == "postgresql" else SQLITE_GUARDS
    for guard in guards:
        op.execute(sa.text(guard))


def make_tables() -> None:
    op.create_table(
        "charter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("populations", sa.JSON(), nullable=True),
        sa.Column("legal_status", sa.String(length=40), nullable=False),
        sa.Column("internal_rules", sa.Text(), nullable=True),
        sa.Column("owner", sa.String(length=200), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("replaced_by_id", sa.Uuid(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("pdf_name", sa.String(length=200), nullable=True),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=True),
        sa.Column("published_number", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('replaced', 'archived')) = (closed_on IS NOT NULL)", name=op.f("ck_charter_closed_has_date")
        ),
        sa.CheckConstraint("(pdf IS NULL) = (pdf_name IS NULL)", name=op.f("ck_charter_pdf_has_name")),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishment.id"], name=op.f("fk_charter_establishment_id")),
        sa.ForeignKeyConstraint(["replaced_by_id"], ["charter.id"], name=op.f("fk_charter_replaced_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter")),
    )
    with op.batch_alter_table("charter", schema=None) as batch_op:
        batch_op.create_index("ix_charter_list", ["establishment_id", "status"], unique=False)
        batch_op.create_index("ix_charter_review_on", ["review_on"], unique=False)

    op.create_table(
        "charter_blank",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("meaning", sa.String(length=200), nullable=True),
        sa.Column("example", sa.String(length=200), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("charter_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["charter_id"], ["charter.id"], name=op.f("fk_charter_blank_charter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_blank")),
        sa.UniqueConstraint("charter_id", "name", name=op.f("uq_charter_blank_charter_id_name")),
    )
    with op.batch_alter_table("charter_blank", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_blank_charter_id"), ["charter_id"], unique=False)

    op.create_table(
        "charter_choice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("chosen", sa.String(length=40), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("charter_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["charter_id"], ["charter.id"], name=op.f("fk_charter_choice_charter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_choice")),
        sa.UniqueConstraint("charter_id", "code", name=op.f("uq_charter_choice_charter_id_code")),
    )
    with op.batch_alter_table("charter_choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_choice_charter_id"), ["charter_id"], unique=False)

    op.create_table(
        "charter_consultation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("charter_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(length=40), nullable=False),
        sa.Column("body_name", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("opinion", sa.String(length=40), nullable=False),
        sa.Column("votes", sa.String(length=200), nullable=True),
        sa.Column("minutes", sa.String(length=200), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("body <> 'other' OR body_name <> ''", name=op.f("ck_charter_consultation_other_has_name")),
        sa.ForeignKeyConstraint(["charter_id"], ["charter.id"], name=op.f("fk_charter_consultation_charter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_consultation")),
        sa.UniqueConstraint(
            "charter_id", "number", "body", "body_name", "held_on", name="uq_charter_consultation_once"
        ),
    )
    with op.batch_alter_table("charter_consultation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_consultation_charter_id"), ["charter_id"], unique=False)

    op.create_table(
        "charter_section",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("populations", sa.JSON(), nullable=True),
        sa.Column("acknowledgement", sa.Text(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("charter_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["charter_id"], ["charter.id"], name=op.f("fk_charter_section_charter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_section")),
    )
    with op.batch_alter_table("charter_section", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_section_charter_id"), ["charter_id"], unique=False)

    op.create_table(
        "charter_sentence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=True),
        sa.Column("operator", sa.Text(), nullable=True),
        sa.Column("witness", sa.Text(), nullable=True),
        sa.Column("checkbox", sa.String(length=200), nullable=True),
        sa.Column("confirm", sa.String(length=200), nullable=True),
        sa.Column("refuse", sa.String(length=200), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("charter_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["charter_id"], ["charter.id"], name=op.f("fk_charter_sentence_charter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_sentence")),
        sa.UniqueConstraint("charter_id", "channel", name=op.f("uq_charter_sentence_charter_id_channel")),
    )
    with op.batch_alter_table("charter_sentence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_sentence_charter_id"), ["charter_id"], unique=False)

    op.create_table(
        "charter_verification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("charter_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_by", sa.String(length=200), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=True),
        sa.Column("finding", sa.String(length=40), nullable=False),
        sa.Column("observations", sa.Text(), nullable=True),
        sa.Column("follow_up", sa.Text(), nullable=True),
        sa.Column("frequency", sa.String(length=40), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "found IS NULL OR sample IS NOT NULL", name=op.f("ck_charter_verification_found_among_sample")
        ),
        sa.CheckConstraint(
            "next_on IS NULL OR next_on > checked_on", name=op.f("ck_charter_verification_next_after_this")
        ),
        sa.CheckConstraint(
            "sample IS NULL OR (sample >= 0 AND coalesce(found, 0) BETWEEN 0 AND sample)",
            name=op.f("ck_charter_verification_counted"),
        ),
        sa.ForeignKeyConstraint(["charter_id"], ["charter.id"], name=op.f("fk_charter_verification_charter_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_charter_verification_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_verification")),
    )
    with op.batch_alter_table("charter_verification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_charter_verification_charter_id"), ["charter_id"], unique=False)
        batch_op.create_index("ix_charter_verification_list", ["establishment_id", "checked_on"], unique=False)
        batch_op.create_index("ix_charter_verification_next_on", ["next_on"], unique=False)

    op.create_table(
        "charter_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("charter_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("populations", sa.JSON(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("statements", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("is_major", sa.Boolean(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("accept_before", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("unconsulted_reason", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(accept_before IS NOT NULL) = is_major", name=op.f("ck_charter_version_major_has_deadline")
        ),
        sa.CheckConstraint(
            "accept_before IS NULL OR accept_before > effective_on",
            name=op.f("ck_charter_version_accepted_after_effect"),
        ),
        sa.ForeignKeyConstraint(["charter_id"], ["charter.id"], name=op.f("fk_charter_version_charter_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_charter_version_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_version")),
        sa.UniqueConstraint("charter_id", "number", name=op.f("uq_charter_version_charter_id_number")),
    )
    with op.batch_alter_table("charter_version", schema=None) as batch_op:
        batch_op.create_index("ix_charter_version_establishment_id", ["establishment_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("charter_version", schema=None) as batch_op:
        batch_op.drop_index("ix_charter_version_establishment_id")

    op.drop_table("charter_version")
    with op.batch_alter_table("charter_verification", schema=None) as batch_op:
        batch_op.drop_index("ix_charter_verification_next_on")
        batch_op.drop_index("ix_charter_verification_list")
        batch_op.drop_index(batch_op.f("ix_charter_verification_charter_id"))

    op.drop_table("charter_verification")
    with op.batch_alter_table("charter_sentence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_charter_sentence_charter_id"))

    op.drop_table("charter_sentence")
    with op.batch_alter_table("charter_section", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_charter_section_charter_id"))

    op.drop_table("charter_section")
    with op.batch_alter_table("charter_consultation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_charter_consultation_charter_id"))

    op.drop_table("charter_consultation")
    with op.batch_alter_table("charter_choice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_charter_choice_charter_id"))

    op.drop_table("charter_choice")
    with op.batch_alter_table("charter_blank", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_charter_blank_charter_id"))

    op.drop_table("charter_blank")
    with op.batch_alter_table("charter", schema=None) as batch_op:
        batch_op.drop_index("ix_charter_review_on")
        batch_op.drop_index("ix_charter_list")

    op.drop_table("charter")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP FUNCTION charter_version_never"))
