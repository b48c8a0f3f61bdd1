"""« Do patients receive it? »: each check counts so many of so many and gives a rate (HOP'EN P3.3, objective 3)."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Long, Record, Short
from models.establishments import Department, Establishment
from models.evidence import HasEvidence
from models.notices.tool import InformationTool
from models.notices.words import CheckMethod
from models.permissions import Permission
from models.rules import RuleBroken
from models.search import Searchable
from models.shares import percent
from models.vocabulary import N_, vocabulary

INDICATIVE_BELOW = 10
"""Under so many, a rate is only indicative (proposal of the notice model)."""


class InformationCheck(HasEvidence, Searchable, Record):
    """One check. `asked` and `informed` count what the method says: patients, admissions or places."""

    __tablename__ = "information_check"
    __table_args__ = (
        CheckConstraint("asked > 0 AND informed BETWEEN 0 AND asked", name="informed_among_asked"),
        CheckConstraint("aware IS NULL OR aware BETWEEN 0 AND asked", name="aware_among_asked"),
        CheckConstraint("declined >= 0", name="declined_counted"),
        Index("ix_information_check_list", "establishment_id", "checked_on"),
    )
    journal_name = N_("Vérification de l’information des patients")
    evidence_read = Permission.NOTICES_READ
    evidence_change = (Permission.NOTICES_EDIT, Permission.NOTICES_CHECK)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    department_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("department.id"), index=True, info={"label": N_("Service"), "named": "department"}
    )
    tool_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("information_tool.id"), index=True, info={"label": N_("Support vérifié"), "named": "tool"}
    )
    method: Mapped[CheckMethod] = mapped_column(vocabulary(CheckMethod), info={"label": N_("Méthode")})
    checked_on: Mapped[dt.date] = mapped_column(info={"label": N_("Faite le")})
    checked_by: Mapped[Short] = mapped_column(info={"label": N_("Faite par")})
    asked: Mapped[int] = mapped_column(info={"label": N_("Nombre interrogé ou prévu")})
    informed: Mapped[int] = mapped_column(info={"label": N_("Nombre informé ou conforme")})
    aware: Mapped[int | None] = mapped_column(info={"label": N_("Savent qu’ils peuvent s’opposer, et à qui")})
    declined: Mapped[int] = mapped_column(default=0, info={"label": N_("Refus ou entretiens impossibles")})
    observations: Mapped[Long | None] = mapped_column(info={"label": N_("Ce qui a été constaté")})
    follow_up: Mapped[Long | None] = mapped_column(info={"label": N_("Suites données")})

    establishment: Mapped[Establishment] = relationship()
    department: Mapped[Department | None] = relationship()
    tool: Mapped[InformationTool | None] = relationship()

    @property
    def rate(self) -> int:
        """The share informed, in whole percents."""
        return percent(self.informed, self.asked)

    @property
    def is_indicative(self) -> bool:
        return self.asked < INDICATIVE_BELOW

    def check(self, today: dt.date) -> None:
        """Raise RuleBroken on a field that does not hold."""
        if self.checked_on > today:
            raise RuleBroken(
                "checked_on", N_("Une vérification s’enregistre une fois faite : choisissez une date passée.")
            )
        if self.informed > self.asked:
            raise RuleBroken("informed", N_("Ce nombre ne peut pas dépasser le nombre interrogé ou prévu."))
        if self.aware is not None and self.aware > self.asked:
            raise RuleBroken("aware", N_("Ce nombre ne peut pas dépasser le nombre interrogé."))

    def search_words(self) -> list[str | None]:
        return [self.checked_by, self.observations, self.follow_up]

    def journal_title(self) -> str:
        return f"{self.method.label}, {self.checked_on:%d/%m/%Y}"
