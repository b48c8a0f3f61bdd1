"""Keep the packs of evidence that were made, and the links by which somebody outside takes one."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hopen_pack",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=True),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_hopen_pack_not_empty")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishment.id"], name=op.f("fk_hopen_pack_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hopen_pack")),
    )
    with op.batch_alter_table("hopen_pack", schema=None) as batch_op:
        batch_op.create_index("ix_hopen_pack_list", ["establishment_id", "created_at"], unique=False)

    op.create_table(
        "hopen_pack_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pack_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["pack_id"], ["hopen_pack.id"], name=op.f("fk_hopen_pack_link_pack_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hopen_pack_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_hopen_pack_link_digest")),
    )
    with op.batch_alter_table("hopen_pack_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hopen_pack_link_pack_id"), ["pack_id"], unique=False)


def downgrade() -> None:
    op.drop_table("hopen_pack_link")
    op.drop_table("hopen_pack")
