"""Where the information of patients stands: what is in force, what is to be revised, what no notice covers."""

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, selectinload

from models.establishments import Establishment
from models.notices.notice import NoticeSource, NoticeVersion, PatientNotice
from models.notices.order import Contacts
from models.notices.words import NoticeStatus
from models.positions.nomination import Nomination
from models.register.activity import Activity
from models.register.parts import PersonGroup
from models.register.words import Kind, Status

PATIENTS = ("patient", "minor_patient", "protected_adult", "donor", "research_subject")
"""The categories of persons whom the information of patients is about."""


def in_force() -> ColumnElement[bool]:
    """SQL: the version that a notice serves."""
    return and_(NoticeVersion.notice_id == PatientNotice.id, NoticeVersion.number == PatientNotice.published_number)


def has_moved() -> ColumnElement[bool]:
    """SQL: what `NoticeSource.is_stale` says."""
    return or_(Activity.status != Status.VALIDATED, Activity.validated_version != NoticeSource.seen)


def revised(session: Session, scope: ColumnElement[bool], today: dt.date) -> list[uuid.UUID]:
    """The published notices of `scope` that no longer say what the register, or the contacts, say. Two queries."""
    moved = exists(
        select(NoticeSource.id)
        .join(NoticeVersion, NoticeVersion.id == NoticeSource.version_id)
        .join(Activity, Activity.id == NoticeSource.activity_id)
        .where(in_force(), has_moved())
    ).correlate(PatientNotice)
    columns = PatientNotice.id, PatientNotice.published_contacts, moved.label("moved"), Establishment
    known = selectinload(Establishment.officers).joinedload(Nomination.person)
    rows = session.execute(
        select(*columns)
        .join(PatientNotice.establishment)
        .where(PatientNotice.status == NoticeStatus.PUBLISHED, scope)
        .options(known)
    ).all()
    present = {row.Establishment.id: Contacts.of(row.Establishment, today).told() for row in rows}
    return [row.id for row in rows if row.moved or row.published_contacts != present[row.Establishment.id]]


def for_patients(codes: Collection[str]) -> ColumnElement[bool]:
    """SQL: the activities of which patients are to be told: by their typical processing (`codes`), or whom they
    concern."""
    persons = select(PersonGroup.id).where(PersonGroup.activity_id == Activity.id, PersonGroup.category.in_(PATIENTS))
    return and_(
        Activity.kind != Kind.PROCESSOR,
        Activity.status != Status.ARCHIVED,
        or_(Activity.typical_code.in_(codes), and_(Activity.typical_code.is_(None), exists(persons))),
    )


def covered() -> ColumnElement[bool]:
    """SQL: a notice in force tells of the activity."""
    return exists(
        select(NoticeSource.id)
        .join(NoticeVersion, NoticeVersion.id == NoticeSource.version_id)
        .join(PatientNotice, in_force())
        .where(NoticeSource.activity_id == Activity.id, PatientNotice.status == NoticeStatus.PUBLISHED)
    ).correlate(Activity)
