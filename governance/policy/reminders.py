"""What the room calls to mind at night; it names references and days, never what is weak."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from governance.database import session
from models.establishments import Establishment
from models.policy.derogation import Derogation
from models.policy.findings import PolicyAudit
from models.policy.meeting import EACH_YEAR, PolicyMeeting
from models.policy.policy import Policy
from models.policy.words import IN_COURSE, PolicyStatus
from models.vocabulary import N_, Vocabulary

BEFORE = (60, 30, 7)
"""How many days before its end a derogation is called to mind (derogation form of the model); then the day after."""
REVIEW_AHEAD = dt.timedelta(days=60)
SECOND_HALF = 7
"""From that month on, a year in which a meeting with the management lacks is called to mind."""

Found = dict[Establishment, list["Reminder"]]


class Subject(Vocabulary):
    DEROGATION = "derogation", N_("Dérogation")
    REVIEW = "review", N_("Revue de la PSSI")
    AUDIT = "audit", N_("Audit à faire")
    MEETING = "meeting", N_("Revues de direction de l’année")


@dataclass(frozen=True)
class Reminder:
    """One thing to do: its subject, how it is called without saying anything of it, and its day."""

    subject: Subject
    reference: str
    day: dt.date


def reminders(today: dt.date) -> Found:
    """What the RSSI of each establishment is to be told today: terms of derogations each day, the rest monthly."""
    found: Found = {}
    _derogations(today, found)
    if today.day == 1:
        _reviews(today, found)
        _audits(today, found)
        _meetings(today, found)
    return found


def _derogations(today: dt.date, found: Found) -> None:
    days = [today + dt.timedelta(days=count) for count in (*BEFORE, -1)]
    query = select(Derogation).where(Derogation.status.in_(IN_COURSE), Derogation.ends_on.in_(days))
    for one in session.scalars(query.options(joinedload(Derogation.establishment)).order_by(Derogation.ends_on)):
        found.setdefault(one.establishment, []).append(Reminder(Subject.DEROGATION, one.reference, one.ends_on))


def _reviews(today: dt.date, found: Found) -> None:
    near = Policy.review_on <= today + REVIEW_AHEAD, Policy.status == PolicyStatus.PUBLISHED
    for one in session.scalars(select(Policy).where(*near).options(joinedload(Policy.establishment))):
        if one.review_on is not None:
            found.setdefault(one.establishment, []).append(Reminder(Subject.REVIEW, one.title, one.review_on))


def _audits(today: dt.date, found: Found) -> None:
    late = PolicyAudit.held_on.is_(None), PolicyAudit.planned_on < today
    for one in session.scalars(select(PolicyAudit).where(*late).options(joinedload(PolicyAudit.establishment))):
        if one.planned_on is not None:
            found.setdefault(one.establishment, []).append(Reminder(Subject.AUDIT, one.reference, one.planned_on))


def _meetings(today: dt.date, found: Found) -> None:
    """Where a policy is in force and the year is half over, whether its meetings with the management are held."""
    if today.month < SECOND_HALF:
        return
    held = (
        select(PolicyMeeting.establishment_id, func.count().label("held"))
        .where(PolicyMeeting.held_in(today.year, today))
        .group_by(PolicyMeeting.establishment_id)
        .subquery()
    )
    kept = select(Policy.establishment_id).where(Policy.status == PolicyStatus.PUBLISHED)
    query = (
        select(Establishment, func.coalesce(held.c.held, 0))
        .outerjoin(held, held.c.establishment_id == Establishment.id)
        .where(Establishment.id.in_(kept), func.coalesce(held.c.held, 0) < EACH_YEAR)
    )
    for place, count in session.execute(query):
        done = f"{count} / {EACH_YEAR}"
        found.setdefault(place, []).append(Reminder(Subject.MEETING, done, dt.date(today.year, 12, 31)))
