"""Keep the public keys and the signed checkpoints, guard them as the journal is, and let a mail carry files."""

import sqlalchemy as sa
from alembic import op

from models import guards

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.String(length=40), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("statement", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signing_key")),
    )
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chain", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kid", sa.String(length=40), nullable=False),
        sa.Column("envelope", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["kid"], ["signing_key.kid"], name=op.f("fk_checkpoint_kid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
    )
    op.create_index("ix_checkpoint_chain_seq", "checkpoint", ["chain", "seq"])
    op.create_table(
        "enclosure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_enclosure_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enclosure")),
    )
    op.create_index(op.f("ix_enclosure_message_id"), "enclosure", ["message_id"])
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("establishment_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("fault", sa.String(length=40), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_message_establishment_id"), "establishment", ["establishment_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_message_establishment_id"), ["establishment_id"])
        batch_op.create_index(batch_op.f("ix_message_created_at"), ["created_at"])
    guards.put(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_created_at"))
        batch_op.drop_index(batch_op.f("ix_message_establishment_id"))
        batch_op.drop_constraint(batch_op.f("fk_message_establishment_id"), type_="foreignkey")
        batch_op.drop_column("fault")
        batch_op.drop_column("establishment_id")
    op.drop_table("enclosure")
    op.drop_table("checkpoint")
    op.drop_table("signing_key")
