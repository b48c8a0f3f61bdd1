"""What the RSSI is reminded of on the first of the month."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import daily
from governance.database import transaction
from models.base import now, today
from models.outbox import Message
from models.risks.words import Axis
from tests.cast import Stage
from tests.house.risky import draft, lay_risks
from tests.risks.made import scenario

Write = Callable[[], AbstractContextManager[Session]]
FIRST = dt.date(today().year + 2, 3, 1)


def test_reviews_and_acceptances_are_called_to_mind_without_a_weakness(
    app: Flask, stage: Stage, write: Write, db: Session
) -> None:
    with write() as session:
        made = lay_risks(session, stage.establishments["CHA"])
        past = draft(session, stage.establishments["CHA"], "AR-2025-01")
        past.approve("Claire Dubois", None, today(), FIRST + dt.timedelta(days=59), None)
        past.freeze("0" * 64, "Rachid Simon", now())
        made["scenario"].review_on = FIRST - dt.timedelta(days=90)
        accepted: dict[str, Any] = {"accepted_by": "Claire Dubois", "accepted_on": today(), "accepted_reason": "Coût"}
        for number, (days, more) in enumerate(
            [(3, accepted), (30, accepted), (31, {}), (2, {"closed_on": today()})], 2
        ):
            one = scenario(made["analysis"], number, title="Pare-feu du bloc", axis=Axis.MAJOR, **more)
            one.review_on = FIRST + dt.timedelta(days=days)
            session.add(one)
    told = []
    with app.app_context():
        for day in (FIRST, FIRST + dt.timedelta(days=1)):
            with transaction(daily.NIGHT):
                told.append(daily.remind_of_risks(day))
    assert told == [1, 0]
    mail = db.scalars(select(Message)).one()
    assert "Analyse à réviser : AR-2025-01" in mail.body
    assert f"Scénarios à revoir : AR-2026-01 (1, le {FIRST - dt.timedelta(days=90):%d/%m/%Y})" in mail.body
    assert "Acceptations à réexaminer : AR-2026-01 (2, la première échéance le 04/03/" in mail.body
    assert "bloc" not in mail.body + mail.subject
