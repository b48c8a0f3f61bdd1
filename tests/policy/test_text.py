"""Writing the policy, having it consulted on and approved, publishing it, and reading what is in force."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from governance import concordance
from governance.database import writing
from models.base import months_after, today
from models.journal import Entry, Verb
from models.policy.observance import Observance
from models.policy.policy import Policy, PolicyVersion
from models.policy.words import RuleStatus
from models.proof import Checkpoint
from tests.cast import Stage
from tests.client import HouseClient, Page
from tests.policy.made import published_policy, rules_of

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]


def begun(who: HouseClient, stage: Stage, **typed: Any) -> str:
    """A policy begun; gives its address."""
    usual = {"title": "PSSI du CH de l’Anse", "origin": "model", "place": str(stage.establishments["CHA"])}
    page = who.post("/pssi/nouvelle", {**usual, **typed})
    assert page.status == 303, page.words
    return page.location


def filled(who: HouseClient, address: str) -> None:
    """Every blank of a policy filled."""
    form = who.get(f"{address}/modifier/champs").values(class_="form")
    page = who.post(f"{address}/modifier/champs", {name: value or "à définir" for name, value in form.items()})
    assert page.status == 303, page.words


def released(who: HouseClient, address: str, **typed: Any) -> Page:
    """The version to come published."""
    form = who.get(f"{address}/publier")
    usual = {
        "approved_by": "Claire Dubois", "approved_as": "Directrice générale", "approved_on": today().isoformat(),
        "effective_on": today().isoformat(), "is_major": "yes", "note": "Première version",
        "unconsulted_reason": "",
    }  # fmt: skip
    return who.post(f"{address}/publier", {**form.values(class_="form"), **usual, **typed})


def test_the_rssi_writes_the_policy_from_the_model_has_it_consulted_and_publishes_it(
    client: Clients, stage: Stage, db: Session
) -> None:
    rssi = client("rssi")
    address = begun(rssi, stage)
    page = rssi.get(address)
    for words in ("Gouvernance, organisation et rôles", "R-ORG-01", "Lu dans un texte officiel", "À remplir"):
        assert words in page.words
    assert "90 règles" in rssi.get("/pssi/nouvelle").words
    refused = released(rssi, address)
    assert (refused.status, "Des champs du texte ne sont pas remplis" in refused.words) == (422, True)
    filled(rssi, address)
    refused = released(rssi, address)
    assert "Aucune consultation n’est enregistrée" in refused.words
    form = rssi.get(f"{address}/consultations/nouvelle").values(class_="form")
    held = {"body": "medical_committee", "held_on": today().isoformat(), "opinion": "favourable", "votes": "9 pour"}
    assert rssi.post(f"{address}/consultations/nouvelle", {**form, **held}).status == 303
    again = rssi.post(f"{address}/consultations/nouvelle", {**form, **held})
    assert (again.status, "déjà enregistrée" in again.words) == (422, True)
    assert "9 pour" in rssi.get(f"{address}/consultations").words
    page = released(rssi, address)
    assert page.status == 303, page.words
    version = db.scalars(select(PolicyVersion)).one()
    assert version.review_on == months_after(today(), 12)
    assert hashlib.sha256(version.body).hexdigest() == version.sha256
    shown = rssi.get(page.location)
    assert "chaque octet est celui qui a été publié" in shown.words
    assert "Claire Dubois, Directrice générale" in shown.words
    assert "{" not in shown.words
    assert rssi.get(f"{page.location}/texte-exact").data == version.body
    rules = db.scalars(select(Observance)).all()
    assert (len(rules), {one.status for one in rules}) == (90, {RuleStatus.TO_FILL})
    entry = db.scalars(select(Entry).where(Entry.verb == Verb.PUBLISHED)).one()
    assert entry.detail == {"number": 1, "digest": version.sha256, "major": True, "row": version.seal()}
    assert db.scalars(select(Checkpoint.chain)).first() == str(stage.establishments["CHA"])


def test_each_document_of_a_version_is_made_and_told(client: Clients, stage: Stage, write: Write, db: Session) -> None:
    with write() as session:
        policy = published_policy(session, stage.establishments["CHA"])
        address = f"/pssi/{policy.id}/versions/1"
    rssi, agent = client("rssi"), client("agent")
    for kind, start in (("pdf", b"%PDF-"), ("docx", b"PK"), ("texte", b"%PDF-")):
        assert rssi.post(f"{address}/documents", {"document": kind}).data.startswith(start)
    told = db.scalars(select(Entry.detail).where(Entry.verb == Verb.EXPORTED)).all()
    assert [one["format"] for one in told] == ["pdf", "docx", "texte"]
    assert agent.post(f"{address}/documents", {"document": "texte"}).data.startswith(b"%PDF-")
    refused = agent.post(f"{address}/documents", {"document": "pdf"})
    assert (refused.status, "réservé" in refused.words) == (422, True)


def test_the_staff_read_what_is_in_force_and_nothing_else(client: Clients, stage: Stage, write: Write) -> None:
    with write() as session:
        policy = published_policy(session, stage.establishments["CHA"])
        address = f"/pssi/{policy.id}"
    agent, stranger = client("agent"), client("dpo-est")
    assert "PSSI" in agent.get("/pssi/en-vigueur").words
    shown = agent.get(f"{address}/versions/1")
    assert "Un compte générique est interdit." in shown.words
    assert "extincteur" not in shown.words
    assert agent.get(address).status == 403
    assert agent.get(f"{address}/consultations").status == 403
    assert "Un compte générique" not in stranger.get("/pssi/en-vigueur").words
    for path in ("", "/versions/1", "/consultations", "/comparer"):
        assert stranger.get(address + path).status == 404


def test_what_changes_from_a_version_to_the_next_is_shown_word_by_word_and_rules_are_followed(
    client: Clients, stage: Stage, write: Write, db: Session
) -> None:
    with write() as session:
        policy = published_policy(session, stage.establishments["CHA"])
        address = f"/pssi/{policy.id}"
        parts = {one.code: one.id for one in policy.rules}
        rules_of(session, policy)["R-ACC-01"].rate(RuleStatus.APPLIED, None, "Rachid Simon", today())
        chapter = next(one.id for one in policy.sections if one.code == "INC")
    rssi = client("rssi")
    form = rssi.get(f"{address}/parties/{parts['R-ACC-02']}").values(class_="form")
    changed = {**form, "text": "Un compte générique est interdit, sauf urgence."}
    assert rssi.post(f"{address}/parties/{parts['R-ACC-02']}", changed).status == 303
    assert rssi.post(f"{address}/parties/{parts['R-INC-01']}/retirer").status == 303
    new = {"code": "R-INC-02", "text": "Tout incident a une fiche dès le {date_effet}."}
    start = f"{address}/chapitres/{chapter}/regles/nouvelle"
    assert rssi.post(start, {**rssi.get(start).values(class_="form"), **new}).status == 303
    taken = rssi.post(start, {**rssi.get(start).values(class_="form"), **new})
    assert (taken.status, "déjà pris" in taken.words) == (422, True)
    page = rssi.get(f"{address}/comparer?de=1&a=preparation")
    assert page.all("ins")
    assert "sauf urgence" in page.words
    assert "a une fiche dès le …" in page.words
    assert released(rssi, address, unconsulted_reason="Retouche", is_major="no").status == 303
    followed = {one.code: one for one in db.scalars(select(Observance))}
    assert followed["R-ACC-01"].status is RuleStatus.APPLIED
    assert followed["R-ACC-02"].text.endswith("sauf urgence.")
    assert followed["R-INC-01"].withdrawn_on == today()
    assert followed["R-INC-02"].status is RuleStatus.TO_FILL


def test_two_who_edit_the_same_rule_lose_nothing(client: Clients, stage: Stage, write: Write, db: Session) -> None:
    with write() as session:
        policy = published_policy(session, stage.establishments["CHA"])
        path = f"/pssi/{policy.id}/parties/{policy.rules[0].id}"
    rssi = client("rssi")
    first, second = (rssi.get(path).values(class_="form") for _ in range(2))
    assert rssi.post(path, {**first, "text": "Un compte par personne."}).status == 303
    page = rssi.post(path, {**second, "text": "Un compte, et un seul."})
    assert page.status == 409
    assert "Un compte, et un seul." in page.text
    assert "a changé pendant votre saisie" in page.words
    assert rssi.post(path, page.values(class_="form")).status == 303
    assert db.scalars(select(Policy)).one().updated_by == "Rachid Simon"


def test_the_text_that_is_read_before_publishing_is_the_one_that_is_frozen(
    client: Clients, stage: Stage, write: Write
) -> None:
    with write() as session:
        policy = published_policy(session, stage.establishments["CHA"])
        address, part = f"/pssi/{policy.id}", policy.rules[0].id
    rssi = client("rssi")
    kept = rssi.get(f"{address}/publier").values(class_="form")
    form = rssi.get(f"{address}/parties/{part}").values(class_="form")
    assert rssi.post(f"{address}/parties/{part}", {**form, "text": "Autre."}).status == 303
    usual = {"approved_on": today().isoformat(), "approved_by": "Claire Dubois", "note": "Rien", "is_major": "no"}
    page = rssi.post(f"{address}/publier", {**kept, **usual})
    assert (page.status, "relisez l’aperçu" in page.words) == (409, True)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_verification_of_the_journal_names_a_version_edited_by_hand(app: Flask, stage: Stage, write: Write) -> None:
    with write() as session:
        published_policy(session, stage.establishments["CHA"])
    with app.app_context(), writing(), app.extensions["engine"].begin() as connection:
        assert list(concordance.verify(connection, {})) == []
        connection.execute(text("DROP TRIGGER policy_version_no_update"))
        connection.execute(text("UPDATE policy_version SET approved_by = 'Quelqu’un d’autre'"))
        assert [fault.reason for fault in concordance.verify(connection, {})] == [
            concordance.ROW_EDITED % ("1", "PSSI")
        ]


@pytest.mark.parametrize("statement", ["UPDATE policy_version SET title = 'x'", "DELETE FROM policy_version"])
def test_the_database_refuses_to_touch_a_published_version(
    app: Flask, stage: Stage, write: Write, statement: str
) -> None:
    with write() as session:
        published_policy(session, stage.establishments["CHA"])
    with app.app_context(), writing(), app.extensions["engine"].connect() as connection:
        with pytest.raises(Exception, match="ne se modifient pas"):
            connection.execute(text(statement))
        connection.rollback()


def test_a_review_that_changes_nothing_moves_the_next_one(
    client: Clients, stage: Stage, write: Write, db: Session
) -> None:
    with write() as session:
        policy = published_policy(session, stage.establishments["CHA"])
        policy.review_on, address = today(), f"/pssi/{policy.id}"
    rssi = client("rssi")
    assert rssi.post(f"{address}/revue").status == 303
    assert db.scalars(select(Policy.review_on)).one() == months_after(today(), 12)
    assert client("dpo").post(f"{address}/revue").status == 403
    page = rssi.post(f"{address}/archiver", {"reason": ""})
    assert page.status == 422
    assert rssi.post(f"{address}/archiver", {"reason": "Fusion avec celle du GHT"}).status == 303
    assert rssi.post(f"{address}/revue").status == 422
