"""What must be kept alive for P1, P2 and P4: a unit that meets, a repository updated, a plan tested."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Long, Record, Short, months_after
from models.establishments import Establishment
from models.evidence import HasEvidence
from models.journal import Journaled
from models.permissions import Permission
from models.rules import RuleBroken
from models.search import Searchable
from models.vocabulary import N_, Vocabulary, vocabulary


class UpkeepKind(Vocabulary):
    IDENTITY_UNIT = "identity_unit", N_("Cellule d’identito-vigilance"), "P1.2"
    STRUCTURE = "structure", N_("Référentiel unique de structure"), "P1.4"
    RECOVERY = "recovery", N_("Plan de reprise d’activité"), "P2.1"
    DEGRADED = "degraded", N_("Procédures en mode dégradé et de retour à la normale"), "P2.3"
    ROR = "ror", N_("Peuplement du ROR"), "P4.2"
    MSSANTE = "mssante", N_("Messagerie MSSanté"), "P4.3"

    @property
    def indicator(self) -> str:
        """The indicator that it serves."""
        return self.help


EVERY = {
    UpkeepKind.IDENTITY_UNIT: 3,
    UpkeepKind.STRUCTURE: 6,
    UpkeepKind.RECOVERY: 12,
    UpkeepKind.DEGRADED: 12,
    UpkeepKind.ROR: 6,
    UpkeepKind.MSSANTE: 3,
}
"""Months between two entries: quarterly for the unit (Plan P1.2-O3); the others are proposals of the product."""


class Nature(Vocabulary):
    MEETING = "meeting", N_("Réunion")
    UPDATE = "update", N_("Mise à jour")
    TEST = "test", N_("Essai")
    SURVEY = "survey", N_("Relevé")


USUAL = {
    UpkeepKind.IDENTITY_UNIT: Nature.MEETING,
    UpkeepKind.STRUCTURE: Nature.UPDATE,
    UpkeepKind.RECOVERY: Nature.TEST,
    UpkeepKind.DEGRADED: Nature.TEST,
    UpkeepKind.ROR: Nature.UPDATE,
    UpkeepKind.MSSANTE: Nature.SURVEY,
}


class Result(Vocabulary):
    GOOD = "good", N_("Satisfaisant")
    TO_CORRECT = "to_correct", N_("À corriger")
    FAILED = "failed", N_("En échec")


class Upkeep(HasEvidence, Searchable, Record):
    """One thing kept alive in an establishment. `due_on`, derived: its last entry (or its beginning) and its period."""

    __tablename__ = "hopen_upkeep"
    __table_args__ = (
        UniqueConstraint("establishment_id", "kind", "title"),
        CheckConstraint("every_months BETWEEN 1 AND 60", name="period_is_possible"),
        Index("ix_hopen_upkeep_list", "establishment_id", "due_on"),
    )
    journal_name = N_("Suivi")
    evidence_read = Permission.HOPEN_READ
    evidence_change = (Permission.HOPEN_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    kind: Mapped[UpkeepKind] = mapped_column(vocabulary(UpkeepKind), info={"label": N_("Nature")})
    title: Mapped[Short] = mapped_column(info={"label": N_("Intitulé")})
    keeper: Mapped[Short | None] = mapped_column(info={"label": N_("Responsable")})
    members: Mapped[Long | None] = mapped_column(info={"label": N_("Membres")})
    description: Mapped[Long | None] = mapped_column(info={"label": N_("Missions, règles ou périmètre")})
    every_months: Mapped[int] = mapped_column(info={"label": N_("Périodicité, en mois")})
    begun_on: Mapped[dt.date] = mapped_column(info={"label": N_("En place depuis le")})
    due_on: Mapped[dt.date] = mapped_column(info={"derived": True})
    ended_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Arrêté le")})
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    entries: Mapped[list["UpkeepEntry"]] = relationship(
        back_populates="upkeep", order_by="UpkeepEntry.held_on.desc(), UpkeepEntry.created_at.desc()"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    def settle(self) -> None:
        """Find again when the next entry is due. Call it once its period, beginning or entries changed."""
        last = max((one.held_on for one in self.entries), default=self.begun_on)
        self.due_on = months_after(last, self.every_months)

    def check(self, today: dt.date) -> None:
        """Raise RuleBroken on a field that does not hold."""
        if self.begun_on > today:
            raise RuleBroken("begun_on", N_("Un suivi s’ouvre une fois en place : choisissez une date passée."))

    def is_late(self, today: dt.date) -> bool:
        return self.ended_on is None and self.due_on < today

    @classmethod
    def late(cls, today: dt.date) -> ColumnElement[bool]:
        """SQL: what `is_late` says."""
        return and_(cls.ended_on.is_(None), cls.due_on < today)

    def search_words(self) -> list[str | None]:
        return [self.title, self.kind.label, self.keeper, self.members, self.description]

    def journal_title(self) -> str:
        return self.title


class UpkeepEntry(Journaled, Record):
    """A meeting held, an update made, a test run, a figure taken."""

    __tablename__ = "hopen_upkeep_entry"
    __table_args__ = (CheckConstraint("figure IS NULL OR figure >= 0", name="figure_is_a_count"),)
    journal_name = N_("Ligne de suivi")

    upkeep_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hopen_upkeep.id"), index=True)
    nature: Mapped[Nature] = mapped_column(vocabulary(Nature), info={"label": N_("Nature")})
    held_on: Mapped[dt.date] = mapped_column(info={"label": N_("Date")})
    summary: Mapped[Long] = mapped_column(info={"label": N_("Ce qui a été fait")})
    result: Mapped[Result | None] = mapped_column(vocabulary(Result), info={"label": N_("Résultat")})
    corrections: Mapped[Long | None] = mapped_column(info={"label": N_("Corrections et suites")})
    attendees: Mapped[Short | None] = mapped_column(info={"label": N_("Présents")})
    figure: Mapped[int | None] = mapped_column(info={"label": N_("Valeur relevée")})
    written_by: Mapped[Short]

    upkeep: Mapped[Upkeep] = relationship(back_populates="entries")

    def check(self, today: dt.date, begun_on: dt.date) -> None:
        """Raise RuleBroken on a field that does not hold."""
        if self.held_on > today:
            raise RuleBroken("held_on", N_("Ceci s’enregistre une fois fait : choisissez une date passée."))
        if self.held_on < begun_on:
            raise RuleBroken("held_on", N_("Cette date précède l’ouverture du suivi."))
        if self.result in (Result.TO_CORRECT, Result.FAILED) and not self.corrections:
            raise RuleBroken("corrections", N_("Dites ce qui est à corriger."))

    def journal_subject(self) -> Journaled:
        return self.journal_owner("upkeep")

    def journal_title(self) -> str:
        return self.nature.label
