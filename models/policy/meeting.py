"""Meetings that keep the policy alive: the two yearly ones of the RSSI with the management, and its working group's."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Long, Record, Short
from models.establishments import Establishment
from models.policy.confidential import Confidential
from models.policy.words import MeetingKind
from models.vocabulary import N_, vocabulary

EACH_YEAR = 2
"""HOP'EN P2.4 expects two meetings a year between the RSSI and the management."""


class PolicyMeeting(Confidential, Record):
    """One meeting, planned, then held once its minutes are written."""

    __tablename__ = "policy_meeting"
    __table_args__ = (
        UniqueConstraint("establishment_id", "kind", "held_on"),
        CheckConstraint("next_on IS NULL OR next_on > held_on", name="next_comes_after"),
        Index("ix_policy_meeting_list", "establishment_id", "held_on"),
    )
    journal_name = N_("Réunion sur la PSSI")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    kind: Mapped[MeetingKind] = mapped_column(vocabulary(MeetingKind), info={"label": N_("Réunion")})
    held_on: Mapped[dt.date] = mapped_column(info={"label": N_("Date")})
    title: Mapped[Short] = mapped_column(info={"label": N_("Objet")})
    attendees: Mapped[Long | None] = mapped_column(info={"label": N_("Présents")})
    excused: Mapped[Long | None] = mapped_column(info={"label": N_("Excusés")})
    agenda: Mapped[Long | None] = mapped_column(info={"label": N_("Ordre du jour")})
    minutes: Mapped[Long | None] = mapped_column(info={"label": N_("Compte rendu")})
    decisions: Mapped[Long | None] = mapped_column(info={"label": N_("Décisions, décideur et échéance")})
    next_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Prochaine séance")})
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    def is_held(self, today: dt.date) -> bool:
        """Whether its day is past and its minutes are written: a meeting without minutes proves nothing."""
        return self.held_on <= today and bool(self.minutes)

    def lacks_minutes(self, today: dt.date) -> bool:
        return self.held_on < today and not self.minutes

    @classmethod
    def held_in(cls, year: int, today: dt.date) -> ColumnElement[bool]:
        """SQL: the meetings with the management that were held in a year."""
        first, last = dt.date(year, 1, 1), min(dt.date(year, 12, 31), today)
        written = and_(cls.minutes.is_not(None), cls.minutes != "")
        return and_(cls.kind == MeetingKind.MANAGEMENT, cls.held_on.between(first, last), written)

    def journal_title(self) -> str:
        return f"{self.kind.label}, {self.held_on:%d/%m/%Y}"
