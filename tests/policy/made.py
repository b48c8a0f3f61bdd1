"""Policies made straight in the database, for tests that need one there."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import now, today
from models.consulting import GovernanceBody, Opinion
from models.policy.derogation import Derogation
from models.policy.findings import AuditFinding, PolicyAudit
from models.policy.meeting import PolicyMeeting
from models.policy.observance import Observance, follow
from models.policy.parts import PolicyRule, PolicySection
from models.policy.policy import Approval, Policy, PolicyConsultation, PolicyVersion
from models.policy.training import Attendance, TrainingSession
from models.policy.words import (
    AuditKind,
    AuditResult,
    DerogationStatus,
    Gravity,
    MeetingKind,
    PartKind,
    PolicyStatus,
)

RULES = (
    ("ACC", "R-ACC-01", "Chaque personne a un compte à son nom."),
    ("ACC", "R-ACC-02", "Un compte générique est interdit."),
    ("INC", "R-INC-01", "Tout incident est signalé sans délai."),
)
CHAPTERS = {"ACC": "Accès et identités", "INC": "Incidents"}


def drafted_policy(session: Session, place: uuid.UUID, title: str = "PSSI") -> Policy:
    """A short policy in preparation: two chapters, three rules."""
    policy = Policy(establishment_id=place, title=title, status=PolicyStatus.DRAFT)
    chapters = {
        code: PolicySection(kind=PartKind.CHAPTER, code=code, title=name, text="But du chapitre.", position=position)
        for position, (code, name) in enumerate(CHAPTERS.items())
    }
    policy.sections = list(chapters.values())
    policy.rules = [
        PolicyRule(section=chapters[chapter], code=code, text=text, why="Pour imputer.", position=position)
        for position, (chapter, code, text) in enumerate(RULES)
    ]
    policy.touch("Rachid Simon", now())
    session.add(policy)
    session.flush()
    return policy


def published_policy(session: Session, place: uuid.UUID, title: str = "PSSI") -> Policy:
    """A policy consulted on and published once, its rules followed."""
    policy = drafted_policy(session, place, title)
    consulted(session, policy)
    release(session, policy)
    return policy


def approval(**other: object) -> Approval:
    """A decision of today."""
    usual = {
        "by": "Rachid Simon", "at": now(), "on": today(), "is_major": True, "effective_on": today(),
        "approved_by": "Claire Dubois", "approved_as": "Directrice générale", "approved_on": today(),
        "note": "Ce qui change", "unconsulted_reason": None,
    }  # fmt: skip
    return Approval(**{**usual, **other})  # type: ignore[arg-type]


def release(session: Session, policy: Policy) -> PolicyVersion:
    """Publish the next version of a policy."""
    version = policy.publish(approval(), consulted=True)
    session.add(version)
    followed = session.scalars(select(Observance).where(Observance.policy_id == policy.id)).all()
    session.flush()
    session.add_all(follow(version, followed, today()))
    session.flush()
    version.tell_published(session)
    return version


def consulted(session: Session, policy: Policy, on: dt.date | None = None) -> PolicyConsultation:
    """A consultation on the version to come."""
    held = PolicyConsultation(
        policy_id=policy.id, establishment_id=policy.establishment_id, number=policy.next_number,
        body=GovernanceBody.MEDICAL_COMMITTEE, body_name="", held_on=on or today(), opinion=Opinion.FAVOURABLE,
        notes="La salle serveur n’a pas d’extincteur.", recorded_by="Rachid Simon",
    )  # fmt: skip
    session.add(held)
    session.flush()
    return held


def rules_of(session: Session, policy: Policy) -> dict[str, Observance]:
    """How far each rule is applied, by its code."""
    return {one.code: one for one in session.scalars(select(Observance).where(Observance.policy_id == policy.id))}


def derogation(session: Session, rule: Observance, **other: object) -> Derogation:
    """A request to depart from a rule, not decided yet."""
    usual = {
        "title": "Automate sans compte nominatif", "requester": "Nadia Berger", "requested_on": today(),
        "reference": f"DER-{uuid.uuid4().hex[:6]}", "scope": "Deux automates", "reason": "L’éditeur ne sait pas faire",
        "severity": 2, "likelihood": 2, "compensation": "Réseau isolé", "starts_on": today(),
        "ends_on": today() + dt.timedelta(days=90), "status": DerogationStatus.SUBMITTED,
    }  # fmt: skip
    made = Derogation(establishment_id=rule.establishment_id, **{**usual, **other})
    made.cover([rule])
    session.add(made)
    session.flush()
    return made


def followed(session: Session, rule: Observance) -> dict[str, Any]:
    """An audit with a finding on a rule, a session with somebody unknown to the directory, a meeting: by table."""
    place = rule.establishment_id
    audit = PolicyAudit(
        establishment_id=place, reference=f"AUD-{uuid.uuid4().hex[:6]}", kind=AuditKind.INTERNAL, title="Comptes",
        led_by="Quentin Faure", held_on=today(), result=AuditResult.MAJOR_GAP,
    )  # fmt: skip
    finding = AuditFinding(title="Compte partagé au bloc", gravity=Gravity.MAJOR, observance=rule)
    audit.add(finding)
    held = TrainingSession(establishment_id=place, title="Les réflexes de base", held_on=today(), module="SEN-01")
    meeting = PolicyMeeting(
        establishment_id=place, kind=MeetingKind.MANAGEMENT, held_on=today(), title="Revue", minutes="Vu le bloc."
    )
    session.add_all([audit, held, meeting])
    session.flush()
    attendance = Attendance(establishment_id=place, session_id=held.id, name="Jean Inconnu")
    session.add(attendance)
    session.flush()
    return {one.__tablename__: one for one in (audit, finding, held, attendance, meeting)}
