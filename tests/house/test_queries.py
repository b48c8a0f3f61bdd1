"""The number of queries of a page does not grow with its rows."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from models.accounts import RoleGrant, User
from models.base import now, today
from models.establishments import Department, DepartmentKind, Establishment
from models.imports import BatchState, ImportBatch
from models.people import Person, PersonKind
from models.permissions import Role
from models.register import words
from models.register.activity import Activity
from models.register.parts import DataItem, Purpose, Recipient, Retention
from models.register.processor import Processor, SubProcessor
from models.register.words import ContractState, RecipientKind
from models.views import SavedView
from tests.cast import Stage
from tests.house.conftest import Clients, Write

FEW, MANY = 8, 40

COUNTS = {"create": 1, "change": 0, "same": 0, "refuse": 0}


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that the application sends meanwhile."""
    sent: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    engine = app.extensions["engine"]
    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", keep)


def add(session: Session, stage: Stage, numbers: range) -> None:
    """One more of everything that a list shows, for each number."""
    home, dpo = stage.establishments["CHA"], stage.users["dpo"]
    for number in numbers:
        processor = Processor(establishment_id=home, name=f"Hébergeur {number}", contract_state=ContractState.SIGNED)
        processor.sub_processors = [SubProcessor(name="Sous-sol")]
        session.add(processor)
        session.add(_activity(home, stage.departments["Urgences"], number, processor))
        session.add(Department(establishment_id=home, kind=DepartmentKind.SERVICE, name=f"Service {number}"))
        session.add(SavedView(user_id=dpo, establishment_id=home, room="register", name=f"Vue {number}", query=""))
        session.add(_batch(home, number))
        session.add(_person(home, number))
        session.add(_place(session, number))
        session.add(_member(home, stage.departments["Urgences"], number))


def _activity(home: uuid.UUID, department: uuid.UUID, number: int, processor: Processor) -> Activity:
    activity = Activity(establishment_id=home, department_id=department, reference=f"T-{number:03}", name="Paie")
    activity.purposes = [Purpose(label="Payer"), Purpose(label="Déclarer")]
    activity.data_items = [DataItem(category="identity")]
    activity.retentions = [Retention(item="Bulletins", stage=words.Stage.ACTIVE)]
    activity.recipients = [Recipient(kind=RecipientKind.PROCESSOR, processor=processor)]
    activity.review_on = dt.date(2020, 1, 1)
    activity.touch("Diane Petit", now())
    return activity


def _batch(home: uuid.UUID, number: int) -> ImportBatch:
    return ImportBatch(
        establishment_id=home, subject="register", filename=f"registre-{number}.csv", digest="0" * 64, size=1,
        layout="table", state=BatchState.ABANDONED, made_by="Diane Petit", report={"counts": COUNTS},
    )  # fmt: skip


def _person(home: uuid.UUID, number: int) -> User:
    held = RoleGrant(role=Role.STAFF, establishment_id=home, starts_on=dt.date(2020, 1, 1), granted_at=now())
    return User(login=f"agent-{number}", name=f"Agent {number}", email=f"{number}@cha.example", grants=[held])


def _member(home: uuid.UUID, department: uuid.UUID, number: int) -> Person:
    return Person(
        establishment_id=home, department_id=department, kind=PersonKind.CONTRACTOR, given_name="Noé",
        family_name=f"Kerbrat {number}", company=f"Société {number}", contract_ends_on=dt.date(2020, 1, 1),
    )  # fmt: skip


def _place(session: Session, number: int) -> Establishment:
    group = session.query(Establishment).first()
    assert group is not None
    return Establishment(group_id=group.group_id, code=f"H{number}", name=f"Hôpital {number}")


PAGES = {
    "/": "dpo",
    "/registre/": "dpo",
    "/registre/?colonnes=domaine&colonnes=article30&colonnes=recommande&montrer=a-revoir": "dpo",
    "/registre/?q=paie": "auditeur",
    "/registre/au?date={today}": "dpo",
    "/registre/nouvelle": "dpo",
    "/registre/sous-traitants": "dpo",
    "/personnes/": "rh",
    "/personnes/?montrer=tous&q=kerbrat&colonnes=responsable&colonnes=compte": "admin",
    "/personnes/fins-de-contrat": "referent",
    "/personnes/societes": "auditeur",
    "/imports/": "dpo",
    "/journal/": "dpo",
    "/comptes": "admin",
    "/etablissements/": "admin",
    "/mon-compte": "dpo",
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_page_asks_more_of_the_database_when_it_shows_more(
    app: Flask, stage: Stage, write: Write, client: Clients
) -> None:
    browsers = {login: client(login) for login in set(PAGES.values())}
    asked: dict[str, list[int]] = {path: [] for path in PAGES}
    statements: dict[str, list[str]] = {}
    for numbers in (range(FEW), range(FEW, MANY)):
        with write() as session:
            add(session, stage, numbers)
        for path, login in PAGES.items():
            browsers[login].client.get(path.format(today=today()))  # whatever is read once per process is read now
            with counted(app) as sent:
                page = browsers[login].get(path.format(today=today()))
            assert page.status == 200, f"{path}: {page.status}"
            asked[path].append(len(sent))
            statements[path] = sent
    growing = {path: counts for path, counts in asked.items() if counts[0] != counts[1]}
    assert not growing, f"queries with {FEW} then {MANY} rows: {growing}\n" + "\n".join(
        statement for path in growing for statement in statements[path]
    )
    assert max(map(max, asked.values())) <= BUDGET, asked


BUDGET = 20
