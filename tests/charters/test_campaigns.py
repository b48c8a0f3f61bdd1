"""Campaigns: prepared, launched, followed; the list is the directory's, figures equal their lists, no mail twice."""

import datetime as dt
import io
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exports.texts import long_day
from governance import daily
from governance.charters import receipts, running
from models.base import today
from models.charters.campaign import Answer, Campaign, CampaignState, Invitation, Notice, NoticeKind
from models.charters.charter import Charter, CharterVersion, Release
from models.charters.collection import PersonalLink
from models.charters.diffusion import DiffusionRule, population_of
from models.charters.exact import frozen
from models.charters.words import Population
from models.journal import Entry, Verb
from models.outbox import Message
from models.people import DepartureReason, Person, PersonKind
from tests.cast import Stage
from tests.charters.crowd import Crowd, drafted, gather, person, run, text_of
from tests.charters.made import published_charter, release
from tests.client import HouseClient
from tests.imports.test_people import HEAD, MARIE, PAUL, written

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]
DAY = dt.timedelta(days=1)


@pytest.fixture
def crowd(write: Write, stage: Stage) -> Crowd:
    with write() as session:
        return gather(session, stage)


def night(write: Write, on: dt.date | None = None) -> int:
    """The campaigns' part of a night; how many mails were written."""
    with write():
        return running.run_campaigns(on or today())


def mails(db: Session, to: str | None = None) -> list[Message]:
    query = select(Message).order_by(Message.created_at)
    return list(db.scalars(query.where(Message.recipient == to) if to else query))


def invited(db: Session, crowd: Crowd) -> list[Invitation]:
    return list(db.scalars(select(Invitation).where(Invitation.campaign_id == crowd.campaign)))


# Prepared and launched


def test_a_campaign_is_prepared_read_again_and_launched(
    client: Clients, db: Session, write: Write, stage: Stage
) -> None:
    with write() as session:
        charter = published_charter(session, stage.establishments["CHA"])
        version = session.scalars(select(CharterVersion.id).where(CharterVersion.charter_id == charter.id)).one()
        for name in ("Anne", "Bruno"):
            person(session, stage.establishments["CHA"], name, "Petit", email=f"{name.lower()}@cha.example")
    hr = client("rh")
    values = hr.get("/chartes/campagnes/nouvelle").values(class_="form")
    made = hr.post(
        "/chartes/campagnes/nouvelle",
        {
            **values, "version": str(version), "place": str(stage.establishments["CHA"]), "title": "Charte 2026",
            "populations": ["staff", "newcomer"],
        },
        follow=True,
    )  # fmt: skip
    assert "2 personnes de l’annuaire" in made.words
    identity = db.scalars(select(Campaign.id)).one()
    launched = hr.post(f"/chartes/campagnes/{identity}/lancer", follow=True)
    assert "2 personnes sont sur la liste" in launched.words
    entry = db.scalars(select(Entry).where(Entry.verb == Verb.LAUNCHED)).one()
    assert entry.detail == {"people": 2}
    assert hr.post(f"/chartes/campagnes/{identity}/lancer").status == 422


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"populations": []}, {"version": str(uuid.uuid4())}, {"ends_on": "2001-01-01"}]
)
def test_a_campaign_that_cannot_be_is_refused(
    client: Clients, db: Session, write: Write, stage: Stage, wrong: dict[str, object]
) -> None:
    with write() as session:
        published_charter(session, stage.establishments["CHA"])
    version = db.scalars(select(CharterVersion.id)).one()
    values = {
        "version": str(version), "place": str(stage.establishments["CHA"]), "title": "Charte",
        "populations": ["staff"], "starts_on": today().isoformat(), "sender": "La direction", "desk": "RH",
        "contact": "RSSI",
    }  # fmt: skip
    page = client("rh").post("/chartes/campagnes/nouvelle", {**values, **wrong})
    assert page.status == 422
    assert db.scalars(select(Campaign)).all() == []


