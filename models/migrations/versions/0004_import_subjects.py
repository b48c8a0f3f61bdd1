"""Let imports bring in any subject: what was imported so far is the register."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite cannot remake a table that others refer to: import_batch gets its columns one by one, with a default.
    op.add_column("import_batch", sa.Column("subject", sa.String(40), nullable=False, server_default="register"))
    op.add_column("import_batch", sa.Column("choices", sa.JSON(), nullable=False, server_default="{}"))
    op.drop_column("import_batch", "mapping")
    op.create_index(op.f("ix_import_batch_subject"), "import_batch", ["subject"])

    with op.batch_alter_table("imported_record") as batch_op:
        batch_op.drop_index(op.f("ix_imported_record_activity_id"))
        batch_op.alter_column("activity_id", new_column_name="record_id")
        batch_op.add_column(sa.Column("record_type", sa.String(40), nullable=False, server_default="activity"))
        batch_op.add_column(sa.Column("mark", sa.String(64), nullable=False, server_default=""))
    op.execute("UPDATE imported_record SET mark = CAST(revision AS VARCHAR(64))")
    with op.batch_alter_table("imported_record") as batch_op:
        batch_op.drop_column("revision")
        batch_op.alter_column("record_type", server_default=None)
        batch_op.alter_column("mark", server_default=None)
        batch_op.create_index(op.f("ix_imported_record_record_id"), ["record_id"])

    with op.batch_alter_table("column_mapping") as batch_op:
        batch_op.add_column(sa.Column("subject", sa.String(40), nullable=False, server_default="register"))
        batch_op.drop_constraint(op.f("uq_column_mapping_establishment_id_signature"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_column_mapping_establishment_id_subject_signature"), ["establishment_id", "subject", "signature"]
        )
    with op.batch_alter_table("column_mapping") as batch_op:
        batch_op.alter_column("subject", server_default=None)


def downgrade() -> None:
    """Only the register's imports can be kept: the tables of before know no other."""
    op.execute("DELETE FROM column_mapping WHERE subject <> 'register'")
    with op.batch_alter_table("column_mapping") as batch_op:
        batch_op.drop_constraint(op.f("uq_column_mapping_establishment_id_subject_signature"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_column_mapping_establishment_id_signature"), ["establishment_id", "signature"]
        )
        batch_op.drop_column("subject")

    op.execute("DELETE FROM imported_record WHERE record_type <> 'activity'")
    with op.batch_alter_table("imported_record") as batch_op:
        batch_op.drop_index(op.f("ix_imported_record_record_id"))
        batch_op.alter_column("record_id", new_column_name="activity_id")
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE imported_record SET revision = CAST(mark AS INTEGER)")
    with op.batch_alter_table("imported_record") as batch_op:
        batch_op.alter_column("revision", server_default=None)
        batch_op.drop_column("record_type")
        batch_op.drop_column("mark")
        batch_op.create_index(op.f("ix_imported_record_activity_id"), ["activity_id"])

    op.execute("DELETE FROM import_batch WHERE subject <> 'register'")
    op.drop_index(op.f("ix_import_batch_subject"), "import_batch")
    op.drop_column("import_batch", "subject")
    op.drop_column("import_batch", "choices")
    op.add_column("import_batch", sa.Column("mapping", sa.JSON(none_as_null=True), nullable=True))
