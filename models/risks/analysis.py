"""A risk analysis: its frame and its scale, edited while it is a draft, frozen once the management validated it."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import guards
from models.base import At, Code, Long, Record, Short
from models.establishments import Establishment
from models.evidence import HasEvidence
from models.permissions import Permission
from models.references import free_references
from models.risks.scale import Scale
from models.risks.words import Classification, Method, Standing
from models.rules import RuleBroken
from models.seals import Sealed
from models.search import Searchable
from models.vocabulary import N_, vocabulary

OWN = "own"
"""The code of a scale that is not one of the catalogue's."""

YEARS = dt.timedelta(days=3 * 366)
"""A validated analysis is reviewed within three years (domain note, 5.3)."""


class Analysis(Sealed, HasEvidence, Searchable, Record):
    """One look at the risks of an establishment. It is a map of its weaknesses: the journal, which others read, tells
    that it changed, and not how; what was validated is kept whole in its version.
    """

    __tablename__ = "risk_analysis"
    sealed = guards.FRAME
    __table_args__ = (
        UniqueConstraint("establishment_id", "reference"),
        CheckConstraint("(standing = 'draft') = (validated_at IS NULL)", name="validated_has_date"),
        CheckConstraint("(standing = 'draft') = (approved_by IS NULL)", name="validated_has_name"),
        CheckConstraint("previous_id <> id", name="does_not_follow_itself"),
        Index("ix_risk_analysis_list", "establishment_id", "standing"),
    )
    journal_name = N_("Analyse de risques")
    evidence_read = Permission.RISKS_READ
    evidence_change = (Permission.RISKS_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    reference: Mapped[Code] = mapped_column(info={"label": N_("Référence")})
    title: Mapped[Short] = mapped_column(info={"label": N_("Titre")})
    scope: Mapped[Long | None] = mapped_column(info={"label": N_("Périmètre")})
    participants: Mapped[Long | None] = mapped_column(info={"label": N_("Participants")})
    method: Mapped[Method] = mapped_column(vocabulary(Method), default=Method.LIGHT, info={"label": N_("Méthode")})
    method_note: Mapped[Long | None] = mapped_column(info={"label": N_("Comment l’analyse est menée")})
    matrix: Mapped[Code] = mapped_column(info={"label": N_("Échelle"), "terms": "risk_matrices"})
    scale_data: Mapped[dict[str, Any]] = mapped_column(JSON, info={"label": N_("Degrés et matrice")})
    classification: Mapped[Classification] = mapped_column(
        vocabulary(Classification), default=Classification.RESTRICTED, info={"label": N_("Classification")}
    )
    begun_on: Mapped[dt.date] = mapped_column(info={"label": N_("Commencée le")})
    review_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Prochaine révision")})
    standing: Mapped[Standing] = mapped_column(vocabulary(Standing), default=Standing.DRAFT, info={"label": N_("État")})
    approved_by: Mapped[Short | None] = mapped_column(info={"label": N_("Validée par (direction)")})
    approved_function: Mapped[Short | None] = mapped_column(info={"label": N_("Fonction")})
    approved_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Validée le")})
    approval_note: Mapped[Long | None] = mapped_column(info={"label": N_("Observations de la direction")})
    validated_at: Mapped[At | None]
    validated_by: Mapped[Short | None] = mapped_column(info={"label": N_("Validation saisie par")})
    digest: Mapped[str | None] = mapped_column(String(64), info={"label": N_("Empreinte de l’état validé")})
    previous_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("risk_analysis.id"), index=True, info={"label": N_("Suite de"), "named": "previous"}
    )
    updated_at: Mapped[At]
    updated_by: Mapped[Short]
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    previous: Mapped["Analysis | None"] = relationship(remote_side="Analysis.id")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    @property
    def scale(self) -> Scale:
        return Scale.of(self.scale_data)

    @property
    def is_draft(self) -> bool:
        return self.validated_at is None

    @property
    def is_withheld(self) -> bool:
        return True

    def is_overdue(self, today: dt.date) -> bool:
        """Whether its review is past; one that another replaced is not reviewed any more."""
        return self.standing is Standing.VALIDATED and self.review_on is not None and self.review_on < today

    # Transitions

    def check_open(self) -> None:
        """Raises RuleBroken once it is validated: neither its frame nor what it holds changes any more."""
        if not self.is_draft:
            raise RuleBroken("", N_("Cette analyse est validée : elle ne se modifie plus. Commencez la suivante."))

    def touch(self, by: str, at: dt.datetime) -> None:
        """Note that its frame was edited. Raises RuleBroken once it is validated."""
        self.check_open()
        self.updated_by, self.updated_at = by, at

    def take_scale(self, matrix: str, scale: Scale) -> None:
        """Rate on another scale from now on. Raises RuleBroken when it does not hold together."""
        scale.check()
        self.matrix, self.scale_data = matrix, scale.data()

    def approve(self, name: str, function: str | None, on: dt.date, review_on: dt.date, note: str | None) -> None:
        """Note who validated it for the management. Raises RuleBroken on the field to mend."""
        if not self.is_draft:
            raise RuleBroken("", N_("Cette analyse est déjà validée."))
        if on < self.begun_on:
            raise RuleBroken("approved_on", N_("La validation précède le début de l’analyse."))
        if not on < review_on <= on + YEARS:
            raise RuleBroken("review_on", N_("La prochaine révision suit la validation, de trois ans au plus."))
        self.approved_by, self.approved_function, self.approved_on = name, function, on
        self.review_on, self.approval_note = review_on, note

    def freeze(self, digest: str, by: str, at: dt.datetime) -> None:
        """Close it after its snapshot was kept; the one it follows is replaced."""
        self.standing, self.digest, self.validated_by, self.validated_at = Standing.VALIDATED, digest, by, at
        self.updated_by, self.updated_at = by, at
        if self.previous is not None and self.previous.standing is Standing.VALIDATED:
            self.previous.standing = Standing.REPLACED

    # Selects

    @classmethod
    def current(cls) -> Any:
        """SQL: drafts, and validated analyses that no other replaced."""
        return cls.standing != Standing.REPLACED

    @classmethod
    def to_review(cls, day: dt.date) -> ColumnElement[bool]:
        """SQL: validated analyses that no other replaced, whose review is due on `day` at the latest."""
        return (cls.standing == Standing.VALIDATED) & (cls.review_on <= day)

    @classmethod
    def latest(cls) -> ColumnElement[bool]:
        """SQL: the analyses that no other follows: what the figures of an establishment are counted on."""
        return cls.id.not_in(select(cls.previous_id).where(cls.previous_id.is_not(None)))

    @classmethod
    def of(cls, establishment_id: uuid.UUID) -> Select["Analysis"]:
        """The analyses of an establishment, latest first."""
        return select(cls).where(cls.establishment_id == establishment_id).order_by(cls.reference.desc())

    def search_words(self) -> list[str | None]:
        return [self.reference, self.title, self.scope]

    def journal_title(self) -> str:
        return f"{self.journal_name} {self.reference}"


def next_reference(session: Session, establishment_id: uuid.UUID, year: int) -> str:
    """The next free reference of a year: AR-2026-01, unique by establishment."""
    (found,) = free_references(session, Analysis, establishment_id, f"AR-{year}-", digits=2)
    return found
