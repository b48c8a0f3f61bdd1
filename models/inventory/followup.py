"""What follows an assessment: exchanges with the vendor, and the arbitration of what becomes of the application."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, and_, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code, Long, Record, Short
from models.inventory.application import Application
from models.inventory.assessment import Assessment
from models.inventory.words import Channel, Choice, ContactState
from models.journal import Journaled
from models.rules import RuleBroken
from models.vocabulary import N_, vocabulary

DECIDE_WITHIN = dt.timedelta(days=30)
"""After the assessment of an application that does not comply (domain note, 9.7)."""
SILENT_AFTER = dt.timedelta(days=30)
CONTAIN_AT_MOST = dt.timedelta(days=366)
EXPIRES_SOON = dt.timedelta(days=30)


class Exchange(Journaled, Record):
    """A question put to the vendor: when, how, by whom, and what was answered and promised."""

    __tablename__ = "vendor_exchange"
    __table_args__ = (
        Index("ix_vendor_exchange_application_id", "application_id", "asked_on"),
        Index("ix_vendor_exchange_commitment", "committed_on", "kept_on"),
    )
    journal_name = N_("Échange avec l’éditeur")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"))
    asked_on: Mapped[dt.date] = mapped_column(info={"label": N_("Date de la question")})
    asked_by: Mapped[Short] = mapped_column(info={"label": N_("Posée par")})
    channel: Mapped[Channel] = mapped_column(vocabulary(Channel), info={"label": N_("Moyen")})
    addressee: Mapped[Short | None] = mapped_column(info={"label": N_("Interlocuteur")})
    question: Mapped[Long] = mapped_column(info={"label": N_("Question")})
    letter: Mapped[Code | None]
    reply_expected_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Réponse attendue le")})
    reminded_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Relancé le")})
    replied_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Réponse reçue le")})
    reply: Mapped[Long | None] = mapped_column(info={"label": N_("Réponse")})
    committed_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Date d’engagement")})
    kept_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Engagement tenu le")})

    application: Mapped[Application] = relationship(back_populates="exchanges")

    def state(self, today: dt.date) -> ContactState:
        """Where this exchange stands on a day."""
        if self.replied_on:
            return ContactState.REPLY_RECEIVED
        if (self.reminded_on or self.asked_on) + SILENT_AFTER < today:
            return ContactState.NO_REPLY
        return ContactState.REMINDED if self.reminded_on else ContactState.CONTACTED

    def remind(self, on: dt.date) -> None:
        """Note a reminder. Raises RuleBroken when the vendor has replied."""
        if self.replied_on:
            raise RuleBroken("", N_("L’éditeur a déjà répondu."))
        self.reminded_on = on

    def receive(self, on: dt.date, reply: str, committed_on: dt.date | None) -> None:
        """Note the reply and what was promised. Raises RuleBroken for a reply before the question."""
        if on < self.asked_on:
            raise RuleBroken("replied_on", N_("La réponse ne peut pas précéder la question."))
        self.replied_on, self.reply, self.committed_on = on, reply, committed_on

    def keep(self, on: dt.date) -> None:
        """The vendor did what was promised. Raises RuleBroken when nothing was."""
        if self.committed_on is None:
            raise RuleBroken("", N_("Aucune date d’engagement n’est notée."))
        self.kept_on = on

    @classmethod
    def broken_promise(cls, today: dt.date) -> ColumnElement[bool]:
        """SQL: the commitment date has passed and nothing says that it was kept."""
        return and_(cls.committed_on < today, cls.kept_on.is_(None))

    def journal_title(self) -> str:
        return f"{self.application.journal_title()}, {self.asked_on:%d/%m/%Y}"


class Arbitration(Journaled, Record):
    """What is decided about an application that does not comply, until it is carried out or replaced by another."""

    __tablename__ = "arbitration"
    __table_args__ = (
        CheckConstraint(
            "choice <> 'contain' OR (measures IS NOT NULL AND expires_on IS NOT NULL)", name="containment_is_framed"
        ),
        CheckConstraint("budget IS NULL OR budget >= 0", name="budget_counted"),
        Index("ix_arbitration_open", "application_id", "closed_on", "expires_on"),
    )
    journal_name = N_("Arbitrage")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"))
    assessment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("assessment.id"))
    choice: Mapped[Choice] = mapped_column(vocabulary(Choice), info={"label": N_("Décision")})
    reason: Mapped[Long] = mapped_column(info={"label": N_("Motif")})
    measures: Mapped[Long | None] = mapped_column(info={"label": N_("Mesures compensatoires")})
    expires_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Fin des mesures")})
    decided_by: Mapped[Short] = mapped_column(info={"label": N_("Décidé par")})
    decided_on: Mapped[dt.date] = mapped_column(info={"label": N_("Décidé le")})
    budget: Mapped[int | None] = mapped_column(info={"label": N_("Budget, en euros")})
    target_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Date cible")})
    closed_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Close le")})
    closed_because: Mapped[Long | None] = mapped_column(info={"label": N_("Raison de la clôture")})

    application: Mapped[Application] = relationship(back_populates="arbitrations")
    assessment: Mapped[Assessment | None] = relationship()

    def check(self, today: dt.date) -> None:
        """The rules of a decision. Raises RuleBroken on the field to mend (domain note, 9.7)."""
        if self.decided_on > today:
            raise RuleBroken("decided_on", N_("La date de la décision est dans le futur."))
        if self.choice is Choice.CONTAIN:
            self._check_containment()
        if self.choice in (Choice.EVOLVE, Choice.REPLACE, Choice.RETIRE) and self.target_on is None:
            raise RuleBroken("target_on", N_("Donnez la date cible de cette décision."))
        if self.target_on and self.target_on < self.decided_on:
            raise RuleBroken("target_on", N_("La date cible précède la décision."))

    def _check_containment(self) -> None:
        if not (self.measures or "").strip():
            raise RuleBroken("measures", N_("Décrivez les mesures compensatoires."))
        if self.expires_on is None:
            raise RuleBroken("expires_on", N_("Donnez la fin des mesures compensatoires."))
        if not self.decided_on < self.expires_on <= self.decided_on + CONTAIN_AT_MOST:
            raise RuleBroken("expires_on", N_("Les mesures compensatoires durent douze mois au plus."))

    def close(self, on: dt.date, because: str) -> None:
        """The decision is carried out, or another takes its place. Raises RuleBroken when it was closed before."""
        if self.closed_on:
            raise RuleBroken("", N_("Cette décision est déjà close."))
        self.closed_on, self.closed_because = on, because

    @classmethod
    def in_force(cls, today: dt.date) -> ColumnElement[bool]:
        """SQL: not closed, and not a containment that has expired."""
        return and_(cls.closed_on.is_(None), or_(cls.expires_on.is_(None), cls.expires_on >= today))

    @classmethod
    def expiring(cls, today: dt.date) -> ColumnElement[bool]:
        """SQL: a containment still open that ends within 30 days, or has ended."""
        return and_(cls.closed_on.is_(None), cls.choice == Choice.CONTAIN, cls.expires_on <= today + EXPIRES_SOON)

    def journal_title(self) -> str:
        return f"{self.application.journal_title()}, {self.choice.label.lower()}"


def decided(today: dt.date) -> ColumnElement[bool]:
    """SQL over Application: a decision about it is in force."""
    return Application.id.in_(select(Arbitration.application_id).where(Arbitration.in_force(today)))
