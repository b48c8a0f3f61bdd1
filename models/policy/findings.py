"""Audits that the policy is applied, internal or outside, and what they find: each finding may call for actions."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code, Long, Record, Short
from models.establishments import Establishment
from models.policy.confidential import Confidential
from models.policy.observance import Observance
from models.policy.words import AuditKind, AuditResult, Gravity
from models.rules import RuleBroken
from models.search import Searchable
from models.vocabulary import N_, vocabulary


class PolicyAudit(Confidential, Searchable, Record):
    """One audit, planned then held. `code`: the check of the model that it follows (CI-01, AE-02), if any."""

    __tablename__ = "policy_audit"
    __table_args__ = (
        UniqueConstraint("establishment_id", "reference"),
        CheckConstraint("planned_on IS NOT NULL OR held_on IS NOT NULL", name="has_a_date"),
        CheckConstraint("(result IS NULL) = (held_on IS NULL)", name="held_has_result"),
        CheckConstraint("gaps IS NULL OR (sample IS NOT NULL AND gaps BETWEEN 0 AND sample)", name="gaps_among_sample"),
        Index("ix_policy_audit_list", "establishment_id", "held_on", "planned_on"),
    )
    journal_name = N_("Audit de la PSSI")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    reference: Mapped[Code] = mapped_column(info={"label": N_("Référence")})
    kind: Mapped[AuditKind] = mapped_column(vocabulary(AuditKind), info={"label": N_("Nature")})
    code: Mapped[Code | None] = mapped_column(info={"label": N_("Contrôle du modèle")})
    title: Mapped[Short] = mapped_column(info={"label": N_("Objet")})
    scope: Mapped[Long | None] = mapped_column(info={"label": N_("Périmètre")})
    method: Mapped[Long | None] = mapped_column(info={"label": N_("Méthode")})
    led_by: Mapped[Short] = mapped_column(info={"label": N_("Mené par")})
    provider: Mapped[Short | None] = mapped_column(info={"label": N_("Prestataire")})
    planned_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Prévu le")})
    held_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Réalisé le")})
    result: Mapped[AuditResult | None] = mapped_column(vocabulary(AuditResult), info={"label": N_("Résultat")})
    sample: Mapped[int | None] = mapped_column(info={"label": N_("Éléments vérifiés")})
    gaps: Mapped[int | None] = mapped_column(info={"label": N_("Éléments en écart")})
    summary: Mapped[Long | None] = mapped_column(info={"label": N_("Synthèse")})
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    findings: Mapped[list["AuditFinding"]] = relationship(
        back_populates="audit", cascade="all, delete-orphan", passive_deletes=True, order_by="AuditFinding.number"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    @property
    def is_held(self) -> bool:
        return self.held_on is not None

    def is_late(self, today: dt.date) -> bool:
        """Whether it was planned for a day that is past, and was not held."""
        return self.held_on is None and self.planned_on is not None and self.planned_on < today

    def check(self, today: dt.date) -> None:
        """Raise RuleBroken on a field that does not hold."""
        if self.planned_on is None and self.held_on is None:
            raise RuleBroken("planned_on", N_("Donnez la date prévue, ou celle à laquelle l’audit a été fait."))
        if self.held_on and self.held_on > today:
            raise RuleBroken(
                "held_on", N_("Un audit s’enregistre une fois fait : « Prévu le » prend les dates à venir.")
            )
        if self.held_on and self.result is None:
            raise RuleBroken("result", N_("Dites ce que l’audit a conclu."))
        if self.result and self.held_on is None:
            raise RuleBroken("held_on", N_("Dites quand l’audit a été fait."))
        if self.gaps is not None and (self.sample is None or self.gaps > self.sample):
            raise RuleBroken("gaps", N_("Il ne peut pas y avoir plus d’écarts que d’éléments vérifiés."))

    def add(self, finding: "AuditFinding") -> None:
        """Put a finding after the others."""
        finding.number = max((one.number for one in self.findings), default=0) + 1
        finding.establishment_id = self.establishment_id
        self.findings.append(finding)

    def search_words(self) -> list[str | None]:
        return [self.reference, self.title, self.led_by, self.provider, self.scope]

    def journal_title(self) -> str:
        return self.reference


class AuditFinding(Confidential, Record):
    """What an audit found on one point; the actions that it calls for are those of the plan."""

    __tablename__ = "policy_finding"
    __table_args__ = (UniqueConstraint("audit_id", "number"),)
    journal_name = N_("Constat d’audit")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("policy_audit.id", ondelete="CASCADE"))
    observance_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("policy_observance.id"), index=True, info={"label": N_("Règle"), "named": "observance"}
    )
    number: Mapped[int]
    title: Mapped[Short] = mapped_column(info={"label": N_("Constat")})
    gravity: Mapped[Gravity] = mapped_column(vocabulary(Gravity), info={"label": N_("Gravité")})
    details: Mapped[Long | None] = mapped_column(info={"label": N_("Ce qui a été vu")})
    advice: Mapped[Long | None] = mapped_column(info={"label": N_("Recommandation")})
    revision: Mapped[int] = mapped_column()

    audit: Mapped[PolicyAudit] = relationship(back_populates="findings")
    observance: Mapped[Observance | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    def journal_title(self) -> str:
        return f"{self.audit.reference}-C{self.number}"
