"""Attachments: files that prove what a record says. Their bytes live elsewhere, by digest; here is who, and why."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, object_session

from models.base import At, Base, Code, Long, Record, Short
from models.journal import Journaled
from models.permissions import Permission
from models.rules import RuleBroken
from models.search import Searchable
from models.vocabulary import N_

KEEP_REMOVED = dt.timedelta(days=30)
"""How long the bytes of a removed attachment stay, so that a slip can be repaired (from the disk or a backup)."""


class HasEvidence(Journaled):
    """A record to which files may be attached. Its class says which right reads it, and which rights change it."""

    establishment_id: Any
    evidence_read: ClassVar[Permission]
    evidence_change: ClassVar[tuple[Permission, ...]]

    def read_needs(self) -> tuple[Permission, ...]:
        """The rights that reading this very record needs, all of them."""
        return (self.evidence_read,)

    def topics(self) -> dict[str, str]:
        """What a piece may be about within this record: title by code. None for a record of one piece."""
        return {}

    def read_scope(self) -> Any:
        """What those rights must cover: the record itself, or None when holding them anywhere is enough."""
        return self

    @classmethod
    def readable(
        cls, opened: Callable[[Permission], ColumnElement[bool]], user_id: uuid.UUID | None
    ) -> ColumnElement[bool]:
        """SQL: the records that reading needs and ownership open; `opened` gives the rows that a right opens."""
        return opened(cls.evidence_read)

    def is_own(self, user_id: uuid.UUID | None) -> bool:
        """Whether the record is entrusted to this person, who then reads and follows it whatever her roles."""
        return False


class Attachment(Journaled, Searchable, Record):
    """One file attached to a record, and told in that record's journal. Removed with a reason, never deleted.

    Like its record it belongs to an establishment, or to the whole group.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("(removed_at IS NULL) = (removed_reason IS NULL)", name="removed_has_reason"),
        CheckConstraint("NOT kept OR removed_at IS NULL", name="kept_stays"),
        CheckConstraint("purged_at IS NULL OR removed_at IS NOT NULL", name="purged_was_removed"),
        Index("ix_attachment_owner", "owner_type", "owner_id"),
        Index("ix_attachment_sha256", "sha256"),
    )
    journal_name = N_("Pièce")
    MAX_SIZE = 25 * 1024 * 1024

    establishment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("establishment.id"))
    owner_type: Mapped[Code]
    owner_id: Mapped[uuid.UUID]
    about: Mapped[Code | None] = mapped_column(info={"label": N_("Porte sur")})
    name: Mapped[Short] = mapped_column(info={"label": N_("Nom du fichier")})
    title: Mapped[Short | None] = mapped_column(info={"label": N_("Intitulé")})
    note: Mapped[Long | None] = mapped_column(info={"label": N_("Précisions")})
    media_type: Mapped[Short]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), info={"label": N_("Empreinte SHA-256")})
    added_by: Mapped[Short]
    added_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    kept: Mapped[bool] = mapped_column(default=False, info={"label": N_("Fait foi : ne se retire pas")})
    removed_at: Mapped[At | None] = mapped_column(info={"label": N_("Retrait")})
    removed_by: Mapped[Short | None]
    removed_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif du retrait")})
    purged_at: Mapped[At | None] = mapped_column(info={"label": N_("Effacement du fichier")})

    @classmethod
    def to(cls, owner: HasEvidence, **values: Any) -> "Attachment":
        """A file attached to `owner`, which is in the database already; `values` are the other columns."""
        return cls(establishment_id=owner.establishment_id, owner_type=owner.__tablename__, owner_id=owner.id, **values)

    @classmethod
    def of(cls, owner: HasEvidence) -> Select["Attachment"]:
        """The attachments of a record that were not removed, latest first."""
        return (
            select(cls)
            .where(cls.owner_type == owner.__tablename__, cls.owner_id == owner.id, cls.removed_at.is_(None))
            .order_by(cls.created_at.desc(), cls.name)
        )

    @classmethod
    def present(cls) -> Select["Attachment"]:
        """Every attachment whose bytes must be there, by digest."""
        return select(cls).where(cls.removed_at.is_(None)).order_by(cls.sha256, cls.name)

    @classmethod
    def to_purge(cls, at: dt.datetime) -> Select["Attachment"]:
        """The attachments removed so long ago that their bytes may go."""
        return select(cls).where(cls.removed_at < at - KEEP_REMOVED, cls.purged_at.is_(None))

    @property
    def owner(self) -> HasEvidence:
        """The record it is attached to. Raises LookupError when it is not there."""
        found: HasEvidence | None = object_session(self).get(owners()[self.owner_type], self.owner_id)  # type: ignore[union-attr]
        if found is None:
            raise LookupError(f"{self.owner_type} {self.owner_id} is not there.")
        return found

    @property
    def shown_name(self) -> str:
        """How the lists call it: its title, else the name of its file."""
        return self.title or self.name

    def keep(self) -> None:
        """Lock it: something that does not change any more rests on it. Raises RuleBroken when it was removed."""
        if self.removed_at is not None:
            raise RuleBroken("", N_("Cette pièce est retirée : elle ne peut plus faire foi."))
        self.kept = True

    def remove(self, by: str, at: dt.datetime, reason: str | None) -> None:
        """Take it out of the record. Raises RuleBroken without a reason, when it is locked, or removed already."""
        if self.kept:
            raise RuleBroken(
                "", N_("Cette pièce fait foi pour un document qui ne change plus : elle ne se retire pas.")
            )
        if self.removed_at is not None:
            raise RuleBroken("", N_("Cette pièce est déjà retirée."))
        if not reason:
            raise RuleBroken("reason", N_("Dites pourquoi cette pièce est retirée."))
        self.removed_by, self.removed_at, self.removed_reason = by, at, reason

    def search_words(self) -> list[str | None]:
        return [self.title, self.name, self.note]

    def journal_subject(self) -> Journaled:
        return self.owner

    def journal_title(self) -> str:
        return self.shown_name


def owners() -> dict[str, type[HasEvidence]]:
    """The classes that take attachments, by the name of their table."""
    classes = (mapper.class_ for mapper in Base.registry.mappers)
    return {one.__tablename__: one for one in classes if issubclass(one, HasEvidence)}
