"""The trace of consultations: which body was consulted on which version, when, and what it said."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Long, Record, Short
from models.charters.charter import Charter
from models.charters.words import GovernanceBody, Opinion
from models.evidence import HasEvidence
from models.permissions import Permission
from models.rules import RuleBroken
from models.vocabulary import N_, vocabulary


class Consultation(HasEvidence, Record):
    """A body consulted, informed or deciding on version `number` of a charter, published or to come."""

    __tablename__ = "charter_consultation"
    __table_args__ = (
        CheckConstraint("body <> 'other' OR body_name <> ''", name="other_has_name"),
        UniqueConstraint("charter_id", "number", "body", "body_name", "held_on", name="uq_charter_consultation_once"),
    )
    journal_name = N_("Consultation sur une charte")
    evidence_read = Permission.CHARTERS_READ
    evidence_change = (Permission.CHARTERS_EDIT,)

    charter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter.id"), index=True)
    number: Mapped[int] = mapped_column(info={"label": N_("Version soumise")})
    body: Mapped[GovernanceBody] = mapped_column(vocabulary(GovernanceBody), info={"label": N_("Instance")})
    body_name: Mapped[Short] = mapped_column(default="", info={"label": N_("Nom de l’instance")})
    held_on: Mapped[dt.date] = mapped_column(info={"label": N_("Date")})
    opinion: Mapped[Opinion] = mapped_column(vocabulary(Opinion), info={"label": N_("Avis")})
    votes: Mapped[Short | None] = mapped_column(info={"label": N_("Vote")})
    minutes: Mapped[Short | None] = mapped_column(info={"label": N_("Référence du procès-verbal")})
    notes: Mapped[Long | None] = mapped_column(info={"label": N_("Observations et réponses")})
    recorded_by: Mapped[Short]

    charter: Mapped[Charter] = relationship()

    @property
    def establishment_id(self) -> uuid.UUID | None:
        return self.charter.establishment_id

    def read_scope(self) -> "Consultation | None":
        """A charter common to the whole group is read by whoever reads charters somewhere, and so are its minutes."""
        return None if self.establishment_id is None else self

    @property
    def body_label(self) -> str:
        """The body as people name it: « CSE », « Directoire (CH de l’Est) », or the name of one that no list has."""
        if self.body is GovernanceBody.OTHER:
            return self.body_name
        return f"{self.body.label} ({self.body_name})" if self.body_name else self.body.label

    def check(self, today: dt.date) -> None:
        """Raise RuleBroken on a field that does not hold."""
        if self.body is GovernanceBody.OTHER and not self.body_name:
            raise RuleBroken("body_name", N_("Nommez l’instance."))
        if self.held_on > today:
            raise RuleBroken(
                "held_on", N_("Une consultation s’enregistre une fois tenue : choisissez une date passée.")
            )

    @classmethod
    def of(cls, charter: Charter) -> Select["Consultation"]:
        """The consultations on a charter, the latest version's first, then by date."""
        return select(cls).where(cls.charter_id == charter.id).order_by(cls.number.desc(), cls.held_on, cls.id)

    def journal_title(self) -> str:
        return self.body_label