def test_a_mail_with_a_name_that_nothing_fills_is_refused(
    client: Clients, db: Session, write: Write, stage: Stage
) -> None:
    with write() as session:
        here = stage.establishments["CHA"]
        identity = drafted(session, published_charter(session, here), here, today()).id
    hr, path = client("rh"), f"/chartes/campagnes/{identity}/courriels"
    values = hr.get(path).values(class_="form")
    values["texts-0-body"] = "Bonjour {prenon}"
    page = hr.post(path, values)
    assert page.status == 422
    assert "{prenon}" in page.words


def test_only_who_keeps_charters_runs_campaigns(client: Clients, crowd: Crowd) -> None:
    path = f"/chartes/campagnes/{crowd.campaign}"
    assert client("auditeur").get(path).status == 200
    assert client("auditeur").post(path + "/clore", {"reason": "x"}).status == 403
    assert client("dpo-est").get(path).status == 404
    assert client("agent").get(path).status == 403


# Who is on the list


def test_arrivals_join_leavers_leave_and_moves_are_followed(
    db: Session, write: Write, stage: Stage, crowd: Crowd
) -> None:
    before = len(invited(db, crowd))
    with write() as session:
        new = person(session, stage.establishments["CHA"], "Nina", "Neuve", arrived_on=today()).id
        person(session, stage.establishments["CHE"], "Autre", "Hôpital")
        person(session, stage.establishments["CHA"], "Plus", "Tard", arrived_on=today() + 9 * DAY)
        session.get_one(Person, crowd.people["Louise"]).leave(today() - DAY, DepartureReason.RETIRED)
        session.get_one(Person, crowd.people["Rose"]).department_id = stage.departments["Ressources humaines"]
    night(write)
    found = {one.person_id: one for one in invited(db, crowd)}
    assert len(found) == before + 1
    assert found[new].population is Population.NEWCOMERS
    assert found[new].due_on > today()
    assert found[crowd.people["Louise"]].left_on == today() - DAY
    assert found[crowd.people["Rose"]].department_id == stage.departments["Ressources humaines"]
    with write() as session:
        session.get_one(Person, crowd.people["Louise"]).come_back(today())
    night(write)
    db.expire_all()
    assert db.get_one(Invitation, crowd.asked["Louise"]).left_on is None
    assert len(invited(db, crowd)) == before + 1


def test_a_person_entered_in_the_directory_is_asked_at_once(client: Clients, db: Session, crowd: Crowd) -> None:
    before = len(invited(db, crowd))
    typed = {"given_name": "Nina", "family_name": "Neuve", "kind": "staff", "arrived_on": today().isoformat()}
    assert client("rh").post("/personnes/nouvelle", typed).status == 303
    nina = db.scalars(select(Person.id).where(Person.given_name == "Nina")).one()
    found = {one.person_id: one for one in invited(db, crowd)}
    assert len(found) == before + 1
    assert found[nina].population is Population.NEWCOMERS


def test_imported_people_are_asked_at_once_until_the_import_is_taken_back(
    client: Clients, db: Session, write: Write, crowd: Crowd
) -> None:
    rh, before = client("rh"), {one.person_id for one in invited(db, crowd)}
    address = written(rh, HEAD + MARIE + PAUL)
    assert len({one.person_id for one in invited(db, crowd)} - before) == 2
    assert rh.post(f"{address}/annuler").status == 303
    assert {one.person_id for one in invited(db, crowd)} == before
    told = db.scalars(select(Entry.detail).where(Entry.verb == Verb.RELISTED).order_by(Entry.seq)).all()
    assert told[-2:] == [{"joined": 2, "left": 0}, {"joined": 0, "left": 2}]


def test_an_import_stays_once_its_people_were_written_to(
    client: Clients, db: Session, write: Write, crowd: Crowd
) -> None:
    rh = client("rh")
    address = written(rh, "Matricule;Nom;Prénom;Courriel\n001;MARTIN;Marie;marie@cha.example\n")
    asked = len(invited(db, crowd))
    assert night(write)
    refused = rh.post(f"{address}/annuler")
    assert refused.status == 422
    assert "s’appuient déjà" in refused.words
    assert len(invited(db, crowd)) == asked


