"""Derogations: a gap to a rule, asked for, decided by somebody with its compensation, and over on a day."""

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Select, UniqueConstraint, and_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code, Long, Record, Short, months_after
from models.establishments import Department, Establishment
from models.journal import Journaled
from models.policy.confidential import Confidential
from models.policy.observance import Observance
from models.policy.words import IN_COURSE, Advice, Closure, DerogationStatus
from models.rules import RuleBroken
from models.search import Searchable
from models.vocabulary import N_, vocabulary

SOON = dt.timedelta(days=60)
"""How long before its end a derogation is called to mind for the first time."""
MATRIX = ((1, 1, 1, 2), (1, 1, 2, 2), (2, 2, 3, 3), (2, 3, 3, 3))
"""The level of a residual risk (EBIOS RM): a line per likelihood, a column per severity."""
MOST_MONTHS = 12


@dataclass(frozen=True)
class Decision:
    """What was decided of a request, by whom, on which day."""

    status: DerogationStatus
    decided_by: str
    decided_as: str | None
    decided_on: dt.date
    conditions: str | None
    reason: str | None


class Derogation(Confidential, Searchable, Record):
    """A request to depart from rules for a time, then what was decided of it, then its end."""

    __tablename__ = "policy_derogation"
    __table_args__ = (
        UniqueConstraint("establishment_id", "reference"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_begins"),
        CheckConstraint("severity BETWEEN 1 AND 4 AND likelihood BETWEEN 1 AND 4", name="rated_on_the_scale"),
        CheckConstraint("(status = 'submitted') = (decided_on IS NULL)", name="decided_has_date"),
        CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed_has_date"),
        Index("ix_policy_derogation_list", "establishment_id", "status", "ends_on"),
    )
    journal_name = N_("Dérogation à la PSSI")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    reference: Mapped[Code] = mapped_column(info={"label": N_("Référence")})
    title: Mapped[Short] = mapped_column(info={"label": N_("Objet")})
    requested_on: Mapped[dt.date] = mapped_column(info={"label": N_("Demandée le")})
    requester: Mapped[Short] = mapped_column(info={"label": N_("Demandeur")})
    department_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("department.id"), index=True, info={"label": N_("Service"), "named": "department"}
    )
    scope: Mapped[Long] = mapped_column(info={"label": N_("Périmètre de l’écart")})
    reason: Mapped[Long] = mapped_column(info={"label": N_("Motif")})
    alternatives: Mapped[Long | None] = mapped_column(info={"label": N_("Solutions étudiées")})
    risks: Mapped[Long | None] = mapped_column(info={"label": N_("Risques associés")})
    severity: Mapped[int] = mapped_column(info={"label": N_("Gravité résiduelle")})
    likelihood: Mapped[int] = mapped_column(info={"label": N_("Vraisemblance résiduelle")})
    compensation: Mapped[Long | None] = mapped_column(info={"label": N_("Mesures compensatoires")})
    personal_data: Mapped[bool] = mapped_column(default=False, info={"label": N_("Données personnelles concernées")})
    starts_on: Mapped[dt.date] = mapped_column(info={"label": N_("Début")})
    ends_on: Mapped[dt.date] = mapped_column(info={"label": N_("Fin")})
    check_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Point de contrôle")})
    return_plan: Mapped[Long | None] = mapped_column(info={"label": N_("Plan de retour à la règle")})
    rssi_advice: Mapped[Advice | None] = mapped_column(vocabulary(Advice), info={"label": N_("Avis du RSSI")})
    dpo_advice: Mapped[Advice | None] = mapped_column(vocabulary(Advice), info={"label": N_("Avis du DPO")})
    advice_note: Mapped[Long | None] = mapped_column(info={"label": N_("Motif des avis")})
    status: Mapped[DerogationStatus] = mapped_column(
        vocabulary(DerogationStatus), default=DerogationStatus.SUBMITTED, info={"label": N_("État")}
    )
    decided_by: Mapped[Short | None] = mapped_column(info={"label": N_("Décideur")})
    decided_as: Mapped[Short | None] = mapped_column(info={"label": N_("Qualité du décideur")})
    decided_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Décidée le")})
    conditions: Mapped[Long | None] = mapped_column(info={"label": N_("Conditions")})
    decision_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif de la décision")})
    closure: Mapped[Closure | None] = mapped_column(vocabulary(Closure), info={"label": N_("Clôture")})
    closed_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Close le")})
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    department: Mapped[Department | None] = relationship()
    rules: Mapped[list["DerogationRule"]] = relationship(
        back_populates="derogation", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    # What it says of itself

    @property
    def level(self) -> int:
        """The level of its residual risk, 1 to 3: who decides hangs on it."""
        return MATRIX[self.likelihood - 1][self.severity - 1]

    @property
    def is_granted(self) -> bool:
        return self.status in IN_COURSE

    def is_expired(self, today: dt.date) -> bool:
        """Whether its term is past and nobody closed it: the rule is due again, and the gap counts."""
        return self.is_granted and self.ends_on < today

    def is_ending(self, today: dt.date) -> bool:
        """Whether it ends within sixty days."""
        return self.is_granted and today <= self.ends_on <= today + SOON

    @classmethod
    def expired(cls, today: dt.date) -> ColumnElement[bool]:
        """SQL: what `is_expired` says."""
        return and_(cls.status.in_(IN_COURSE), cls.ends_on < today)

    @classmethod
    def ending(cls, today: dt.date) -> ColumnElement[bool]:
        """SQL: what `is_ending` says."""
        return and_(cls.status.in_(IN_COURSE), cls.ends_on.between(today, today + SOON))

    def check(self) -> None:
        """Raise RuleBroken on a field that does not hold."""
        if self.ends_on < self.starts_on:
            raise RuleBroken("ends_on", N_("La dérogation finit avant de commencer : corrigez l’une des dates."))
        if self.ends_on > months_after(self.starts_on, MOST_MONTHS):
            raise RuleBroken("ends_on", N_("Une dérogation dure douze mois au plus : rapprochez sa fin."))
        if self.check_on and not self.starts_on <= self.check_on <= self.ends_on:
            raise RuleBroken("check_on", N_("Le point de contrôle se tient pendant la dérogation."))

    # Its life

    def cover(self, observances: list[Observance]) -> None:
        """Say from which rules it departs. Raises RuleBroken without any."""
        if not observances:
            raise RuleBroken("rules", N_("Choisissez au moins une règle."))
        kept = {one.observance_id: one for one in self.rules}
        self.rules = [kept.get(one.id) or DerogationRule(observance=one) for one in observances]

    def decide(self, decision: Decision, most_months: int = MOST_MONTHS) -> None:
        """Grant or refuse it. `most_months`: how long its level allows.

        Raises RuleBroken when it was decided, by its own requester, without what the decision needs, or for too long.
        """
        if self.status is not DerogationStatus.SUBMITTED:
            raise RuleBroken("", N_("Cette demande est déjà décidée."))
        if decision.decided_by.casefold() == self.requester.casefold():
            raise RuleBroken("decided_by", N_("Nul ne décide de sa propre demande : un autre décideur est nécessaire."))
        if decision.decided_on < self.requested_on:
            raise RuleBroken("decided_on", N_("La décision ne peut pas précéder la demande."))
        if decision.status is DerogationStatus.REFUSED:
            if not decision.reason:
                raise RuleBroken("reason", N_("Dites pourquoi la dérogation est refusée."))
        else:
            self._check_grant(decision, most_months)
        self.status, self.decided_by, self.decided_as = decision.status, decision.decided_by, decision.decided_as
        self.decided_on, self.conditions, self.decision_reason = (
            decision.decided_on,
            decision.conditions,
            decision.reason,
        )

    def _check_grant(self, decision: Decision, most_months: int) -> None:
        if decision.status is DerogationStatus.CONDITIONAL and not decision.conditions:
            raise RuleBroken("conditions", N_("Écrivez les conditions de la dérogation."))
        if not self.compensation:
            raise RuleBroken("", N_("Sans mesure compensatoire, rien n’est accordé : complétez la demande."))
        if self.personal_data and self.dpo_advice is None:
            raise RuleBroken("", N_("Des données personnelles sont concernées : l’avis du DPO précède la décision."))
        if self.ends_on > months_after(self.starts_on, most_months):
            sentence = N_("À ce niveau de risque, une dérogation dure %s mois au plus : rapprochez sa fin d’abord.")
            raise RuleBroken("", sentence % most_months)

    def close(self, closure: Closure, on: dt.date) -> None:
        """End it. Raises RuleBroken unless it runs or waits for its decision."""
        if not self.is_granted:
            raise RuleBroken("", N_("Seule une dérogation accordée se clôt."))
        self.status, self.closure, self.closed_on = DerogationStatus.CLOSED, closure, on

    @classmethod
    def of(cls, observance: Observance) -> Select["Derogation"]:
        """The derogations to a rule, the latest first."""
        about = select(DerogationRule.derogation_id).where(DerogationRule.observance_id == observance.id)
        return select(cls).where(cls.id.in_(about)).order_by(cls.ends_on.desc(), cls.reference)

    def search_words(self) -> list[str | None]:
        return [self.reference, self.title, self.requester, self.scope, self.reason]

    def journal_title(self) -> str:
        return self.reference


class DerogationRule(Journaled, Record):
    """A rule from which a derogation departs."""

    __tablename__ = "policy_derogation_rule"
    __table_args__ = (UniqueConstraint("derogation_id", "observance_id"),)
    journal_name = N_("Règle d’une dérogation")

    derogation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("policy_derogation.id", ondelete="CASCADE"))
    observance_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("policy_observance.id"), index=True)

    derogation: Mapped[Derogation] = relationship(back_populates="rules")
    observance: Mapped[Observance] = relationship()

    def journal_subject(self) -> Journaled:
        return self.journal_owner("derogation")

    def journal_title(self) -> str:
        return self.observance.code
