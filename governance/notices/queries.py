"""What the notices' screens list and count, within what the visitor may see."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, or_, select
from sqlalchemy.orm import joinedload

from governance.database import session
from governance.lists import Page, paged
from governance.visitor import Visitor
from models.base import today
from models.notices import standing
from models.notices.notice import NoticePick, NoticeVersion, PatientNotice
from models.notices.words import Audience, NoticeStatus
from models.permissions import Permission
from models.register.activity import Activity
from models.register.words import Kind, Status
from models.rights import DataSubjectRequest, RequestActivity
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
        .outerjoin(NoticeVersion, standing.in_force())
        .options(joinedload(PatientNotice.establishment))
        .where(PatientNotice.id.in_(ids))
    )
    return {row.PatientNotice.id: row for row in rows}


def to_revise(who: Visitor) -> list[uuid.UUID]:
    """The published notices that she reads whose records changed since, or whose contacts did. Two queries."""
    return standing.revised(session(), who.sees(PatientNotice, READ), today())


def _for_patients() -> ColumnElement[bool]:
    return standing.for_patients(for_patients())


def uncovered(who: Visitor) -> ColumnElement[bool]:
    """SQL: the activities that she reads, that concern patients, and of which no notice in force tells."""
    return and_(who.sees(Activity, Permission.REGISTER_READ), _for_patients(), ~standing.covered())


def choices(place_id: uuid.UUID, named: Sequence[uuid.UUID]) -> list[Activity]:
    """The validated activities of an establishment that a notice may tell of, those that concern patients first; and
    those of `named` that are there, so that nothing chosen is lost."""
    offered = and_(Activity.status == Status.VALIDATED, Activity.kind != Kind.PROCESSOR)
    query = select(Activity).where(Activity.establishment_id == place_id, or_(offered, Activity.id.in_(named)))
    return list(session.scalars(query.order_by(cast(~_for_patients(), Integer), Activity.reference)))


def concerned(request: DataSubjectRequest) -> list[Activity]:
    """The activities that a request is about, by reference."""
    query = select(Activity).join(RequestActivity, RequestActivity.activity_id == Activity.id)
    return list(session.scalars(query.where(RequestActivity.request_id == request.id).order_by(Activity.reference)))


def advised(place_id: uuid.UUID) -> list[uuid.UUID]:
    """Those of `choices` that a notice for patients should tell of."""
    query = select(Activity.id).where(
        Activity.establishment_id == place_id,
        Activity.status == Status.VALIDATED,
        _for_patients(),
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
    seen = and_(who.sees(Activity, Permission.REGISTER_READ), _for_patients())
    row = session.execute(select(func.sum(case((standing.covered(), 1), else_=0)), func.count()).where(seen)).one()
    return row[0] or 0, row[1]