def test_the_page_tells_what_the_directory_would_change(
    client: Clients, write: Write, stage: Stage, crowd: Crowd
) -> None:
    with write() as session:
        person(session, stage.establishments["CHA"], "Nina", "Neuve", arrived_on=today())
    hr, path = client("rh"), f"/chartes/campagnes/{crowd.campaign}"
    assert "arrivées 1, départs 0" in hr.get(path + "?comparer=oui").words
    hr.post(path + "/actualiser")
    assert "La liste est celle de l’annuaire d’aujourd’hui" in hr.get(path + "?comparer=oui").words


def test_each_figure_equals_its_list(client: Clients, write: Write, stage: Stage, crowd: Crowd, db: Session) -> None:
    client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", {"seen": text_of(db, crowd), "read": "y"})
    hr = client("rh")
    page = hr.get(f"/chartes/campagnes/{crowd.campaign}")
    tiles = [one for one in page.all("a") if "tile" in (one.get("class") or "")]
    links = [*tiles, *(a for td in page.all("td", class_="number") for a in td)]
    checked = 0
    for one in links:
        href = one.get("href", "")
        if "/personnes" not in href:
            continue
        number = int("".join(filter(str.isdigit, " ".join(one.itertext()).split()[0])))
        listed = hr.get(href).words
        assert f"sur {number}" in listed if number else "ne répond à ces filtres" in listed
        checked += 1
    assert checked > 10


def test_a_contact_sees_only_her_department(client: Clients, crowd: Crowd) -> None:
    page = client("referent").get(f"/chartes/campagnes/{crowd.campaign}/personnes")
    assert "Louise Le Goff" in page.words
    assert "Karim" not in page.words


def test_the_list_leaves_as_a_spreadsheet(client: Clients, db: Session, crowd: Crowd) -> None:
    path = f"/chartes/campagnes/{crowd.campaign}/exporter"
    page = client("rh").post(path, {"format": "xlsx", "liste": "etat=pending&population=contractor"})
    rows = list(openpyxl.load_workbook(io.BytesIO(page.data)).worksheets[0].values)
    assert [row[:2] for row in rows[1:]] == [("Benali", "Karim")]
    assert b"Le Goff" in client("rh").post(path, {"format": "csv"}).data
    assert len(db.scalars(select(Entry).where(Entry.verb == Verb.EXPORTED)).all()) == 2
    assert client("auditeur").post(path, {"format": "csv"}).status == 403


def test_sheets_are_printed_for_who_has_no_mail(client: Clients, db: Session, crowd: Crowd) -> None:
    before = len(db.scalars(select(PersonalLink)).all())
    page = client("rh").post(f"/chartes/campagnes/{crowd.campaign}/feuilles", {"liste": "etat=sans-courriel"})
    assert page.data.startswith(b"%PDF")
    assert len(db.scalars(select(PersonalLink)).all()) == before + 1


# Mails


def test_each_is_invited_once_by_the_way_that_suits(db: Session, write: Write, crowd: Crowd) -> None:
    assert night(write) == 4
    assert night(write) == 0
    (karim,), (agathe,) = mails(db, "karim@nuage.example"), mails(db, "agathe@cha.example")
    assert "/chartes/lien/" in karim.body
    assert "/chartes/miennes" in agathe.body
    assert "{" not in karim.subject + karim.body + agathe.subject + agathe.body


