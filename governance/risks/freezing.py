"""What the management's validation does: it checks, keeps a snapshot with its digest, and freezes the analysis."""

import datetime as dt
from typing import Any

from sqlalchemy import func, select

from governance import checkpoints
from governance.database import session
from governance.risks import figures, queries
from governance.visitor import Visitor
from models.base import now, today
from models.risks.analysis import Analysis
from models.risks.scenario import Scenario
from models.risks.sealing import tell_validated
from models.risks.snapshot import snapshot
from models.rules import RuleBroken
from models.versions import publish
from models.vocabulary import N_


def next_review(on: dt.date) -> dt.date:
    """A year after: the operational cycle of the domain note (5.1)."""
    return on + dt.timedelta(days=365)


def approve(who: Visitor, analysis: Analysis, form: Any) -> None:
    """Validate the analysis for the management. Raises RuleBroken on what is left to settle."""
    if form.approved_on.data > today():
        raise RuleBroken("approved_on", N_("La date de la validation est dans le futur."))
    counts = {key: count for key, _title, count, _tone in figures.questions(analysis, analysis.scale, today())}
    if counts["sans-reponse"]:
        raise RuleBroken("", N_("Chaque risque élevé doit avoir une mesure prévue ou une acceptation signée."))
    if counts["a-coter"]:
        raise RuleBroken("", N_("Des scénarios ne sont pas cotés : cotez-les, clôturez-les ou retirez-les."))
    if not session.scalar(select(func.count()).select_from(Scenario).where(Scenario.analysis_id == analysis.id)):
        raise RuleBroken("", N_("L’analyse ne contient aucun scénario."))
    parts = queries.all_scenarios(analysis), queries.elements(analysis), queries.interviews(analysis)
    with session.no_autoflush:
        analysis.approve(
            form.approved_by.data, form.approved_function.data, form.approved_on.data, form.review_on.data,
            form.approval_note.data,
        )  # fmt: skip
        version = publish(session(), analysis, snapshot(analysis, *parts), who.name, now(), form.approval_note.data)
        analysis.freeze(version.digest, who.name, now())
    tell_validated(session(), version, analysis, *parts)
    checkpoints.attest(analysis)


def throw_away(analysis: Analysis) -> None:
    """Delete a draft with its scenarios, elements and interviews, one by one, so that the journal tells each."""
    for scenario in queries.all_scenarios(analysis):
        session.delete(scenario)
    session.flush()
    found = queries.elements(analysis)
    for element in found:
        element.rests_on = None
    session.flush()
    for part in (*found, *queries.interviews(analysis)):
        session.delete(part)
    session.flush()
    session.delete(analysis)
    session.flush()
