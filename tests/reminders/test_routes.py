"""The doors of one's own due dates: the page, the preferences, the diary's secret address."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accounts import User
from models.base import now, today
from models.establishments import Establishment
from models.journal import Entry
from models.reminders import DiaryAddress, Frequency, ReminderChoice
from tests.cast import Stage
from tests.client import HouseClient, Page
from tests.reminders.test_digest import activity, entrusted

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]
DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_the_page_groups_what_waits_for_her_and_nobody_elses(client: Clients, write: Write, stage: Stage) -> None:
    with write() as session:
        session.add(activity(stage.establishments["CHA"], "T-001", today() - 2 * DAY))
        entrusted(session, stage, "Former", today() + 3 * DAY, "agent")
    dpo = client("dpo").get("/mes-echeances").words
    assert "En retard 1" in dpo
    assert "Fiche du registre à revoir : T-001 Paie" in dpo
    assert "2 jours de retard" in dpo
    assert "Former" not in dpo
    agent = client("agent").get("/mes-echeances").words
    assert "Dans les 7 jours 1 Action : Former" in agent
    assert "Rien ne vous attend" in client("dpo-est").get("/mes-echeances").words


def test_she_chooses_when_and_of_what_she_is_told(client: Clients, db: Session, stage: Stage) -> None:
    agent = client("agent")
    page = agent.get("/mes-echeances/rappels")
    assert "agent@ght.example" in page.words
    typed = {"frequency": "daily", "weekday": "4", "told": ["register", "plan"]}
    assert agent.post("/mes-echeances/rappels", typed).status == 303
    choice = db.scalars(select(ReminderChoice)).one()
    assert (choice.user_id, choice.frequency, choice.weekday) == (stage.users["agent"], Frequency.DAILY, 4)
    assert "risks" in (choice.muted or ())
    assert "plan" not in (choice.muted or ())
    again = agent.get("/mes-echeances/rappels")
    ticked = [one.get("value") for one in again.all("input") if one.get("checked") is not None]
    assert ticked == ["daily", "plan", "register"]
    refused = agent.post("/mes-echeances/rappels", {"frequency": "hourly", "weekday": "9", "told": ["plan"]})
    assert refused.status == 422
    assert "Choisissez une valeur de la liste." in refused.words
    db.expire_all()
    assert db.scalars(select(ReminderChoice)).one().weekday == 4
    told = db.scalars(select(Entry).where(Entry.subject_type == "user", Entry.subject_id == stage.users["agent"])).all()
    assert any(change.get("field") == "frequency" or "created" in change for one in told for change in one.changes)


def address_of(page: Page) -> str:
    """The secret address that a page shows."""
    (code,) = (one for one in page.all("code") if one.get("id") == "adresse")
    return "".join(code.itertext())


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def test_a_diary_reads_her_dates_at_a_secret_address_until_it_is_closed(
    client: Clients, write: Write, stage: Stage, db: Session
) -> None:
    with write() as session:
        entrusted(session, stage, "Former, puis évaluer", today() + 90 * DAY, "agent")
        hidden = entrusted(session, stage, "Colmater la faille", today() + 5 * DAY, "agent")
        hidden.confidential, hidden.origin_needs = True, hidden.evidence_read
        entrusted(session, stage, "Autre", today() + 5 * DAY, "dpo")
    agent, stranger = client("agent"), client(None)
    first = path_of(address_of(agent.post("/mes-echeances/agenda")))
    assert first.startswith("/agenda.ics?cle="), "an argument: the logs of the proxy keep none"
    assert first.partition("=")[2] not in agent.get("/mes-echeances/agenda").text, "shown once"
    assert len(db.scalars(select(DiaryAddress)).one().digest) == 64
    served = stranger.get(first)
    assert served.headers["Content-Type"].startswith("text/calendar")
    text = served.data.decode().replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") == 2
    assert "SUMMARY:Action : Former\\, puis évaluer" in text
    assert "SUMMARY:Action : titre confidentiel" in text
    assert "Colmater" not in text
    assert stranger.get("/mes-echeances").status == 302, "it opens nothing else"
    second = path_of(address_of(agent.post("/mes-echeances/agenda")))
    assert (stranger.get(first).status, stranger.get(second).status) == (404, 200)
    with write() as session:
        session.get_one(User, stage.users["agent"]).disable(now())
    assert stranger.get(second).status == 404
    with write() as session:
        session.get_one(User, stage.users["agent"]).enable()
    assert client("agent").post("/mes-echeances/agenda/fermer").status == 303
    assert stranger.get(second).status == 404
    assert stranger.get("/agenda.ics").status == 404
    told = str([one.changes for one in db.scalars(select(Entry).where(Entry.subject_id == stage.users["agent"]))])
    assert first.partition("=")[2] not in told
    assert db.scalars(select(DiaryAddress)).all() == []


def test_an_establishment_says_after_how_long_a_delay_goes_up(client: Clients, stage: Stage, db: Session) -> None:
    place = stage.establishments["CHA"]
    admin = client("admin")
    assert "plus de 15 jours" in admin.get(f"/etablissements/{place}").words
    typed = admin.get(f"/etablissements/{place}/modifier").values(class_="form") | {"escalate_after": "0"}
    refused = admin.post(f"/etablissements/{place}/modifier", typed)
    assert refused.status == 422
    assert "Donnez un nombre entier entre 1 et 365." in refused.words
    assert admin.post(f"/etablissements/{place}/modifier", {**typed, "escalate_after": "30"}).status == 303
    assert db.get_one(Establishment, place).escalate_after == 30
