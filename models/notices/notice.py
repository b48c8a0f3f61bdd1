"""A notice: the choice of activities and words from which its text is made, and the versions published, frozen."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column, relationship, selectinload

from models.base import At, Code, Long, Record, Short
from models.establishments import Establishment
from models.evidence import HasEvidence
from models.journal import Journaled, Verb, tell
from models.notices.words import Audience, NoticeStatus
from models.permissions import Permission
from models.register.activity import Activity
from models.register.words import Kind, Status
from models.rules import RuleBroken
from models.seals import Sealed
from models.search import Searchable, fold
from models.versions import canonical
from models.vocabulary import N_, vocabulary
from models.wording import sha256


class PatientNotice(HasEvidence, Searchable, Record):
    """A notice of one establishment for one audience: poster, note and page. What is published is a version."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("slug"), Index("ix_notice_list", "establishment_id", "status"))
    journal_name = N_("Notice d’information")
    evidence_read = Permission.NOTICES_READ
    evidence_change = (Permission.NOTICES_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    title: Mapped[Short] = mapped_column(info={"label": N_("Titre")})
    slug: Mapped[Short] = mapped_column(info={"label": N_("Adresse publique")})
    audience: Mapped[Audience] = mapped_column(vocabulary(Audience), info={"label": N_("Public")})
    status: Mapped[NoticeStatus] = mapped_column(
        vocabulary(NoticeStatus), default=NoticeStatus.DRAFT, info={"label": N_("État")}
    )
    notes: Mapped[Long | None] = mapped_column(info={"label": N_("Notes internes")})
    published_number: Mapped[int | None] = mapped_column(info={"label": N_("Version publiée")})
    published_contacts: Mapped[dict[str, Any] | None]
    retired_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif du retrait")})
    updated_at: Mapped[At]
    updated_by: Mapped[Short]
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    picks: Mapped[list["NoticePick"]] = relationship(
        back_populates="notice", cascade="all, delete-orphan", passive_deletes=True, order_by="NoticePick.position"
    )
    blanks: Mapped[list["NoticeBlank"]] = relationship(
        back_populates="notice", cascade="all, delete-orphan", passive_deletes=True, order_by="NoticeBlank.position"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    @property
    def next_number(self) -> int:
        return (self.published_number or 0) + 1

    def values(self) -> dict[str, str | None]:
        """What the hospital put in the blanks, by name."""
        return {blank.name: blank.value for blank in self.blanks}

    def touch(self, by: str, at: dt.datetime) -> None:
        """Note that the notice or one of its parts was edited."""
        self.updated_by, self.updated_at = by, at

    def pick(self, activities: Iterable[Activity]) -> None:
        """Choose the activities of which it tells, in this order.

        Raises RuleBroken("activities") when there is none, or for one that is not validated or not the hospital's own.
        """
        chosen = list(activities)
        if not chosen:
            raise RuleBroken("activities", N_("Choisissez au moins un traitement validé."))
        check_activities(chosen, self.establishment_id)
        kept = {pick.activity_id: pick for pick in self.picks}
        self.picks = [kept.get(one.id) or NoticePick(activity=one) for one in chosen]
        for position, one in enumerate(self.picks):
            one.position = position

    def fill(self, values: dict[str, str | None]) -> None:
        """Keep what was typed in the blanks; an empty one goes."""
        kept = {blank.name: blank for blank in self.blanks}
        given = {name: value for name, value in values.items() if value}
        for position, (name, value) in enumerate(given.items()):
            if name in kept:
                kept[name].value, kept[name].position = value, position
            else:
                self.blanks.append(NoticeBlank(name=name, value=value, position=position))
        for name, blank in kept.items():
            if name not in given:
                self.blanks.remove(blank)

    def publish(self, frozen: "Frozen", by: str, at: dt.datetime, note: str | None) -> "NoticeVersion":
        """Freeze the next version, to add to the session.

        Raises RuleBroken when a chosen activity is no longer validated, or without a word on what changes.
        """
        check_activities([pick.activity for pick in self.picks], self.establishment_id)
        if self.published_number and not note:
            raise RuleBroken("note", N_("Dites en quelques mots ce qui change depuis la version précédente."))
        version = NoticeVersion(
            notice=self,
            establishment_id=self.establishment_id,
            number=self.next_number,
            title=self.title,
            audience=self.audience,
            content=frozen.content,
            digest=sha256(canonical(frozen.content)),
            body=frozen.body,
            sha256=sha256(frozen.body),
            published_at=at,
            published_by=by,
            note=note,
            sources=[
                NoticeSource(activity_id=pick.activity_id, seen=pick.activity.validated_version or 0)
                for pick in self.picks
            ],
        )
        self.status, self.published_number, self.retired_reason = NoticeStatus.PUBLISHED, version.number, None
        self.published_contacts = frozen.contacts
        return version

    def retire(self, reason: str | None) -> None:
        """Serve it no longer. Raises RuleBroken without a reason, or when nothing of it is served."""
        if self.status is not NoticeStatus.PUBLISHED:
            raise RuleBroken("", N_("Cette notice n’est pas publiée."))
        if not reason:
            raise RuleBroken("reason", N_("Dites pourquoi la notice est retirée."))
        self.status, self.retired_reason = NoticeStatus.RETIRED, reason

    @classmethod
    def whole(cls) -> Select["PatientNotice"]:
        """Notices with their establishment, blanks and picks, the activities picked without their parts."""
        return select(cls).options(
            selectinload(cls.establishment), selectinload(cls.blanks), selectinload(cls.picks, NoticePick.activity)
        )

    def search_words(self) -> list[str | None]:
        return [self.title, self.slug, self.notes]

    def journal_title(self) -> str:
        return self.title


def check_activities(activities: Iterable[Activity], establishment_id: uuid.UUID) -> None:
    """Raise RuleBroken("activities") naming those of which a notice of this establishment may not tell."""
    chosen = list(activities)
    if any(one.establishment_id != establishment_id for one in chosen):
        raise RuleBroken("activities", N_("Choisissez des traitements du même établissement."))
    for refused, why in (
        ([one for one in chosen if one.kind is Kind.PROCESSOR], N_("À informer par leur propre responsable : ")),
        ([one for one in chosen if one.status is not Status.VALIDATED], N_("À valider d’abord au registre : ")),
    ):
        if refused:
            raise RuleBroken("activities", why + ", ".join(one.journal_title() for one in refused) + ".")


@dataclass(frozen=True)
class Frozen:
    """What a version keeps: the composed text with its sources, the exact page, the contacts that it gives."""

    content: dict[str, Any]
    body: bytes
    contacts: dict[str, Any]


class NoticePart(Journaled, Record):
    """A row of one collection of a notice."""

    __abstract__ = True
    collection: ClassVar[str]

    position: Mapped[int] = mapped_column(default=0)

    @declared_attr
    def notice_id(self) -> Mapped[uuid.UUID]:
        return mapped_column(ForeignKey("notice.id", ondelete="CASCADE"), index=True)

    @declared_attr
    def notice(self) -> Mapped[PatientNotice]:
        return relationship("PatientNotice", back_populates=self.collection)

    def journal_subject(self) -> Journaled:
        return self.journal_owner("notice")

    def journal_part(self) -> str:
        return self.collection


class NoticePick(NoticePart):
    """An activity of which the version to come tells."""

    __tablename__ = "notice_pick"
    __table_args__ = (UniqueConstraint("notice_id", "activity_id"),)
    collection = "picks"
    journal_name = N_("Traitement choisi")

    activity_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("activity.id"), index=True, info={"label": N_("Traitement"), "named": "activity"}
    )
    activity: Mapped[Activity] = relationship()

    def journal_title(self) -> str:
        return self.activity.journal_title()


class NoticeBlank(NoticePart):
    """A blank of the model text, by its name, and what the hospital puts in it."""

    __tablename__ = "notice_blank"
    __table_args__ = (UniqueConstraint("notice_id", "name"),)
    collection = "blanks"
    journal_name = N_("Champ de notice")

    name: Mapped[Code]
    value: Mapped[Long] = mapped_column(info={"label": N_("Valeur")})

    def journal_title(self) -> str:
        return self.name


class NoticeVersion(Sealed, Record):
    """A published version: its text with the trace to the register, and the exact page; the database keeps it so."""

    __tablename__ = "notice_version"
    sealed = ("title", "audience", "sha256", "published_at", "published_by", "note")
    __table_args__ = (UniqueConstraint("notice_id", "number"),)

    notice_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("notice.id"))
    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"), index=True)
    number: Mapped[int]
    title: Mapped[Short]
    audience: Mapped[Audience] = mapped_column(vocabulary(Audience))
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    digest: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[At]
    published_by: Mapped[Short]
    note: Mapped[Long | None]

    notice: Mapped[PatientNotice] = relationship()
    sources: Mapped[list["NoticeSource"]] = relationship(back_populates="version")

    @classmethod
    def of(cls, notice: PatientNotice) -> Select["NoticeVersion"]:
        """The versions of a notice, latest first."""
        return select(cls).where(cls.notice_id == notice.id).order_by(cls.number.desc())

    def tell_published(self, session: Session) -> None:
        """Put in the journal that this version is published, with the digest of its text and its seal."""
        facts: dict[str, Any] = {"number": self.number, "digest": self.digest, "major": True}
        tell(session, Verb.PUBLISHED, self.notice, **facts, row=self.seal())

    def is_intact(self) -> bool:
        """Whether its text and its page are those that were published, by the digests kept beside them."""
        return sha256(canonical(self.content)) == self.digest and sha256(self.body) == self.sha256


class NoticeSource(Record):
    """An activity of which a published version tells. `seen`: its version up to which the DPO knows that the text
    holds, at first the one it was made from."""

    __tablename__ = "notice_source"
    __table_args__ = (UniqueConstraint("version_id", "activity_id"),)

    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("notice_version.id"))
    activity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("activity.id"), index=True)
    seen: Mapped[int]

    version: Mapped[NoticeVersion] = relationship(back_populates="sources")
    activity: Mapped[Activity] = relationship()

    @property
    def is_stale(self) -> bool:
        """Whether the record changed since: edited, validated anew, or archived."""
        return self.activity.status is not Status.VALIDATED or self.activity.validated_version != self.seen


def slug_of(establishment: Establishment, title: str) -> str:
    """A readable address: « chva-vos-donnees-de-sante »."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(f"{establishment.code} {title}")).strip("-")
    return words[:80].strip("-")
