"""Keep what other schemes require, and the bridges from the HOP’EN plan to it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hopen_scheme",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confidence", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_hopen_scheme")),
    )
    op.create_table(
        "hopen_requirement",
        *_kept(),
        sa.Column("scheme_code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["scheme_code"], ["hopen_scheme.code"], name=op.f("fk_hopen_requirement_scheme_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hopen_requirement")),
        sa.UniqueConstraint("catalogue_code", name=op.f("uq_hopen_requirement_catalogue_code")),
        sa.UniqueConstraint(
            "scheme_code", "reference", "title", name=op.f("uq_hopen_requirement_scheme_code_reference_title")
        ),
    )
    op.create_index("ix_hopen_requirement_list", "hopen_requirement", ["scheme_code", "position"])
    op.create_table(
        "hopen_bridge",
        *_kept(),
        sa.Column("requirement_id", sa.Uuid(), nullable=False),
        sa.Column("plan_code", sa.String(length=20), nullable=False),
        sa.Column("indicator_code", sa.String(length=10), nullable=False),
        sa.Column("objective_code", sa.String(length=20), nullable=True),
        sa.Column("bearing", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "plan_code = COALESCE(objective_code, indicator_code)", name=op.f("ck_hopen_bridge_plan_code_is_theirs")
        ),
        sa.ForeignKeyConstraint(
            ["indicator_code"], ["hopen_indicator.code"], name=op.f("fk_hopen_bridge_indicator_code")
        ),
        sa.ForeignKeyConstraint(
            ["objective_code"], ["hopen_objective.code"], name=op.f("fk_hopen_bridge_objective_code")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"], ["hopen_requirement.id"], name=op.f("fk_hopen_bridge_requirement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hopen_bridge")),
        sa.UniqueConstraint("catalogue_code", name=op.f("uq_hopen_bridge_catalogue_code")),
        sa.UniqueConstraint("requirement_id", "plan_code", name=op.f("uq_hopen_bridge_requirement_id_plan_code")),
    )
    op.create_index(op.f("ix_hopen_bridge_indicator_code"), "hopen_bridge", ["indicator_code"])
    op.create_index(op.f("ix_hopen_bridge_objective_code"), "hopen_bridge", ["objective_code"])


def _kept() -> list[sa.Column[Any]]:
    """The columns of a line planted from the catalogue or added by the group."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("catalogue_code", sa.String(length=40), nullable=True),
        sa.Column("catalogue", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confidence", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
    ]


def downgrade() -> None:
    op.drop_table("hopen_bridge")
    op.drop_table("hopen_requirement")
    op.drop_table("hopen_scheme")