def test_reminders_then_the_manager_and_nothing_twice(db: Session, write: Write, crowd: Crowd) -> None:
    night(write)
    night(write, today() + 7 * DAY)
    night(write, today() + 7 * DAY)
    assert [one.subject.split()[0] for one in mails(db, "agathe@cha.example")][1:] == ["Rappel"]
    late = today() + 40 * DAY
    night(write, late)
    assert f"d’ici au {long_day(late + DAY)}" in mails(db, "agathe@cha.example")[-1].body
    assert [night(write, late + day * DAY) for day in (1, 2)] == [1, 0], "the manager is told the day after, once"
    team = [one for one in mails(db, "helene.noel@cha.example") if "votre équipe" in one.subject]
    assert len(team) == 1
    assert "- Louise Le Goff\n- Agathe Roux" in team[0].body
    steps = db.execute(
        select(Notice.kind, Notice.step).where(Notice.person_id == crowd.people["Agathe"]).order_by(Notice.kind)
    ).all()
    assert len(steps) == len(set(steps)) == 5


def test_nothing_is_sent_to_who_answered(client: Clients, db: Session, write: Write, crowd: Crowd) -> None:
    client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", {"seen": text_of(db, crowd), "read": "y"})
    night(write)
    assert mails(db, "agathe@cha.example") == []


def test_the_receipt_is_mailed_once_with_its_files(client: Clients, db: Session, write: Write, crowd: Crowd) -> None:
    client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", {"seen": text_of(db, crowd), "read": "y"})
    for expected in (1, 0):
        with write():
            assert receipts.post_receipts() == expected
    (message,) = mails(db, "agathe@cha.example")
    assert message.subject.startswith("Récépissé n° R-")
    assert "{" not in message.body
    assert sorted(one.media_type for one in message.enclosures) == ["application/json", "application/pdf"]


def test_a_refusal_tells_the_manager_without_its_reason(
    client: Clients, db: Session, write: Write, crowd: Crowd
) -> None:
    path = f"/chartes/miennes/{crowd.asked['Agathe']}/refus"
    client("agent").post(path, {"seen": text_of(db, crowd), "reason": "Un secret"})
    with write():
        receipts.post_receipts()
    (own,), (head,) = mails(db, "agathe@cha.example"), mails(db, "helene.noel@cha.example")
    assert own.subject.endswith("votre choix est enregistré")
    assert "Agathe Roux" in head.subject
    assert "Un secret" not in head.body


def test_the_night_has_its_jobs() -> None:
    names = {job.name for job in daily.JOBS}
    assert {"campaigns", "receipts", "traces"} <= names


# New versions


def test_a_major_version_asks_everyone_again(client: Clients, db: Session, write: Write, crowd: Crowd) -> None:
    client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", {"seen": text_of(db, crowd), "read": "y"})
    with write() as session:
        release(session, session.get_one(Charter, crowd.charter))
    night(write)
    old, new = db.scalars(select(Campaign).order_by(Campaign.created_at)).all()
    assert (old.state, new.state) == (CampaignState.CLOSED, CampaignState.RUNNING)
    assert new.follows_id == old.id
    again = db.scalars(select(Invitation).where(Invitation.campaign_id == new.id)).all()
    assert len(again) == 5
    assert {one.answer for one in again} == {Answer.PENDING}
    assert {one.due_on for one in again} == {today() + 30 * DAY}
    assert "ce qui change" in mails(db, "agathe@cha.example")[-1].subject
    page = client("agent").get("/chartes/miennes")
    assert "Remplacée" in page.words
    assert "À lire avant" in page.words


def test_a_minor_version_informs_and_asks_nothing_more(
    client: Clients, db: Session, write: Write, crowd: Crowd
) -> None:
    client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", {"seen": text_of(db, crowd), "read": "y"})
    night(write)
    with write() as session:
        publish_minor(session, session.get_one(Charter, crowd.charter))
    before = len(mails(db))
    night(write)
    night(write)
    told = mails(db)[before:]
    assert [one.recipient for one in told] == ["agathe@cha.example"]
    assert "Vous n’avez rien à faire" in told[0].body
    db.expire_all()
    campaign = db.get_one(Campaign, crowd.campaign)
    assert campaign.is_running
    assert {one.version_id == campaign.version_id for one in invited(db, crowd) if one.answer is Answer.PENDING} == {
        True
    }
    assert db.scalars(select(Notice).where(Notice.kind == NoticeKind.MINOR)).one().version_id == campaign.version_id


