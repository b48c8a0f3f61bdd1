"""The journal’s page: in sentences, filtered, and no further than one may see."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy.orm import Session

from models.accounts import User
from models.base import today
from models.establishments import Establishment
from models.journal import Verb, tell
from tests.cast import Stage
from tests.client import HouseClient

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


@pytest.fixture(autouse=True)
def some_history(write: Write, stage: Stage) -> None:
    """One change in each hospital, and one in the group."""
    with write() as session:
        session.get_one(Establishment, stage.establishments["CHA"]).city = "Port-Anse"
        session.get_one(Establishment, stage.establishments["CHE"]).city = "Port-Est"
        tell(session, Verb.RECOVERY_CODES_RENEWED, session.get_one(User, stage.users["agent"]))


def test_a_change_reads_as_a_sentence(client: Clients) -> None:
    words = client("dpo").get("/journal/").words
    assert "essai a modifié CH de l’Anse" in words
    assert "Ville : Anse → Port-Anse" in words


def test_a_dpo_reads_the_journal_of_her_hospital_only(client: Clients) -> None:
    mine, other = client("dpo").get("/journal/").words, client("dpo-est").get("/journal/").words
    assert "Port-Anse" in mine
    assert "Port-Est" not in mine
    assert "Port-Est" in other
    assert "Port-Anse" not in other
    assert "Agathe Roux" not in mine + other


def test_the_auditor_reads_all_of_it(client: Clients) -> None:
    words = client("auditeur").get("/journal/").words
    assert "Port-Anse" in words
    assert "Port-Est" in words
    assert "a renouvelé ses codes de secours Agathe Roux (agent)" in words


def test_the_journal_is_filtered_by_person_verb_and_day(client: Clients) -> None:
    auditor = client("auditeur")
    assert "Port-Est" in auditor.get("/journal/?q=est").words
    assert "Port-Anse" not in auditor.get("/journal/?q=CH+de+l’Est").words
    assert "Port-Anse" not in auditor.get("/journal/?verbe=recovery_codes_renewed").words
    assert "Port-Anse" in auditor.get("/journal/?verbe=changed").words
    assert "Port-Anse" in auditor.get(f"/journal/?jour={today()}").words
    yesterday = today() - dt.timedelta(days=1)
    assert "Aucune écriture" in auditor.get(f"/journal/?jour={yesterday}").words


def test_an_odd_filter_filters_nothing(client: Clients) -> None:
    assert "Port-Anse" in client("auditeur").get("/journal/?verbe=danser&jour=2026-02-31&page=-4&tri=x").words
