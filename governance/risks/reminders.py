"""What the room calls to mind at night; it names references, days and how many, never what is weak."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from governance.database import session
from models.establishments import Establishment
from models.risks.analysis import Analysis
from models.risks.scenario import Scenario
from models.vocabulary import N_, Vocabulary

AHEAD = dt.timedelta(days=60)
"""How long before its review an analysis is called to mind: the time of the interviews."""
SOON = dt.timedelta(days=30)
"""How long before its day a scenario, or an acceptance, is."""

Found = dict[Establishment, list["Reminder"]]


class Subject(Vocabulary):
    ANALYSIS = "analysis", N_("Analyse à réviser")
    SCENARIO = "scenario", N_("Scénarios à revoir")
    ACCEPTANCE = "acceptance", N_("Acceptations à réexaminer")


@dataclass(frozen=True)
class Reminder:
    """One thing to do: its subject, the analysis it is in, its (first) day, and of how many things it is one."""

    subject: Subject
    reference: str
    day: dt.date
    count: int = 1


def reminders(today: dt.date) -> Found:
    """On the first of the month, what the RSSI of each establishment is to look at again; nothing on other days."""
    found: Found = {}
    if today.day == 1:
        _analyses(today, found)
        _scenarios(today, found)
    return found


def _analyses(today: dt.date, found: Found) -> None:
    query = select(Analysis).where(Analysis.to_review(today + AHEAD)).options(joinedload(Analysis.establishment))
    for one in session.scalars(query.order_by(Analysis.review_on, Analysis.reference)):
        if one.review_on is not None:
            found.setdefault(one.establishment, []).append(Reminder(Subject.ANALYSIS, one.reference, one.review_on))


def _scenarios(today: dt.date, found: Found) -> None:
    """By analysis, those that nobody accepted and those that somebody did; an acceptance is never for ever."""
    accepted = Scenario.accepted_on.is_not(None)
    query = (
        select(Establishment, Analysis.reference, accepted, func.count(), func.min(Scenario.review_on))
        .join(Analysis, Analysis.establishment_id == Establishment.id)
        .join(Scenario, Scenario.analysis_id == Analysis.id)
        .where(Analysis.latest(), Scenario.to_review(today + SOON))
        .group_by(Establishment.id, Analysis.id, accepted)
        .order_by(Analysis.reference, accepted)
    )
    for place, reference, is_accepted, count, first in session.execute(query):
        subject = Subject.ACCEPTANCE if is_accepted else Subject.SCENARIO
        if first is not None:
            found.setdefault(place, []).append(Reminder(subject, reference, first, count))
