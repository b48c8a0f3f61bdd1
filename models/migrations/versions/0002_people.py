"""Make the directory of persons."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NOT_MERGED = sa.text("merged_into_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("given_name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("employee_number", sa.String(length=40), nullable=True),
        sa.Column("function_title", sa.String(length=200), nullable=True),
        sa.Column("company", sa.String(length=200), nullable=True),
        sa.Column("manager_id", sa.Uuid(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("contract_ends_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("departure_reason", sa.String(length=40), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("sort_name", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind NOT IN ('contractor', 'supplier') OR company IS NOT NULL", name=op.f("ck_person_outside_has_company")
        ),
        sa.CheckConstraint(
            "contract_ends_on IS NULL OR arrived_on IS NULL OR contract_ends_on >= arrived_on",
            name=op.f("ck_person_contract_ends_after_arrival"),
        ),
        sa.CheckConstraint(
            "left_on IS NULL OR arrived_on IS NULL OR left_on >= arrived_on",
            name=op.f("ck_person_leaves_after_arrival"),
        ),
        sa.CheckConstraint(
            "(left_on IS NULL) = (departure_reason IS NULL)", name=op.f("ck_person_departure_has_reason")
        ),
        sa.CheckConstraint("manager_id <> id", name=op.f("ck_person_not_own_manager")),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_person_not_merged_into_itself")),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishment.id"], name=op.f("fk_person_establishment_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_person_department_id")),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_person_manager_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_person_user_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["person.id"], name=op.f("fk_person_merged_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("ix_person_list", ["establishment_id", "sort_name"], unique=False)
        batch_op.create_index("ix_person_left_on", ["establishment_id", "left_on"], unique=False)
        batch_op.create_index("ix_person_contract_ends_on", ["establishment_id", "contract_ends_on"], unique=False)
        batch_op.create_index("ix_person_company", ["establishment_id", "company"], unique=False)
        for column in ("department_id", "email", "manager_id", "merged_into_id", "user_id"):
            batch_op.create_index(batch_op.f(f"ix_person_{column}"), [column], unique=False)
        for column in ("employee_number", "user_id"):
            batch_op.create_index(
                f"uq_person_establishment_id_{column}",
                ["establishment_id", column],
                unique=True,
                sqlite_where=NOT_MERGED,
                postgresql_where=NOT_MERGED,
            )


def downgrade() -> None:
    op.drop_table("person")
