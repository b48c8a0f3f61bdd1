"""What the registers propose, and what people make of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import live
from governance.hopen.proposing import ROOMS
from models.base import now, today
from models.establishments import Establishment
from models.hopen.measures import Measure, Reading, proposed
from models.hopen.sources import MEASURES
from models.hopen.tracking import Step
from models.hopen.words import StepState, contradicts
from models.inventory.application import Application
from models.inventory.target import IndicatorTarget
from models.inventory.words import Domain, Link, Status
from models.plan import Action
from seed import hopen
from seed.catalogue import read
from tests.cast import Stage
from tests.charters.made import published_charter
from tests.client import HouseClient
from tests.hopen.made import tracked
from tests.hopen.test_routes import begun, figure, sent
from tests.house.test_queries import counted

Clients = Callable[[str | None], HouseClient]
Write = Callable[[], AbstractContextManager[Session]]


def test_every_measure_answers_actions_that_the_plan_has() -> None:
    known = {task.code for task in hopen.tasks(read("hopen"))}
    assert {code for measure in MEASURES for code in measure.tasks} <= known
    assert {measure.room for measure in MEASURES} <= ROOMS.keys()
    assert len({measure.key for measure in MEASURES}) == len(MEASURES)


def test_a_reading_speaks_for_a_state_against_its_target() -> None:
    measure = Measure("p11", ("P1.1-O4-A1",), "", "inventory", whole=False)
    states = [Reading(measure, met, 10, 90).state for met in (0, 5, 8, 9, 10)]
    assert states == [StepState.TODO, StepState.DOING, StepState.DOING, StepState.DONE, StepState.DONE]
    assert Reading(measure, 0, 0).state is None
    whole, none, part = Reading(measure, 3, 3), Reading(measure, 0, 0), Reading(measure, 1, 3)
    assert proposed([whole, whole]) is StepState.DONE
    assert proposed([whole, none]) is StepState.DOING
    assert proposed([whole, part]) is StepState.DOING
    assert proposed([none]) is None
    assert [contradicts(state, StepState.DONE) for state in (StepState.DONE, StepState.DOING)] == [False, True]
    assert [contradicts(state, StepState.DOING) for state in (StepState.DONE, StepState.TODO)] == [True, False]
    assert not contradicts(StepState.DONE, None)


def connected(session: Session, stage: Stage, how_many: int, out_of: int) -> None:
    """Applications of patients in production, some connected to the single identity repository."""
    for number in range(out_of):
        one = Application(
            establishment_id=stage.establishments["CHA"],
            reference=f"A-{number}",
            name=f"Soins {number}",
            domain=Domain.CARE,
            status=Status.PRODUCTION,
            identity_link=Link.CONNECTED if number < how_many else Link.PLANNED,
            manages_ins=True,
        )
        one.touch("Daniel Silva", now())
        session.add(one)


def test_a_rate_proposes_and_a_person_confirms_or_says_why_not(
    client: Clients, write: Write, db: Session, stage: Stage
) -> None:
    steps = begun(write, stage)
    with write() as session:
        connected(session, stage, 9, 10)
    rssi, address = client("rssi"), steps["P1.1-O4-A1"]
    assert "9 applications sur 10" in rssi.get(address).words
    assert figure(rssi.get("/hopen/"), "à confirmer") == 2, "P1.1-O2-A1, and the DPO of the hospital"
    refused = sent(rssi, address, "etat", state="done")
    assert refused.status == 422
    assert "Vigie propose un autre état" in refused.words
    assert rssi.post("/hopen/seuils", {"etablissement": "CHA", "p1_1": "0"}).status == 422
    assert rssi.post("/hopen/seuils", {"etablissement": "CHA", "p1_1": "90"}).status == 303
    assert db.scalars(select(IndicatorTarget.percent)).all() == [90]
    assert figure(rssi.get("/hopen/"), "à confirmer") == 3
    assert rssi.post(f"{address}/confirmer").status == 303
    step = db.scalars(select(Step).where(Step.task_code == "P1.1-O4-A1")).one()
    assert (step.state, step.overridden) == (StepState.DONE, False)
    assert "9 applications sur 10" in (step.finding or "")
    assert figure(rssi.get("/hopen/"), "Faites sans preuve") == 0
    assert rssi.post("/hopen/seuils", {"etablissement": "CHA", "p1_1": ""}).status == 303
    assert figure(rssi.get("/hopen/"), "registres ne voient pas") == 1
    assert "1 à 1 sur 1" in rssi.get("/hopen/actions?montrer=a-revoir").words
    assert sent(rssi, address, "etat", state="done", reason="La dixième est retirée en mai").status == 303
    page = rssi.get("/hopen/")
    assert (figure(page, "registres ne voient pas"), figure(page, "Maintenues")) == (0, 1)
    assert rssi.post(f"{steps['P1.4-O2-A1']}/confirmer").status == 422
    assert client("dpo-est").post(f"{address}/confirmer").status == 404


def test_the_charters_the_register_and_the_plan_speak_too(
    app: Flask, client: Clients, write: Write, db: Session, stage: Stage
) -> None:
    steps = begun(write, stage)
    home = stage.establishments["CHA"]
    with write() as session:
        published_charter(session, home)
        step = session.scalars(select(Step).where(Step.task_code == "P2.1-O4-A1")).one()
        action = Action.raised_by(step, "Rédiger le plan", "Rachid Simon")
        session.add(action)
        session.flush()
        action.finish(today())
        session.get_one(Establishment, home).dpo_company = "DPO & Associés"
    with app.app_context():
        known = live.read([home], today())
        told = {code: known.readings[home, code] for code in ("P3.2-O1-A2", "P3.6-O1-A3", "P3.6-O1-A2", "P2.1-O4-A1")}
        assert [proposed(one) for one in told.values()] == [
            StepState.DONE,
            StepState.DONE,
            StepState.TODO,
            StepState.DONE,
        ]
        assert (home, "P3.6-O2-A3") not in known.readings
        listed = live.registers([home], today())
        for states in ((StepState.DONE,), (StepState.TODO, StepState.DOING)):
            said = {one.task_code for one in db.scalars(select(Step)) if known.proposal(one) in states}
            assert said == set(db.scalars(select(Step.task_code).where(listed.where(*states)))), "list and page agree"
    page = client("dpo").get("/hopen/propositions")
    assert "Charte d’accès et d’usage publiée : 1 sur 1" in page.words
    assert "1 faites sur 1 actions du plan" in client("rssi").get(steps["P2.1-O4-A1"]).words
    hr = client("rh").get("/hopen/propositions")
    assert not [one for one in hr.all("a") if (one.get("href") or "").startswith("/applications")]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_queries_do_not_grow_with_the_establishments(app: Flask, write: Write, stage: Stage) -> None:

    with write() as session:
        for code in ("CHA", "CHE"):
            tracked(session, stage.establishments[code])
    counts = []
    for codes in (["CHA"], ["CHA", "CHE"]):
        with app.app_context(), counted(app) as sent_:
            live.read([stage.establishments[code] for code in codes], today())
            counts.append(len(sent_))
    assert counts[0] == counts[1]
