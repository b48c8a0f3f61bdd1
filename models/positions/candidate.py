"""Those who apply for a post: read by HR and by who is named for the hiring only, and erased after the period set.

The journal tells that an application changed, never who applied nor what was said of her.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Select, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from models.base import Code, Long, Record, Short
from models.evidence import HasEvidence
from models.journal import Journaled
from models.permissions import Permission
from models.positions.filling import TOP, Filling, FillingMember
from models.positions.words import CandidateState
from models.rules import RuleBroken
from models.vocabulary import N_, vocabulary


class Candidate(HasEvidence, Record):
    """An application, known to the journal by its number alone."""

    __tablename__ = "candidate"
    __table_args__ = (UniqueConstraint("filling_id", "number"),)
    journal_name = N_("Candidature")
    evidence_read = Permission.POSITIONS_HIRE
    evidence_change = (Permission.POSITIONS_HIRE,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"), index=True)
    filling_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("filling.id"))
    number: Mapped[int] = mapped_column(info={"label": N_("Numéro")})
    given_name: Mapped[Short] = mapped_column(info={"label": N_("Prénom")})
    family_name: Mapped[Short] = mapped_column(info={"label": N_("Nom")})
    email: Mapped[Short | None] = mapped_column(info={"label": N_("Adresse électronique")})
    phone: Mapped[Code | None] = mapped_column(info={"label": N_("Téléphone")})
    internal: Mapped[bool] = mapped_column(default=False, info={"label": N_("Candidature interne")})
    received_on: Mapped[dt.date] = mapped_column(info={"label": N_("Reçue le")})
    state: Mapped[CandidateState] = mapped_column(
        vocabulary(CandidateState), default=CandidateState.RECEIVED, info={"label": N_("État")}
    )
    note: Mapped[Long | None] = mapped_column(info={"label": N_("Appréciation")})

    filling: Mapped[Filling] = relationship()
    interviews: Mapped[list["Interview"]] = relationship(
        back_populates="candidate", cascade="all, delete-orphan", passive_deletes=True, order_by="Interview.held_on"
    )

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    def is_own(self, user_id: uuid.UUID | None) -> bool:
        return self.filling.names(user_id)

    @classmethod
    def readable(
        cls, opened: Callable[[Permission], ColumnElement[bool]], user_id: uuid.UUID | None
    ) -> ColumnElement[bool]:
        kept = opened(cls.evidence_read)
        if user_id is None:
            return kept
        return or_(kept, cls.filling_id.in_(select(FillingMember.filling_id).where(FillingMember.user_id == user_id)))

    def mean(self, grid: Mapping[str, Any]) -> int | None:
        """The mean of her interviews out of 100; None before the first."""
        scores = [interview.score(grid) for interview in self.interviews]
        return round(sum(scores) / len(scores)) if scores else None

    def move(self, state: CandidateState) -> None:
        """Say where the application stands. Raises RuleBroken once the search is closed."""
        self.filling.check_open()
        self.state = state

    @classmethod
    def of(cls, filling: Filling) -> Select["Candidate"]:
        """The applications of a search, with their interviews, in the order of their numbers."""
        query = select(cls).options(selectinload(cls.interviews)).where(cls.filling_id == filling.id)
        return query.order_by(cls.number)

    @property
    def is_withheld(self) -> bool:
        return True

    def journal_title(self) -> str:
        return N_("Candidature n° %s") % self.number


class Interview(Journaled, Record):
    """An interview: each question of the grid rated from 0 to TOP, and the opinion of the jury."""

    __tablename__ = "candidate_interview"
    __table_args__ = (CheckConstraint("jury <> ''", name="has_jury"),)
    journal_name = N_("Entretien")

    candidate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("candidate.id", ondelete="CASCADE"), index=True)
    held_on: Mapped[dt.date] = mapped_column(info={"label": N_("Date")})
    jury: Mapped[Short] = mapped_column(info={"label": N_("Jury")})
    scores: Mapped[dict[str, Any]] = mapped_column(JSON)
    opinion: Mapped[Long | None] = mapped_column(info={"label": N_("Avis du jury")})
    conflict_note: Mapped[Long | None] = mapped_column(info={"label": N_("Conflits d’intérêts évoqués")})

    candidate: Mapped[Candidate] = relationship(back_populates="interviews")

    def check(self, today: dt.date) -> None:
        """Raise RuleBroken at the field that does not hold."""
        if self.held_on > today:
            raise RuleBroken("held_on", N_("Un entretien s’enregistre une fois tenu : choisissez une date passée."))
        if not self.scores:
            raise RuleBroken("", N_("Notez au moins une question de la grille."))

    def score(self, grid: Mapping[str, Any]) -> int:
        """Out of 100, by the weights of the grid, the questions not asked left out."""
        weights = {one["code"]: one["weight"] for one in grid["questions"] if one["code"] in self.scores}
        most = TOP * sum(weights.values())
        return round(100 * sum(self.scores[code] * weight for code, weight in weights.items()) / most) if most else 0

    def doubtful(self, grid: Mapping[str, Any]) -> list[str]:
        """The codes of the questions of independence or discretion that were answered too poorly."""
        return [
            one["question_code"]
            for one in grid["eliminatory"]
            if self.scores.get(one["question_code"], TOP) < one["below"]
        ]

    def journal_subject(self) -> Journaled:
        return self.journal_owner("candidate")

    def journal_title(self) -> str:
        return f"{self.held_on:%d/%m/%Y}"
