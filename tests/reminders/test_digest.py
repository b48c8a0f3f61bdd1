"""The night's mail: to whom, of what, once, and who learns of it when it stays late."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import daily
from governance.colleagues import Colleagues
from governance.database import transaction
from governance.reminders.lines import lines, own
from governance.reminding import KINDS, dues
from models.accounts import RoleGrant, User
from models.base import now
from models.charters.words import Frequency as CheckEach
from models.establishments import Establishment
from models.evidence import HasEvidence
from models.inventory.application import Application
from models.inventory.words import Status as InventoryStatus
from models.journal import Entry, Verb
from models.measures import Measure, MeasureState
from models.notices.words import ToolState
from models.outbox import Message
from models.permissions import Permission, Role
from models.plan import Action
from models.register.activity import Activity
from models.register.processor import Processor
from models.reminders import Frequency, ReminderChoice, Subject
from tests.cast import MANAGER, Stage, enter
from tests.client import HouseClient
from tests.house.risky import lay_risks
from tests.house.test_queries import counted
from tests.notices.made import tool

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]
MONDAY = dt.date(2026, 6, 1)
DAY = dt.timedelta(days=1)


def activity(place: uuid.UUID, reference: str, review_on: dt.date) -> Activity:
    one = Activity(establishment_id=place, reference=reference, name="Paie", review_on=review_on)
    one.touch("Diane Petit", now())
    return one


def action(place: uuid.UUID, title: str, due_on: dt.date, **more: object) -> Action:
    return Action(establishment_id=place, title=title, due_on=due_on, created_by="Diane Petit", **more)


def entrusted(session: Session, stage: Stage, title: str, due_on: dt.date, login: str, **more: object) -> Action:
    one = action(stage.establishments["CHA"], title, due_on, **more)
    one.entrust(session.get_one(User, stage.users[login]))
    session.add(one)
    return one


def directs(session: Session, stage: Stage, login: str, place: str = "CHA") -> None:
    """Give the management's role to one of the cast."""
    session.add(
        RoleGrant(user_id=stage.users[login], role=Role.MANAGEMENT, establishment_id=stage.establishments[place],
                  starts_on=dt.date(2020, 1, 1), granted_at=now())
    )  # fmt: skip


def nights(app: Flask, *days: dt.date) -> list[int]:
    """How many mails each night writes."""
    with app.app_context():
        counts = []
        for day in days:
            with transaction(daily.NIGHT):
                counts.append(daily.remind(day))
        return counts


def told(db: Session, login: str) -> list[str]:
    """The mails written to one of the cast, the first first."""
    db.expire_all()
    sent = select(Message).where(Message.recipient == f"{login}@ght.example").order_by(Message.created_at)
    return [f"{one.subject}\n{one.body}" for one in db.scalars(sent)]


def test_one_mail_gathers_what_is_hers_and_tells_it_once_a_step(
    app: Flask, write: Write, stage: Stage, db: Session
) -> None:
    place, est = stage.establishments["CHA"], stage.establishments["CHE"]
    with write() as session:
        session.add(activity(place, "T-001", MONDAY - 3 * DAY))
        session.add(activity(est, "T-900", MONDAY - 3 * DAY))
        session.add(
            Processor(establishment_id=place, name="Orle", hosts_health_data=True, hds_expires_on=MONDAY + 60 * DAY)
        )
        entrusted(session, stage, "Former", MONDAY + 5 * DAY, "dpo")
        entrusted(session, stage, "Signer", MONDAY + 20 * DAY, "agent")
        entrusted(session, stage, "Plus tard", MONDAY + 90 * DAY, "agent")
    assert nights(app, MONDAY, MONDAY, MONDAY + DAY) == [3, 0, 0]
    (dpo,) = told(db, "dpo")
    assert dpo.startswith("Vigie : 1 en retard, 1 cette semaine, 1 plus tard\nBonjour Diane Petit,\n")
    late, week, later = (dpo.index(title) for title in ("EN RETARD", "DANS LES 7 JOURS", "PLUS TARD"))
    assert late < dpo.index("Fiche du registre à revoir : T-001 Paie") < week < dpo.index("Action : Former") < later
    assert "depuis le 29/05/2026, 3 jours de retard" in dpo
    assert dpo.count("Vous en êtes responsable.") == 1
    assert "T-900" not in dpo
    assert dpo.rstrip().endswith("/mes-echeances/rappels"), "the foot leads to the preferences"
    (agent,) = told(db, "agent")
    assert "Signer" in agent
    assert "Plus tard" not in agent
    assert nights(app, *(MONDAY + 7 * week * DAY for week in (1, 2, 3))) == [2, 3, 3]
    assert len(told(db, "agent")) == 3, "30 days, 7 days, then late"
    assert all("Orle" not in one for one in told(db, "dpo")[1:]), "nothing new of it until 30 days before"


