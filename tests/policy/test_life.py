"""What keeps the policy alive: audits whose findings become actions, sessions and rates, meetings, the incident."""

import datetime as dt
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import today
from models.journal import Entry
from models.people import Person, PersonKind
from models.plan import Action
from models.policy.clocks import clocks
from models.policy.policy import Policy
from models.policy.training import Attendance
from seed.policy import model
from tests.cast import Stage
from tests.client import HouseClient
from tests.policy.made import followed, published_policy, rules_of

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]


@pytest.fixture
def policy(stage: Stage, write: Write) -> str:
    """The address of a policy in force, in a hospital of three persons, two of them in a department."""
    with write() as session:
        for number, (given, family) in enumerate((("Nadia", "Berger"), ("Omar", "Diallo"), ("Lise", "Garnier"))):
            session.add(
                Person(
                    establishment_id=stage.establishments["CHA"], given_name=given, family_name=family,
                    kind=PersonKind.STAFF, employee_number=f"451{number}",
                    department_id=stage.departments["Urgences"] if number < 2 else None,
                )
            )  # fmt: skip
        session.add(
            Person(
                establishment_id=stage.establishments["CHE"], given_name="Alix", family_name="Morel",
                kind=PersonKind.STAFF,
            )
        )  # fmt: skip
        return f"/pssi/{published_policy(session, stage.establishments['CHA']).id}"


def sent(who: HouseClient, path: str, **typed: Any) -> Any:
    return who.post(path, {**who.get(path).values(class_="form"), **typed})


def test_an_audit_of_the_programme_has_a_finding_that_becomes_a_confidential_action(
    client: Clients, policy: str, db: Session
) -> None:
    rssi = client("rssi")
    assert "CI-01" in rssi.get("/pssi/audits").words
    start = "/pssi/audits/nouveau?controle=CI-01"
    late = sent(rssi, start, held_on=(today() + dt.timedelta(days=3)).isoformat(), result="minor_gap")
    assert (late.status, "prend les dates à venir" in late.words) == (422, True)
    page = sent(rssi, start, held_on=today().isoformat(), result="minor_gap", sample="10", gaps="1")
    assert page.status == 303, page.words
    audit = page.location
    page = sent(rssi, f"{audit}/constats/nouveau", title="Compte partagé au bloc", gravity="major")
    assert page.status == 303, page.words
    finding = page.location
    raised = next(a.get("href") for a in rssi.get(finding).all("a") if "/plan/nouvelle" in a.get("href", ""))
    assert sent(rssi, raised, title="Créer des comptes nominatifs au bloc").status == 303
    action = db.scalars(select(Action)).one()
    assert (action.confidential, action.origin_type) == (True, "policy_finding")
    assert "Créer des comptes nominatifs" in rssi.get(audit).words
    assert "Écart mineur 1 dont un ouvert 1" in rssi.get("/pssi/audits").words
    assert "Action en cours" in rssi.get(finding).words
    assert rssi.post(f"/plan/{action.id}/etat/faite").status == 303
    assert ("Clos" in rssi.get(finding).words, "Clos" in rssi.get(audit).words) == (True, True)
    assert "Aucun audit" in rssi.get("/pssi/audits?montrer=constats-ouverts").words
    for login in ("rh", "admin", "dpo-est"):
        assert "bloc" not in client(login).get("/plan/").words
    told = db.scalars(select(Entry)).all()
    assert "bloc" not in str([(one.subject_title, one.changes) for one in told])


def test_somebody_is_put_on_the_list_of_a_session_and_the_rate_of_each_department_follows(
    client: Clients, policy: str, db: Session
) -> None:
    rssi, hr = client("rssi"), client("rh")
    assert hr.get("/pssi/").location == "/pssi/sensibilisation"
    page = sent(hr, "/pssi/sensibilisation/nouvelle?module=SEN-01")
    assert page.status == 303, page.words
    address = page.location
    again = sent(rssi, "/pssi/sensibilisation/nouvelle?module=SEN-01")
    assert (again.status, "déjà enregistrée" in again.words) == (422, True)
    for who in ("4510", "Jean Inconnu"):
        assert rssi.post(f"{address}/presences", {"who": who, "attended": "y", "score": "80"}).status == 303
    twice = rssi.post(f"{address}/presences", {"who": "Berger Nadia", "attended": "y"})
    assert (twice.status, "déjà sur la liste" in twice.words) == (422, True)
    assert "hors annuaire" in rssi.get(address).words
    everywhere = client("auditeur").get("/pssi/sensibilisation").words
    assert ("Urgences CH de l’Anse" in everywhere, "Sans service CH de l’Est" in everywhere) == (True, True)
    page = hr.get("/pssi/sensibilisation")
    assert "1 sur 3" in page.words
    assert "Urgences 1 sur 2 50 %" in page.words
    assert "1 à 2 sur 2" in rssi.get("/pssi/sensibilisation/personnes?montrer=a-sensibiliser").words
    assert "Nadia" in rssi.get("/pssi/sensibilisation/personnes?montrer=sensibilisees").words
    book = openpyxl.load_workbook(io.BytesIO(rssi.post("/pssi/sensibilisation/exporter").data))
    assert [[cell.value for cell in row] for row in book["Taux par service"].iter_rows(min_row=2)] == [
        ["Urgences", 2, 1, 50], ["Sans service", 1, 0, 0],
    ]  # fmt: skip
    table = rssi.post("/pssi/sensibilisation/exporter", {"format": "csv"}).data.decode("utf-8-sig")
    theirs = hr.post("/pssi/sensibilisation/exporter", {"format": "csv"}).data.decode("utf-8-sig")
    assert ["Jean Inconnu" in one for one in (table, theirs)] == [True, True]
    assert [bool(re.search(r"\b80\b", one)) for one in (table, theirs)] == [True, False]
    assert ["80\xa0%" in who.get(address).text for who in (rssi, hr, client("dpo"))] == [True, False, False]
    gone = db.scalars(select(Attendance.id).where(Attendance.name == "Jean Inconnu")).one()
    assert rssi.post(f"/pssi/presences/{gone}/retirer").status == 303
    assert "Jean Inconnu" not in rssi.get(address).words


