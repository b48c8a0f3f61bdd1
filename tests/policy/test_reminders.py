"""What the RSSI is reminded of at night, and what the start page counts."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import daily
from governance.database import transaction
from models.base import today
from models.outbox import Message
from models.policy.derogation import Decision
from models.policy.words import DerogationStatus, RuleStatus
from tests.cast import Stage
from tests.client import HouseClient
from tests.policy.made import derogation, published_policy, rules_of

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def granted(session: Session, stage: Stage, starts: int, ends: int) -> None:
    """A derogation in course, from a day to another counted from today."""
    policy = published_policy(session, stage.establishments["CHA"])
    rules = rules_of(session, policy)
    rules["R-ACC-01"].rate(RuleStatus.APPLIED, None, "Rachid Simon", today())
    rules["R-ACC-02"].rate(RuleStatus.NOT_APPLIED, None, "Rachid Simon", today())
    one = derogation(
        session, rules["R-ACC-02"], reference="DER-2026-001", starts_on=today() + dt.timedelta(days=starts),
        ends_on=today() + dt.timedelta(days=ends), requested_on=today() + dt.timedelta(days=starts),
    )  # fmt: skip
    one.decide(Decision(DerogationStatus.GRANTED, "Claire Dubois", None, today() + dt.timedelta(days=1), None, None))


def test_the_end_of_a_derogation_and_the_monthly_duties_are_told_without_a_weakness(
    app: Flask, stage: Stage, write: Write, db: Session
) -> None:
    with write() as session:
        granted(session, stage, -30, 30)
    monday, first = today() + dt.timedelta(days=-today().weekday() % 7), dt.date(today().year + 1, 12, 1)
    with app.app_context(), transaction(daily.NIGHT):
        for day in (monday, first + dt.timedelta(days=-first.weekday() % 7)):
            assert daily.remind(day) >= 1
    letters = db.scalars(select(Message).where(Message.recipient == "rssi@ght.example").order_by(Message.created_at))
    told = [one.body for one in letters]
    assert "Fin d’une dérogation : DER-2026-001" in told[0]
    assert "Revue de la PSSI" in told[-1]
    assert "0 / 2" in told[-1]
    mails = db.scalars(select(Message)).all()
    assert not [mail for mail in mails if "Automate" in mail.body + mail.subject or "R-ACC" in mail.body]


def test_the_start_page_counts_what_its_lists_show(client: Clients, stage: Stage, write: Write) -> None:
    with write() as session:
        granted(session, stage, -30, 30)
    rssi = client("rssi")
    tiles = {
        one.get("href"): int("".join(one.find(".//{*}strong").itertext()).replace("\u202f", ""))
        for one in rssi.get("/").all("a")
        if "/pssi/" in one.get("href", "") and "tile" in one.get("class", "")
    }
    assert sum(tiles.values()) == 1 + 2 + 1 + 1
    for address, count in tiles.items():
        words = rssi.get(address).words
        assert f"sur {count} " in f"{words} " if count else "Aucun" in words or "Personne" in words
    assert "/pssi/regles" not in client("agent").get("/").text
    assert "Règles appliquées" not in client("dpo-est").get("/pssi/regles").words
