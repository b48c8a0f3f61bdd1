"""What the analysis of risks calls to mind; a mail names references and days, never what is weak."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import joinedload

from governance.database import session
from governance.reminding import Due, Reader, reminds
from models.measures import EXPECTED, Measure
from models.people import Person
from models.permissions import Role
from models.reminders import Subject
from models.risks.analysis import Analysis
from models.risks.scenario import Scenario
from models.vocabulary import N_


@reminds(Subject.RISKS, N_("Analyse de risques à réviser"), to=(Role.RSSI,), steps=(60, 30, 7, 0), required=True)
def analyses(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Validated analyses that no other replaced, by their review."""
    query = select(Analysis).where(Analysis.to_review(until))
    for one in session.scalars(query.order_by(Analysis.review_on, Analysis.reference)):
        yield Due(one, one.review_on, one.reference)


def _scenarios(column: Any, until: dt.date, *rules: Any) -> Iterator[Due]:
    """One thing for each analysis that has open scenarios with a day in `column`: the first day, and how many."""
    first, count = func.min(column), func.count()
    query = select(Analysis, first, count).join(Scenario, Scenario.analysis_id == Analysis.id).group_by(Analysis.id)
    open_ = query.where(Analysis.latest(), Scenario.closed_on.is_(None), column <= until, *rules)
    for one, day, number in session.execute(open_.order_by(first, Analysis.reference)):
        yield Due(one, day, f"{one.reference} ({number})")


@reminds(Subject.RISKS, N_("Risques acceptés à réexaminer"), to=(Role.RSSI,), required=True)
def acceptances(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Risks that somebody accepted, by the day to look at them again: an acceptance is never for ever."""
    return _scenarios(Scenario.review_on, until, Scenario.accepted_on.is_not(None))


@reminds(Subject.RISKS, N_("Scénarios de risque à revoir"), to=(Role.RSSI,))
def scenarios(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Other scenarios, by the day to look at them again."""
    return _scenarios(Scenario.review_on, until, Scenario.accepted_on.is_(None))


@reminds(Subject.RISKS, N_("Risques à traiter"), to=(Role.RSSI,))
def treatments(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Scenarios that are neither closed nor accepted, by the day their treatment was to be done."""
    return _scenarios(Scenario.due_on, until, Scenario.accepted_on.is_(None))


@reminds(Subject.RISKS, N_("Mesure de sécurité à mettre en place"), to=(Role.RSSI,), above=(Role.RSSI,), narrows=True)
def measures(today: dt.date, until: dt.date, reader: Reader) -> Iterator[Due]:
    """Measures decided and not there yet, by their day; whoever is in charge is told first."""
    answers = reader.here(Measure) if reader.answers((Role.RSSI,)) else false()
    hers = or_(answers, Measure.person.has(Person.user_id.in_(reader.team)))
    query = select(Measure).where(Measure.state.in_(EXPECTED), Measure.due_on <= until, hers)
    for one in session.scalars(query.options(joinedload(Measure.person)).order_by(Measure.due_on, Measure.reference)):
        yield Due(
            one,
            one.due_on,
            one.reference,
            owner_id=one.person.user_id if one.person else None,
            owner_name=one.owner_name,
        )