def test_each_is_told_as_she_chose_but_for_what_is_imposed(app: Flask, write: Write, stage: Stage, db: Session) -> None:
    place = stage.establishments["CHA"]
    with write() as session:
        for login, frequency, weekday, muted in (
            ("dpo", Frequency.NEVER, 2, None),
            ("agent", Frequency.WEEKLY, 3, None),
            ("rssi", Frequency.DAILY, 0, [Subject.PLAN.value]),
            ("dsi", Frequency.DAILY, 0, None),
        ):
            session.add(ReminderChoice(user_id=stage.users[login], frequency=frequency, weekday=weekday, muted=muted))
            entrusted(session, stage, f"À {login}", MONDAY - 2 * DAY, login)
        session.add(activity(place, "T-001", MONDAY - 2 * DAY))
        session.add(activity(place, "T-002", MONDAY + 2 * DAY))
    assert nights(app, MONDAY, *(MONDAY + after * DAY for after in range(1, 4))) == [1, 0, 1, 1]
    (dpo,) = told(db, "dpo")
    assert "T-001" in dpo, "the review of the register is imposed, and late"
    assert "À dpo" not in dpo
    assert "T-002" not in dpo
    assert told(db, "rssi") == []
    assert len(told(db, "agent")) == 1, "on Thursday"
    assert len(told(db, "dsi")) == 1


def test_what_stays_late_is_told_above_and_traced(app: Flask, write: Write, stage: Stage, db: Session) -> None:
    place = stage.establishments["CHA"]
    with write() as session:
        session.get_one(Establishment, place).escalate_after = 10
        directs(session, stage, "rh")
        directs(session, stage, "dpo-est", "CHE")
        entrusted(session, stage, "Chiffrer", MONDAY - 9 * DAY, "agent", origin_needs=Permission.INVENTORY_READ)
        session.add(activity(place, "T-001", MONDAY - 9 * DAY))
    assert nights(app, MONDAY) == [2], "nobody above yet"
    assert nights(app, MONDAY + 7 * DAY) == [4]
    (rssi,), (management,) = told(db, "rssi"), told(db, "rh")
    assert "RETARDS SIGNALÉS À VOTRE NIVEAU" in rssi
    assert "Action : Chiffrer" in rssi
    assert "Chez Agathe Roux." in rssi
    assert "T-001 Paie" in management, "the DPO keeps the register: the management stands above her"
    assert "Chiffrer" not in management
    assert told(db, "dpo-est") == []
    entries = db.scalars(select(Entry).where(Entry.verb == Verb.ESCALATED)).all()
    assert {(one.subject_title, one.detail["to"], one.detail["days"]) for one in entries} == {
        ("Chiffrer", "Rachid Simon", 16),
        ("T-001 Paie", "Rose Henry", 16),
    }
    nights(app, MONDAY + 14 * DAY)
    assert len(db.scalars(select(Entry).where(Entry.verb == Verb.ESCALATED)).all()) == 2, "traced once"


