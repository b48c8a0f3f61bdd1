"""What the screens of training sessions and meetings list and count."""

import datetime as dt
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import joinedload

from governance.database import session
from governance.visitor import Visitor
from models.establishments import Establishment
from models.people import Person
from models.permissions import Permission
from models.policy.meeting import EACH_YEAR, PolicyMeeting
from models.policy.training import Attendance, TrainingSession, is_trained, rates
from models.policy.words import MeetingKind
from models.search import matching
from models.shares import percent

READ = Permission.POLICY_READ

# Training

SESSION_SORTS = {"date": TrainingSession.held_on, "seance": TrainingSession.title}


def sessions(who: Visitor, args: Any) -> Select[Any]:
    """The identities of the sessions that she reads and that the filters of `args` keep."""
    query = select(TrainingSession.id).where(who.sees(TrainingSession, Permission.TRAINING_READ))
    typed = args.get("q", "").strip()
    return query.where(matching(TrainingSession.words, typed[:200])) if typed else query


@dataclass(frozen=True)
class SessionLine:
    """A session of a list: how many were to come, and how many did."""

    session: TrainingSession
    listed: int
    attended: int


def session_lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, SessionLine]:
    """The sessions of a list, by identity. Two queries."""
    came = func.sum(case((Attendance.attended.is_(True), 1), else_=0))
    rows = session.execute(
        select(Attendance.session_id, func.count(), came)
        .where(Attendance.session_id.in_(ids))
        .group_by(Attendance.session_id)
    )
    counts = {row[0]: (row[1], row[2]) for row in rows}
    query = select(TrainingSession).options(joinedload(TrainingSession.establishment))
    found = session.scalars(query.where(TrainingSession.id.in_(ids)))
    return {one.id: SessionLine(one, *counts.get(one.id, (0, 0))) for one in found}


@dataclass(frozen=True)
class Rate:
    """People present in a department, and those of them who attended a session within a year."""

    place: str
    place_name: str
    department_id: uuid.UUID | None
    department: str | None
    present: int
    trained: int

    @property
    def share(self) -> int:
        return percent(self.trained, self.present)


def rates_by_department(who: Visitor, on: dt.date) -> list[Rate]:
    """The rate of each department, in those establishments that she reads, where she works now. One query."""
    return rates_by_department_of(who.sees(Person, Permission.TRAINING_READ), on)


def rates_by_department_of(condition: Any, on: dt.date) -> list[Rate]:
    """The rate of each department among the persons that `condition` keeps. One query."""
    return [Rate(*row) for row in session.execute(rates(on).where(condition))]


def places_of(found: list[Rate]) -> list[tuple[str, str]]:
    """(code, name) of the establishments that rates come from."""
    return list(dict.fromkeys((one.place, one.place_name) for one in found))


def service_choices(found: list[Rate]) -> list[tuple[str, str]]:
    """The departments that rates come from, each with its establishment where several are shown."""
    several = len(places_of(found)) > 1
    named = [one for one in found if one.department_id is not None]
    choices = [
        (str(one.department_id), f"{one.department} – {one.place_name}" if several else str(one.department))
        for one in named
    ]
    return choices if len(named) == len(found) else [*choices, ("aucun", _("Sans service"))]


def whole_rate(found: list[Rate]) -> Rate:
    """All the departments together."""
    return Rate("", "", None, None, sum(one.present for one in found), sum(one.trained for one in found))


PEOPLE_SORTS = {"nom": Person.sort_name}


def people(who: Visitor, args: Any, on: dt.date) -> Select[Any]:
    """The identities of the persons present, trained or not within a year, of one department or all."""
    query = select(Person.id).where(who.sees(Person, Permission.PEOPLE_READ), Person.is_present(on))
    asked = args.get("service", "")
    if asked == "aucun":
        query = query.where(Person.department_id.is_(None))
    elif asked:
        with suppress(ValueError):
            query = query.where(Person.department_id == uuid.UUID(asked))
    if code := args.get("etablissement", "")[:40]:
        query = query.where(Person.establishment_id.in_(select(Establishment.id).where(Establishment.code == code)))
    trained = args.get("montrer")
    if trained == "sensibilisees":
        return query.where(is_trained(on))
    return query.where(~is_trained(on)) if trained == "a-sensibiliser" else query


def people_lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """The persons of a list with the last session that each attended, by identity. Two queries."""
    shown = joinedload(Person.department), joinedload(Person.establishment)
    query = select(Person).options(*shown).where(Person.id.in_(ids))
    last = dict(
        session.execute(
            select(Attendance.person_id, func.max(TrainingSession.held_on))
            .join(TrainingSession, TrainingSession.id == Attendance.session_id)
            .where(Attendance.person_id.in_(ids), Attendance.attended.is_(True))
            .group_by(Attendance.person_id)
        ).all()
    )
    return {one.id: (one, last.get(one.id)) for one in session.scalars(query)}


ATTENDANCE_SORTS = {"nom": Attendance.name}


def attendances(held: TrainingSession) -> Select[Any]:
    """The identities of who was to attend a session."""
    return select(Attendance.id).where(Attendance.session_id == held.id)


def attendance_lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, Attendance]:
    """Attendances of a list, by identity."""
    query = select(Attendance).options(joinedload(Attendance.department), joinedload(Attendance.person))
    return {one.id: one for one in session.scalars(query.where(Attendance.id.in_(ids)))}


# Meetings

MEETING_SORTS = {"date": PolicyMeeting.held_on, "reunion": PolicyMeeting.kind}


def meetings(who: Visitor, args: Any) -> Select[Any]:
    """The identities of the meetings that she reads and that the filters of `args` keep."""
    query = select(PolicyMeeting.id).where(who.sees(PolicyMeeting, READ))
    if args.get("reunion") in MeetingKind.__members__.values():
        query = query.where(PolicyMeeting.kind == MeetingKind(args["reunion"]))
    return query


def meeting_lines(ids: list[uuid.UUID]) -> dict[uuid.UUID, PolicyMeeting]:
    """Meetings of a list, by identity."""
    query = select(PolicyMeeting).options(joinedload(PolicyMeeting.establishment))
    return {one.id: one for one in session.scalars(query.where(PolicyMeeting.id.in_(ids)))}


@dataclass(frozen=True)
class Year:
    """Whether the meetings with the management of a year were held, in one establishment."""

    place: str
    year: int
    held: int
    expected: int = EACH_YEAR

    @property
    def is_met(self) -> bool:
        return self.held >= self.expected


def years(who: Visitor, on: dt.date) -> list[Year]:
    """This year and the one before, by establishment. Two queries."""
    places = who.places(READ) if who.establishment is None else (who.establishment,)
    counts: dict[tuple[uuid.UUID, int], int] = {}
    for year in (on.year, on.year - 1):
        rows = session.execute(
            select(PolicyMeeting.establishment_id, func.count())
            .where(who.sees(PolicyMeeting, READ), PolicyMeeting.held_in(year, on))
            .group_by(PolicyMeeting.establishment_id)
        )
        counts |= {(row[0], year): row[1] for row in rows}
    return [
        Year(place.name, year, counts.get((place.id, year), 0)) for place in places for year in (on.year, on.year - 1)
    ]
