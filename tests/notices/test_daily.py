"""What the night does for the information of patients, and what the start page counts."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import daily
from governance.database import transaction
from models.base import today
from models.establishments import Establishment
from models.outbox import Message
from tests.cast import Stage
from tests.client import HouseClient
from tests.notices import made

Write = Callable[[], AbstractContextManager[Session]]
Clients = Callable[[str | None], HouseClient]
MONDAY = dt.date(2026, 6, 1)


def test_the_dpo_is_reminded_of_what_to_revise_check_and_answer(
    app: Flask, write: Write, stage: Stage, db: Session
) -> None:
    place = stage.establishments["CHA"]
    with write() as session:
        made.published_notice(session, place)
        session.get_one(Establishment, place).dpo_email = "autre@cha.example"
        made.tool(session, place, title="Affiche", next_check_on=MONDAY - dt.timedelta(days=1))
        made.request(session, place, received_on=dt.date(2026, 5, 4))
    with app.app_context(), transaction(daily.NIGHT):
        counts = [daily.remind(MONDAY + dt.timedelta(days=after)) for after in (0, 0, 2, 3, 4, 5)]
    assert counts == [1, 0, 1, 1, 1, 0], "on Monday, then about the deadline of the request: eve, day and day after"
    told = [one.body for one in db.scalars(select(Message).where(Message.recipient == "dpo@ght.example"))]
    whole = next(body for body in told if "Affiche" in body)
    assert f"Notice à réviser : {made.TITLE}" in whole
    assert "Support à vérifier : Affiche" in whole
    assert "D-2026-001" in whole
    assert [body for body in told if body is not whole and "Affiche" in body] == []
    assert "Jeanne" not in "".join(told), "a mail names no patient"


def test_each_figure_of_the_start_page_leads_to_as_many_lines(client: Clients, write: Write, stage: Stage) -> None:
    place = stage.establishments["CHA"]
    with write() as session:
        made.published_notice(session, place)
        session.get_one(Establishment, place).dpo_email = "autre@cha.example"
        made.activity(session, place, "TP02", "T-2026-102")
        made.activity(session, place, "TP03", "T-2026-103")
        made.tool(session, place, next_check_on=today() - dt.timedelta(days=1))
        made.request(session, place)
        made.request(session, place, reference="D-2026-002", received_on=today() - dt.timedelta(days=60))
    dpo = client("dpo")
    tiles = [
        one for one in dpo.get("/").all("a") if "tile" in one.get("class", "") and "/information/" in one.get("href")
    ]
    figures = {tile.get("href"): int("".join(tile.find("{*}strong").itertext())) for tile in tiles}
    assert sorted(figures.values()) == [1, 1, 1, 1, 2, 2]
    for address, count in figures.items():
        assert f"1 à {count} sur {count}" in dpo.get(address).words, address
    assert not [one for one in client("rssi").get("/").all("a") if "/information/demandes" in one.get("href", "")]
