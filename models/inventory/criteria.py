"""The criteria of the authentication grid of HOP'EN P3.4, as data of the catalogue, and the letters to vendors."""

from typing import Any

from sqlalchemy import JSON, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Long, Short
from models.inventory.words import Theme
from models.register.words import Confidence
from models.vocabulary import vocabulary

PERSONAL, RENEWAL, RENEWAL_POLICY, STRENGTH, IDLE, FOLLOWED = "AUT01", "AUT05", "AUT06", "AUT07", "AUT20", "AUT31"
"""The criteria that a rule of the house names."""

CORE = (PERSONAL, RENEWAL, IDLE)
"""An application counts for P3.4 when these three are met (domain note, 9.6)."""


class Criterion(Base):
    """One thing to find out about how people sign in to an application, with what makes each answer."""

    __tablename__ = "criterion"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    position: Mapped[int]
    theme: Mapped[Theme] = mapped_column(vocabulary(Theme))
    title: Mapped[Short]
    is_core: Mapped[bool]
    weight: Mapped[int]
    compliant: Mapped[Long]
    partial: Mapped[Long]
    non_compliant: Mapped[Long]
    not_applicable: Mapped[Long | None]
    evidence: Mapped[Long]
    reference: Mapped[Long]
    confidence: Mapped[Confidence] = mapped_column(vocabulary(Confidence))
    question: Mapped[Long]
    proof: Mapped[Long]

    @classmethod
    def listed(cls) -> Select["Criterion"]:
        """Every criterion, in the order of the grid."""
        return select(cls).order_by(cls.position)


class LetterModel(Base):
    """The text of a letter to a vendor, with {places} to fill."""

    __tablename__ = "letter_model"

    code: Mapped[Code] = mapped_column(primary_key=True)
    position: Mapped[int]
    label: Mapped[Short]
    subject: Mapped[Long]
    body: Mapped[Long]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)

    @property
    def reply_days(self) -> int:
        """Within how many days the vendor is asked to reply."""
        return int(self.facts.get("reply_expected_within_days") or 10)
