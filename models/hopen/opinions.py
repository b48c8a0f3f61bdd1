"""What proves a step besides its files: records of the product it points to, and what governance bodies said of it."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code, Long, Record, Short
from models.consulting import GovernanceBody, Opinion
from models.hopen.tracking import Step
from models.journal import Journaled
from models.rules import RuleBroken
from models.vocabulary import N_, vocabulary


class StepLink(Journaled, Record):
    """A record of another room that proves a step: its kind, its identity, and its title on the day it was linked."""

    __tablename__ = "hopen_link"
    __table_args__ = (UniqueConstraint("step_id", "kind", "record_id", name="uq_hopen_link_once"),)
    journal_name = N_("Lien vers une fiche")

    step_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hopen_step.id"), index=True)
    kind: Mapped[Code] = mapped_column(info={"label": N_("Nature")})
    record_id: Mapped[uuid.UUID]
    title: Mapped[Short] = mapped_column(info={"label": N_("Fiche")})
    linked_by: Mapped[Short]

    step: Mapped[Step] = relationship()

    @classmethod
    def of(cls, step: Step) -> Select["StepLink"]:
        """The records that a step points to, the oldest first."""
        return select(cls).where(cls.step_id == step.id).order_by(cls.created_at, cls.title)

    def journal_subject(self) -> Journaled:
        return self.journal_owner("step")

    def journal_title(self) -> str:
        return self.title


class StepOpinion(Journaled, Record):
    """What a governance body said of a step: the opinion, the day, the minutes (a file of the step may hold them)."""

    __tablename__ = "hopen_opinion"
    __table_args__ = (
        CheckConstraint("body <> 'other' OR body_name <> ''", name="other_has_name"),
        UniqueConstraint("step_id", "body", "body_name", "held_on", name="uq_hopen_opinion_once"),
    )
    journal_name = N_("Avis d’instance sur une action HOP’EN")

    step_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hopen_step.id"), index=True)
    body: Mapped[GovernanceBody] = mapped_column(vocabulary(GovernanceBody), info={"label": N_("Instance")})
    body_name: Mapped[Short] = mapped_column(default="", info={"label": N_("Nom de l’instance")})
    held_on: Mapped[dt.date] = mapped_column(info={"label": N_("Date")})
    opinion: Mapped[Opinion] = mapped_column(vocabulary(Opinion), info={"label": N_("Avis")})
    minutes: Mapped[Short] = mapped_column(info={"label": N_("Référence du procès-verbal")})
    notes: Mapped[Long | None] = mapped_column(info={"label": N_("Observations")})
    recorded_by: Mapped[Short]

    step: Mapped[Step] = relationship()

    @property
    def body_label(self) -> str:
        if self.body is GovernanceBody.OTHER:
            return self.body_name
        return f"{self.body.label} ({self.body_name})" if self.body_name else self.body.label

    def check(self, today: dt.date) -> None:
        """Raise RuleBroken on a field that does not hold."""
        if self.body is GovernanceBody.OTHER and not self.body_name:
            raise RuleBroken("body_name", N_("Nommez l’instance."))
        if self.held_on > today:
            raise RuleBroken("held_on", N_("Un avis s’enregistre une fois rendu : choisissez une date passée."))

    @classmethod
    def of(cls, step: Step) -> Select["StepOpinion"]:
        """The opinions on a step, the latest first."""
        return select(cls).where(cls.step_id == step.id).order_by(cls.held_on.desc(), cls.id)

    def journal_subject(self) -> Journaled:
        return self.journal_owner("step")

    def journal_title(self) -> str:
        return self.body_label
