"""The pages of the inventory with 2,000 assessed applications against the same with 20: time, and queries."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import insert, select

from governance.database import session, transaction
from models.base import now, today
from models.inventory.application import Application
from models.inventory.assessment import Assessment, AssessmentAnswer
from models.inventory.criteria import CORE, Criterion
from models.inventory.words import Answer, Criticality, Domain, Hosting, Link, Status
from tests.bench.grounds import HERE, Ground, application, cookie, gather_statistics, hospital
from tests.bench.measure import Figure, counting, in_turn, middle, ratio, took

SMALL, BIG = 20, 2_000
ROUNDS = 60
GOAL = 1.3
PAGES = {"indicators": "/applications/indicateurs", "grid": "/applications/grille"}


def run(grounds: list[Ground], folder: Path) -> list[Figure]:
    """Both pages as a reader of the whole hospital sees them, asked of the application in this process."""
    return [figure for ground in grounds for figure in _on(ground, folder)]


def _on(ground: Ground, folder: Path) -> Iterator[Figure]:
    with (
        _filled(ground, folder, SMALL) as little,
        _filled(ground, folder, BIG) as much,
        application(little, folder) as small,
        application(much, folder) as big,
    ):
        for name, path in PAGES.items():
            ask_small, ask_big = _asker(small, path), _asker(big, path)
            few, many = _queries(small, ask_small), _queries(big, ask_big)
            rounds = in_turn(ROUNDS, partial(took, ask_small), partial(took, ask_big))
            times = f"{middle(rounds, 0) * 1000:.1f} ms with {SMALL}, {middle(rounds, 1) * 1000:.1f} ms with {BIG}"
            yield Figure(f"{name}, time", ground.kind, ratio(rounds, 1, 0), GOAL, note=times)
            note = f"{few} with {SMALL}, {many} with {BIG}"
            yield Figure(f"{name}, queries", ground.kind, many, few, unit="queries", note=note)


def _asker(app: Flask, path: str) -> Callable[[], None]:
    browser, headers = app.test_client(use_cookies=False), {"Cookie": cookie(app)}

    def ask() -> None:
        answer = browser.get(path, headers=headers)
        assert answer.status_code == 200, f"{path} answers {answer.status_code}"
        assert "AUT20" in answer.text, f"{path} does not speak of the criteria"

    return ask


def _queries(app: Flask, ask: Callable[[], None]) -> int:
    """How many statements the page sends, once everything is warm."""
    ask()
    with counting(app.extensions["engine"]) as sent:
        ask()
    return len(sent)


@contextmanager
def _filled(ground: Ground, folder: Path, count: int) -> Iterator[Ground]:
    """A copy of a ground whose hospital has `count` assessed applications."""
    copy = ground.copy(folder)
    try:
        with application(copy, folder) as app, app.app_context():
            with transaction(HERE):
                _plant(hospital().id, count)
            gather_statistics(app.extensions["engine"])
        yield copy
    finally:
        copy.drop()


def _plant(place: uuid.UUID, count: int) -> None:
    at, codes = now(), list(session.scalars(select(Criterion.code)))
    applications = [_application(place, number, at) for number in range(count)]
    assessments = [_assessment(one, number, at) for number, one in enumerate(applications)]
    answers = [
        {
            "id": uuid.uuid4(),
            "created_at": at,
            "assessment_id": one["id"],
            "criterion": code,
            "answer": _answer(one, code),
        }
        for one in assessments
        for code in codes
    ]
    connection = session.connection()
    for model, rows in ((Application, applications), (Assessment, assessments), (AssessmentAnswer, answers)):
        connection.execute(insert(model), rows)


def _application(place: uuid.UUID, number: int, at: dt.datetime) -> dict[str, object]:
    turn = list(Link)[number % 4]
    return {
        "id": uuid.uuid4(),
        "created_at": at - dt.timedelta(days=number % 700),
        "words": f"application {number}",
        "establishment_id": place,
        "reference": f"A-2026-{number:04d}",
        "name": f"Application {number:04d}",
        "domain": list(Domain)[number % 4],
        "status": Status.PRODUCTION,
        "criticality": list(Criticality)[number % 4],
        "hosting": Hosting.ON_SITE,
        "holds_health_data": True,
        "identity_link": turn,
        "manages_ins": number % 3 > 0,
        "stays_link": turn,
        "structure_link": turn,
        "feeds_dmp": turn,
        "updated_at": at,
        "updated_by": "Daniel Silva",
        "revision": 1,
    }


def _assessment(one: dict[str, object], number: int, at: dt.datetime) -> dict[str, object]:
    return {
        "id": uuid.uuid4(),
        "created_at": at,
        "establishment_id": one["establishment_id"],
        "application_id": one["id"],
        "number": 1,
        "assessed_on": today() - dt.timedelta(days=number % 360),
        "auditor": "Rachid Simon",
        "validated_at": at,
        "validated_by": "Rachid Simon",
        "core_met": number % 3 > 0,
        "points": 60,
        "most_points": 100,
        "updated_at": at,
        "updated_by": "Rachid Simon",
        "revision": 1,
    }


def _answer(one: dict[str, object], code: str) -> Answer:
    return Answer.COMPLIANT if one["core_met"] or code not in CORE else Answer.PARTIAL
