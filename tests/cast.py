"""The cast: one person per role, always the same, in two establishments of one group."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from models.accounts import RoleGrant, User
from models.base import now
from models.establishments import Department, DepartmentKind, Establishment, Group
from models.permissions import Role


@dataclass(frozen=True)
class Person:
    """Who she is, which role she holds, and where (no establishment: the whole group)."""

    login: str
    name: str
    role: Role
    establishment: str | None = "CHA"
    department: str | None = None


CAST = (
    Person("admin", "Adèle Morin", Role.ADMINISTRATOR, None),
    Person("dpo", "Diane Petit", Role.DPO),
    Person("rssi", "Rachid Simon", Role.RSSI),
    Person("dsi", "Daniel Silva", Role.IT),
    Person("rh", "Rose Henry", Role.HR),
    Person("referent", "Hélène Noël", Role.CONTACT, "CHA", "Urgences"),
    Person("agent", "Agathe Roux", Role.STAFF),
    Person("auditeur", "Aude Girard", Role.AUDITOR, None),
    Person("dpo-est", "Estelle Blanc", Role.DPO, "CHE"),
)

MANAGER = Person("direction", "Solène Vautrin", Role.MANAGEMENT, None)
"""Who runs the group. She stands above everyone, so what is late would reach her in every test: `enter` lets her in."""

LOGINS = tuple(person.login for person in CAST)


@dataclass
class Stage:
    """What is there before each test: identities by code, name or login."""

    establishments: dict[str, uuid.UUID] = field(default_factory=dict)
    departments: dict[str, uuid.UUID] = field(default_factory=dict)
    users: dict[str, uuid.UUID] = field(default_factory=dict)


def set_stage(session: Session) -> Stage:
    """The group, its two hospitals, a few departments, and the cast with their roles."""
    stage = Stage()
    group = Group(name="GHT du Ponant")
    session.add(group)
    session.flush()
    for code, name in (("CHA", "CH de l’Anse"), ("CHE", "CH de l’Est")):
        hospital = Establishment(
            group_id=group.id, code=code, name=name, address="1 rue du Port", postcode="29000", city="Anse",
            email=f"direction@{code.lower()}.example", dpo_name="Diane Petit", dpo_email="dpo@cha.example",
        )  # fmt: skip
        session.add(hospital)
        session.flush()
        stage.establishments[code] = hospital.id
    for name, code in (("Urgences", "CHA"), ("Ressources humaines", "CHA"), ("Laboratoire", "CHE")):
        service = Department(establishment_id=stage.establishments[code], kind=DepartmentKind.SERVICE, name=name)
        session.add(service)
        session.flush()
        stage.departments[name] = service.id
    for person in CAST:
        enter(session, stage, person)
    return stage


def enter(session: Session, stage: Stage, person: Person) -> None:
    """Give a person her account and her role, and the stage her identity."""
    user = User(login=person.login, name=person.name, email=f"{person.login}@ght.example")
    session.add(user)
    session.flush()
    stage.users[person.login] = user.id
    session.add(
        RoleGrant(
            user_id=user.id,
            role=person.role,
            establishment_id=stage.establishments[person.establishment] if person.establishment else None,
            department_id=stage.departments[person.department] if person.department else None,
            starts_on=dt.date(2020, 1, 1),
            granted_at=now(),
        )
    )
