"""What proves that a person acknowledged a version, or refused to: rows that nothing changes or removes."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Base, Code, Long, Record, Short
from models.charters.charter import CharterVersion
from models.charters.words import Channel
from models.establishments import Establishment
from models.people import Person
from models.seals import Sealed
from models.vocabulary import N_, Vocabulary, vocabulary

TRACES_KEPT = dt.timedelta(days=365)
"""How long the network address and the browser stay beside a proof (CNIL, recommendation on logs: 6 to 12 months)."""


class Decision(Vocabulary):
    ACCEPTED = "accepted", N_("a pris connaissance")
    REFUSED = "refused", N_("ne souhaite pas confirmer")


class Assistance(Vocabulary):
    """Why somebody records the declaration of another; nothing about health is written (charter model)."""

    LANGUAGE = "language", N_("Langue")
    READING = "reading", N_("Lecture")
    TOOL = "tool", N_("Accès à l’outil")
    OTHER = "other", N_("Autre raison")


class Acceptance(Sealed, Record):
    """One answer of one person to one version, for good: at most one confirmation and one refusal each.

    A confirmation may follow a refusal; neither is removed. `receipt` is the signed document that the person keeps;
    names and functions are those of the day. It is an acknowledgement (C. civ. 1366-1367: simple signature), never a
    consent in the sense of the GDPR. `number` repeats its entry in the journal of the establishment.
    """

    __tablename__ = "charter_acceptance"
    sealed = ("assistance", "operator_name", "witness_name", "signed_on", "checked_by")
    __table_args__ = (
        UniqueConstraint("person_id", "version_id", "decision"),
        UniqueConstraint("establishment_id", "number"),
        CheckConstraint("channel <> 'refusal'", name="channel_is_a_way"),
        CheckConstraint(
            "channel <> 'paper' OR (signed_on IS NOT NULL AND checked_by IS NOT NULL)", name="paper_is_checked"
        ),
        CheckConstraint("channel <> 'on_behalf' OR witness_name IS NOT NULL", name="assisted_has_witness"),
        CheckConstraint("checked_by IS NULL OR checked_by <> operator_name", name="checked_by_another"),
        Index("ix_charter_acceptance_version_id", "version_id", "decision"),
        Index("ix_charter_acceptance_at", "establishment_id", "at"),
    )

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), info={"fixed": True})
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter_version.id"))
    decision: Mapped[Decision] = mapped_column(vocabulary(Decision))
    channel: Mapped[Channel] = mapped_column(vocabulary(Channel))
    means: Mapped[list[str]]
    at: Mapped[At]
    number: Mapped[Code]
    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    person_name: Mapped[Short]
    statement: Mapped[Long]
    reason: Mapped[Long | None]
    assistance: Mapped[Assistance | None] = mapped_column(vocabulary(Assistance))
    operator_name: Mapped[Short | None]
    witness_name: Mapped[Short | None]
    signed_on: Mapped[dt.date | None]
    checked_by: Mapped[Short | None]
    sha256: Mapped[str] = mapped_column(String(64))
    receipt: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)

    establishment: Mapped[Establishment] = relationship()
    person: Mapped[Person] = relationship()
    version: Mapped[CharterVersion] = relationship()

    @classmethod
    def of(cls, person_id: uuid.UUID | ColumnElement[uuid.UUID]) -> Select["Acceptance"]:
        """The answers of a human, under whatever record they were given, latest first."""
        return select(cls).where(cls.person_id.in_(Person.of_same_human(person_id))).order_by(cls.at.desc(), cls.id)

    @classmethod
    def to_version(
        cls, person_id: uuid.UUID | ColumnElement[uuid.UUID], version_id: uuid.UUID | ColumnElement[uuid.UUID]
    ) -> Select["Acceptance"]:
        """The answers of a human to one version."""
        return cls.of(person_id).where(cls.version_id == version_id)

    def journal_title(self) -> str:
        return f"{self.person_name} – {self.version.title}, version {self.version.number}"


class Trace(Base):
    """From where an answer came, without what tells one computer from its neighbours; goes after a year."""

    __tablename__ = "charter_trace"

    acceptance_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter_acceptance.id"), primary_key=True)
    at: Mapped[At] = mapped_column(index=True)
    address: Mapped[Code | None]
    agent: Mapped[Short | None]

    acceptance: Mapped[Acceptance] = relationship()
