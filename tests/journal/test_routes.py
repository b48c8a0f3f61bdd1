"""The journal’s page: in sentences, filtered, and no further than one may see."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from governance import checkpoints
from models.accounts import User
from models.base import today
from models.establishments import Establishment
from models.journal import Entry, Verb, tell
from models.outbox import Message
from models.proof import Checkpoint
from tests.cast import Stage
from tests.client import HouseClient
from tests.journal.test_tampering import administrator

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


@pytest.fixture(autouse=True)
def some_history(write: Write, stage: Stage) -> None:
    """One change in each hospital, and one in the group."""
    with write() as session:
        session.get_one(Establishment, stage.establishments["CHA"]).city = "Port-Anse"
        session.get_one(Establishment, stage.establishments["CHE"]).city = "Port-Est"
        tell(session, Verb.RECOVERY_CODES_RENEWED, session.get_one(User, stage.users["agent"]))


def test_a_change_reads_as_a_sentence(client: Clients) -> None:
    words = client("dpo").get("/journal/").words
    assert "essai a modifié CH de l’Anse" in words
    assert "Ville : Anse → Port-Anse" in words


def test_a_dpo_reads_the_journal_of_her_hospital_only(client: Clients) -> None:
    mine, other = client("dpo").get("/journal/").words, client("dpo-est").get("/journal/").words
    assert "Port-Anse" in mine
    assert "Port-Est" not in mine
    assert "Port-Est" in other
    assert "Port-Anse" not in other
    assert "Agathe Roux" not in mine + other


def test_the_auditor_reads_all_of_it(client: Clients) -> None:
    words = client("auditeur").get("/journal/").words
    assert "Port-Anse" in words
    assert "Port-Est" in words
    assert "a renouvelé ses codes de secours Agathe Roux (agent)" in words


def test_the_journal_is_filtered_by_person_verb_and_day(client: Clients) -> None:
    auditor = client("auditeur")
    assert "Port-Est" in auditor.get("/journal/?q=est").words
    assert "Port-Anse" not in auditor.get("/journal/?q=CH+de+l’Est").words
    assert "Port-Anse" not in auditor.get("/journal/?verbe=recovery_codes_renewed").words
    assert "Port-Anse" in auditor.get("/journal/?verbe=changed").words
    assert "Port-Anse" in auditor.get(f"/journal/?jour={today()}").words
    yesterday = today() - dt.timedelta(days=1)
    assert "Aucune écriture" in auditor.get(f"/journal/?jour={yesterday}").words


def test_an_odd_filter_filters_nothing(client: Clients) -> None:
    assert "Port-Anse" in client("auditeur").get("/journal/?verbe=danser&jour=2026-02-31&page=-4&tri=x").words


def test_the_journal_is_verified_on_a_page_and_its_checkpoints_are_taken_away(
    client: Clients, write: Write, stage: Stage
) -> None:
    assert "Aucun jalon signé" in client("auditeur").get("/journal/").words
    with write():
        checkpoints.take()
    auditor, dpo = client("auditeur"), client("dpo")
    assert "Dernier jalon signé :" in auditor.get("/journal/").words
    assert "Le journal est intact. Dernier jalon :" in dpo.get("/journal/verification").words
    mine, all_of_them = dpo.get("/journal/jalons").data, auditor.get("/journal/jalons").data
    assert str(stage.establishments["CHA"]).encode() in mine
    assert str(stage.establishments["CHE"]).encode() not in mine
    assert b'"chain":"group"' not in mine
    assert b'"chain":"group"' in all_of_them
    assert client("agent").get("/journal/verification").status == 403


def test_a_rewritten_journal_is_told_to_those_who_may_read_it(client: Clients, app: Flask, stage: Stage) -> None:
    with administrator(app.extensions["engine"]) as connection:
        rename = update(Entry).where(Entry.chain == str(stage.establishments["CHA"]), Entry.seq == 1)
        connection.execute(rename.values(actor_name="Personne"))
    words = client("dpo").get("/journal/verification").words
    assert "CH de l’Anse, écriture 1 : l’écriture a été modifiée." in words
    assert "Prévenez le RSSI" in words
    assert "Intact" in client("dpo-est").get("/journal/verification").words


def test_each_dpo_and_rssi_receives_the_checkpoints_that_are_hers(write: Write, stage: Stage, db: Session) -> None:
    with write() as session:
        place = session.get_one(Establishment, stage.establishments["CHE"])
        place.city = "Port-Est-sur-Mer"
        (made,) = checkpoints.attest(place)
        line, digest = checkpoints.lines([made]), made.digest
    held = db.scalars(select(Message).order_by(Message.recipient)).all()
    dpo_est = db.get_one(User, stage.users["dpo-est"])
    assert dpo_est.email in {message.recipient for message in held}
    assert db.get_one(User, stage.users["dpo"]).email not in {message.recipient for message in held}
    assert {message.enclosures[0].content for message in held} == {line}
    assert all(digest in message.body for message in held)


def test_a_publication_that_is_undone_attests_nothing(write: Write, stage: Stage, db: Session) -> None:
    def publish_then_fail() -> None:
        with write() as session:
            checkpoints.attest(session.get_one(Establishment, stage.establishments["CHA"]))
            raise LookupError

    with pytest.raises(LookupError):
        publish_then_fail()
    assert db.scalars(select(Checkpoint)).all() == []
    assert db.scalars(select(Message)).all() == []
