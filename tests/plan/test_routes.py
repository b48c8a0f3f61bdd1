"""The plan, as the people of the cast use it."""

import datetime as dt
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from exports.plan import NOT_EXPORTED, _plain
from governance import daily
from models.base import today
from models.journal import Entry, Verb
from models.outbox import Message
from models.people import Person, PersonKind
from models.permissions import Permission
from models.plan import Action, State
from models.register.processor import Processor
from models.register.words import ContractState
from tests.cast import Stage
from tests.client import HouseClient, Page

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


def planned(who: HouseClient, title: str = "Signer l’avenant", **typed: Any) -> str:
    """An action put in the plan; gives its address."""
    page = who.post("/plan/nouvelle", {"title": title, "priority": "normal", **typed})
    assert page.status == 303, page.words
    return page.location


def edited(who: HouseClient, address: str, **typed: Any) -> Page:
    form = who.get(f"{address}/modifier").one("main").iter("form")
    values = {one.get("name"): one.get("value") for f in form for one in f.iter() if one.get("name") == "revision"}
    return who.post(f"{address}/modifier", {**values, "priority": "normal", **typed})


def test_an_action_is_planned_entrusted_and_found_by_its_owner_first(client: Clients, stage: Stage) -> None:
    due = today() - dt.timedelta(days=1)
    address = planned(client("dpo"), owner_id=str(stage.users["agent"]), due_on=due.isoformat())
    agent = client("agent")
    assert "Signer l’avenant" in agent.get("/").words
    assert "En retard" in agent.get("/plan/mes-actions").words
    assert "Agathe Roux" in agent.get(address).words


def test_an_action_is_entrusted_to_somebody_of_the_directory(
    client: Clients, db: Session, write: Write, stage: Stage
) -> None:
    named = {"kind": PersonKind.STAFF, "establishment_id": stage.establishments["CHA"], "family_name": "Le Bihan"}
    with write() as session:
        session.add(Person(given_name="Maud", employee_number="20417", email="maud@cha.example", **named))
        session.add(Person(given_name="Maud", employee_number="31508", **named))
    page = client("dpo").post(
        "/plan/nouvelle", {"title": "Relire", "priority": "normal", "owner_name": "Maud Le Bihan"}
    )
    assert page.status == 422
    assert "donnez le matricule" in page.words
    address = planned(client("dpo"), owner_name="20417")
    found = db.scalars(select(Action)).one()
    assert (found.owner_name, found.address) == ("Maud Le Bihan", "maud@cha.example")
    assert any(one.get("href", "").startswith("/personnes/") for one in client("dpo").get(address).all("a"))


def test_who_does_not_read_the_directory_only_writes_a_name(
    client: Clients, db: Session, write: Write, stage: Stage
) -> None:
    with write() as session:
        session.add(
            Person(
                kind=PersonKind.STAFF, establishment_id=stage.establishments["CHA"], given_name="Maud",
                family_name="Le Bihan", employee_number="20417",
            )
        )  # fmt: skip
    planned(client("dsi"), owner_name="20417")
    found = db.scalars(select(Action)).one()
    assert (found.owner_name, found.person_id) == ("20417", None)


def test_an_action_without_title_or_with_an_impossible_date_is_refused(client: Clients, db: Session) -> None:
    page = client("dpo").post(
        "/plan/nouvelle", {"title": " ", "priority": "normal", "due_on": "2026-02-30", "note": "Oui"}
    )
    assert page.status == 422
    assert "Renseignez ce champ" in page.words
    assert "date qui existe" in page.words
    assert "Oui" in "".join(page.one("textarea", name="note").itertext())
    assert db.scalars(select(Action)).all() == []


def test_an_owner_follows_and_closes_her_own_action_but_does_not_rewrite_it(client: Clients, stage: Stage) -> None:
    address = planned(client("dpo"), owner_id=str(stage.users["agent"]))
    agent = client("agent")
    assert agent.post(f"{address}/suivre", {"progress": "40", "comment": "Relance envoyée"}).status == 303
    shown = agent.get(address).words
    assert "40 sur 100" in shown
    assert "Relance envoyée" in shown
    assert agent.post(f"{address}/etat/faite").status == 303
    assert "Faite" in agent.get(address).words
    assert agent.get(f"{address}/modifier").status == 403
    assert agent.post(f"{address}/abandonner", {"reason": "non"}).status == 403


def test_others_without_the_right_see_nothing_of_an_action(client: Clients) -> None:
    address = planned(client("dpo"))
    for login in ("agent", "admin", "dpo-est"):
        assert client(login).get(address).status == 404
        assert client(login).post(f"{address}/suivre", {"progress": "10"}).status in (403, 404)


def test_an_auditor_reads_and_changes_nothing(client: Clients) -> None:
    address = planned(client("dpo"))
    auditor = client("auditeur")
    assert auditor.get(address).status == 200
    assert auditor.post(f"{address}/etat/faite").status == 403
    assert auditor.post("/plan/nouvelle", {"title": "x"}).status == 403


