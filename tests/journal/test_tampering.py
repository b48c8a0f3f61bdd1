"""A journal rewritten by who administers the database: each way of doing it is seen, and the entry is named."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, delete, insert, select, text, update
from sqlalchemy.orm import Session

from exports.signed import Keys, canonical
from governance import checkpoints, signing, verification
from governance.database import writing
from governance.signing import SigningRing
from models import chains, guards
from models.base import now
from models.establishments import Establishment
from models.journal import Entry, digest_of
from models.proof import Checkpoint, SigningKey
from tests.cast import Stage

Write = Callable[[], AbstractContextManager[Session]]
COLUMNS = Entry.__table__.columns
ATTESTED, LAST = 5, 7
"""The entry that the kept checkpoint attests, and the last of the chain."""


@pytest.fixture
def chain(write: Write, stage: Stage) -> str:
    """A hospital’s chain of seven entries, attested at the fifth."""
    place = str(stage.establishments["CHA"])

    def grow(length: int) -> None:
        for number in range(length):
            with write() as session:
                count = session.scalar(
                    select(Entry.seq).where(Entry.chain == place).order_by(Entry.seq.desc()).limit(1)
                )
                if (count or 0) >= length:
                    return
                session.get_one(Establishment, stage.establishments["CHA"]).city = f"Anse {number} {count}"

    grow(ATTESTED)
    with write():
        checkpoints.take()
    grow(LAST)
    return place


@pytest.fixture
def kept(db: Session, chain: str) -> bytes:
    """The checkpoint that somebody received by mail."""
    return canonical(db.scalars(select(Checkpoint.envelope).where(Checkpoint.chain == chain)).one())


@pytest.fixture
def keys(app: Flask, chain: str) -> Keys:
    with app.app_context():
        return signing.trusted_keys()


@pytest.fixture
def engine(app: Flask, chain: str) -> Engine:
    found: Engine = app.extensions["engine"]
    return found


@contextmanager
def administrator(engine: Engine) -> Iterator[Connection]:
    """Who administers the database takes the guards off, works, and puts them back."""
    with writing(), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            for table in guards.GUARDED:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            for name in guards.SQLITE:
                connection.execute(text(f"DROP TRIGGER {name}"))
        yield connection
        if engine.dialect.name == "postgresql":
            for table in guards.GUARDED:
                connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        guards.put(connection)


def assigned(engine: Engine, column: str, value: Any) -> Any:
    """The statement that puts a raw value in a column of the third entry."""
    kind = COLUMNS[column].type.compile(engine.dialect)
    kept = f"CAST(:value AS {kind})" if engine.dialect.name == "postgresql" else ":value"
    edit = f"UPDATE journal_entry SET {column} = {kept} WHERE chain = :chain AND seq = 3"  # noqa: S608 -- our own names
    return text(edit).bindparams(value=value)


def found(engine: Engine, keys: Keys, *files: bytes) -> list[tuple[str, int, str]]:
    with engine.connect() as connection:
        report = verification.verify(connection, keys, files)
    assert report.doubts == []
    return [(fault.chain, fault.seq, fault.reason) for fault in report.faults]


def rows(connection: Connection, chain: str) -> list[dict[str, Any]]:
    query = select(*COLUMNS).where(Entry.chain == chain).order_by(Entry.seq)
    return [dict(row) for row in connection.execute(query).mappings()]


def rewrite(connection: Connection, chain: str, wanted: list[dict[str, Any]], *, chained: bool = True) -> None:
    """Put these entries in the place of those of a chain; with `chained`, numbered and chained anew."""
    previous = ""
    for number, row in enumerate(wanted, 1):
        if chained:
            row.update(seq=number, previous=previous)
            previous = row["digest"] = digest_of(row)
    connection.execute(delete(Entry).where(Entry.chain == chain))
    connection.execute(insert(Entry), wanted)


def at(connection: Connection, chain: str, seq: int, **values: Any) -> None:
    connection.execute(update(Entry).where(Entry.chain == chain, Entry.seq == seq).values(**values))


def test_an_untouched_journal_holds(engine: Engine, keys: Keys, kept: bytes) -> None:
    assert found(engine, keys, kept) == []


def test_putting_the_guards_back_changes_nothing(engine: Engine, keys: Keys, kept: bytes) -> None:
    with administrator(engine):
        pass
    assert found(engine, keys, kept) == []


EDITS = {
    "at": "2001-01-01 00:00:00.000000",
    "actor_id": "0123456789abcdef0123456789abcdef",
    "verb": "removed",
    "subject_id": "0123456789abcdef0123456789abcdef",
    "changes": '[{"part": null}]',
    "detail": '{"x": 1}',
    "seq": 1000,
}
READS = {"previous": chains.DETACHED, "seq": chains.MISSING, "chain": chains.MISSING}


@pytest.mark.parametrize("column", [column.name for column in COLUMNS])
def test_an_edit_of_each_column_is_named(engine: Engine, keys: Keys, chain: str, column: str) -> None:
    with administrator(engine) as connection:
        connection.execute(assigned(engine, column, EDITS.get(column, "x")), {"chain": chain})
    assert (chain, 3, READS.get(column, chains.EDITED)) in found(engine, keys)


UNREADABLE = {"at": "demain", "verb": "danser", "changes": "{", "subject_id": "x", "actor_name": b"\xff"}


@pytest.mark.parametrize("column", UNREADABLE)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_entry_made_unreadable_is_named(engine: Engine, keys: Keys, chain: str, column: str) -> None:
    with administrator(engine) as connection:
        connection.execute(assigned(engine, column, UNREADABLE[column]), {"chain": chain})
    assert found(engine, keys) == [(chain, 3, chains.UNREADABLE)]


def edit_and_sign(connection: Connection, chain: str) -> None:
    row = rows(connection, chain)[2] | {"subject_title": "Autre chose"}
    at(connection, chain, 3, subject_title=row["subject_title"], digest=digest_of(row))


def remove(connection: Connection, chain: str) -> None:
    connection.execute(delete(Entry).where(Entry.chain == chain, Entry.seq == 3))


def remove_first(connection: Connection, chain: str) -> None:
    connection.execute(delete(Entry).where(Entry.chain == chain, Entry.seq == 1))


def remove_and_chain(connection: Connection, chain: str) -> None:
    kept = rows(connection, chain)
    rewrite(connection, chain, kept[:2] + kept[3:])


def edit_and_chain(connection: Connection, chain: str) -> None:
    kept = rows(connection, chain)
    kept[2]["subject_title"] = "Autre chose"
    rewrite(connection, chain, kept)


def cut(connection: Connection, chain: str) -> None:
    connection.execute(delete(Entry).where(Entry.chain == chain, Entry.seq >= 4))


def cut_and_go_on(connection: Connection, chain: str) -> None:
    kept = rows(connection, chain)
    rewrite(connection, chain, [*kept[:3], *({**kept[3], "subject_title": f"Suite {n}"} for n in range(4))])


def empty(connection: Connection, chain: str) -> None:
    connection.execute(delete(Entry).where(Entry.chain == chain))


def swap(connection: Connection, chain: str) -> None:
    kept = rows(connection, chain)
    kept[2]["seq"], kept[3]["seq"] = kept[3]["seq"], kept[2]["seq"]
    rewrite(connection, chain, kept, chained=False)


def swap_and_chain(connection: Connection, chain: str) -> None:
    kept = rows(connection, chain)
    kept[2], kept[3] = kept[3], kept[2]
    rewrite(connection, chain, kept)


def slip_in(connection: Connection, chain: str) -> None:
    kept = rows(connection, chain)
    forged = {**kept[2], "subject_title": "Glissée"}
    for row in kept[3:]:
        row["seq"] += 1
    forged["seq"], forged["previous"] = 4, kept[2]["digest"]
    rewrite(connection, chain, [*kept[:3], {**forged, "digest": digest_of(forged)}, *kept[3:]], chained=False)


def end_with(connection: Connection, chain: str, at: dt.datetime) -> None:
    last = rows(connection, chain)[-1]
    forged = {**last, "seq": last["seq"] + 1, "previous": last["digest"], "at": at}
    connection.execute(insert(Entry), {**forged, "digest": digest_of(forged)})


def back_date(connection: Connection, chain: str) -> None:
    end_with(connection, chain, now() - dt.timedelta(days=400))


def back_date_all_since(connection: Connection, chain: str) -> None:
    kept = rows(connection, chain)
    for row in kept[2:]:
        row["at"] = kept[1]["at"]
    for row in kept[ATTESTED:]:
        row["at"] = kept[1]["at"] - dt.timedelta(days=400)
    rewrite(connection, chain, kept)


WAYS: dict[Callable[[Connection, str], None], tuple[int, str]] = {
    edit_and_sign: (4, chains.DETACHED),
    remove: (3, chains.MISSING),
    remove_first: (1, chains.MISSING),
    swap: (3, chains.DETACHED),
    slip_in: (5, chains.DETACHED),
    back_date: (8, chains.BACKDATED),
    back_date_all_since: (1, "refaite"),
    remove_and_chain: (1, "refaite"),
    edit_and_chain: (1, "refaite"),
    swap_and_chain: (4, chains.BACKDATED),
    cut: (4, "tronqué"),
    cut_and_go_on: (1, "refaite"),
    empty: (1, "tronqué"),
}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_each_way_to_rewrite_is_named(engine: Engine, keys: Keys, chain: str, kept: bytes, way: Any) -> None:
    with administrator(engine) as connection:
        way(connection, chain)
        connection.execute(delete(Checkpoint))  # who rewrites the journal does not leave its checkpoint in the base
    ((where, seq, reason),) = found(engine, keys, kept)
    expected, said = WAYS[way]
    assert (where, seq) == (chain, expected)
    assert said in reason


def test_what_follows_the_checkpoint_and_is_older_is_named(engine: Engine, keys: Keys, chain: str, kept: bytes) -> None:
    with administrator(engine) as connection:
        wanted = rows(connection, chain)
        for row in wanted[:ATTESTED]:
            row["at"] -= dt.timedelta(days=400)
        rewrite(connection, chain, wanted)
        mark = {**json.loads(kept)["document"], "digest": rows(connection, chain)[ATTESTED - 1]["digest"]}
        for row in wanted[ATTESTED:]:
            row["at"] = dt.datetime.fromisoformat(mark["at"]) - dt.timedelta(days=2)
        rewrite(connection, chain, wanted)
        marks = {chain: [chains.Mark(ATTESTED, mark["digest"], dt.datetime.fromisoformat(mark["at"]))]}
        (fault,) = chains.verify(connection, marks, [chain])
    assert (fault.seq, fault.reason) == (ATTESTED + 1, chains.BACKDATED)


# The checkpoints themselves


def test_a_journal_signed_anew_by_another_key_is_named(
    engine: Engine, keys: Keys, chain: str, kept: bytes, tmp_path: Path
) -> None:
    impostor = SigningRing(tmp_path / "impostor")
    made = impostor.rotate(now())
    with administrator(engine) as connection:
        edit_and_chain(connection, chain)
        tip = rows(connection, chain)[ATTESTED - 1]
        told = {**json.loads(kept)["document"], "digest": tip["digest"]}
        envelope = impostor.sign({name: value for name, value in told.items() if name != "kid"})
        connection.execute(
            insert(SigningKey).values(
                kid=made.public.kid, pem=made.public.pem, statement=made.statement, made_at=made.made_at
            )
        )
        connection.execute(
            update(Checkpoint)
            .where(Checkpoint.chain == chain)
            .values(kid=made.public.kid, digest=tip["digest"], envelope=envelope)
        )
    ((where, seq, reason),) = found(engine, keys)
    assert (where, seq) == (chain, ATTESTED)
    assert made.public.kid in reason


@pytest.mark.parametrize("part", ["seq", "digest", "at", "chain"])
def test_a_checkpoint_edited_is_named(engine: Engine, keys: Keys, chain: str, part: str) -> None:
    with administrator(engine) as connection:
        envelope = connection.scalars(select(Checkpoint.envelope).where(Checkpoint.chain == chain)).one()
        envelope["document"][part] = 3 if part == "seq" else "x"
        connection.execute(update(Checkpoint).where(Checkpoint.chain == chain).values(envelope=envelope))
    assert found(engine, keys) == [(chain, ATTESTED, verification.FORGED)]


def test_a_checkpoint_whose_row_says_something_else_is_named(engine: Engine, keys: Keys, chain: str) -> None:
    with administrator(engine) as connection:
        connection.execute(update(Checkpoint).where(Checkpoint.chain == chain).values(digest="0" * 64))
    assert found(engine, keys) == [(chain, ATTESTED, verification.FORGED)]


def test_a_rotation_keeps_old_keys_files_good(
    engine: Engine, keys: Keys, write: Write, kept: bytes, chain: str
) -> None:
    with write() as session:
        signing.rotate()
        session.flush()
    with write():
        checkpoints.take()
    assert found(engine, keys, kept) == []


def test_nothing_is_attested_of_a_journal_that_was_rewritten(
    engine: Engine, chain: str, write: Write, keys: Keys
) -> None:
    with administrator(engine) as connection:
        edit_and_chain(connection, chain)
    with pytest.raises(checkpoints.Inconsistent, match="ne mène plus à son dernier jalon"), write():
        checkpoints.take()


# The guards


@pytest.mark.parametrize("change", ["drop", "weaken"])
def test_each_guard_dropped_or_changed_is_named(engine: Engine, keys: Keys, change: str) -> None:
    postgresql = engine.dialect.name == "postgresql"
    for name in guards.TRIGGERS if postgresql else guards.SQLITE:
        with writing(), engine.begin() as connection:
            if postgresql:
                table = guards.TRIGGERS[name].table
                verb = "DROP TRIGGER {0} ON {1}" if change == "drop" else "ALTER TABLE {1} DISABLE TRIGGER {0}"
                connection.execute(text(verb.format(name, table)))
            else:
                connection.execute(text(f"DROP TRIGGER {name}"))
                if change == "weaken":
                    table = next(table for table in guards.GUARDED if name.startswith(table))
                    never = f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN 0 BEGIN SELECT RAISE(ABORT, ''); END"
                    connection.execute(text(never))
            assert guards.drifted(connection) == [name]
            guards.put(connection)
    with writing(), engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {name}{f' ON {table}' if postgresql else ''}"))
    assert found(engine, keys) == [("", 0, verification.GUARDED % name)]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_guard_whose_function_was_emptied_is_named(engine: Engine, keys: Keys) -> None:
    emptied = (
        "CREATE OR REPLACE FUNCTION journal_entry_never() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$"
    )
    with engine.begin() as connection:
        connection.execute(text(emptied))
    assert {seq for _chain, seq, _reason in found(engine, keys)} == {0}
    assert len(found(engine, keys)) == 2 * len(guards.KEPT)


def test_a_back_dated_entry_is_refused_by_the_base_itself(engine: Engine, chain: str) -> None:
    with pytest.raises(Exception, match="doit suivre la dernière"), writing(), engine.begin() as connection:
        back_date(connection, chain)


# At the terminal


def run(app: Flask, *words: str) -> tuple[int, str, str]:
    done = app.test_cli_runner().invoke(args=["journal", *words])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_says_intact_tampered_or_unknown(
    app: Flask, engine: Engine, chain: str, kept: bytes, tmp_path: Path
) -> None:
    file, keys_file, odd = tmp_path / "jalons.jsonl", tmp_path / "keys.json", tmp_path / "odd"
    file.write_bytes(kept + b"\n")
    odd.write_text("rien\n")
    with app.app_context():
        keys_file.write_text(json.dumps(signing.keys_file()))
    status, said, _ = run(app, "verify", "--checkpoint", str(file), "--keys", str(keys_file))
    assert (status, said.startswith("Le journal est intact. Dernier jalon : ")) == (0, True)
    assert f"rien n’atteste encore : {LAST - ATTESTED}." in said
    assert run(app, "verify", "--checkpoint", str(odd))[0] == 2
    assert run(app, "verify", "--keys", str(odd))[0] == 2
    stranger = json.loads(kept)
    stranger["document"]["instance"] = "0"
    odd.write_bytes(canonical(stranger))
    assert "autre installation" in run(app, "verify", "--checkpoint", str(odd))[2]
    with administrator(engine) as connection:
        cut(connection, chain)
    status, said, complaint = run(app, "verify", "--checkpoint", str(file))
    assert (status, said) == (1, "")
    assert complaint.startswith(f"Chaîne {chain}, écriture 4 : le journal est tronqué")


def test_a_checkpoint_is_made_on_demand_and_appended_once(app: Flask, chain: str, db: Session, tmp_path: Path) -> None:
    file = tmp_path / "ailleurs" / "jalons.jsonl"
    assert run(app, "checkpoint", str(file))[0] == 0
    held = file.read_bytes()
    assert held.count(b"\n") == len(db.scalars(select(Entry.chain).distinct()).all())
    assert run(app, "checkpoint", str(file))[0] == 0
    assert file.read_bytes() == held, "the chains did not grow"
    assert run(app, "verify", "--checkpoint", str(file))[0] == 0


def test_a_line_cut_short_by_a_crash_does_not_spoil_the_next(tmp_path: Path) -> None:
    file = tmp_path / "jalons.jsonl"
    file.write_bytes(b"first\nsec")
    assert checkpoints.append(file, b"first\nsecond\n") == 1
    assert file.read_bytes() == b"first\nsecond\n"
