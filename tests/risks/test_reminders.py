"""What the RSSI is reminded of."""

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
FIRST += dt.timedelta(days=-FIRST.weekday() % 7)
"""A Monday."""


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
    with app.app_context(), transaction(daily.NIGHT):
        assert [daily.remind(FIRST), daily.remind(FIRST + dt.timedelta(days=1))] == [1, 0]
    mail = db.scalars(select(Message)).one()
    assert "Analyse de risques à réviser : AR-2025-01" in mail.body
    late = FIRST - dt.timedelta(days=90)
    assert "Scénarios de risque à revoir : AR-2026-01 (1)" in mail.body
    assert f"depuis le {late:%d/%m/%Y}, 90 jours de retard" in mail.body
    assert "Risques acceptés à réexaminer : AR-2026-01 (2)" in mail.body
    assert "bloc" not in mail.body + mail.subject
