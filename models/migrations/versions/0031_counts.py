"""Keep what is counted during a campaign of diffusion, and the day on which somebody closed it."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("diffusion_campaign", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("closed_by", sa.String(length=200), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_diffusion_campaign_closed_has_count"), "closed_on IS NULL OR done IS NOT NULL"
        )
    # A campaign of which somebody had said how many were done was over on its last day.
    op.execute("UPDATE diffusion_campaign SET closed_on = ends_on WHERE done IS NOT NULL")
    op.create_table(
        "diffusion_count",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("handed", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("counted_by", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=True),
        sa.CheckConstraint("handed > 0", name=op.f("ck_diffusion_count_handed_counted")),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["diffusion_campaign.id"],
            name=op.f("fk_diffusion_count_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diffusion_count")),
    )
    with op.batch_alter_table("diffusion_count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_diffusion_count_campaign_id"), ["campaign_id"], unique=False)


def downgrade() -> None:
    op.drop_table("diffusion_count")
    with op.batch_alter_table("diffusion_campaign", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_diffusion_campaign_closed_has_count"), type_="check")
        batch_op.drop_column("closed_by")
        batch_op.drop_column("closed_on")
