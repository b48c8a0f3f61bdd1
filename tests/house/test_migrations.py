"""The migrations: up, down and up again, the same tables as the models; and the guards that they put on the journal."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Engine,
    column,
    create_engine,
    insert,
    inspect,
    make_url,
    select,
    table,
    text,
)
from sqlalchemy.exc import DBAPIError

from governance import doctor, schema
from governance.database import open_engine, writing
from models.base import Base, now
from models.chains import verify
from models.establishments import Establishment
from models.journal import Entry, digest_of
from tests.cast import Stage
from tests.house.conftest import Write


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: Any, tmp_path: Path) -> Iterator[Engine]:
    """An empty database, on each backend in turn."""
    if request.param == "sqlite":
        yield open_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
        return
    server, name = make_url(request.getfixturevalue("postgresql")), f"empty_{uuid.uuid4().hex}"
    keeper = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with keeper.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine = open_engine(server.set(database=name).render_as_string(hide_password=False))
        yield engine
        engine.dispose()
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    keeper.dispose()


def leftovers(engine: Engine) -> set[str]:
    """The tables and functions of a database, but Alembic's own table."""
    found = set(inspect(engine).get_table_names()) - {"alembic_version"}
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            found |= set(connection.scalars(text("SELECT proname FROM pg_proc WHERE proname LIKE 'journal%'")))
    return found


def test_the_schema_goes_up_down_and_up_again(empty: Engine) -> None:
    schema.upgrade(empty)
    assert leftovers(empty) >= Base.metadata.tables.keys()
    schema.downgrade(empty, "base")
    assert leftovers(empty) == set()
    schema.upgrade(empty)
    assert schema.is_current(empty)


