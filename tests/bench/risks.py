"""An analysis of 2,000 scenarios against one of 50; its maps against an empty page, its report against typst alone."""

import gc
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import typst
from flask import Flask
from sqlalchemy import insert, select

from exports import pdf
from exports.risks import report
from governance.database import session, transaction
from governance.risks import delivery
from governance.terms import terms
from governance.visitor import Visitor
from models.base import now, today
from models.measures import Measure
from models.risks.analysis import Analysis
from models.risks.beginning import element_of, measure_of
from models.risks.parts import Element
from models.risks.scale import scale_of_term
from models.risks.scenario import Scenario, ScenarioElement, ScenarioMeasure
from models.risks.words import Axis, Treatment
from tests.bench.asking import Pair, asker
from tests.bench.grounds import HERE, Ground, application, hospital, planted
from tests.bench.measure import Figure, in_turn, middle, ratio, took

SMALL, BIG, REPORTED = 50, 2_000, 500
ROUNDS, PRINTS = 40, 5
GOAL, MAPS, PRINTED = 1.5, 50.0, 3.0
READER = "Rachid Simon"


def run(grounds: list[Ground], folder: Path) -> list[Figure]:
    """The pages as a reader sees them, asked of the application in this process; the report on each database."""
    return [figure for ground in grounds for figure in _on(ground, folder)]


def _on(ground: Ground, folder: Path) -> Iterator[Figure]:
    with _planted(ground, folder) as (copy, made), application(copy, folder) as app:
        pair = Pair(ground.kind, app, app, (SMALL, BIG), ROUNDS, GOAL)
        pages = {"risks list": ("/scenarios", "Scénario"), "risks synthesis": ("", "Cartes des risques")}
        for name, (tail, word) in pages.items():
            small, big = (asker(app, f"/risques/{made[count]}{tail}", word) for count in (SMALL, BIG))
            yield from pair.compared(name, small, big)
        yield _maps(app, ground, made)
        yield _printed(app, ground, made[REPORTED])


def _maps(app: Flask, ground: Ground, made: dict[int, uuid.UUID]) -> Figure:
    empty, full = (asker(app, f"/risques/{made[count]}", "Cartes des risques") for count in (0, BIG))
    rounds = in_turn(ROUNDS, partial(took, empty), partial(took, full))
    more = (middle(rounds, 1) - middle(rounds, 0)) * 1000
    note = f"{middle(rounds, 0) * 1000:.1f} ms empty, {ratio(rounds, 1, 0):.2f} x with {BIG}"
    return Figure("heat maps, ms beyond an empty page", ground.kind, more, MAPS, unit="ms", note=note)


def _printed(app: Flask, ground: Ground, identity: uuid.UUID) -> Figure:
    """Each print is for another reader: typst remembers what it laid out, and would lay the same out for nothing,
    even what it did for the other database.
    """
    with app.app_context(), app.test_request_context():
        gc.collect()
        gc.freeze()
        readers = [f"{ground.kind} {number}" for number in range(PRINTS)]
        rounds = [(_alone(identity, f"Lectrice {one}"), _whole(identity, f"Lecteur {one}")) for one in readers]
        gc.unfreeze()
    note = f"typst alone {middle(rounds, 0) * 1000:.0f} ms, the whole {middle(rounds, 1) * 1000:.0f} ms"
    return Figure(f"report of {REPORTED} scenarios", ground.kind, ratio(rounds, 1, 0), PRINTED, note=note)


def _alone(identity: uuid.UUID, reader: str) -> float:
    """Seconds that typst takes for the source of a report."""
    told = report.told(delivery.dossier(Visitor(name=reader), identity))
    source = json.dumps(pdf._displayable(told), ensure_ascii=False)
    session.rollback()
    compiled = partial(
        typst.compile, report.TEMPLATE, root=report.TEMPLATE.parent, ignore_system_fonts=True, format="pdf",
        pdf_standards=["ua-1"], sys_inputs={"data": source},
    )  # fmt: skip
    return took(compiled)


def _whole(identity: uuid.UUID, reader: str) -> float:
    """Seconds from the database to the file."""
    with transaction(HERE):
        return took(lambda: delivery.make(Visitor(name=reader), identity, "pdf").content.close())


@contextmanager
def _planted(ground: Ground, folder: Path) -> Iterator[tuple[Ground, dict[int, uuid.UUID]]]:
    """A copy of a ground whose hospital has an analysis of each size, by how many scenarios it holds."""
    made: dict[int, uuid.UUID] = {}

    def plant() -> None:
        measures = _measures()
        made.update({count: _plant(count, measures) for count in (0, SMALL, REPORTED, BIG)})

    with planted(ground, folder, plant) as copy:
        yield copy, made


def _measures() -> list[Measure]:
    codes = [code for code, _label in terms().choices("typical_measures")]
    made = [measure_of(hospital().id, code, terms(), READER, now()) for code in codes]
    session.add_all(made)
    session.flush()
    return made


def _plant(count: int, measures: list[Measure]) -> uuid.UUID:
    """An analysis with every element of the catalogue and `count` scenarios spread over the matrix."""
    home, at = hospital(), now()
    analysis = Analysis(
        establishment_id=home.id, reference=f"AR-{count}", title=f"Analyse de {count} scénarios", begun_on=today()
    )
    analysis.take_scale("ebios_rm_4x4", scale_of_term(terms().facts("risk_matrices", "ebios_rm_4x4")))
    analysis.touch(READER, at)
    session.add(analysis)
    session.flush()
    elements = [element_of(analysis, code, terms()) for code, _label in terms().choices("asset_types")]
    session.add_all(elements)
    session.flush()
    rows = [_row(analysis, number, home.id) for number in range(1, count + 1)]
    told = {"told": True}
    if rows:
        links: tuple[tuple[type, str, list[Element] | list[Measure]], ...] = (
            (ScenarioElement, "element_id", elements), (ScenarioMeasure, "measure_id", measures),
        )  # fmt: skip
        session.execute(insert(Scenario), rows, execution_options=told)
        for model, column, known in links:
            pairs = [
                {
                    "id": uuid.uuid4(),
                    "created_at": at,
                    "scenario_id": row["id"],
                    column: known[(row["number"] + step) % len(known)].id,
                }
                for row in rows
                for step in range(3)
            ]
            session.execute(insert(model), pairs, execution_options=told)
    assert session.scalar(select(Analysis.id).where(Analysis.id == analysis.id))
    return analysis.id


def _row(analysis: Analysis, number: int, home: uuid.UUID) -> dict[str, Any]:
    severity, likelihood = number % 4 + 1, number // 4 % 4 + 1
    return {
        "id": uuid.uuid4(), "created_at": now(), "establishment_id": home, "analysis_id": analysis.id, "number": number,
        "title": f"Scénario {number} : panne d’un composant du système d’information", "axis": list(Axis)[number % 2],
        "category": "disponibilite", "threat": "Une panne que personne n’a vue venir.", "criteria": ["D", "I"],
        "sources": ["technical"], "inherent_severity": severity, "inherent_likelihood": likelihood,
        "current_severity": severity, "current_likelihood": max(1, likelihood - 1), "residual_severity": severity,
        "residual_likelihood": 1, "treatment": Treatment.REDUCE, "owner_name": "Daniel Silva", "due_on": today(),
        "updated_at": now(), "updated_by": READER, "revision": 1, "words": f"scenario {number}",
    }  # fmt: skip
