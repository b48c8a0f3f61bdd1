"""Risk analyses made of objects alone, for what asks nothing of a database, and rows for what does."""

import datetime as dt
import uuid
from typing import Any

from exports.risks.dossier import Dossier
from models.establishments import Establishment, Group
from models.measures import Measure, MeasureState
from models.plan import Action, State
from models.register.catalogue import Terms
from models.risks.analysis import Analysis
from models.risks.beginning import new_scenario
from models.risks.parts import Element, Interview
from models.risks.scale import Scale, scale_of_term
from models.risks.scenario import Scenario
from models.risks.words import Axis, Classification, Method, Standing, Treatment
from seed.catalogue import load_terms

AT = dt.datetime(2026, 5, 4, 10, tzinfo=dt.UTC)
TODAY = AT.date()
TERMS = Terms(load_terms())


def scale(matrix: str = "ebios_rm_4x4") -> Scale:
    """A scale of the catalogue."""
    return scale_of_term(TERMS.facts("risk_matrices", matrix))


def analysis(**more: Any) -> Analysis:
    """An analysis in progress."""
    hospital = Establishment(id=uuid.uuid4(), code="CHA", name="CH de l’Anse", group=Group(name="GHT du Ponant"))
    made = Analysis(
        id=uuid.uuid4(), establishment=hospital, establishment_id=hospital.id, reference="AR-2026-01",
        title="Analyse du système d’information", method=Method.LIGHT, classification=Classification.RESTRICTED,
        begun_on=TODAY, standing=Standing.DRAFT, **more,
    )  # fmt: skip
    made.take_scale("ebios_rm_4x4", scale())
    return made


def scenario(of: Analysis, number: int = 1, **values: Any) -> Scenario:
    """A scenario of an analysis."""
    return new_scenario(of, number, "Rachid Simon", AT, **{"title": "Panne du DPI", "axis": Axis.MAJOR, **values})


def dossier(count: int = 2, **more: Any) -> Dossier:
    """An analysis with `count` scenarios, rated each otherwise, an element, an interview, a measure and an action."""
    of = analysis()
    element = Element(
        id=uuid.uuid4(), analysis=of, analysis_id=of.id, name="Serveurs = virtualisation", kind="serveurs"
    )
    alone = Element(id=uuid.uuid4(), analysis=of, analysis_id=of.id, name="Onduleur")
    met = Interview(id=uuid.uuid4(), analysis=of, analysis_id=of.id, name="Claire Le Goff", held_on=TODAY)
    measure = Measure(
        id=uuid.uuid4(), establishment_id=of.establishment_id, reference="M46", title="Copie immuable",
        state=MeasureState.PLANNED,
    )  # fmt: skip
    scenarios = []
    for place in range(count):
        severity, likelihood = place % 4 + 1, place // 4 % 4 + 1
        one = scenario(
            of, place + 1, title=f"Scénario {place + 1}", axis=list(Axis)[place % 2], sources=["technical"],
            criteria=["D"], inherent_severity=severity, inherent_likelihood=likelihood, current_severity=severity,
            current_likelihood=likelihood, residual_severity=severity, residual_likelihood=1,
            treatment=Treatment.REDUCE, owner_name="Daniel Silva", due_on=TODAY, interview=met,
        )  # fmt: skip
        one.threaten([element])
        one.rely_on([measure])
        scenarios.append(one)
    action = Action(
        title="Acheter la copie", state=State.TODO, due_on=TODAY - dt.timedelta(days=3), owner_name="Daniel Silva"
    )
    return Dossier(
        of, "EBIOS RM 4 × 4", scenarios, [element, alone], [met], [action], "Rachid Simon", AT, TERMS, **more
    )
