"""What the night does for the charters."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import daily
from governance.database import transaction
from models.base import today
from models.charters.charter import Charter
from models.outbox import Message
from tests.cast import Stage
from tests.charters.crowd import gather, run
from tests.charters.made import checked, published_charter

Write = Callable[[], AbstractContextManager[Session]]


def test_the_dpo_is_reminded_once_of_the_checks_to_make_again(
    app: Flask, write: Write, stage: Stage, db: Session
) -> None:
    place = stage.establishments["CHA"]
    with write() as session:
        charter = published_charter(session, place)
        checked(session, charter, place, title="Ancienne", checked_on=dt.date(2026, 1, 5))
        checked(session, charter, place, title="Refaite", checked_on=dt.date(2026, 1, 5))
        checked(session, charter, place, title="Refaite", checked_on=dt.date(2026, 5, 30))
    with app.app_context(), transaction(daily.NIGHT):
        assert [daily.remind(dt.date(2026, 6, day)) for day in (1, 1, 2)] == [1, 0, 0]
    letter = db.scalars(select(Message)).one()
    assert letter.recipient == "dpo@ght.example"
    assert "Application d’une charte à vérifier : Ancienne" in letter.body
    assert "Refaite" not in letter.body


def test_two_campaigns_for_one_version_write_once_to_each(app: Flask, write: Write, stage: Stage, db: Session) -> None:
    with write() as session:
        crowd = gather(session, stage)
        charter = session.get_one(Charter, crowd.charter)
        run(session, charter, stage.establishments["CHA"])
    day = today()
    with app.app_context():
        counts = {job.name: count for job, count in daily.run(day)}
    assert counts["campaigns"] == 4, "everyone who has an address, once"
    told = [one for one in db.scalars(select(Message.recipient)) if not one.endswith("@ght.example")]
    assert len(told) == len(set(told)) == 4
