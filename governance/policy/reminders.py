"""What the security policy calls to mind; a mail names references and days, never what is weak."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, or_, select

from governance.database import session
from governance.reminding import Due, reminds
from models.establishments import Establishment
from models.permissions import Permission, Role
from models.policy.derogation import Derogation
from models.policy.findings import PolicyAudit
from models.policy.meeting import EACH_YEAR, PolicyMeeting
from models.policy.policy import Policy, PolicyVersion
from models.policy.words import IN_COURSE, PolicyStatus
from models.reminders import Subject
from models.vocabulary import N_

BEFORE = (60, 30, 7, 0)
"""How many days before its end a derogation is called to mind (derogation form of the model), or a policy's review."""
AUDIT_EVERY = dt.timedelta(days=365)
"""How long after an audit of the policy the next one is due (programme of the model: each check once a year)."""
SECOND_HALF = 7
"""From that month on, a year in which a meeting with the management lacks is called to mind."""


def _derogations(day: Any, until: dt.date) -> Iterator[Derogation]:
    query = select(Derogation).where(Derogation.status.in_(IN_COURSE), day <= until)
    return iter(session.scalars(query.order_by(day, Derogation.reference)))


@reminds(Subject.POLICY, N_("Fin d’une dérogation"), to=(Role.RSSI,), steps=BEFORE, required=True)
def derogations(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Derogations in course, by their end."""
    for one in _derogations(Derogation.ends_on, until):
        yield Due(one, one.ends_on, one.reference)


@reminds(Subject.POLICY, N_("Point de contrôle d’une dérogation"), to=(Role.RSSI,), steps=(7, 0))
def derogation_checks(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Derogations in course, by the day on which they are looked at; a past one is left to their end."""
    for one in _derogations(Derogation.check_on, until):
        if one.check_on is not None and one.check_on >= today:
            yield Due(one, one.check_on, one.reference)


@reminds(
    Subject.POLICY, N_("Revue de la PSSI"), to=(Role.RSSI,), steps=BEFORE, required=True, needs=Permission.POLICY_READ
)
def reviews(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Published policies, by their next review."""
    query = select(Policy).where(Policy.review_on <= until, Policy.status == PolicyStatus.PUBLISHED)
    for one in session.scalars(query.order_by(Policy.review_on, Policy.title)):
        yield Due(one, one.review_on, one.title, at=("policy.show", {"identity": one.id}))


@reminds(Subject.POLICY, N_("Audit de sécurité à mener"), to=(Role.RSSI,))
def audits(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Audits planned and not held."""
    query = select(PolicyAudit).where(PolicyAudit.held_on.is_(None), PolicyAudit.planned_on <= until)
    for one in session.scalars(query.order_by(PolicyAudit.planned_on, PolicyAudit.reference)):
        yield Due(one, one.planned_on, one.reference)


@reminds(Subject.POLICY, N_("Contrôles et audits de l’année"), to=(Role.RSSI,), needs=Permission.POLICY_READ)
def yearly_audits(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Where a policy is in force and none of its checks or audits is planned, a year after the last (HOP’EN P2.4,
    objective 5); after the policy itself, where none was ever made."""
    last = select(func.max(PolicyAudit.held_on)).where(PolicyAudit.establishment_id == Establishment.id)
    planned = select(PolicyAudit.id).where(
        PolicyAudit.establishment_id == Establishment.id, PolicyAudit.held_on.is_(None), PolicyAudit.planned_on >= today
    )
    began = func.min(PolicyVersion.effective_on)
    query = select(Establishment, began, last.scalar_subquery()).join(PolicyVersion).join(PolicyVersion.policy)
    kept = query.where(Policy.status == PolicyStatus.PUBLISHED, ~planned.exists()).group_by(Establishment.id)
    for place, first, held in session.execute(kept.order_by(Establishment.name)):
        day = (held or first) + AUDIT_EVERY
        if day <= until:
            yield Due(place, day, "", at=("policy.audits", {}))


@reminds(Subject.POLICY, N_("Réunion de sécurité à tenir, compte rendu à écrire"), to=(Role.RSSI,), steps=(7, 0))
def meetings(today: dt.date, until: dt.date) -> Iterator[Due]:
    """Meetings without minutes, by their day."""
    written = or_(PolicyMeeting.minutes.is_(None), PolicyMeeting.minutes == "")
    query = select(PolicyMeeting).where(PolicyMeeting.held_on <= until, written)
    for one in session.scalars(query.order_by(PolicyMeeting.held_on)):
        yield Due(one, one.held_on, one.journal_title())


@reminds(Subject.POLICY, N_("Prochaine réunion de sécurité à fixer"), to=(Role.RSSI,), steps=(30, 7, 0))
def next_meetings(today: dt.date, until: dt.date) -> Iterator[Due]:
    """The next meeting that the last one of each kind announced."""
    place = func.row_number().over(
        partition_by=(PolicyMeeting.establishment_id, PolicyMeeting.kind), order_by=PolicyMeeting.held_on.desc()
    )
    ranked = select(PolicyMeeting.id, place.label("place")).subquery()
    last = select(PolicyMeeting).join(ranked, ranked.c.id == PolicyMeeting.id).where(ranked.c.place == 1)
    for one in session.scalars(last.where(PolicyMeeting.next_on <= until).order_by(PolicyMeeting.next_on)):
        yield Due(one, one.next_on, one.kind.label)


@reminds(
    Subject.POLICY,
    N_("Revues de direction de l’année"),
    to=(Role.RSSI,),
    steps=(184, 92, 30, 7, 0),
    needs=Permission.POLICY_READ,
)
def management_reviews(today: dt.date, until: dt.date) -> Iterator[Due]:
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
    count = func.coalesce(held.c.held, 0)
    query = select(Establishment, count).outerjoin(held, held.c.establishment_id == Establishment.id)
    for place, done in session.execute(query.where(Establishment.id.in_(kept), count < EACH_YEAR)):
        title = f"{done} / {EACH_YEAR}"
        yield Due(place, dt.date(today.year, 12, 31), title, at=("policy.meetings", {}))
