"""Let attachments, establishments and departments be found by their words."""

import sqlalchemy as sa
from alembic import op

from models.search import fold

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TOLD = {
    "attachment": ("title", "name", "note"),
    "establishment": ("code", "name", "city", "finess"),
    "department": ("name",),
}
"""The columns whose words find a row, in each table."""


def upgrade() -> None:
    """The default stays: taking it off would make SQLite build anew tables to which all others refer."""
    for name, columns in TOLD.items():
        op.add_column(name, sa.Column("words", sa.Text(), nullable=False, server_default=""))
        _fill(name, columns)


def _fill(name: str, columns: tuple[str, ...]) -> None:
    table = sa.table(name, sa.column("id", sa.Uuid()), sa.column("words"), *map(sa.column, columns))
    bind = op.get_bind()
    rows = bind.execute(sa.select(table)).mappings().all()
    told = [{"row": row["id"], "found": fold(" ".join(row[column] or "" for column in columns))} for row in rows]
    if told:
        changed = table.update().where(table.c.id == sa.bindparam("row")).values(words=sa.bindparam("found"))
        bind.execute(changed, told)


def downgrade() -> None:
    for name in TOLD:
        op.drop_column(name, "words")