def test_a_campaign_ends_by_itself(db: Session, write: Write, crowd: Crowd) -> None:
    with write() as session:
        session.get_one(Campaign, crowd.campaign).ends_on = today() + DAY
    night(write, today() + 2 * DAY)
    assert db.get_one(Campaign, crowd.campaign).state is CampaignState.CLOSED


# The procedure


def test_the_procedure_is_kept_by_population(client: Clients, db: Session) -> None:
    hr = client("rh")
    assert "Proposition" in hr.get("/chartes/diffusion").words
    values = {
        "way": "link", "triggers": ["contract"], "deadline_days": "10", "reminders": "3, 6", "escalation_days": "12",
    }  # fmt: skip
    assert hr.post("/chartes/diffusion/contractor", values).status == 303
    rule = db.scalars(select(DiffusionRule)).one()
    assert (rule.deadline_days, rule.reminders, rule.escalation_days) == (10, [3, 6], 12)
    assert hr.get("/chartes/diffusion/inconnu").status == 404


@pytest.mark.parametrize(
    "wrong", [{"deadline_days": "0"}, {"reminders": "9, 3"}, {"reminders": "bientôt"}, {"escalation_days": "2"}]
)
def test_days_that_do_not_follow_are_refused(client: Clients, db: Session, wrong: dict[str, str]) -> None:
    values = {"way": "link", "deadline_days": "10", "reminders": "3, 6", "escalation_days": "12", **wrong}
    assert client("rh").post("/chartes/diffusion/contractor", values).status == 422
    assert db.scalars(select(DiffusionRule)).all() == []


def test_what_a_person_is_asked_as() -> None:
    asked = {Population.STAFF, Population.NEWCOMERS, Population.CONTRACTORS}
    old, new = today() - 90 * DAY, today() - 2 * DAY
    facts = [
        (PersonKind.STAFF, old, Population.STAFF),
        (PersonKind.STAFF, new, Population.NEWCOMERS),
        (PersonKind.STAFF, None, Population.STAFF),
        (PersonKind.CONTRACTOR, new, Population.CONTRACTORS),
        (PersonKind.STUDENT, old, None),
    ]
    for kind, arrived, expected in facts:
        assert population_of(Person(kind=kind, arrived_on=arrived), asked, today()) is expected


def test_who_knows_the_same_major_version_is_not_asked_again(
    client: Clients, db: Session, write: Write, stage: Stage, crowd: Crowd
) -> None:
    client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", {"seen": text_of(db, crowd), "read": "y"})
    with write() as session:
        charter = session.get_one(Charter, crowd.charter)
        session.get_one(Campaign, crowd.campaign).close(today(), "Terminée")
        publish_minor(session, charter)
        again = run(session, charter, stage.establishments["CHA"]).id
    found = db.scalars(select(Invitation).where(Invitation.campaign_id == again)).all()
    assert {one.answer for one in found if one.person_id == crowd.people["Agathe"]} == {Answer.ACCEPTED}
    assert len([one for one in found if one.answer is Answer.PENDING]) == 4


def test_the_first_page_says_what_is_to_be_read(client: Clients, db: Session, crowd: Crowd) -> None:
    agent = client("agent")
    assert "Chartes à lire" in agent.get("/").words
    agent.post(f"/chartes/miennes/{crowd.asked['Agathe']}", {"seen": text_of(db, crowd), "read": "y"})
    assert "Chartes à lire" not in agent.get("/").words


def publish_minor(session: Session, charter: Charter) -> None:
    """Publish a minor version."""
    decision = Release(
        by="Diane Petit", at=charter.updated_at, on=today(), is_major=False, effective_on=today(),
        accept_before=None, note="Une faute corrigée", unconsulted_reason="Forme",
    )  # fmt: skip
    session.add(charter.publish(frozen(charter, decision), decision, consulted=False))
    session.flush()
