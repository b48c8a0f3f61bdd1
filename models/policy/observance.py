"""How far each rule in force is applied: who answers for it, since when, with what proof."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, case, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import User
from models.base import Code, Long, Record, Short
from models.journal import Journaled
from models.measures import Measure
from models.people import Person
from models.policy.confidential import Confidential
from models.policy.policy import Policy, PolicyVersion
from models.policy.words import SCORES, RuleStatus
from models.rules import RuleBroken
from models.search import Searchable
from models.shares import percent
from models.vocabulary import N_, vocabulary


class Observance(Confidential, Searchable, Record):
    """How far one rule of a published policy is applied. It follows the rule from a version to the next by its code.

    `chapter`, `position`, `text`: those of the latest version; `withdrawn_on`: when a version left the rule out.
    """

    __tablename__ = "policy_observance"
    __table_args__ = (
        UniqueConstraint("policy_id", "code"),
        CheckConstraint("status <> 'not_applicable' OR reason <> ''", name="not_applicable_has_reason"),
        CheckConstraint("(status = 'to_fill') = (rated_on IS NULL)", name="rated_has_date"),
        Index("ix_policy_observance_list", "establishment_id", "withdrawn_on", "status"),
    )
    journal_name = N_("Application d’une règle de la PSSI")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    policy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("policy.id"))
    code: Mapped[Code] = mapped_column(info={"label": N_("Règle")})
    chapter: Mapped[Short] = mapped_column(info={"label": N_("Chapitre")})
    position: Mapped[int]
    text: Mapped[Long] = mapped_column(info={"label": N_("Texte")})
    status: Mapped[RuleStatus] = mapped_column(
        vocabulary(RuleStatus), default=RuleStatus.TO_FILL, info={"label": N_("État")}
    )
    reason: Mapped[Long | None] = mapped_column(info={"label": N_("Pourquoi sans objet")})
    scope: Mapped[Long | None] = mapped_column(info={"label": N_("Périmètre")})
    note: Mapped[Long | None] = mapped_column(info={"label": N_("Constat et reste à faire")})
    owner_name: Mapped[Short | None] = mapped_column(info={"label": N_("Responsable")})
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    rated_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Évaluée le")})
    rated_by: Mapped[Short | None] = mapped_column(info={"label": N_("Évaluée par")})
    withdrawn_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Retirée le")})
    revision: Mapped[int] = mapped_column()

    policy: Mapped[Policy] = relationship()
    owner: Mapped[User | None] = relationship()
    person: Mapped[Person | None] = relationship()
    ratings: Mapped[list["Rating"]] = relationship(
        back_populates="observance",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="(Rating.rated_on.desc(), Rating.created_at.desc())",
    )

    measure_links: Mapped[list["ObservanceMeasure"]] = relationship(
        back_populates="observance", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    @property
    def is_in_force(self) -> bool:
        return self.withdrawn_on is None

    @property
    def measures(self) -> list[Measure]:
        return sorted((link.measure for link in self.measure_links), key=lambda one: one.reference)

    def rate(self, status: RuleStatus, reason: str | None, by: str, on: dt.date) -> None:
        """Say how far the rule is applied; each change of status stays in its history.

        Raises RuleBroken for a rule without object and without reason, or that a version withdrew.
        """
        if not self.is_in_force:
            raise RuleBroken("", N_("Cette règle n’est plus dans la version en vigueur : elle ne s’évalue plus."))
        if status is RuleStatus.NOT_APPLICABLE and not reason:
            raise RuleBroken("reason", N_("Dites pourquoi cette règle est sans objet."))
        kept = reason if status is RuleStatus.NOT_APPLICABLE else None
        if (status, kept) == (self.status, self.reason):
            return
        self.status, self.reason = status, kept
        self.rated_on, self.rated_by = (None, None) if status is RuleStatus.TO_FILL else (on, by)
        self.ratings.insert(0, Rating(status=status, rated_on=on, rated_by=by))

    def entrust(self, user: User | None, name: str | None = None, person: Person | None = None) -> None:
        """Say who answers for the rule: an account, a person of the directory, somebody named only, or nobody yet."""
        if user is None and person is not None:
            user = person.user
        self.owner, self.person = user, person
        self.owner_name = user.name if user else f"{person.given_name} {person.family_name}" if person else name

    def rest_on(self, measures: Iterable[Measure]) -> None:
        """Say which security measures help to apply it."""
        wanted = {measure.id: measure for measure in measures}
        kept = [link for link in self.measure_links if link.measure_id in wanted]
        known = {link.measure_id for link in kept}
        new = [ObservanceMeasure(measure=one) for identity, one in wanted.items() if identity not in known]
        self.measure_links = [*kept, *new]

    def search_words(self) -> list[str | None]:
        return [self.code, self.chapter, self.text, self.owner_name, self.scope]

    def journal_title(self) -> str:
        return self.code


class ObservanceMeasure(Journaled, Record):
    """A security measure that helps to apply a rule."""

    __tablename__ = "policy_observance_measure"
    __table_args__ = (UniqueConstraint("observance_id", "measure_id"),)
    journal_name = N_("Mesure liée à une règle de la PSSI")

    observance_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("policy_observance.id", ondelete="CASCADE"))
    measure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("measure.id"), index=True)

    observance: Mapped[Observance] = relationship(back_populates="measure_links")
    measure: Mapped[Measure] = relationship()

    def journal_subject(self) -> Journaled:
        return self.journal_owner("observance")

    def journal_title(self) -> str:
        return self.measure.reference


class Rating(Record):
    """What a rule was said to be on a day. It stays with the rule's page: the journal does not tell it."""

    __tablename__ = "policy_rating"
    __table_args__ = (Index("ix_policy_rating_history", "observance_id", "rated_on"),)

    observance_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("policy_observance.id", ondelete="CASCADE"))
    status: Mapped[RuleStatus] = mapped_column(vocabulary(RuleStatus))
    rated_on: Mapped[dt.date]
    rated_by: Mapped[Short]

    observance: Mapped[Observance] = relationship(back_populates="ratings")


