"""No page of the room asks more of the database when it shows more."""

import datetime as dt
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from models.base import today
from models.people import Person, PersonKind
from models.plan import Action
from models.policy.findings import AuditFinding, PolicyAudit
from models.policy.meeting import PolicyMeeting
from models.policy.observance import Observance, Rating
from models.policy.parts import PolicyMember, PolicyRule
from models.policy.policy import Policy
from models.policy.training import Attendance, TrainingSession
from models.policy.words import Gravity, MeetingKind, Presence, RuleStatus
from tests.cast import Stage
from tests.client import HouseClient
from tests.house.test_queries import counted
from tests.policy.made import consulted, derogation, drafted_policy, followed, published_policy, rules_of

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]

FEW, MANY = 2, 6


def begin(session: Session, stage: Stage) -> dict[str, uuid.UUID]:
    """A policy in force and one thing of each kind: what names the pages."""
    policy = published_policy(session, stage.establishments["CHA"])
    rule = rules_of(session, policy)["R-ACC-01"]
    made = followed(session, rule)
    one = derogation(session, rule)
    return {"policy": policy.id, "rule": rule.id, "derogation": one.id, **{name: row.id for name, row in made.items()}}


def add(session: Session, stage: Stage, known: dict[str, uuid.UUID], number: int) -> None:
    """One more of everything that a page shows."""
    home = stage.establishments["CHA"]
    policy, rule = session.get_one(Policy, known["policy"]), session.get_one(Observance, known["rule"])
    rule.ratings.append(Rating(status=RuleStatus.PARTIAL, rated_on=today(), rated_by="Rachid Simon"))
    policy.rules.append(PolicyRule(section=policy.chapters[0], code=f"N-{number}", text="Règle", position=number + 9))
    policy.members.append(PolicyMember(function_title=f"Membre {number}", presence=Presence.PERMANENT))
    drafted_policy(session, home, f"PSSI {number}")
    consulted(session, policy, today() - dt.timedelta(days=number + 1))
    session.add(
        Observance(
            establishment_id=home, policy_id=policy.id, code=f"R-{number}", chapter=f"Chapitre {number}",
            position=number + 9, text="Règle", status=RuleStatus.TO_FILL,
        )
    )  # fmt: skip
    derogation(session, rule)
    finding = AuditFinding(title=f"Constat {number}", gravity=Gravity.MINOR, observance=rule)
    session.get_one(PolicyAudit, known["policy_audit"]).add(finding)
    session.flush()
    session.add(Action.raised_by(finding, "Corriger", "Rachid Simon"))
    person = Person(
        establishment_id=home, given_name="Nadia", family_name=f"Berger {number}", kind=PersonKind.STAFF,
        department_id=stage.departments["Urgences" if number % 2 else "Ressources humaines"],
    )  # fmt: skip
    session.add(person)
    session.flush()
    seen = Attendance(establishment_id=home, session_id=known["policy_session"], name=person.name)
    seen.recognise(person)
    day = today() - dt.timedelta(days=number + 1)
    session.add_all([
        seen,
        TrainingSession(establishment_id=home, title="Rappel", held_on=day),
        PolicyMeeting(establishment_id=home, kind=MeetingKind.WORKING_GROUP, held_on=day, title="Séance"),
        PolicyAudit(
            establishment_id=home, reference=f"AUD-{number}", kind="internal", title="Comptes", led_by="Q. Faure",
            planned_on=day,
        ),
    ])  # fmt: skip


PAGES = (
    "/", "/pssi/", "/pssi/{policy}", "/pssi/{policy}/apercu", "/pssi/{policy}/groupe", "/pssi/{policy}/consultations",
    "/pssi/{policy}/versions/1", "/pssi/{policy}/comparer?de=1&a=preparation", "/pssi/regles", "/pssi/regles/{rule}",
    "/pssi/derogations", "/pssi/derogations/{derogation}", "/pssi/audits", "/pssi/audits/{policy_audit}",
    "/pssi/sensibilisation", "/pssi/sensibilisation/personnes", "/pssi/sensibilisation/{policy_session}",
    "/pssi/reunions", "/pssi/en-vigueur",
)  # fmt: skip


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_page_of_the_policy_asks_more_when_it_shows_more(
    app: Flask, stage: Stage, write: Write, client: Clients
) -> None:
    rssi = client("rssi")
    with write() as session:
        known = begin(session, stage)
    asked: dict[str, list[int]] = {path: [] for path in PAGES}
    for numbers in (range(FEW), range(FEW, MANY)):
        with write() as session:
            for number in numbers:
                add(session, stage, known, number)
        for path in PAGES:
            address = path.format(**known)
            rssi.client.get(address)  # whatever is read once per process is read now
            with counted(app) as sent:
                assert rssi.client.get(address).status_code == 200, address
            asked[path].append(len(sent))
    assert not {path: counts for path, counts in asked.items() if counts[0] != counts[1]}, asked
