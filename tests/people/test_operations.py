"""The night’s proposals: contracts that ended, told to those who keep the directory."""

import datetime as dt

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import daily
from governance.database import transaction
from models.outbox import Message
from models.people import Person
from tests.people.conftest import Enter

WEDNESDAY = dt.date(2026, 3, 4)
MONDAY = dt.date(2026, 3, 9)


def test_hr_is_told_of_a_contract_that_ended_and_nobody_leaves_by_herself(
    app: Flask, enter: Enter, db: Session
) -> None:
    identity = enter("Alain Dubois", company="Rayonance", contract_ends_on=WEDNESDAY - dt.timedelta(days=1))
    enter("Noé Kerbrat", place="CHE", contract_ends_on=WEDNESDAY - dt.timedelta(days=1))
    with app.app_context(), transaction(daily.NIGHT):
        assert daily.remind(WEDNESDAY) == 0, "she is told on Mondays"
        assert daily.remind(MONDAY) == 1
    message = db.scalars(select(Message).where(Message.recipient == "rh@ght.example")).one()
    assert "Fin de contrat à confirmer : Alain Dubois" in message.body
    assert "depuis le 03/03/2026" in message.body
    assert "Kerbrat" not in message.body
    assert db.get_one(Person, identity).left_on is None
