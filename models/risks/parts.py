"""What an analysis looks at: the elements of the information system, and the interviews of the managers."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Code, Long, Record, Short
from models.establishments import Department
from models.inventory.application import Application
from models.journal import Journaled
from models.risks.analysis import Analysis
from models.rules import RuleBroken
from models.seals import Sealed
from models.vocabulary import N_


class _PartOfAnalysis(Sealed, Journaled, Record):
    __abstract__ = True

    analysis: Any
    updated_at: Mapped[At | None] = mapped_column(sort_order=90)
    updated_by: Mapped[Short | None] = mapped_column(sort_order=91)

    def touch(self, by: str, at: dt.datetime) -> None:
        """Note that it was edited. Raises RuleBroken once its analysis is validated."""
        self.analysis.check_open()
        self.updated_by, self.updated_at = by, at

    @property
    def is_frozen(self) -> bool:
        return not self.analysis.is_draft

    def journal_subject(self) -> Journaled:
        return self.journal_owner("analysis")


class Element(_PartOfAnalysis):
    """An element of the information system, technical or not, of a type of the catalogue or of the hospital's own."""

    __tablename__ = "risk_element"
    sealed = ("id", "name", "kind", "note", "application_id", "rests_on_id", "updated_at", "updated_by")
    __table_args__ = (
        UniqueConstraint("analysis_id", "name"),
        CheckConstraint("rests_on_id <> id", name="does_not_rest_on_itself"),
    )
    journal_name = N_("Élément")

    analysis_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("risk_analysis.id", ondelete="CASCADE"))
    name: Mapped[Short] = mapped_column(info={"label": N_("Élément")})
    kind: Mapped[Code | None] = mapped_column(info={"label": N_("Type"), "terms": "asset_types"})
    note: Mapped[Long | None] = mapped_column(info={"label": N_("Précisions")})
    application_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("application.id"), index=True, info={"label": N_("Application"), "named": "application"}
    )
    rests_on_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("risk_element.id"), index=True, info={"label": N_("Repose sur"), "named": "rests_on"}
    )

    analysis: Mapped[Analysis] = relationship()
    application: Mapped[Application | None] = relationship()
    rests_on: Mapped["Element | None"] = relationship(remote_side="Element.id")

    def rest_on(self, other: "Element | None") -> None:
        """Say which element it rests on. Raises RuleBroken when that would turn in a circle."""
        seen, step = {self.id}, other
        while step is not None:
            if step.id in seen or step is self:
                raise RuleBroken("rests_on_id", N_("Ces éléments reposeraient l’un sur l’autre, en boucle."))
            seen.add(step.id)
            step = step.rests_on
        if other is not None and other.analysis_id != self.analysis_id:
            raise RuleBroken("rests_on_id", N_("Choisissez un élément de la même analyse."))
        self.rests_on = other

    def journal_title(self) -> str:
        return self.name


class Interview(_PartOfAnalysis):
    """What a manager told of the major risks, and when."""

    __tablename__ = "risk_interview"
    sealed = (
        "id", "name", "function", "department_id", "held_on", "led_by", "summary", "updated_at", "updated_by",
    )  # fmt: skip
    __table_args__ = (Index("ix_risk_interview_analysis_id", "analysis_id", "held_on"),)
    journal_name = N_("Entretien")

    analysis_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("risk_analysis.id", ondelete="CASCADE"))
    name: Mapped[Short] = mapped_column(info={"label": N_("Personne rencontrée")})
    function: Mapped[Short | None] = mapped_column(info={"label": N_("Fonction")})
    department_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("department.id"), index=True, info={"label": N_("Service"), "named": "department"}
    )
    held_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Date de l’entretien")})
    led_by: Mapped[Short | None] = mapped_column(info={"label": N_("Mené par")})
    summary: Mapped[Long | None] = mapped_column(info={"label": N_("Ce qui a été dit")})

    analysis: Mapped[Analysis] = relationship()
    department: Mapped[Department | None] = relationship()

    def check(self, today: dt.date) -> None:
        """Raises RuleBroken for an interview still to come."""
        if self.held_on and self.held_on > today:
            raise RuleBroken("held_on", N_("La date de l’entretien est dans le futur."))

    def journal_title(self) -> str:
        return self.name
