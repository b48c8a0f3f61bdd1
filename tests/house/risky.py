"""The risk analyses' part of the ground: a draft with an element, an interview, a scenario and a measure."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from models.base import now, today
from models.measures import Measure, MeasureState
from models.register.catalogue import Term
from models.risks.analysis import Analysis
from models.risks.parts import Element, Interview
from models.risks.scale import scale_of_term
from models.risks.scenario import Scenario
from models.risks.words import Axis

KINDS = ("analysis", "measure", "scenario", "element", "interview")
KINDS_OF_ENDPOINTS = {
    "risks.measure": "measure",
    "risks.edit_measure": "measure",
    "risks.save_measure": "measure",
    "risks.protected": "measure",
    "risks.protect": "measure",
    **{f"risks.{word}scenario": "scenario" for word in ("", "edit_", "save_", "remove_")},
    **{f"risks.{verb}_{kind}": kind for kind in ("element", "interview") for verb in ("edit", "save", "remove")},
}


def draft(session: Session, place: uuid.UUID, reference: str = "AR-2026-01", matrix: str = "ebios_rm_4x4") -> Analysis:
    """An analysis in progress, on a scale of the catalogue."""
    analysis = Analysis(
        establishment_id=place, reference=reference, title="Analyse du système d’information", begun_on=today()
    )
    analysis.take_scale(matrix, scale_of_term(session.get_one(Term, ("risk_matrices", matrix)).facts))
    analysis.touch("Rachid Simon", now())
    session.add(analysis)
    session.flush()
    return analysis


def lay_risks(session: Session, place: uuid.UUID) -> dict[str, Any]:
    """Make one of each in an establishment, and give them by kind."""
    analysis = draft(session, place)
    element = Element(analysis=analysis, name="Serveurs du bloc", kind="serveurs")
    interview = Interview(analysis=analysis, name="Claire Le Goff", held_on=today(), summary="Craint la panne du DPI.")
    measure = Measure(
        establishment_id=place, reference="MS01", title="Sauvegarde hors ligne", state=MeasureState.PLANNED
    )
    measure.touch("Rachid Simon", now())
    session.add_all([element, interview, measure])
    session.flush()
    scenario = Scenario(
        establishment_id=place, analysis=analysis, analysis_id=analysis.id, number=1, title="Rançongiciel au bloc",
        axis=Axis.INFRASTRUCTURE, inherent_severity=4, inherent_likelihood=3, interview_id=interview.id,
    )  # fmt: skip
    session.add(scenario)
    scenario.threaten([element])
    scenario.rely_on([measure])
    scenario.touch("Rachid Simon", now())
    session.flush()
    return {
        "analysis": analysis, "measure": measure, "scenario": scenario, "element": element, "interview": interview,
    }  # fmt: skip
