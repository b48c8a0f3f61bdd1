"""What the notices' screens list and count, within what the visitor may see."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from governance.database import session
from governance.lists import Page, paged
from governance.visitor import Visitor
from models.base import today
from models.establishments import Establishment
from models.notices.composing import Contacts
from models.notices.notice import NoticePick, NoticeSource, NoticeVersion, PatientNotice
from models.notices.words import Audience, NoticeStatus
from models.permissions import Permission
from models.positions.nomination import Nomination
from models.register.activity import Activity
from models.register.parts import PersonGroup
from models.register.words import Kind, Status
from models.search import matching
from seed.notices import for_patients

READ = Permission.NOTICES_READ
TO_REVISE = "a-reviser"
SORTS = {
    "titre": PatientNotice.title,
    "public": PatientNotice.audience,
    "etat": PatientNotice.status,
    "maj": PatientNotice.updated_at,
}
PATIENTS = ("patient", "minor_patient", "protected_adult", "donor", "research_subject")
"""The categories of persons whom the information of patients is about."""


def listed(who: Visitor, args: Any) -> Select[Any]:
    """The identities of the notices that she reads and that the filters of `args` keep."""
    return select(PatientNotice.id).where(who.sees(PatientNotice, READ), *_kept(who, args))


def _kept(who: Visitor, args: Any) -> Iterator[ColumnElement[bool]]:
    if typed := args.get("q", "").strip():
        yield matching(PatientNotice.words, typed[:200])
    if args.get("etat") in NoticeStatus.__members__.values():
        yield PatientNotice.status == NoticeStatus(args["etat"])
    if args.get("public") in Audience.__members__.values():
        yield PatientNotice.audience == Audience(args["public"])
    if args.get("montrer") == TO_REVISE:
        yield PatientNotice.id.in_(to_revise(who))


def lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Notices of a list with their version in force and how many activities they tell of, by identity."""
    count = select(func.count()).where(NoticePick.notice_id == PatientNotice.id).correlate(PatientNotice)
    rows = session.execute(
        select(PatientNotice, NoticeVersion, count.scalar_subquery().label("activities"))
        .outerjoin(NoticeVersion, in_force())
        .options(joinedload(PatientNotice.establishment))
        .where(PatientNotice.id.in_(ids))
    )
    return {row.PatientNotice.id: row for row in rows}


def in_force() -> ColumnElement[bool]:
    """SQL: the version that a notice serves."""
    return and_(NoticeVersion.notice_id == PatientNotice.id, NoticeVersion.number == PatientNotice.published_number)


def to_revise(who: Visitor) -> list[uuid.UUID]:
    """The published notices that she reads whose records changed since, or whose contacts did. Two queries."""
    return revised(who.sees(PatientNotice, READ))


def revised(scope: ColumnElement[bool]) -> list[uuid.UUID]:
    """The published notices of `scope` that no longer say what the register, or the contacts, say."""
    published = and_(PatientNotice.status == NoticeStatus.PUBLISHED, scope)
    moved = exists(
        select(NoticeSource.id)
        .join(NoticeVersion, NoticeVersion.id == NoticeSource.version_id)
        .join(Activity, Activity.id == NoticeSource.activity_id)
        .where(in_force(), has_moved())
    ).correlate(PatientNotice)
    columns = PatientNotice.id, PatientNotice.published_contacts, moved.label("moved"), Establishment
    known = selectinload(Establishment.officers).joinedload(Nomination.person)
    rows = session.execute(select(*columns).join(PatientNotice.establishment).where(published).options(known)).all()
    now = {row.Establishment.id: Contacts.of(row.Establishment, today()).told() for row in rows}
    return [row.id for row in rows if row.moved or row.published_contacts != now[row.Establishment.id]]


def has_moved() -> ColumnElement[bool]:
    """SQL: what `NoticeSource.is_stale` says."""
    return or_(Activity.status != Status.VALIDATED, Activity.validated_version != NoticeSource.seen)


def for_patients_rule() -> ColumnElement[bool]:
    """SQL: the activities of which patients are to be told: by their typical processing, or whom they concern."""
    persons = exists(
        select(PersonGroup.id).where(PersonGroup.activity_id == Activity.id, PersonGroup.category.in_(PATIENTS))
    )
    return and_(
        Activity.kind != Kind.PROCESSOR,
        Activity.status != Status.ARCHIVED,
        or_(Activity.typical_code.in_(for_patients()), and_(Activity.typical_code.is_(None), persons)),
    )


def covered() -> ColumnElement[bool]:
    """SQL: a notice in force tells of the activity."""
    return exists(
        select(NoticeSource.id)
        .join(NoticeVersion, NoticeVersion.id == NoticeSource.version_id)
        .join(PatientNotice, in_force())
        .where(NoticeSource.activity_id == Activity.id, PatientNotice.status == NoticeStatus.PUBLISHED)
    ).correlate(Activity)


def uncovered(who: Visitor) -> ColumnElement[bool]:
    """SQL: the activities that she reads, that concern patients, and of which no notice in force tells."""
    return and_(who.sees(Activity, Permission.REGISTER_READ), for_patients_rule(), ~covered())


def choices(place_id: uuid.UUID, named: Sequence[uuid.UUID]) -> list[Activity]:
    """The validated activities of an establishment that a notice may tell of, those that concern patients first; and
    those of `named` that are there, so that nothing chosen is lost."""
    offered = and_(Activity.status == Status.VALIDATED, Activity.kind != Kind.PROCESSOR)
    query = select(Activity).where(Activity.establishment_id == place_id, or_(offered, Activity.id.in_(named)))
    return list(session.scalars(query.order_by(cast(~for_patients_rule(), Integer), Activity.reference)))


def advised(place_id: uuid.UUID) -> list[uuid.UUID]:
    """Those of `choices` that a notice for patients should tell of."""
    query = select(Activity.id).where(
        Activity.establishment_id == place_id, Activity.status == Status.VALIDATED, for_patients_rule()
    )
    return list(session.scalars(query))


def is_taken(slug: str) -> bool:
    return session.scalar(select(PatientNotice.id).where(PatientNotice.slug == slug)) is not None


def coverage(who: Visitor) -> Page:
    """The activities that no notice covers, a page at a time."""
    sorts = {"reference": Activity.reference, "traitement": Activity.name, "etat": Activity.status}
    return paged(select(Activity.id).where(uncovered(who)), sorts, "reference", details=_activities)


def _activities(ids: list[uuid.UUID]) -> dict[uuid.UUID, Activity]:
    query = select(Activity).options(joinedload(Activity.establishment)).where(Activity.id.in_(ids))
    return {one.id: one for one in session.scalars(query)}


def counted(who: Visitor) -> tuple[int, int]:
    """(activities for patients that a notice in force tells of, activities for patients)."""
    seen = and_(who.sees(Activity, Permission.REGISTER_READ), for_patients_rule())
    row = session.execute(select(func.sum(case((covered(), 1), else_=0)), func.count()).where(seen)).one()
    return row[0] or 0, row[1]
