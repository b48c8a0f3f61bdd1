"""The verbs of an assessment: begun from the last, saved as a draft, validated with what follows from it."""

from sqlalchemy import select

from governance.database import session
from governance.inventory import queries, questionnaire
from governance.inventory.questionnaire import AssessmentForm
from governance.visitor import Visitor
from models.base import now, today
from models.evidence import Attachment
from models.inventory.application import Application
from models.inventory.assessment import Assessment
from models.inventory.followup import Arbitration


def begin(who: Visitor, application: Application) -> Assessment:
    """A draft that starts from the last assessment. Raises RuleBroken while a draft is open."""
    last = queries.last_assessment(application.id)
    made = Assessment.begin(application, queries.criteria(), last, who.name, now())
    session.add(made)
    session.flush()
    return made


def save(who: Visitor, assessment: Assessment, form: AssessmentForm) -> None:
    """Keep what was typed, and answer with what the rules compute where nobody answered."""
    questionnaire.fill(assessment, form)
    assessment.propose()
    assessment.touch(who.name, now())


def validate(who: Visitor, assessment: Assessment) -> list[Arbitration]:
    """Freeze the assessment and its proofs; when the core criteria are met, close the open decisions, and give them.

    Raises RuleBroken naming what is missing.
    """
    last = queries.current_assessment(assessment.application_id)
    assessment.validate(queries.criteria(), last, who.name, now(), today())
    for proof in session.scalars(Attachment.of(assessment)):
        proof.kept = True
    session.flush()
    if not assessment.core_met:
        return []
    query = select(Arbitration).where(
        Arbitration.application_id == assessment.application_id, Arbitration.closed_on.is_(None)
    )
    decisions = list(session.scalars(query))
    for decision in decisions:
        decision.close(assessment.assessed_on, f"Critères principaux atteints à l’audit n° {assessment.number}.")
    return decisions