@pytest.mark.parametrize("typed", ["-1", "101", "un", "1e2", "٣", "9" * 40])
def test_a_progress_that_is_none_is_refused_and_the_comment_stays(typed: str, client: Clients) -> None:
    dpo = client("dpo")
    address = planned(dpo)
    page = dpo.post(f"{address}/suivre", {"progress": typed, "comment": "À relire"})
    assert page.status == 422
    assert "de 0 à 100" in page.words
    assert "À relire" in "".join(page.one("textarea", name="comment").itertext())


def test_nothing_to_say_is_refused_and_giving_up_needs_a_reason(client: Clients) -> None:
    dpo = client("dpo")
    address = planned(dpo)
    assert "Dites où en est" in dpo.post(f"{address}/suivre", {}).words
    assert dpo.post(f"{address}/abandonner", {"reason": " "}).status == 422
    assert dpo.post(f"{address}/abandonner", {"reason": "Contrat terminé"}).status == 303
    assert "Contrat terminé" in dpo.get(address).words


def test_two_people_edit_an_action_and_the_second_loses_nothing(client: Clients) -> None:
    dpo = client("dpo")
    address = planned(dpo)
    stale = {"title": "Mon titre", "priority": "high", "revision": "1"}
    assert edited(client("rssi"), address, title="Titre du RSSI").status == 303
    page = dpo.post(f"{address}/modifier", stale)
    assert page.status == 409
    assert page.one("input", name="title").get("value") == "Mon titre"
    again = {**stale, "revision": page.one("input", name="revision").get("value")}
    assert dpo.post(f"{address}/modifier", again).status == 303
    assert dpo.get(address).title == "Mon titre"


def test_the_list_answers_its_filters(client: Clients, stage: Stage) -> None:
    dpo = client("dpo")
    past, near = today() - dt.timedelta(days=3), today() + dt.timedelta(days=3)
    planned(dpo, "Vérifier l’Œdème", due_on=past.isoformat(), owner_id=str(stage.users["dsi"]))
    planned(dpo, "Changer le mot de passe", due_on=near.isoformat(), priority="high")
    done = planned(dpo, "Former les agents")
    dpo.post(f"{done}/etat/faite")

    def titles(query: str) -> set[str]:
        words = dpo.get(f"/plan/?{query}").words
        return {
            title for title in ("Vérifier l’Œdème", "Changer le mot de passe", "Former les agents") if title in words
        }

    assert titles("") == {"Vérifier l’Œdème", "Changer le mot de passe"}
    assert titles("q=OEDEME+verifier") == {"Vérifier l’Œdème"}
    assert titles("montrer=en-retard") == {"Vérifier l’Œdème"}
    assert titles("montrer=bientot") == {"Changer le mot de passe"}
    assert titles("montrer=sans-responsable") == {"Changer le mot de passe"}
    assert titles(f"responsable={stage.users['dsi']}") == {"Vérifier l’Œdème"}
    assert titles("etat=done") == {"Former les agents"}
    assert titles("etat=toutes&priorite=high") == {"Changer le mot de passe"}
    assert titles(f"du={today()}&au={near}") == {"Changer le mot de passe"}
    assert len(titles("etat=toutes&origine=aucune&tri=-echeance")) == 3
    assert "Daniel Silva" in dpo.get("/plan/charge").words
    assert "Former les agents" in dpo.get("/plan/tableau").words


def test_several_actions_are_changed_at_once_or_none_is(client: Clients, db: Session, stage: Stage) -> None:
    dpo = client("dpo")
    ids = [planned(dpo, f"Action {number}").rpartition("/")[2] for number in range(2)]
    foreign = planned(client("dpo-est"), "Ailleurs").rpartition("/")[2]
    given = {"ids": ids, "faire": "responsable", "responsable": str(stage.users["dsi"])}
    assert dpo.post("/plan/lot", {**given, "ids": [*ids, foreign]}).status == 404
    assert dpo.post("/plan/lot", given).status == 303
    assert dpo.post("/plan/lot", {"ids": ids, "faire": "echeance", "due_on": "2027-01-15"}).status == 303
    assert dpo.post("/plan/lot", {"ids": ids, "faire": "etat", "etat": "en-cours"}).status == 303
    for wrong in (
        {"faire": "echeance", "due_on": "2027-02-30"},
        {"faire": "etat", "etat": "x"},
        {"faire": "responsable"},
    ):
        assert dpo.post("/plan/lot", {"ids": ids, **wrong}).status == 422
    found = db.scalars(select(Action).where(Action.owner_name == "Daniel Silva")).all()
    assert [(one.due_on, one.state) for one in found] == [(dt.date(2027, 1, 15), State.DOING)] * 2


