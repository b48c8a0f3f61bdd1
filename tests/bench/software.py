"""The pages of the inventory with 2,000 assessed applications against the same with 20: time, and queries."""

import datetime as dt
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from sqlalchemy import insert, select

from governance.database import session
from models.base import now, today
from models.inventory.application import Application
from models.inventory.assessment import Assessment, AssessmentAnswer
from models.inventory.criteria import CORE, Criterion
from models.inventory.words import Answer, Criticality, Domain, Hosting, Link, Status
from tests.bench.asking import Pair
from tests.bench.grounds import Ground, application, hospital, planted
from tests.bench.measure import Figure

SMALL, BIG = 20, 2_000
ROUNDS = 60
GOAL = 1.3
PAGES = {"indicators": "/applications/indicateurs", "grid": "/applications/grille"}


def run(grounds: list[Ground], folder: Path) -> list[Figure]:
    """Both pages as a reader of the whole hospital sees them, asked of the application in this process."""
    return [figure for ground in grounds for figure in _on(ground, folder)]


def _on(ground: Ground, folder: Path) -> Iterator[Figure]:
    with (
        planted(ground, folder, partial(_plant, SMALL)) as little,
        planted(ground, folder, partial(_plant, BIG)) as much,
        application(little, folder) as small,
        application(much, folder) as big,
    ):
        pair = Pair(ground.kind, small, big, (SMALL, BIG), ROUNDS, GOAL)
        for name, path in PAGES.items():
            yield from pair.page(name, path, "AUT20")


def _plant(count: int) -> None:
    place, at, codes = hospital().id, now(), list(session.scalars(select(Criterion.code)))
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
