"""Policies made straight in the database, for tests that need one there."""

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import now, today
from models.consulting import GovernanceBody, Opinion
from models.policy.derogation import Derogation
from models.policy.observance import Observance, follow
from models.policy.parts import PolicyRule, PolicySection
from models.policy.policy import Approval, Policy, PolicyConsultation, PolicyVersion
from models.policy.words import DerogationStatus, PartKind, PolicyStatus

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
