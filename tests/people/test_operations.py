"""The night’s proposals: contracts that ended, told to those who keep the directory."""

import datetime as dt

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import daily
from models.outbox import Message
from models.people import Person
from tests.people.conftest import Enter

WEDNESDAY = dt.date(2026, 3, 4)
MONDAY = dt.date(2026, 3, 9)


def departures(app: Flask, day: dt.date) -> int | None:
    with app.app_context():
        return {job.name: count for job, count in daily.run(day)}["departures"]


def test_hr_is_told_of_a_contract_that_ended_and_nobody_leaves_by_herself(
    app: Flask, enter: Enter, db: Session
) -> None:
    identity = enter("Alain Dubois", company="Rayonance", contract_ends_on=WEDNESDAY - dt.timedelta(days=1))
    enter("Noé Kerbrat", place="CHE", contract_ends_on=WEDNESDAY - dt.timedelta(days=1))
    assert departures(app, WEDNESDAY) == 1
    message = db.scalars(select(Message).where(Message.recipient == "rh@ght.example")).one()
    assert "Alain Dubois, Rayonance (03/03/2026)" in message.body
    assert "Kerbrat" not in message.body
    assert db.get_one(Person, identity).left_on is None


def test_what_waits_is_called_to_mind_on_mondays_only(app: Flask, enter: Enter) -> None:
    enter(contract_ends_on=WEDNESDAY - dt.timedelta(days=30))
    assert departures(app, WEDNESDAY) == 0
    assert departures(app, MONDAY) == 1
    assert departures(app, MONDAY) is None
