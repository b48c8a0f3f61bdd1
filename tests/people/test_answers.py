"""The charters on a person’s record: what she answered, what awaits her, for those who follow it."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.charters.acceptance import Acceptance
from tests.cast import Stage
from tests.charters.crowd import Crowd, gather, person, text_of
from tests.client import HouseClient

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]


@pytest.fixture
def crowd(write: Write, stage: Stage) -> Crowd:
    with write() as session:
        return gather(session, stage)


def block(who: HouseClient, identity: uuid.UUID) -> str:
    return who.get(f"/personnes/{identity}").words


def test_hr_reads_what_is_awaited_then_the_answer_with_its_receipt(client: Clients, crowd: Crowd, db: Session) -> None:
    agathe, hr = crowd.people["Agathe"], client("rh")
    assert "Charte d’usage, version 1 Demandée depuis le" in block(hr, agathe)
    assert "Attendue avant le" in block(hr, agathe)
    client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", {"seen": text_of(db, crowd), "read": "y"})
    kept = db.scalars(select(Acceptance)).one()
    words = block(hr, agathe)
    assert ("Pris connaissance" in words, f"reçu {kept.number}" in words) == (True, True)
    assert "Attendue avant le" not in words
    assert f"/chartes/recus/{kept.id}" in hr.get(f"/personnes/{agathe}").response.text


def test_who_only_reads_sees_the_answer_without_opening_the_receipt(client: Clients, crowd: Crowd, db: Session) -> None:
    agathe = crowd.people["Agathe"]
    client("agent").post(f"/chartes/miennes/{crowd.asked['Agathe']}", {"seen": text_of(db, crowd), "read": "y"})
    for login in ("referent", "auditeur"):
        page = client(login).get(f"/personnes/{agathe}")
        assert "Pris connaissance" in page.words
        assert "/chartes/recus/" not in page.response.text


def test_a_person_whom_nothing_is_asked_says_so(client: Clients, write: Write, stage: Stage, crowd: Crowd) -> None:
    with write() as session:
        new = person(session, stage.establishments["CHE"], "Ana", "Silva").id
    assert "Aucune charte ne lui est demandée" in block(client("dpo-est"), new)