def test_the_schema_is_that_of_the_models(empty: Engine) -> None:
    schema.upgrade(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
        assert not differences, f"write a migration: {differences}"
    found = {
        (table, rule["name"]) for table in Base.metadata.tables for rule in inspect(empty).get_check_constraints(table)
    }
    wanted = {
        (table.name, str(rule.name))
        for table in Base.metadata.tables.values()
        for rule in table.constraints
        if isinstance(rule, CheckConstraint)
    }
    assert found == wanted, "write a migration for the CHECK constraints"


def test_there_is_one_head_and_it_is_the_committed_one() -> None:
    scripts = ScriptDirectory(str(schema.MIGRATIONS))
    (head,) = scripts.get_heads()
    committed = (schema.MIGRATIONS / "current-head").read_text(encoding="ascii").strip()
    assert committed == Path(scripts.get_revision(head).path).stem, "write the last migration’s name in current-head"


def test_the_proofs_tied_by_their_title_are_tied_by_their_criterion(empty: Engine) -> None:
    schema.upgrade(empty)
    schema.downgrade(empty, "0018")
    texts = ("compliant", "partial", "non_compliant", "evidence", "reference", "question", "proof")
    criterion = {"code": "AUT05", "position": 5, "theme": "session", "title": "Renouvellement", "is_core": True,
                 "weight": 3, "confidence": "sure", **dict.fromkeys(texts, "…")}  # fmt: skip
    piece = {"name": "ecran.png", "media_type": "image/png", "size": 1, "sha256": "0" * 64, "added_by": "Rachid Simon",
             "kept": False, "created_at": now().isoformat(), "owner_id": uuid.uuid4().hex}  # fmt: skip
    with empty.begin() as connection:
        put(connection, "criterion", criterion)
        for owner, title in [
            ("assessment", "AUT05 Renouvellement"),
            ("assessment", "AUT055"),
            ("application", "AUT05"),
        ]:
            put(connection, "attachment", {**piece, "id": uuid.uuid4().hex, "owner_type": owner, "title": title})
    schema.upgrade(empty)
    with empty.connect() as connection:
        told = connection.execute(text("SELECT title, about FROM attachment ORDER BY title, owner_type")).all()
        words = connection.execute(text("SELECT words FROM attachment WHERE about IS NOT NULL")).scalars().all()
    assert [tuple(row) for row in told] == [("AUT05", None), ("AUT05 Renouvellement", "AUT05"), ("AUT055", None)]
    assert words == ["aut05 renouvellement ecran.png"], "what was there before is found by its words"


def put(connection: Connection, name: str, row: dict[str, Any]) -> None:
    """One row in a table whose model may have gone on since."""
    connection.execute(insert(table(name, *(column(key) for key in row))), row)


# The guards of the journal


@pytest.fixture
def chain(write: Write, stage: Stage) -> str:
    """The chain of a hospital, three entries long at least."""
    for city in ("Anse", "Port-Anse", "Anse-la-Neuve", "Anse"):
        with write() as session:
            session.get_one(Establishment, stage.establishments["CHA"]).city = city
    return str(stage.establishments["CHA"])


def entries(engine: Engine, chain: str) -> list[dict[str, Any]]:
    """The entries of a chain as plain rows."""
    with engine.connect() as connection:
        query = select(*Entry.__table__.columns).where(Entry.chain == chain).order_by(Entry.seq)
        return [dict(row) for row in connection.execute(query).mappings()]


def following(engine: Engine, chain: str, **changed: Any) -> dict[str, Any]:
    """An entry that would follow the last of a chain, but for what is changed; its own digest is right."""
    last = entries(engine, chain)[-1]
    row = {**last, "seq": last["seq"] + 1, "previous": last["digest"], "at": now(), **changed}
    return {**row, "digest": digest_of(row)}


def run(engine: Engine, statement: Any, *rows: Any) -> None:
    with writing(), engine.begin() as connection:
        connection.execute(statement, *rows)


FORBIDDEN = {
    "sqlite": (
        "UPDATE journal_entry SET subject_title = 'x' WHERE seq = 2",
        "UPDATE journal_entry SET seq = seq + 100",
        "DELETE FROM journal_entry WHERE seq = 2",
        "DELETE FROM journal_entry",
        "INSERT OR REPLACE INTO journal_entry SELECT * FROM journal_entry WHERE seq = 2",
    ),
    "postgresql": (
        "UPDATE journal_entry SET subject_title = 'x' WHERE seq = 2",
        "UPDATE journal_entry SET seq = seq + 100",
        "DELETE FROM journal_entry WHERE seq = 2",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry",
        "INSERT INTO journal_entry SELECT * FROM journal_entry WHERE seq = 2 "
        "ON CONFLICT (chain, seq) DO UPDATE SET subject_title = 'x'",
    ),
}


REFUSED = r"ne se modifient pas|doit suivre la dernière"


def test_the_database_refuses_to_change_the_journal(app: Flask, chain: str) -> None:
    engine = app.extensions["engine"]
    before = entries(engine, chain)
    for statement in FORBIDDEN[engine.dialect.name]:
        with pytest.raises(DBAPIError, match=REFUSED):
            run(engine, text(statement))
    assert entries(engine, chain) == before


@pytest.mark.parametrize("changed", [{"seq": 400}, {"seq": 1}, {"previous": "0" * 64}, {"previous": ""}])
def test_the_database_refuses_an_entry_that_does_not_follow(app: Flask, chain: str, changed: dict[str, Any]) -> None:
    engine = app.extensions["engine"]
    with pytest.raises(DBAPIError, match="doit suivre la dernière"):
        run(engine, insert(Entry), following(engine, chain, **changed))
    run(engine, insert(Entry), following(engine, chain))
    with engine.connect() as connection:
        assert list(verify(connection)) == []


GUARDS = {
    "sqlite": ("journal_entry_no_update", "journal_entry_no_delete", "journal_entry_follows"),
    "postgresql": ("journal_entry_no_change", "journal_entry_no_truncate", "journal_entry_follows"),
}


def drop(engine: Engine, guard: str) -> None:
    run(engine, text(f"DROP TRIGGER {guard}" + (" ON journal_entry" if engine.dialect.name == "postgresql" else "")))


@pytest.fixture
def unguarded(app: Flask, chain: str) -> Engine:
    """The database as who owns the machine may have it: without a guard."""
    engine: Engine = app.extensions["engine"]
    for guard in GUARDS[engine.dialect.name]:
        drop(engine, guard)
    return engine


def faults(engine: Engine) -> list[tuple[str, int, str]]:
    with engine.connect() as connection:
        return [(fault.chain, fault.seq, fault.reason) for fault in verify(connection)]


def test_an_edited_entry_is_named(unguarded: Engine, chain: str) -> None:
    run(unguarded, text("UPDATE journal_entry SET actor_name = 'x' WHERE seq = 3 AND chain = :chain"), {"chain": chain})
    assert faults(unguarded) == [(chain, 3, "l’écriture a été modifiée")]


def test_a_removed_entry_is_named(unguarded: Engine, chain: str) -> None:
    run(unguarded, text("DELETE FROM journal_entry WHERE seq = 2 AND chain = :chain"), {"chain": chain})
    assert faults(unguarded) == [(chain, 2, "l’écriture manque")]


def test_an_inserted_entry_is_named(unguarded: Engine, chain: str) -> None:
    forged = {**entries(unguarded, chain)[2], "subject_title": "Une écriture glissée là"}
    for shift in (1000, -999):  # by one place, without two entries ever holding the same
        later = text("UPDATE journal_entry SET seq = seq + :shift WHERE seq >= 3 AND chain = :chain")
        run(unguarded, later, {"shift": shift, "chain": chain})
    run(unguarded, insert(Entry), {**forged, "digest": digest_of(forged)})
    assert faults(unguarded) == [(chain, 4, "l’écriture ne suit pas celle qui la précède")]


@pytest.mark.parametrize("number", range(3))
def test_the_doctor_misses_each_guard(number: int, app: Flask, chain: str) -> None:
    engine = app.extensions["engine"]
    assert doctor.faults(app) == []
    drop(engine, GUARDS[engine.dialect.name][number])
    assert [fault for fault in doctor.faults(app) if "gardes du journal" in fault]