def test_what_is_common_to_the_group_goes_up_too_and_what_was_never_done_is_asked_for(
    app: Flask, client: Clients, write: Write, stage: Stage, db: Session
) -> None:
    place, long_ago = stage.establishments["CHA"], dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    with write() as session:
        enter(session, stage, MANAGER)
        directs(session, stage, "rh")
        late = Measure(reference="M-01", title="Chiffrer", state=MeasureState.PLANNED, due_on=MONDAY - 16 * DAY)
        lacking = Application(
            establishment_id=place, reference="A-001", name="DPI", status=InventoryStatus.PRODUCTION,
            holds_health_data=True, created_at=long_ago,
        )  # fmt: skip
        tool(session, place, state=ToolState.IN_USE, frequency=CheckEach.YEARLY, issued_on=long_ago.date())
        for one in (late, lacking):
            one.touch("Diane Petit", now())
            session.add(one)
    nights(app, MONDAY)
    (group,) = told(db, "direction")
    assert "Mesure de sécurité à mettre en place : M-01" in group
    assert all("M-01" not in one for one in told(db, "rh")), "a hospital’s management does not answer for the group"
    (dsi,) = told(db, "dsi")
    assert "Applications jamais auditées : 1" in dsi
    counted_there = re.findall(r"(?:jamais|revus)[^:\n]* : (\d+)\n.*\n\s+\S+?(/applications/\?\S+)", dsi)
    assert [address for _, address in counted_there] == [
        f"/applications/?montrer={question}&etablissement=CHA" for question in ("a-auditer", "droits-jamais-revus")
    ]
    for number, address in counted_there:
        assert f" sur {number}" in client("dsi").get(address).words
    assert "Reprises jamais essayées" not in dsi, "only where recovery is critical"
    assert "Support jamais vérifié : Livret d’accueil" in told(db, "dpo")[0]


def test_who_may_not_read_a_thing_is_never_told_its_name(app: Flask, write: Write, stage: Stage, db: Session) -> None:
    place, late = stage.establishments["CHA"], MONDAY - 40 * DAY
    with write() as session:
        laid = lay_risks(session, place)
        laid["scenario"].due_on = laid["scenario"].review_on = laid["measure"].due_on = late
        directs(session, stage, "rh")
        secret = {"confidential": True, "origin_needs": Permission.RIGHTS_READ, "origin_title": "D-1"}
        origin = {"origin_type": "data_subject_request", "origin_id": uuid.uuid4()}
        session.add(action(place, "Effacer Mme Legrand", late, **secret, **origin))
    nights(app, MONDAY)
    assert any("Action : titre confidentiel" in one for one in told(db, "dpo")), "she answers for the requests"
    (management,) = told(db, "rh")
    assert "- Action\n  CH de l’Anse, depuis le 22/04/2026, 40 jours de retard. Chez Diane Petit." in management
    assert "Vos rôles n’ouvrent pas cette fiche" in management, "she learns that something waits, and not what"
    bodies = [one.body for one in db.scalars(select(Message))]
    assert bodies
    assert all("Legrand" not in one for one in bodies), "not even to who may read it: a mail is no safe place"
    with app.app_context():
        found = list(dues(MONDAY))
        assert {kind.subject for kind, _ in found} >= {Subject.RISKS, Subject.PLAN}
        withheld = [due for _, due in found if isinstance(due.thing, HasEvidence) and due.thing.is_withheld]
        assert len(withheld) > 3
        assert [due.title for due in withheld if getattr(due.thing, "title", "sans titre") in due.title] == []
        people = Colleagues(MONDAY)
        for user_id, shared in lines(MONDAY, people).items():
            who = people.by_id[user_id].who
            unread = [one for one in shared if one.named and one.kind.needs is None and not who.may_read(one.due.thing)]
            assert unread == []
            assert own(MONDAY, user_id) == shared, "read for her alone, it is the same"


def test_the_night_asks_no_more_for_many_things_than_for_few(app: Flask, write: Write, stage: Stage) -> None:
    place = stage.establishments["CHA"]

    def more(numbers: range) -> None:
        with write() as session:
            for number in numbers:
                session.add(activity(place, f"T-{number:03}", MONDAY + 3 * DAY))
                entrusted(session, stage, f"Action {number}", MONDAY + 3 * DAY, "agent")
                session.add(Processor(establishment_id=place, name=f"Hôte {number}", hosts_health_data=True))

    def asked(day: dt.date) -> int:
        with app.app_context(), counted(app) as sent, transaction(daily.NIGHT):
            assert daily.remind(day) == 2
        return len(sent)

    more(range(4))
    few = asked(MONDAY - 7 * DAY)
    more(range(4, 40))
    assert asked(MONDAY) <= few + 2, "two writings more: what was told before and is told again"
    assert len({one.key for one in KINDS}) == len(KINDS) > 35
