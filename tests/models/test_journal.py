"""The journal keeps itself: what changed, by whom, from what to what, in an unbroken chain."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from governance.database import WroteDuringRead, aside, reading, session
from models.accounts import User
from models.base import now
from models.chains import verify
from models.establishments import Department, DepartmentKind, Establishment
from models.journal import Actor, Entry, Verb, settle, tell
from models.register.activity import Activity
from models.register.parts import Purpose
from tests.cast import Stage

Write = Callable[[], AbstractContextManager[Session]]


def made(write: Write, stage: Stage, **fields: object) -> Activity:
    with write() as opened:
        activity = Activity(
            establishment_id=stage.establishments["CHA"], reference="T-1", name="Paie", updated_at=now(),
            updated_by="Diane", purposes=[Purpose(label="Payer")], **fields,
        )  # fmt: skip
        opened.add(activity)
        opened.flush()
        opened.expunge_all()
    return activity


def entries(db: Session) -> list[Entry]:
    return list(db.scalars(select(Entry).where(Entry.subject_type == "activity").order_by(Entry.seq)))


def test_one_entry_tells_all_that_one_transaction_changed_in_a_record(write: Write, db: Session, stage: Stage) -> None:
    identity = made(write, stage).id
    with write() as opened:
        activity = opened.get_one(Activity, identity)
        activity.name = "Paie et primes"
        activity.purposes.append(Purpose(label="Déclarer", position=1))
    first, second = entries(db)
    assert (first.verb, second.verb) == (Verb.CREATED, Verb.CHANGED)
    told = {(change["part"], change.get("field")): change for change in second.changes}
    assert (told[None, "name"]["before"], told[None, "name"]["after"]) == ("Paie", "Paie et primes")
    assert told["purposes", None]["created"] == {"label": "Déclarer"}


def test_a_removed_part_is_told_with_what_it_held(write: Write, db: Session, stage: Stage) -> None:
    identity = made(write, stage).id
    with write() as opened:
        activity = opened.get_one(Activity, identity)
        activity.purposes.clear()
    assert entries(db)[-1].changes[0]["removed"] == {"label": "Payer"}


def test_a_record_pointed_to_is_told_by_its_name(write: Write, db: Session, stage: Stage) -> None:
    identity = made(write, stage).id
    with write() as opened:
        opened.get_one(Activity, identity).department_id = stage.departments["Urgences"]
    change = entries(db)[-1].changes[0]
    assert (change["field"], change["before"], change["after"]) == ("department", None, "Urgences")


def test_a_secret_is_told_to_have_changed_and_no_more(write: Write, db: Session, stage: Stage) -> None:
    with write() as opened:
        opened.get_one(User, stage.users["agent"]).password_hash = "$argon2id$secret"
    entry = db.scalars(select(Entry).where(Entry.subject_id == stage.users["agent"]).order_by(Entry.seq.desc())).first()
    assert entry is not None
    assert entry.changes == [
        {"part": None, "id": str(stage.users["agent"]), "title": "Agathe Roux (agent)", "field": "password_hash"}
    ]


def test_a_business_fact_joins_the_change_it_explains(write: Write, db: Session, stage: Stage) -> None:
    identity = made(write, stage).id
    with write() as opened:
        activity = opened.get_one(Activity, identity)
        activity.confirm("Hélène", now())
        tell(opened, Verb.CONFIRMED, activity)
    last = entries(db)[-1]
    assert last.verb is Verb.CONFIRMED
    assert {change["field"] for change in last.changes} == {"confirmed_at", "confirmed_by"}


def test_a_fact_needs_the_details_its_verb_declares(write: Write, stage: Stage) -> None:
    with pytest.raises(ValueError, match="needs"), write() as opened:
        tell(opened, Verb.EXPORTED, opened.get_one(Establishment, stage.establishments["CHA"]), format="xlsx")


def test_nothing_remains_of_a_transaction_that_fails_not_even_its_entry(
    write: Write, db: Session, stage: Stage
) -> None:
    identity = made(write, stage).id
    before = len(entries(db))

    def rename_then_fail() -> None:
        with write() as opened:
            opened.get_one(Activity, identity).name = "Perdu"
            opened.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rename_then_fail()
    assert len(entries(db)) == before
    db.expire_all()
    assert db.get_one(Activity, identity).name == "Paie"


def test_a_transaction_learns_where_the_journal_tells_of_what_it_did(write: Write, db: Session, stage: Stage) -> None:
    identity = made(write, stage).id
    with write() as opened:
        activity = opened.get_one(Activity, identity)
        activity.name = "Paie et primes"
        told = settle(opened, activity)
        activity.name = "Paie, primes"
    second, third = entries(db)[1:]
    assert told == (second.chain, second.seq, second.digest)
    assert third.seq == second.seq + 1


def test_what_was_settled_is_undone_with_the_transaction(write: Write, db: Session, stage: Stage) -> None:
    identity = made(write, stage).id

    def settle_then_fail() -> None:
        with write() as opened:
            activity = opened.get_one(Activity, identity)
            activity.name = "Perdu"
            settle(opened, activity)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        settle_then_fail()
    assert len(entries(db)) == 1


def test_a_change_of_many_rows_at_once_is_refused_because_the_journal_would_miss_it(write: Write, stage: Stage) -> None:
    made(write, stage)
    with pytest.raises(RuntimeError, match="journaled"), write() as opened:
        opened.execute(update(Activity).values(name="Tous pareils"))


def test_a_request_that_reads_cannot_write(app: Flask, stage: Stage) -> None:
    with app.app_context():
        session.add(
            Department(establishment_id=stage.establishments["CHA"], kind=DepartmentKind.SERVICE, name="Intrus")
        )
        with pytest.raises(WroteDuringRead):
            session.flush()


def test_what_is_written_aside_survives_a_refusal(app: Flask, db: Session, write: Write, stage: Stage) -> None:
    with app.app_context(), aside(Actor(None, "porte")) as other:
        tell(other, Verb.ACCESS_REFUSED, other.get_one(User, stage.users["agent"]), path="/secret")
    refused = db.scalars(select(Entry).where(Entry.verb == Verb.ACCESS_REFUSED)).one()
    assert refused.detail == {"path": "/secret"}


def test_the_chains_hold_after_many_writers(app: Flask, write: Write, db: Session, stage: Stage) -> None:
    identity = made(write, stage).id
    for number in range(5):
        with write() as opened:
            opened.get_one(Activity, identity).name = f"Nom {number}"
    with app.app_context(), reading() as opened:
        assert list(verify(opened.connection())) == []
    numbers = [entry.seq for entry in db.scalars(select(Entry).where(Entry.chain == str(stage.establishments["CHA"])))]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
