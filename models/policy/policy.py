"""A security policy (PSSI): the text being written, its life, and the versions that were approved, frozen for good."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    Select,
    String,
    UniqueConstraint,
    and_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from models.base import At, Long, Record, Short, months_after
from models.consulting import BodyConsulted
from models.establishments import Establishment
from models.journal import Journaled, Verb, tell
from models.permissions import Permission
from models.policy.parts import PARTS, PolicyBlank, PolicyMember, PolicyPart, PolicyRule, PolicySection
from models.policy.text import canonical, content_of, needed
from models.policy.words import PartKind, PolicyStatus
from models.rules import RuleBroken
from models.seals import Sealed
from models.search import Searchable
from models.vocabulary import N_, vocabulary
from models.wording import sha256

REVIEW_MONTHS = 12
"""ReCyF 2.B.4 expects a review at least each year; a hospital may say another rhythm, up to three years."""


def _part_of_policy(kind: type[PolicyPart]) -> Any:
    return relationship(
        kind, back_populates="policy", cascade="all, delete-orphan", passive_deletes=True, order_by=kind.position
    )


class Policy(Journaled, Searchable, Record):
    """The PSSI of one establishment: its working copy. What is approved is a PolicyVersion."""

    __tablename__ = "policy"
    __table_args__ = (
        CheckConstraint("review_months BETWEEN 1 AND 36", name="reviewed_within_three_years"),
        CheckConstraint("(status = 'archived') = (closed_on IS NOT NULL)", name="archived_has_date"),
        Index("ix_policy_list", "establishment_id", "status"),
    )
    journal_name = N_("Politique de sécurité")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    title: Mapped[Short] = mapped_column(info={"label": N_("Titre")})
    status: Mapped[PolicyStatus] = mapped_column(
        vocabulary(PolicyStatus), default=PolicyStatus.DRAFT, info={"label": N_("État")}
    )
    owner: Mapped[Short | None] = mapped_column(info={"label": N_("Pilote")})
    review_months: Mapped[int] = mapped_column(default=REVIEW_MONTHS, info={"label": N_("Revue tous les (mois)")})
    review_on: Mapped[dt.date | None] = mapped_column(index=True, info={"label": N_("Prochaine revue")})
    closed_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Archivée le")})
    closed_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif")})
    published_number: Mapped[int | None] = mapped_column(info={"label": N_("Version publiée")})
    updated_at: Mapped[At]
    updated_by: Mapped[Short]
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    sections: Mapped[list[PolicySection]] = _part_of_policy(PolicySection)
    rules: Mapped[list[PolicyRule]] = _part_of_policy(PolicyRule)
    blanks: Mapped[list[PolicyBlank]] = _part_of_policy(PolicyBlank)
    members: Mapped[list[PolicyMember]] = _part_of_policy(PolicyMember)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    # What it says of itself

    @property
    def next_number(self) -> int:
        return (self.published_number or 0) + 1

    @property
    def chapters(self) -> list[PolicySection]:
        return [section for section in self.sections if section.kind is PartKind.CHAPTER]

    def rules_of(self, section: PolicySection) -> list[PolicyRule]:
        """The rules of a chapter, in their order."""
        return [rule for rule in self.rules if rule.section is section]

    def used_blanks(self) -> list[PolicyBlank]:
        """The blanks that the text needs now."""
        names = set(needed(self))
        return [blank for blank in self.blanks if blank.name in names]

    def unfilled(self) -> list[PolicyBlank]:
        """The blanks that the text needs and that nobody filled."""
        return [blank for blank in self.used_blanks() if not blank.value]

    def missing(self) -> list[str]:
        """What stops the publication, as French sentences; none when the text is ready."""
        found = []
        if not self.rules:
            found.append(N_("Le texte n’a aucune règle : ajoutez-en au moins une."))
        if self.unfilled():
            found.append(N_("Des champs du texte ne sont pas remplis."))
        return found

    def is_overdue(self, today: dt.date) -> bool:
        return self.review_on is not None and self.review_on < today and self.status is not PolicyStatus.ARCHIVED

    @classmethod
    def overdue(cls, today: dt.date) -> ColumnElement[bool]:
        """SQL: what `is_overdue` says."""
        return and_(cls.review_on < today, cls.status != PolicyStatus.ARCHIVED)

    # Transitions

    def touch(self, by: str, at: dt.datetime) -> None:
        """Note that the policy or one of its parts was edited. Raises RuleBroken when it is archived."""
        if self.status is PolicyStatus.ARCHIVED:
            raise RuleBroken("", N_("Cette PSSI est archivée : elle ne se modifie plus."))
        self.updated_by, self.updated_at = by, at

    def publish(self, approval: "Approval", *, consulted: bool) -> "PolicyVersion":
        """Freeze the next version, to add to the session. `consulted`: whether a consultation was recorded for it.

        Raises RuleBroken on what is missing, or on a date that does not hold.
        """
        if self.status is PolicyStatus.ARCHIVED:
            raise RuleBroken("", N_("Cette PSSI est archivée : elle ne se publie plus."))
        if missing := self.missing():
            raise RuleBroken("", " ".join(missing))
        approval.check(first=self.published_number is None, consulted=consulted)
        review_on = months_after(approval.effective_on, self.review_months)
        content = content_of(self, approval.values(self.next_number, review_on))
        body = canonical(content, self.next_number)
        version = PolicyVersion(
            policy=self,
            establishment_id=self.establishment_id,
            number=self.next_number,
            title=content["title"],
            content=content,
            body=body,
            size=len(body),
            sha256=sha256(body),
            is_major=approval.is_major,
            effective_on=approval.effective_on,
            review_on=review_on,
            note=approval.note,
            unconsulted_reason=approval.unconsulted_reason,
            approved_by=approval.approved_by,
            approved_as=approval.approved_as,
            approved_on=approval.approved_on,
            published_at=approval.at,
            published_by=approval.by,
        )
        self.status, self.published_number, self.review_on = PolicyStatus.PUBLISHED, version.number, review_on
        return version

    def confirm(self, on: dt.date) -> None:
        """Say that the yearly review changed nothing: the next one is due one period later. Raises RuleBroken."""
        if self.published_number is None:
            raise RuleBroken("", N_("Aucune version n’est publiée : il n’y a rien à confirmer."))
        self.review_on = months_after(on, self.review_months)

    def archive(self, on: dt.date, reason: str | None) -> None:
        """Close a policy that no longer applies. Raises RuleBroken without reason, or when it is closed already."""
        if self.status is PolicyStatus.ARCHIVED:
            raise RuleBroken("", N_("Cette PSSI est déjà archivée."))
        if not reason:
            raise RuleBroken("reason", N_("Indiquez pourquoi la PSSI ne s’applique plus."))
        self.status, self.closed_on, self.closed_reason = PolicyStatus.ARCHIVED, on, reason

    # Selects

    @classmethod
    def whole(cls) -> Select["Policy"]:
        """Policies with all their parts loaded, in one query per collection."""
        return select(cls).options(
            *(selectinload(getattr(cls, name)) for name in PARTS), selectinload(cls.establishment)
        )

    def search_words(self) -> list[str | None]:
        return [self.title, self.owner]

    def journal_title(self) -> str:
        return self.title


@dataclass(frozen=True)
class Approval:
    """The decision of the management that a version is published on, and who publishes it."""

    by: str
    at: dt.datetime
    on: dt.date
    is_major: bool
    effective_on: dt.date
    approved_by: str
    approved_as: str
    approved_on: dt.date
    note: str | None
    unconsulted_reason: str | None

    def check(self, *, first: bool, consulted: bool) -> None:
        """Raise RuleBroken on the field that does not hold."""
        if first and not self.is_major:
            raise RuleBroken("is_major", N_("La première version est majeure : la direction l’approuve en entier."))
        if not first and not self.note:
            raise RuleBroken("note", N_("Dites en quelques mots ce qui change depuis la version précédente."))
        if self.approved_on > self.on:
            raise RuleBroken("approved_on", N_("L’approbation s’enregistre une fois signée : donnez une date passée."))
        if self.effective_on < self.approved_on:
            raise RuleBroken("effective_on", N_("La version ne peut pas s’appliquer avant d’être approuvée."))
        if not consulted and not self.unconsulted_reason:
            raise RuleBroken(
                "unconsulted_reason", N_("Aucune consultation n’est enregistrée pour cette version : dites pourquoi.")
            )

    def values(self, number: int, review_on: dt.date) -> dict[str, str]:
        """What the approval puts in the blanks of the text."""
        return {
            "version": str(number),
            "date_effet": f"{self.effective_on:%d/%m/%Y}",
            "date_prochaine_revue": f"{review_on:%d/%m/%Y}",
            "date_signature": f"{self.approved_on:%d/%m/%Y}",
            "nom_signataire": self.approved_by,
            "fonction_signataire": self.approved_as,
        }


class PolicyVersion(Sealed, Record):
    """An approved version: exact bytes and their SHA-256. The database refuses to change or remove it."""

    __tablename__ = "policy_version"
    sealed = (
        "title", "content", "effective_on", "review_on", "note", "unconsulted_reason", "approved_by", "approved_as",
        "approved_on", "published_at", "published_by",
    )  # fmt: skip
    __table_args__ = (
        UniqueConstraint("policy_id", "number"),
        CheckConstraint("effective_on >= approved_on", name="applied_once_approved"),
    )

    policy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("policy.id"))
    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"), index=True)
    number: Mapped[int]
    title: Mapped[Short]
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    is_major: Mapped[bool]
    effective_on: Mapped[dt.date]
    review_on: Mapped[dt.date]
    note: Mapped[Long | None]
    unconsulted_reason: Mapped[Long | None]
    approved_by: Mapped[Short]
    approved_as: Mapped[Short]
    approved_on: Mapped[dt.date]
    published_at: Mapped[At]
    published_by: Mapped[Short]

    policy: Mapped[Policy] = relationship()

    def tell_published(self, session: Session) -> None:
        """Put in the journal that this version is published, with its digest and its seal."""
        facts: dict[str, Any] = {"number": self.number, "digest": self.sha256, "major": self.is_major}
        tell(session, Verb.PUBLISHED, self.policy, **facts, row=self.seal())

    def is_intact(self) -> bool:
        """Whether the bytes are still those that were published, by their own digest."""
        return len(self.body) == self.size and sha256(self.body) == self.sha256

    def rules(self) -> Iterable[tuple[int, str, dict[str, Any]]]:
        """(place, chapter’s title, rule) of each rule of the frozen text."""
        chapter = ""
        for place, part in enumerate(self.content["sections"]):
            if part["kind"] == PartKind.CHAPTER:
                chapter = part["title"]
            elif part["kind"] == PartKind.RULE:
                yield place, chapter, part

    @classmethod
    def of(cls, policy: Policy) -> Select["PolicyVersion"]:
        """The versions of a policy, latest first."""
        return select(cls).where(cls.policy_id == policy.id).order_by(cls.number.desc())

    def journal_title(self) -> str:
        return f"{self.title}, version {self.number}"


class PolicyConsultation(BodyConsulted):
    """A body consulted, informed or deciding on version `number` of a policy, published or to come.

    What it observed may name weaknesses: the journal, which others read, tells only that it was written.
    """

    __tablename__ = "policy_consultation"
    __table_args__ = BodyConsulted.rules("policy_consultation", "policy_id")
    journal_name = N_("Consultation sur la PSSI")
    evidence_read = Permission.POLICY_READ
    evidence_change = (Permission.POLICY_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    policy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("policy.id"), index=True)
    notes: Mapped[Long | None] = mapped_column(info={"label": N_("Observations et réponses"), "secret": True})

    policy: Mapped[Policy] = relationship()

    @classmethod
    def on(cls, policy: Policy) -> Select["PolicyConsultation"]:
        """The consultations on a policy, the latest version's first, then by date."""
        return select(cls).where(cls.policy_id == policy.id).order_by(cls.number.desc(), cls.held_on, cls.id)
