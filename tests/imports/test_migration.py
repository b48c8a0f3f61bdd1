"""Imports made when Vigie knew only the register are still those of the register, and can still be taken back."""

import uuid
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import text

from governance import schema
from governance.database import open_engine, writing

KNOWN = {name: uuid.uuid4().hex for name in ("batch", "record", "group", "home")} | {"at": "2026-01-01 00:00:00"}
ROWS = (
    """INSERT INTO "group" (id, created_at, name) VALUES (:group, :at, 'GHT')""",
    "INSERT INTO establishment (id, created_at, group_id, code, name) VALUES (:home, :at, :group, 'A', 'A')",
    """
    INSERT INTO import_batch (id, created_at, establishment_id, filename, digest, size, layout, state, made_by, report)
    VALUES (:batch, :at, :home, 'registre.csv', '00', 1, 'table', 'applied', 'Diane Petit', '{}')
    """,
    """
    INSERT INTO imported_record (id, created_at, batch_id, activity_id, revision)
    VALUES (:record, :at, :batch, :record, 3)
    """,
    """
    INSERT INTO column_mapping (id, created_at, establishment_id, signature, mapping)
    VALUES (:record, :at, :home, 's', '{}')
    """,
)


def before() -> str:
    """The revision before the one that tells subjects apart."""
    scripts = ScriptDirectory(str(schema.MIGRATIONS))
    ours = next(one for one in scripts.walk_revisions() if one.path.endswith("_import_subjects.py"))
    return str(ours.down_revision)


def test_what_was_imported_before_is_the_register(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    schema.upgrade(engine, before())
    with writing(), engine.begin() as connection:
        for row in ROWS:
            connection.execute(text(row), {name: KNOWN[name] for name in KNOWN if f":{name}" in row})
    schema.upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT subject, choices FROM import_batch")).one() == ("register", "{}")
        kept = connection.execute(text("SELECT record_type, record_id, mark FROM imported_record")).one()
        assert kept == ("activity", KNOWN["record"], "3")
        assert connection.scalar(text("SELECT subject FROM column_mapping")) == "register"
    schema.downgrade(engine, before())
    with engine.connect() as connection:
        assert connection.execute(text("SELECT activity_id, revision FROM imported_record")).one() == (
            KNOWN["record"],
            3,
        )