def follow(version: PolicyVersion, known: Iterable[Observance], on: dt.date) -> list[Observance]:
    """Bring the rules followed to those of a new `version`: new ones are to be filled, those left out are withdrawn.

    `known`: what is followed of its policy. Gives the new ones, to add to the session.
    """
    left = {one.code: one for one in known}
    made = []
    for place, chapter, rule in version.rules():
        one = left.pop(rule["code"], None)
        if one is None:
            one = Observance(policy_id=version.policy_id, establishment_id=version.establishment_id, code=rule["code"])
            one.status = RuleStatus.TO_FILL
            made.append(one)
        one.chapter, one.position, one.text, one.withdrawn_on = chapter[:200], place, rule["lines"][0], None
    for one in left.values():
        one.withdrawn_on = one.withdrawn_on or on
    return made


@dataclass(frozen=True)
class Score:
    """Where the rules stand: how many of each status. What has no object or is to be filled is out of the score."""

    counts: dict[RuleStatus, int]

    @property
    def rules(self) -> int:
        return sum(self.counts.values())

    @property
    def rated(self) -> int:
        """The rules that count in the score."""
        return sum(self.counts.get(status, 0) for status in SCORES)

    @property
    def applied(self) -> int:
        return self.counts.get(RuleStatus.APPLIED, 0)

    @property
    def points(self) -> int:
        return sum(points * self.counts.get(status, 0) for status, points in SCORES.items())

    @property
    def share(self) -> int | None:
        """The score in percent (sum of the scores of rated rules over twice their number); None when none is rated."""
        return percent(self.points, 2 * self.rated) if self.rated else None


def counted(status: RuleStatus) -> ColumnElement[int]:
    """SQL: how many rules have a status."""
    return func.coalesce(func.sum(case((Observance.status == status, 1), else_=0)), 0)
