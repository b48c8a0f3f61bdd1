"""What protects a record and what threatens it, as its page shows them to whoever may read those (« Sécurité »)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from governance.database import session
from governance.visitor import visitor
from models.inventory.application import Application
from models.measures import Measure, MeasureActivity
from models.permissions import Permission
from models.register.activity import Activity
from models.risks.analysis import Analysis
from models.risks.parts import Element
from models.risks.scenario import Scenario, ScenarioElement

SHOWN = 50
"""How many scenarios a page lists; a record that more of them threaten is read in its analysis."""


@dataclass(frozen=True)
class Protection:
    """The measures and the scenarios of a record, for templates/risks/_protection.html; None hides the list."""

    measures: Sequence[Measure] | None
    scenarios: Sequence[Scenario] | None


def protection_of_activity(activity: Activity) -> Protection:
    """The measures that protect a record of the register, and the scenarios in course that start from it."""
    protecting = select(MeasureActivity.measure_id).where(MeasureActivity.activity_id == activity.id)
    query = select(Measure).where(visitor().reads(Measure), Measure.id.in_(protecting)).order_by(Measure.reference)
    measures = session.scalars(query).all() if visitor().may(Permission.MEASURES_READ, activity) else None
    return Protection(measures, _scenarios(activity, Scenario.activity_id == activity.id))


def protection_of_application(application: Application) -> Protection:
    """The scenarios in course that threaten the elements which an application is."""
    elements = select(Element.id).where(Element.application_id == application.id)
    threatening = select(ScenarioElement.scenario_id).where(ScenarioElement.element_id.in_(elements))
    return Protection(None, _scenarios(application, Scenario.id.in_(threatening)))


def _scenarios(thing: Any, rule: ColumnElement[bool]) -> Sequence[Scenario] | None:
    if not visitor().may(Permission.RISKS_READ, thing):
        return None
    query = (
        select(Scenario)
        .join(Scenario.analysis)
        .options(joinedload(Scenario.analysis))
        .where(visitor().sees(Scenario, Permission.RISKS_READ), Analysis.latest(), rule)
        .order_by(Analysis.reference.desc(), Scenario.number)
    )
    return session.scalars(query.limit(SHOWN)).all()
