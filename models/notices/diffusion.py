"""How a tool reaches patients: its procedure for a population, validated and frozen (HOP'EN P3.3, O2)."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Long, Record, Short
from models.consulting import GovernanceBody
from models.establishments import Establishment
from models.evidence import HasEvidence
from models.notices.tool import InformationTool
from models.notices.words import Moment, PatientGroup, ProcedureStatus
from models.permissions import Permission
from models.rules import RuleBroken
from models.search import Searchable
from models.versions import State
from models.vocabulary import N_, vocabulary


class DiffusionProcedure(HasEvidence, Searchable, Record):
    """Who gives a tool to which patients, when and how, and what proves it. Validated, each version is frozen."""

    __tablename__ = "diffusion_procedure"
    __table_args__ = (
        CheckConstraint("status <> 'validated' OR validated_on IS NOT NULL", name="validated_has_date"),
        Index("ix_diffusion_procedure_list", "establishment_id", "status"),
    )
    journal_name = N_("Procédure de diffusion")
    evidence_read = Permission.NOTICES_READ
    evidence_change = (Permission.NOTICES_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    tool_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("information_tool.id"), index=True, info={"label": N_("Support"), "named": "tool"}
    )
    population: Mapped[PatientGroup] = mapped_column(vocabulary(PatientGroup), info={"label": N_("Patients concernés")})
    moment: Mapped[Moment] = mapped_column(vocabulary(Moment), info={"label": N_("Moment")})
    responsible: Mapped[Short] = mapped_column(info={"label": N_("Qui diffuse")})
    instructions: Mapped[Long] = mapped_column(info={"label": N_("Ce qu’il faut faire")})
    proof: Mapped[Long | None] = mapped_column(info={"label": N_("Ce qui le prouve")})
    status: Mapped[ProcedureStatus] = mapped_column(
        vocabulary(ProcedureStatus), default=ProcedureStatus.DRAFT, info={"label": N_("État")}
    )
    number: Mapped[int | None] = mapped_column(info={"label": N_("Version validée")})
    validated_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Validée le")})
    body: Mapped[GovernanceBody | None] = mapped_column(vocabulary(GovernanceBody), info={"label": N_("Instance")})
    body_name: Mapped[Short | None] = mapped_column(info={"label": N_("Nom de l’instance")})
    minutes: Mapped[Short | None] = mapped_column(info={"label": N_("Référence du procès-verbal")})
    updated_at: Mapped[At]
    updated_by: Mapped[Short]
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    tool: Mapped[InformationTool] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    @property
    def title(self) -> str:
        return f"{self.tool.title} – {self.population.label}"

    def touch(self, by: str, at: dt.datetime) -> None:
        """Note that it was edited: a validated procedure is again in preparation; its frozen version stays in force."""
        self.updated_by, self.updated_at = by, at
        if self.status is ProcedureStatus.VALIDATED:
            self.status = ProcedureStatus.DRAFT

    def validate(self, number: int, on: dt.date, body: GovernanceBody, name: str | None, minutes: str | None) -> None:
        """Put version `number` in force. Raises RuleBroken unless it is in preparation, or without a named body."""
        if self.status is not ProcedureStatus.DRAFT:
            raise RuleBroken("", N_("Cette procédure est déjà validée, ou close."))
        if body is GovernanceBody.OTHER and not name:
            raise RuleBroken("body_name", N_("Nommez l’instance."))
        self.status, self.number, self.validated_on = ProcedureStatus.VALIDATED, number, on
        self.body, self.body_name, self.minutes = body, name, minutes

    def end(self) -> None:
        """Close it; its versions stay. Raises RuleBroken when it is closed already."""
        if self.status is ProcedureStatus.ENDED:
            raise RuleBroken("", N_("Cette procédure est déjà close."))
        self.status = ProcedureStatus.ENDED

    def state(self) -> State:
        """What its version freezes."""
        return {"fields": {self.told_as(key): self.told(key) for key in self.journal_fields()}, "parts": {}}

    def search_words(self) -> list[str | None]:
        return [self.responsible, self.instructions, self.proof]

    def journal_title(self) -> str:
        return self.title