def test_the_two_meetings_of_the_year_are_counted_once_their_minutes_are_written(client: Clients, policy: str) -> None:
    rssi = client("rssi")
    page = sent(rssi, "/pssi/reunions/nouvelle?modele=RD-1")
    assert page.status == 303, page.words
    assert "0 sur 2" in rssi.get("/pssi/reunions").words
    assert "Carte des risques" in rssi.get(page.location).words
    path = f"{page.location}/modifier"
    first, second = (rssi.get(path).values(class_="form") for _ in range(2))
    assert rssi.post(path, {**first, "minutes": "Vu le tableau de bord.", "decisions": "Budget voté"}).status == 303
    assert "1 sur 2" in rssi.get("/pssi/reunions").words
    late = rssi.post(path, {**second, "minutes": "Autre"})
    assert (late.status, "Autre" in late.text) == (409, True)
    wrong = sent(rssi, path, next_on=(today() - dt.timedelta(days=1)).isoformat())
    assert (wrong.status, "vient après celle-ci" in wrong.words) == (422, True)
    assert "Budget voté" in rssi.get(page.location).words


def test_the_working_group_has_its_members(client: Clients, policy: str) -> None:
    rssi = client("rssi")
    path = f"{policy}/modifier/membres"
    form = rssi.get(path).values(class_="form")
    added = rssi.post(path, {**form, "add": "members"})
    assert added.status == 422
    named = {"members-0-function_title": "RSSI", "members-0-name": "Rachid Simon", "members-0-presence": "permanent"}
    assert rssi.post(path, {**form, **named}).status == 303
    assert "Rachid Simon" in rssi.get(f"{policy}/groupe").words


def test_the_incident_procedure_gives_both_clocks_and_prints(client: Clients, policy: str) -> None:
    rssi = client("rssi")
    page = rssi.get(f"{policy}/incident?detected_at=2026-03-06T12:00&aware_at=2026-03-06T14:30")
    assert "09/03/2026 à 14:30" in page.words
    assert "sans attendre" in page.words
    assert rssi.get(f"{policy}/incident?detected_at=jamais&aware_at=9999-12-31T00:00").status == 200
    assert rssi.post(f"{policy}/incident", {"format": "pdf"}).data.startswith(b"%PDF-")
    assert rssi.post(f"{policy}/incident", {"format": "docx"}).data.startswith(b"PK")


def test_seventy_two_hours_are_real_hours() -> None:
    rows = model()["incident_procedure"]["deadlines"]
    known = dt.datetime(2026, 3, 27, 15, tzinfo=dt.UTC)
    due = {one.row["code"]: one for one in clocks(rows, {"aware_at": known})}
    assert due["cnil"].due_at == known + dt.timedelta(hours=72)
    assert due["health_authorities"].is_at_once
    assert due["health_authorities"].due_at is None


def test_staff_and_another_hospital_learn_nothing_of_audits_and_meetings(
    client: Clients, policy: str, write: Write
) -> None:
    with write() as session:
        made = followed(session, rules_of(session, session.scalars(select(Policy)).one())["R-ACC-01"])
        paths = [
            f"/pssi/audits/{made['policy_audit'].id}", f"/pssi/constats/{made['policy_finding'].id}",
            f"/pssi/reunions/{made['policy_meeting'].id}", f"/pssi/sensibilisation/{made['policy_session'].id}",
        ]  # fmt: skip
    for login in ("agent", "admin"):
        assert {client(login).get(path).status for path in paths} == {403}
    assert [client("rh").get(path).status for path in paths] == [403, 403, 403, 200], "HR keeps the attendance"
    stranger = client("dpo-est")
    assert {stranger.get(path).status for path in paths} == {404}
    for path in ("/pssi/audits", "/pssi/reunions", "/pssi/sensibilisation", "/pssi/sensibilisation/personnes"):
        words = stranger.get(path).words
        assert "bloc" not in words
        assert "Berger" not in words
