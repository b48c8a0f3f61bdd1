"""What is kept alive: held, updated, tested in time, and what it says of the plan."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import daily, live
from models.base import months_after, today
from models.hopen.measures import proposed
from models.hopen.upkeep import EVERY, USUAL, Upkeep, UpkeepKind
from models.hopen.words import StepState
from models.outbox import Message
from tests.cast import Stage
from tests.client import HouseClient
from tests.hopen.made import kept_up

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


def test_every_kind_has_its_period_and_its_usual_entry() -> None:
    assert EVERY.keys() == USUAL.keys() == set(UpkeepKind)
    assert all(kind.indicator.startswith("P") for kind in UpkeepKind)


def test_a_unit_is_opened_meets_and_speaks_for_the_plan(app: Flask, client: Clients, db: Session, stage: Stage) -> None:
    rssi, home = client("rssi"), stage.establishments["CHA"]
    begun = today() - dt.timedelta(days=400)
    typed = {"kind": "identity_unit", "title": "Cellule", "every_months": "3", "begun_on": begun.isoformat()}
    assert "identito-vigilance" in rssi.get("/hopen/suivis/nouveau?nature=identity_unit").words
    assert rssi.post("/hopen/suivis/nouveau", {**typed, "every_months": "0"}).status == 422
    assert rssi.post("/hopen/suivis/nouveau", {**typed, "begun_on": "2190-01-01"}).status == 422
    made = rssi.post("/hopen/suivis/nouveau", typed)
    assert made.status == 303
    assert rssi.post("/hopen/suivis/nouveau", typed).status == 422
    address = made.location
    assert "En retard" in rssi.get("/hopen/suivis").words
    line = {"nature": "meeting", "summary": "Bilan des doublons"}
    wrong = rssi.post(f"{address}/lignes", {**line, "held_on": "2000-01-01"})
    assert wrong.status == 422
    assert "Bilan des doublons" in "".join(wrong.one("textarea", name="summary").itertext())
    assert rssi.post(f"{address}/lignes", {**line, "held_on": "2190-01-01"}).status == 422
    failed = {**line, "held_on": today().isoformat(), "result": "failed"}
    assert rssi.post(f"{address}/lignes", failed).status == 422
    for days in (300, 200, 100, 5):
        held = (today() - dt.timedelta(days=days)).isoformat()
        assert rssi.post(f"{address}/lignes", {**line, "held_on": held}).status == 303
    upkeep = db.scalars(select(Upkeep)).one()
    assert upkeep.due_on == months_after(today() - dt.timedelta(days=5), 3)
    with app.app_context():
        assert proposed(live.read([home], today()).readings[home, "P1.2-O3-A1"]) is StepState.DONE
    stale = rssi.post(f"{address}/modifier", {**typed, "revision": "0", "title": "Autre"})
    assert stale.status == 409
    assert rssi.post(f"{address}/arreter").status == 303
    with app.app_context():
        assert (home, "P1.2-O3-A1") not in live.read([home], today()).readings
    assert client("dpo-est").get(address).status == 404
    assert client("rh").post(f"{address}/lignes", line).status == 403


def test_the_keepers_are_reminded(app: Flask, write: Write, db: Session, stage: Stage) -> None:
    with write() as session:
        session.add(kept_up(stage.establishments["CHA"]))
    monday = today() + dt.timedelta(days=-today().weekday() % 7)
    with write():
        assert daily.remind(monday) == 2
    told = {one.recipient: one.body for one in db.scalars(select(Message))}
    assert told.keys() == {"rssi@ght.example", "dsi@ght.example"}
    assert "Cellule d’identito-vigilance" in told["rssi@ght.example"]