def test_a_record_calls_for_an_action_that_leads_back_to_it(client: Clients) -> None:
    dpo = client("dpo")
    record = dpo.post("/registre/nouvelle", {"name": "Paie", "purpose": "Payer", "kind": "controller"}).location
    typed = {"origine": "activity", "fiche": record.rpartition("/")[2]}
    assert "Paie" in dpo.get(f"/plan/nouvelle?origine=activity&fiche={typed['fiche']}").words
    address = planned(dpo, "Compléter la paie", **typed)
    assert record in {one.get("href") for one in dpo.get(address).all("a")}
    assert "Compléter la paie" in dpo.get(record).words
    assert record not in {one.get("href") for one in client("rh").get(address).all("a")}
    assert client("dpo-est").get(f"/plan/nouvelle?origine=activity&fiche={typed['fiche']}").status == 404
    assert dpo.get("/plan/nouvelle?origine=activity&fiche=x").status == 404


@pytest.fixture
def secret(write: Write, stage: Stage) -> str:
    """The address of a confidential action, raised by something that only readers of the register may know."""
    with write() as session:
        thing = Processor(establishment_id=stage.establishments["CHA"], name="Nuage", contract_state=ContractState.NONE)
        session.add(thing)
        session.flush()
        action = Action.raised_by(
            thing, "Colmater la brèche", "Rachid Simon", needs=Permission.REGISTER_READ, confidential=True
        )
        session.add(action)
        session.flush()
        return f"/plan/{action.id}"


def test_a_confidential_action_is_hidden_from_those_who_may_not_read_its_origin(client: Clients, secret: str) -> None:
    hr, rssi = client("rh"), client("rssi")
    assert rssi.get(secret).status == 200
    assert "Colmater" in rssi.get("/plan/").words
    assert hr.get(secret).status == 404
    for path in ("/plan/", "/plan/?q=colmater", "/plan/tableau", "/plan/charge", "/"):
        words = hr.get(path).words
        assert "Colmater" not in words
        assert "Nuage" not in words
    for kind in ("xlsx", "csv", "json", "pdf"):
        assert b"Colmater" not in exported(hr, kind)
    assert b"Colmater" in exported(rssi, "json")


def exported(who: HouseClient, kind: str, **typed: str) -> bytes:
    page = who.post("/plan/exporter", {"format": kind, **typed})
    assert page.status == 200, page.words
    return page.data


def test_the_plan_leaves_in_each_format_and_the_journal_keeps_its_digest(client: Clients, db: Session) -> None:
    dpo = client("dpo")
    planned(dpo, "=HYPERLINK(1)", note="Ligne 1\nLigne 2")
    book = load_workbook(BytesIO(exported(dpo, "xlsx")))
    assert book.worksheets[0]["A2"].data_type == "s"
    assert "'=HYPERLINK" in exported(dpo, "csv").decode("utf-8-sig")
    assert json.loads(exported(dpo, "json"))["actions"][0]["title"] == "=HYPERLINK(1)"
    assert exported(dpo, "pdf").startswith(b"%PDF")
    assert json.loads(exported(dpo, "json", liste="q=introuvable"))["actions"] == []
    told = db.scalars(select(Entry).where(Entry.verb == Verb.EXPORTED)).all()
    assert {entry.detail["format"] for entry in told} == {"xlsx", "csv", "json", "pdf"}
    assert dpo.post("/plan/exporter", {"format": "exe"}).status == 422


def test_every_column_of_an_action_leaves_or_is_said_not_to() -> None:
    action = Action(title="x", state=State.TODO, progress=0, created_by="x", department=None)
    plain = _plain(type("P", (), {"origin": lambda self, one: None})(), action)
    carried = {*plain, "department_id", "origin_title"}
    assert {column.key for column in Action.__table__.columns} - carried == NOT_EXPORTED.keys()


def test_a_person_without_an_account_gets_one_mail_on_mondays(
    client: Clients, stage: Stage, write: Write, db: Session
) -> None:
    monday = dt.date(2026, 3, 2)
    dpo = client("dpo")
    for title, due in (("Tard", "2026-02-20"), ("Bientôt", "2026-03-06"), ("Plus tard", "2026-05-01"), ("Un jour", "")):
        planned(dpo, title, due_on=due, owner_id=str(stage.users["agent"]))
    with write() as session:
        person = Person(establishment_id=stage.establishments["CHA"], family_name="Roux", given_name="Ada",
                        kind=PersonKind.CONTRACTOR, company="Rayonance", email="ada@rayonance.example")  # fmt: skip
        session.add(person)
        for one in session.scalars(select(Action)):
            one.entrust(None, person=person)
    with write():
        assert daily.remind_of_own_actions(monday + dt.timedelta(days=1)) == 0
        assert daily.remind_of_own_actions(monday) == 1
        assert daily.remind(monday) == 0, "nobody with an account is concerned"
    (message,) = db.scalars(select(Message)).all()
    assert message.recipient == "ada@rayonance.example"
    assert message.subject == "Vos actions : 1 en retard, 1 sous 7 jours"
    assert "Tard" in message.body
    assert "Bientôt" in message.body
    assert "Plus tard" not in message.body
