"""Awareness and training sessions, who attended them, and what share of each department did within a year."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    and_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from models.base import Code, Long, Record, Short
from models.establishments import Department, Establishment
from models.evidence import HasEvidence
from models.journal import Journaled
from models.people import Person
from models.permissions import Permission
from models.rules import RuleBroken
from models.search import Searchable
from models.vocabulary import N_

COUNTS_FOR = dt.timedelta(days=365)
"""How long an attendance counts: awareness is refreshed each year (awareness programme of the model)."""


class TrainingSession(HasEvidence, Searchable, Record):
    """One session, on a day. `module`: that of the awareness programme (SEN-01), if it follows one."""

    __tablename__ = "policy_session"
    __table_args__ = (
        UniqueConstraint("establishment_id", "title", "held_on"),
        CheckConstraint("minutes IS NULL OR minutes > 0", name="lasts"),
        Index("ix_policy_session_list", "establishment_id", "held_on"),
    )
    journal_name = N_("Séance de sensibilisation")
    evidence_read = Permission.TRAINING_READ
    evidence_change = (Permission.TRAINING_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    module: Mapped[Code | None] = mapped_column(info={"label": N_("Module")})
    title: Mapped[Short] = mapped_column(info={"label": N_("Séance")})
    held_on: Mapped[dt.date] = mapped_column(info={"label": N_("Date")})
    trainer: Mapped[Short | None] = mapped_column(info={"label": N_("Animée par")})
    place: Mapped[Short | None] = mapped_column(info={"label": N_("Lieu ou moyen")})
    minutes: Mapped[int | None] = mapped_column(info={"label": N_("Durée (minutes)")})
    note: Mapped[Long | None] = mapped_column(info={"label": N_("Précisions")})
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    def check(self) -> None:
        """Raise RuleBroken on a field that does not hold."""
        if self.minutes is not None and self.minutes <= 0:
            raise RuleBroken("minutes", N_("Donnez une durée en minutes."))

    def search_words(self) -> list[str | None]:
        return [self.module, self.title, self.trainer, self.place]

    def journal_title(self) -> str:
        return f"{self.title} ({self.held_on:%d/%m/%Y})"


class Attendance(Journaled, Record):
    """Somebody who was to attend a session. Who is not in the directory stays under the name that the list gave.

    `department_id`: where the person worked then, which a later move does not change. `score`: her own affair and that
    of who holds the session for the RSSI; neither the journal nor her hierarchy is told (programme of the model).
    """

    __tablename__ = "policy_attendance"
    __table_args__ = (
        UniqueConstraint("session_id", "name", "employee_number"),
        Index("ix_policy_attendance_person_id", "person_id", "attended"),
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name="score_is_a_share"),
    )
    journal_name = N_("Présence à une séance")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    session_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("policy_session.id"), info={"label": N_("Séance"), "named": "session"}
    )
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("person.id"), info={"fixed": True, "label": N_("Personne de l’annuaire"), "named": "person"}
    )
    department_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("department.id"), index=True)
    name: Mapped[Short] = mapped_column(info={"label": N_("Nom")})
    employee_number: Mapped[Code] = mapped_column(default="", info={"label": N_("Matricule")})
    attended: Mapped[bool] = mapped_column(default=True, info={"label": N_("Présent")})
    score: Mapped[int | None] = mapped_column(info={"label": N_("Résultat au quiz (%)"), "secret": True})

    session: Mapped[TrainingSession] = relationship()
    person: Mapped[Person | None] = relationship()
    department: Mapped[Department | None] = relationship()

    def recognise(self, person: Person) -> None:
        """Say who of the directory it is."""
        self.person, self.department_id = person, person.department_id

    def journal_subject(self) -> Journaled:
        return self.journal_owner("session")

    def journal_part(self) -> str:
        return "attendances"

    def journal_title(self) -> str:
        return self.name


def _human(person: Any) -> ColumnElement[uuid.UUID]:
    """The record under which a human is known today: her own, or the one that hers was merged into."""
    return func.coalesce(person.merged_into_id, person.id)


def trained(on: dt.date) -> Select[Any]:
    """The identities of the persons who attended a session within a year before `on`."""
    known = aliased(Person)
    return (
        select(_human(known))
        .join(Attendance, Attendance.person_id == known.id)
        .join(TrainingSession, TrainingSession.id == Attendance.session_id)
        .where(Attendance.attended.is_(True), TrainingSession.held_on.between(on - COUNTS_FOR, on))
    )


def attended_by(days: Sequence[dt.date]) -> Any:
    """How many of the persons who were here on each of `days` had attended a session within a year; one row."""
    present = Person.merged_into_id.is_(None)
    columns = []
    for day in days:
        fresh = TrainingSession.held_on.between(day - COUNTS_FOR, day)
        arrived = or_(Person.arrived_on.is_(None), Person.arrived_on <= day)
        stayed = or_(Person.left_on.is_(None), Person.left_on >= day)
        columns.append(func.count(case((and_(fresh, arrived, stayed), Person.id)).distinct()))
    known = aliased(Person)
    return (
        select(*columns)
        .select_from(Person)
        .join(known, _human(known) == Person.id)
        .join(Attendance, Attendance.person_id == known.id)
        .join(TrainingSession, TrainingSession.id == Attendance.session_id)
        .where(Attendance.attended.is_(True), present)
    )


def is_trained(on: dt.date) -> ColumnElement[bool]:
    """SQL: whether a person of the directory attended a session within a year."""
    return Person.id.in_(trained(on))


def rates(on: dt.date) -> Select[str, str, uuid.UUID, str, int, Any]:
    """(code and name of the establishment, department's identity and name, people present, those who attended a
    session within a year), to be narrowed.
    """
    done = func.sum(case((is_trained(on), 1), else_=0))
    shown = Establishment.code, Establishment.name.label("place_name"), Department.id, Department.name
    return (
        select(*shown, func.count().label("present"), done.label("trained"))
        .select_from(Person)
        .join(Establishment, Establishment.id == Person.establishment_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .where(Person.is_present(on))
        .group_by(Establishment.code, Establishment.name, Department.id, Department.name)
        .order_by(Establishment.code, Department.name.is_(None), Department.name)
    )
