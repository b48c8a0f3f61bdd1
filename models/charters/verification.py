"""Checks that a charter is applied (HOP'EN P3.2, objective 3): what was looked at, by whom, and what was found."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Select, and_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code, Long, Record, Short, months_after
from models.charters.charter import Charter
from models.charters.words import MONTHS, CharterStatus, Finding, Frequency
from models.establishments import Establishment
from models.evidence import HasEvidence
from models.permissions import Permission
from models.rules import RuleBroken
from models.search import Searchable
from models.vocabulary import N_, vocabulary


class Verification(HasEvidence, Searchable, Record):
    """One check of application, done in an establishment. `code`: the check of the model that it follows, if any."""

    __tablename__ = "charter_verification"
    __table_args__ = (
        CheckConstraint("next_on IS NULL OR next_on > checked_on", name="next_after_this"),
        CheckConstraint("found IS NULL OR sample IS NOT NULL", name="found_among_sample"),
        CheckConstraint("sample IS NULL OR (sample >= 0 AND coalesce(found, 0) BETWEEN 0 AND sample)", name="counted"),
        Index("ix_charter_verification_next_on", "next_on"),
        Index("ix_charter_verification_list", "establishment_id", "checked_on"),
    )
    journal_name = N_("Vérification de l’application d’une charte")
    evidence_read = Permission.CHARTERS_READ
    evidence_change = (Permission.CHARTERS_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    charter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter.id"), index=True)
    code: Mapped[Code | None]
    title: Mapped[Short] = mapped_column(info={"label": N_("Vérification")})
    checked_on: Mapped[dt.date] = mapped_column(info={"label": N_("Faite le")})
    checked_by: Mapped[Short] = mapped_column(info={"label": N_("Faite par")})
    scope: Mapped[Long] = mapped_column(info={"label": N_("Périmètre")})
    method: Mapped[Long] = mapped_column(info={"label": N_("Méthode")})
    sample: Mapped[int | None] = mapped_column(info={"label": N_("Nombre vérifié")})
    found: Mapped[int | None] = mapped_column(info={"label": N_("Nombre d’écarts")})
    finding: Mapped[Finding] = mapped_column(vocabulary(Finding), info={"label": N_("Constat")})
    observations: Mapped[Long | None] = mapped_column(info={"label": N_("Ce qui a été constaté")})
    follow_up: Mapped[Long | None] = mapped_column(info={"label": N_("Suites données")})
    frequency: Mapped[Frequency | None] = mapped_column(vocabulary(Frequency), info={"label": N_("Périodicité")})
    next_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Prochaine vérification")})

    establishment: Mapped[Establishment] = relationship()
    charter: Mapped[Charter] = relationship()

    def check(self, today: dt.date) -> None:
        """Raise RuleBroken on a field that does not hold."""
        if self.checked_on > today:
            raise RuleBroken(
                "checked_on", N_("Une vérification s’enregistre une fois faite : choisissez une date passée.")
            )
        if self.found is not None and (self.sample is None or self.found > self.sample):
            raise RuleBroken("found", N_("Le nombre d’écarts ne peut pas dépasser le nombre vérifié."))
        if self.finding in (Finding.PARTLY, Finding.NOT_APPLIED) and not self.observations:
            raise RuleBroken("observations", N_("Décrivez ce qui n’est pas appliqué."))
        if self.next_on is not None and self.next_on <= self.checked_on:
            raise RuleBroken("next_on", N_("La prochaine vérification vient après celle-ci."))

    @property
    def due_on(self) -> dt.date | None:
        """When the next one is due: the day chosen, else the periodicity counted from this one."""
        if self.next_on or self.frequency is None:
            return self.next_on
        return months_after(self.checked_on, MONTHS[self.frequency])

    @classmethod
    def of(cls, charter: Charter) -> Select["Verification"]:
        """The checks made on a charter, latest first."""
        return select(cls).where(cls.charter_id == charter.id).order_by(cls.checked_on.desc(), cls.id)

    @classmethod
    def missing(cls, establishment_id: Any) -> ColumnElement[bool]:
        """SQL: a charter is in force in an establishment (an identity or its column), which never checked it."""
        made = select(cls.id).where(cls.charter_id == Charter.id, cls.establishment_id == establishment_id)
        in_force = Charter.applies_in(establishment_id), Charter.status == CharterStatus.PUBLISHED
        return and_(*in_force, ~made.exists())

    def search_words(self) -> list[str | None]:
        return [self.title, self.scope, self.checked_by, self.observations, self.follow_up]

    def journal_title(self) -> str:
        return self.title
