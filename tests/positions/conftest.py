"""The DPO of the port: her person, her description, her nomination, as tests of this room need them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from models.establishments import Establishment
from tests.cast import Stage
from tests.positions.posts import described, somebody

Write = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class Port:
    """What is there before a test: identities."""

    place: UUID
    description: UUID


@pytest.fixture
def port(write: Write, stage: Stage) -> Port:
    """A validated description of a DPO at the port, and two persons of its directory: Diane and Nina."""
    with write() as session:
        place = session.get_one(Establishment, stage.establishments["CHA"])
        description = described(session, place)
        facts: dict[str, Any] = {"email": "diane@cha.example", "employee_number": "101"}
        somebody(session, place, "Diane Petit", user_id=stage.users["dpo"], **facts)
        somebody(session, place, "Nina Neuve", employee_number="102")
        return Port(place.id, description.id)
