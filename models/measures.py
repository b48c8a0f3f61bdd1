"""Security measures: what an establishment does, or means to do, against its risks; shared by all who name them."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Select, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import At, Code, Long, Record, Short
from models.establishments import Establishment
from models.evidence import HasEvidence
from models.journal import Journaled
from models.people import Person
from models.permissions import Permission
from models.references import free_references
from models.register.activity import Activity
from models.rules import RuleBroken
from models.search import Searchable
from models.vocabulary import N_, Vocabulary, vocabulary


class MeasureState(Vocabulary):
    CONSIDERED = (
        "considered",
        N_("À examiner"),
        N_("Proposée, par exemple par le catalogue ; rien n’est décidé."),
    )
    PLANNED = "planned", N_("Prévue"), N_("Décidée : elle a, ou aura, un responsable et une échéance.")
    STARTED = "started", N_("En cours"), N_("Mise en place commencée.")
    IN_PLACE = "in_place", N_("En place")
    DROPPED = "dropped", N_("Écartée"), N_("Décision de ne pas la prendre.")


EXPECTED = (MeasureState.PLANNED, MeasureState.STARTED)
"""A measure that is decided and not yet there: a « planned measure » of HOP’EN P2.4."""


class Measure(HasEvidence, Searchable, Record):
    """One measure of an establishment, or of the whole group (no establishment). Its progress says where the
    establishment is weak: the journal tells that it changed, and not how.
    """

    __tablename__ = "measure"
    __table_args__ = (
        UniqueConstraint("establishment_id", "reference"),
        CheckConstraint("(state = 'dropped') = (drop_reason IS NOT NULL)", name="dropped_has_reason"),
        Index("ix_measure_list", "establishment_id", "state", "due_on"),
    )
    journal_name = N_("Mesure de sécurité")
    evidence_read = Permission.MEASURES_READ
    evidence_change = (Permission.MEASURES_EDIT,)

    establishment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("establishment.id"))
    reference: Mapped[Code] = mapped_column(info={"label": N_("Référence")})
    title: Mapped[Short] = mapped_column(info={"label": N_("Mesure")})
    theme: Mapped[Code | None] = mapped_column(info={"label": N_("Thème"), "terms": "measure_themes"})
    category: Mapped[Code | None] = mapped_column(info={"label": N_("Catégorie"), "terms": "measure_categories"})
    source: Mapped[Long | None] = mapped_column(info={"label": N_("Source")})
    note: Mapped[Long | None] = mapped_column(info={"label": N_("Précisions")})
    state: Mapped[MeasureState] = mapped_column(
        vocabulary(MeasureState), default=MeasureState.CONSIDERED, info={"label": N_("État")}
    )
    owner_name: Mapped[Short | None] = mapped_column(info={"label": N_("Responsable")})
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    due_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Échéance")})
    in_place_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("En place depuis le")})
    drop_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Pourquoi elle est écartée")})
    catalogue_code: Mapped[Code | None] = mapped_column(index=True)
    updated_at: Mapped[At]
    updated_by: Mapped[Short]
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment | None] = relationship()
    person: Mapped[Person | None] = relationship()
    activity_links: Mapped[list["MeasureActivity"]] = relationship(
        back_populates="measure", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    # Whose it is, and who reads it

    def read_scope(self) -> Any:
        """A measure of the group is read by whoever reads measures somewhere in it."""
        return self if self.establishment_id else None

    @classmethod
    def readable(
        cls, opened: Callable[[Permission], ColumnElement[bool]], user_id: uuid.UUID | None
    ) -> ColumnElement[bool]:
        return or_(opened(cls.evidence_read), cls.establishment_id.is_(None))

    @classmethod
    def usable_in(cls, establishment_id: uuid.UUID) -> Select["Measure"]:
        """The measures that a record of an establishment may be linked to: its own and those of the group."""
        mine = or_(cls.establishment_id == establishment_id, cls.establishment_id.is_(None))
        return select(cls).where(mine).order_by(cls.reference)

    @property
    def is_withheld(self) -> bool:
        return True

    @property
    def is_expected(self) -> bool:
        """Whether it is decided and not yet there."""
        return self.state in EXPECTED

    @property
    def is_in_place(self) -> bool:
        return self.state is MeasureState.IN_PLACE

    # Its life

    def touch(self, by: str, at: dt.datetime) -> None:
        """Note that it was edited."""
        self.updated_by, self.updated_at = by, at

    def settle(self, state: MeasureState, on: dt.date, reason: str | None = None) -> None:
        """Say where it stands. Raises RuleBroken("drop_reason") when it is dropped without a reason."""
        if state is MeasureState.DROPPED and not (reason or self.drop_reason):
            raise RuleBroken("drop_reason", N_("Dites pourquoi cette mesure est écartée."))
        if state is MeasureState.IN_PLACE:
            self.in_place_on = self.in_place_on or on
        else:
            self.in_place_on = None
        self.drop_reason = (reason or self.drop_reason) if state is MeasureState.DROPPED else None
        self.state = state

    def is_late(self, today: dt.date) -> bool:
        """Whether its day is past and it is still expected."""
        return self.is_expected and self.due_on is not None and self.due_on < today

    @classmethod
    def late(cls, today: dt.date) -> ColumnElement[bool]:
        """SQL: what `is_late` says."""
        return cls.state.in_(EXPECTED) & (cls.due_on < today)

    def protect(self, activities: Iterable[Activity]) -> None:
        """Say which activities of the register it protects. Raises RuleBroken for one of another establishment."""
        wanted = {activity.id: activity for activity in activities}
        if self.establishment_id and any(one.establishment_id != self.establishment_id for one in wanted.values()):
            raise RuleBroken("activities", N_("Choisissez des fiches du même établissement."))
        kept = [link for link in self.activity_links if link.activity_id in wanted]
        known = {link.activity_id for link in kept}
        new = [MeasureActivity(activity=one) for identity, one in wanted.items() if identity not in known]
        self.activity_links = [*kept, *new]

    def search_words(self) -> list[str | None]:
        return [self.reference, self.title, self.source, self.note, self.owner_name]

    def journal_title(self) -> str:
        return f"{self.journal_name} {self.reference}"


class MeasureActivity(Journaled, Record):
    """That a measure protects an activity of the register."""

    __tablename__ = "measure_activity"
    __table_args__ = (UniqueConstraint("measure_id", "activity_id"),)
    journal_name = N_("Traitement protégé")

    measure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("measure.id", ondelete="CASCADE"))
    activity_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("activity.id", ondelete="CASCADE"),
        index=True,
        info={"label": N_("Fiche du registre"), "named": "activity"},
    )

    measure: Mapped[Measure] = relationship(back_populates="activity_links")
    activity: Mapped[Activity] = relationship()

    def journal_subject(self) -> Journaled:
        return self.journal_owner("measure")

    def journal_title(self) -> str:
        return self.activity.journal_title()


PREFIX = "MS"


def next_references(session: Session, establishment_id: uuid.UUID | None, count: int = 1) -> list[str]:
    """The next `count` free references of an establishment's own measures, or of the group's, in order."""
    return free_references(session, Measure, establishment_id, PREFIX, count, digits=2)
