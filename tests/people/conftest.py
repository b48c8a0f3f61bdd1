"""A few persons of the directory, entered as a request would."""

import datetime as dt
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.people import DepartureReason, Person, PersonKind
from tests.cast import Stage

Enter = Callable[..., uuid.UUID]


@pytest.fixture
def enter(write: Callable[[], AbstractContextManager[Session]], stage: Stage) -> Enter:
    """`enter("Maud Le Bihan", place="CHA", **facts)`: one more person; gives her identity."""

    def entered(name: str = "Maud Le Bihan", place: str = "CHA", department: str = "", **facts: Any) -> uuid.UUID:
        given, _, family = name.partition(" ")
        if facts.get("left_on"):
            facts.setdefault("departure_reason", DepartureReason.OTHER)
        if department:
            facts["department_id"] = stage.departments[department]
        facts.setdefault("kind", PersonKind.CONTRACTOR if "company" in facts else PersonKind.STAFF)
        person = Person(establishment_id=stage.establishments[place], given_name=given, family_name=family, **facts)
        with write() as session:
            session.add(person)
            session.flush()
            return person.id

    return entered


def ago(days: int) -> dt.date:
    """The day so many days before today (after it, when negative)."""
    return dt.date.today() - dt.timedelta(days=days)  # noqa: DTZ011 -- the tests run where the hospital is
