"""Bridges: one proof of the HOP’EN plan may answer what other schemes require, as data that the group keeps."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, UniqueConstraint, inspect, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Long, Record, Short
from models.hopen.prerequisites import Indicator, Objective
from models.journal import Journaled, plain
from models.register.words import Confidence
from models.vocabulary import N_, Vocabulary, vocabulary


class Bearing(Vocabulary):
    """How a proof of the plan bears on a requirement: only the first counts as covering it."""

    ANSWERS = "answers", N_("Répond"), N_("La même preuve suffit, aux conditions de la note.")
    HELPS = "helps", N_("Aide"), N_("La preuve compte, mais il manque quelque chose.")
    SAME_SUBJECT = "same_subject", N_("Même sujet"), N_("Les deux textes en parlent, sans demander la même chose.")


class Standing(Vocabulary):
    """Where an establishment stands on a requirement: always computed from the plan, never typed."""

    COVERED = "covered", N_("Couverte"), N_("Un objectif ou un indicateur atteint y répond.")
    AWAITED = "awaited", N_("À atteindre"), N_("Un objectif ou un indicateur y répondra, une fois atteint.")
    HELPED = "helped", N_("Aidée"), N_("Le plan y aide ou en parle, sans y répondre.")
    ALONE = "alone", N_("Sans passerelle"), N_("Rien dans le plan n’en traite.")


class Scheme(Base):
    """Another scheme that a hospital answers to, planted from the catalogue. `note`: what is known of it."""

    __tablename__ = "hopen_scheme"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int]
    title: Mapped[Short]
    version: Mapped[Short]
    source: Mapped[Long]
    confidence: Mapped[Confidence] = mapped_column(vocabulary(Confidence))
    note: Mapped[Long]


class Kept(Journaled, Record):
    """A line planted from the catalogue or added by the group, which keeps it; taken out, it stays and can come back.

    `catalogue`: what the catalogue says of the columns that people change, by name; None for a line of theirs.
    """

    __abstract__ = True

    catalogue_code: Mapped[Code | None] = mapped_column(unique=True)
    catalogue: Mapped[dict[str, Any] | None]
    source: Mapped[Long] = mapped_column(info={"label": N_("Source")})
    confidence: Mapped[Confidence] = mapped_column(vocabulary(Confidence), info={"label": N_("Fiabilité")})
    note: Mapped[Long | None] = mapped_column(info={"label": N_("Précisions")})
    removed_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Retirée le")})
    revision: Mapped[int]

    @property
    def is_changed(self) -> bool:
        """Whether the group changed a line of the catalogue."""
        return any(plain(getattr(self, name)) != told for name, told in (self.catalogue or {}).items())

    def catalogue_words(self) -> list[tuple[str, str]]:
        """(label, text) of what the catalogue says where the group changed it."""
        columns = inspect(type(self)).column_attrs
        return [
            (columns[name].columns[0].info["label"], _word(columns[name].columns[0], told))
            for name, told in (self.catalogue or {}).items()
            if plain(getattr(self, name)) != told
        ]


def _word(column: Any, told: str | None) -> str:
    """A value that the catalogue gives a column, in words."""
    words = getattr(column.type, "enum_class", None)
    return str(words(told).label if words and told else told or "")


class Requirement(Kept):
    """One thing that a scheme is known to require."""

    __tablename__ = "hopen_requirement"
    __table_args__ = (
        UniqueConstraint("scheme_code", "reference", "title"),
        Index("ix_hopen_requirement_list", "scheme_code", "position"),
    )
    journal_name = N_("Exigence d’un autre référentiel")

    scheme_code: Mapped[str] = mapped_column(ForeignKey("hopen_scheme.code"))
    position: Mapped[int]
    reference: Mapped[Short] = mapped_column(info={"label": N_("Référence")})
    title: Mapped[Short] = mapped_column(info={"label": N_("Exigence")})
    revision: Mapped[int] = mapped_column()

    scheme: Mapped[Scheme] = relationship()
    bridges: Mapped[list["Bridge"]] = relationship(back_populates="requirement", order_by="Bridge.plan_code")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    @classmethod
    def listed(cls) -> Select["Requirement"]:
        """Those of every scheme in their order, taken out or not."""
        return select(cls).join(Scheme).order_by(Scheme.position, cls.position, cls.created_at)

    def journal_title(self) -> str:
        return f"{self.scheme.title} {self.reference} – {self.title}"[:200]


class Bridge(Kept):
    """From an indicator of the plan, or one of its objectives, to a requirement. `plan_code` is the code of either."""

    __tablename__ = "hopen_bridge"
    __table_args__ = (
        UniqueConstraint("requirement_id", "plan_code"),
        CheckConstraint("plan_code = COALESCE(objective_code, indicator_code)", name="plan_code_is_theirs"),
    )
    journal_name = N_("Passerelle")

    requirement_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hopen_requirement.id"))
    plan_code: Mapped[str] = mapped_column(String(20), info={"label": N_("Indicateur ou objectif")})
    indicator_code: Mapped[str] = mapped_column(ForeignKey("hopen_indicator.code"), index=True)
    objective_code: Mapped[str | None] = mapped_column(ForeignKey("hopen_objective.code"), index=True)
    bearing: Mapped[Bearing] = mapped_column(vocabulary(Bearing), info={"label": N_("Portée")})
    revision: Mapped[int] = mapped_column()

    requirement: Mapped[Requirement] = relationship(back_populates="bridges")
    indicator: Mapped[Indicator] = relationship()
    objective: Mapped[Objective | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    @property
    def plan_title(self) -> str:
        """The title of what proves: the objective, else the indicator."""
        return (self.objective or self.indicator).title

    def lead_from(self, plan_code: str) -> None:
        """Say which indicator or objective it comes from, by its code: P2.4, or P2.4-O3."""
        self.plan_code, self.indicator_code = plan_code, plan_code.partition("-")[0]
        self.objective_code = plan_code if "-" in plan_code else None

    def journal_subject(self) -> Journaled:
        return self.journal_owner("requirement")

    def journal_title(self) -> str:
        return self.plan_code
