"""A charter: the text being written, its life, and the versions that were published, frozen for good."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, aliased, column_property, mapped_column, relationship, selectinload

from models.base import At, Long, Record, Short
from models.charters.parts import PARTS, CharterBlank, CharterChoice, CharterPart, CharterSection, CharterSentence
from models.charters.text import BY_PERSON, BY_VERSION, SENTENCES
from models.charters.words import (
    CLOSED,
    WHOLE_TEXT,
    CharterKind,
    CharterStatus,
    LegalStatus,
    MediaType,
    Population,
)
from models.establishments import Establishment
from models.journal import Journaled, Verb, tell
from models.rules import RuleBroken
from models.seals import Sealed
from models.search import Searchable
from models.vocabulary import N_, vocabulary
from models.wording import blanks_in, lines_of, sha256


def _part_of_charter(kind: type[CharterPart]) -> Any:
    return relationship(
        kind,
        back_populates="charter",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by=kind.position,
    )


class Charter(Journaled, Searchable, Record):
    """A charter of one establishment, or common to the whole group when it names none.

    Its text is either written here (its sections) or a PDF kept byte for byte. What is published is a CharterVersion;
    the charter itself stays the working copy of the version to come.
    """

    __tablename__ = "charter"
    __table_args__ = (
        CheckConstraint("(status IN ('replaced', 'archived')) = (closed_on IS NOT NULL)", name="closed_has_date"),
        CheckConstraint("(pdf IS NULL) = (pdf_name IS NULL)", name="pdf_has_name"),
        Index("ix_charter_list", "establishment_id", "status"),
        Index("ix_charter_review_on", "review_on"),
    )
    journal_name = N_("Charte")

    establishment_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("establishment.id"), info={"label": N_("Établissement"), "named": "establishment"}
    )
    title: Mapped[Short] = mapped_column(info={"label": N_("Titre")})
    kind: Mapped[CharterKind] = mapped_column(
        vocabulary(CharterKind), default=CharterKind.USE, info={"label": N_("Nature")}
    )
    status: Mapped[CharterStatus] = mapped_column(
        vocabulary(CharterStatus), default=CharterStatus.DRAFT, info={"label": N_("État")}
    )
    language: Mapped[str] = mapped_column(String(5), default="fr")
    populations: Mapped[list[str] | None] = mapped_column(
        info={"label": N_("Personnes concernées"), "words": Population}
    )
    legal_status: Mapped[LegalStatus] = mapped_column(
        vocabulary(LegalStatus), default=LegalStatus.PUBLIC, info={"label": N_("Statut de l’établissement")}
    )
    internal_rules: Mapped[Long | None] = mapped_column(info={"label": N_("Règlement intérieur")})
    owner: Mapped[Short | None] = mapped_column(info={"label": N_("Pilote")})
    review_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Prochaine révision")})
    notes: Mapped[Long | None] = mapped_column(info={"label": N_("Notes internes")})
    replaced_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("charter.id"), info={"label": N_("Remplacée par"), "named": "replaced_by"}
    )
    closed_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Close le")})
    closed_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif")})
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    pdf_name: Mapped[Short | None] = mapped_column(info={"label": N_("Document déposé")})
    pdf_sha256: Mapped[str | None] = mapped_column(String(64), info={"label": N_("Empreinte du document déposé")})
    published_number: Mapped[int | None] = mapped_column(info={"label": N_("Version publiée")})
    updated_at: Mapped[At]
    updated_by: Mapped[Short]
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment | None] = relationship()
    replaced_by: Mapped["Charter | None"] = relationship(remote_side="Charter.id")
    sections: Mapped[list[CharterSection]] = _part_of_charter(CharterSection)
    choices: Mapped[list[CharterChoice]] = _part_of_charter(CharterChoice)
    blanks: Mapped[list[CharterBlank]] = _part_of_charter(CharterBlank)
    sentences: Mapped[list[CharterSentence]] = _part_of_charter(CharterSentence)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    # What the charter says of itself

    @property
    def is_uploaded(self) -> bool:
        """Whether its text is a PDF that was put here, and not written here."""
        return self.pdf_name is not None

    @property
    def next_number(self) -> int:
        return (self.published_number or 0) + 1

    def values(self) -> dict[str, str | None]:
        """What is put in the blanks, by name."""
        return {blank.name: blank.value for blank in self.blanks}

    def used_blanks(self) -> list[str]:
        """The names of the blanks that the text needs, those of answers not chosen left out."""
        answers = {choice.code: (choice.answer or {}).get("text") for choice in self.choices}
        texts: list[str | None] = []
        for section in self.sections:
            texts += [section.title, *lines_of(section.text, answers)]
        own = [name for name in blanks_in(texts) if name not in BY_VERSION]
        said = [getattr(sentence, name) for sentence in self.sentences for name in SENTENCES]
        said += [section.acknowledgement for section in self.sections]
        of_people = [name for name in blanks_in(said) if name not in BY_PERSON | BY_VERSION]
        return list(dict.fromkeys([*own, *of_people]))

    def unfilled(self) -> list[str]:
        """The names of the blanks that the text needs and that nobody filled."""
        values = self.values()
        return [name for name in self.used_blanks() if not values.get(name)]

    def missing(self) -> list[str]:
        """What stops the publication, as French sentences; none when the text is ready."""
        if self.is_uploaded:
            return []
        found = []
        if not any(section.kind in WHOLE_TEXT for section in self.sections):
            found.append(N_("Le texte est vide : ajoutez au moins un article."))
        if any(not choice.answer for choice in self.choices):
            found.append(N_("Tous les choix ne sont pas faits."))
        if self.unfilled():
            found.append(N_("Des champs du texte ne sont pas remplis."))
        return found

    def is_overdue(self, today: dt.date) -> bool:
        return self.review_on is not None and self.review_on < today and self.status not in CLOSED

    # Transitions

    def touch(self, by: str, at: dt.datetime) -> None:
        """Note that the charter or one of its parts was edited. Raises RuleBroken when it is closed."""
        if self.status in CLOSED:
            raise RuleBroken("", N_("Cette charte est close : rouvrez-la pour la modifier."))
        self.updated_by, self.updated_at = by, at

    def put_pdf(self, content: bytes, name: str) -> None:
        """Take a PDF as the text, byte for byte. Raises RuleBroken("file") for anything else than a PDF."""
        if not content.startswith(b"%PDF-"):
            raise RuleBroken("file", N_("Ce fichier n’est pas un PDF."))
        self.pdf, self.pdf_name, self.pdf_sha256 = content, name, sha256(content)

    def publish(self, frozen: "Frozen", release: "Release", consulted: bool) -> "CharterVersion":
        """Freeze the next version, to add to the session. `consulted`: whether a consultation was recorded for it.

        Raises RuleBroken on what is missing, or on a date that does not hold.
        """
        if self.status in CLOSED:
            raise RuleBroken("", N_("Cette charte est close : rouvrez-la pour publier une version."))
        if missing := self.missing():
            raise RuleBroken("", " ".join(missing))
        release.check(first=self.published_number is None, consulted=consulted)
        version = CharterVersion(
            charter=self,
            establishment_id=self.establishment_id,
            number=self.next_number,
            title=self.title,
            language=self.language or "fr",
            populations=self.populations,
            content=frozen.content,
            statements=frozen.statements,
            body=frozen.body,
            media_type=frozen.media_type,
            size=len(frozen.body),
            sha256=sha256(frozen.body),
            is_major=release.is_major,
            effective_on=release.effective_on,
            accept_before=release.accept_before,
            note=release.note,
            unconsulted_reason=release.unconsulted_reason,
            published_at=release.at,
            published_by=release.by,
        )
        self.status, self.published_number = CharterStatus.PUBLISHED, version.number
        return version

    def archive(self, on: dt.date, reason: str) -> None:
        """Close a charter that no longer applies. Raises RuleBroken without reason, or when it is closed already."""
        self._close(CharterStatus.ARCHIVED, on, reason)

    def replace_by(self, other: "Charter", on: dt.date, reason: str) -> None:
        """Close a charter because `other` takes its place. Raises RuleBroken unless `other` is published."""
        if other is self or other.status is not CharterStatus.PUBLISHED:
            raise RuleBroken("replaced_by_id", N_("Choisissez une autre charte, déjà publiée."))
        self._close(CharterStatus.REPLACED, on, reason)
        self.replaced_by = other

    def _close(self, status: CharterStatus, on: dt.date, reason: str) -> None:
        if self.status in CLOSED:
            raise RuleBroken("", N_("Cette charte est déjà close."))
        if not reason.strip():
            raise RuleBroken("reason", N_("Indiquez pourquoi la charte est close."))
        self.status, self.closed_on, self.closed_reason = status, on, reason.strip()

    def reopen(self) -> None:
        """Take a closed charter back. Raises RuleBroken when it is open."""
        if self.status not in CLOSED:
            raise RuleBroken("", N_("Cette charte n’est pas close."))
        self.status = CharterStatus.PUBLISHED if self.published_number else CharterStatus.DRAFT
        self.closed_on = self.closed_reason = self.replaced_by = None

    def copy(self, title: str, by: str, at: dt.datetime) -> "Charter":
        """A new charter in preparation with the whole text of this one, and none of its life."""
        kept = ("establishment_id", "kind", "language", "populations", "legal_status", "internal_rules", "owner")
        twin = Charter(**{name: getattr(self, name) for name in kept}, title=title, status=CharterStatus.DRAFT)
        for name, kind in PARTS.items():
            setattr(twin, name, [_copy_part(row, kind) for row in getattr(self, name)])
        if self.pdf is not None:
            twin.put_pdf(self.pdf, self.pdf_name or "")
        twin.touch(by, at)
        return twin

    # Selects

    @classmethod
    def applies_in(cls, establishment_id: Any) -> ColumnElement[bool]:
        """SQL: it is written for an establishment (an identity or its column), or for the whole group."""
        return or_(cls.establishment_id == establishment_id, cls.establishment_id.is_(None))

    @classmethod
    def whole(cls) -> Select["Charter"]:
        """Charters with all their parts loaded, in one query per collection."""
        return select(cls).options(
            *(selectinload(getattr(cls, name)) for name in PARTS), selectinload(cls.establishment)
        )

    def search_words(self) -> list[str | None]:
        return [self.title, self.owner, self.internal_rules]

    def journal_title(self) -> str:
        return self.title


def _copy_part(row: Any, kind: type[CharterPart]) -> Any:
    kept = [column.key for column in kind.__table__.columns if column.key not in ("id", "created_at", "charter_id")]
    return kind(**{name: getattr(row, name) for name in kept})


@dataclass(frozen=True)
class Frozen:
    """What a version keeps of the text: the exact bytes, and the same as plain data."""

    body: bytes
    media_type: MediaType
    content: dict[str, Any]
    statements: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Release:
    """The decision to publish: who, when, major or minor, from when it applies."""

    by: str
    at: dt.datetime
    on: dt.date
    is_major: bool
    effective_on: dt.date
    accept_before: dt.date | None
    note: str | None
    unconsulted_reason: str | None

    def check(self, *, first: bool, consulted: bool) -> None:
        """Raise RuleBroken on the field that does not hold."""
        if first and not self.is_major:
            raise RuleBroken("is_major", N_("La première version est majeure : chacun doit en prendre connaissance."))
        if not first and not self.note:
            raise RuleBroken("note", N_("Dites en quelques mots ce qui change depuis la version précédente."))
        if self.effective_on < self.on:
            raise RuleBroken("effective_on", N_("La version ne peut pas s’appliquer avant sa publication."))
        if self.is_major and (self.accept_before is None or self.accept_before <= self.effective_on):
            raise RuleBroken(
                "accept_before", N_("Donnez une date limite de prise de connaissance, après l’entrée en vigueur.")
            )
        if not self.is_major and self.accept_before:
            raise RuleBroken(
                "accept_before", N_("Une version mineure se porte à la connaissance de tous, sans date limite.")
            )
        if not consulted and not self.unconsulted_reason:
            raise RuleBroken(
                "unconsulted_reason", N_("Aucune consultation n’est enregistrée pour cette version : dites pourquoi.")
            )


class CharterVersion(Sealed, Record):
    """A published version: exact bytes and their SHA-256. The database refuses to change or remove it."""

    __tablename__ = "charter_version"
    sealed = (
        "title", "language", "populations", "content", "statements", "media_type", "effective_on", "accept_before",
        "note", "unconsulted_reason", "published_at", "published_by",
    )  # fmt: skip
    __table_args__ = (
        UniqueConstraint("charter_id", "number"),
        CheckConstraint("accept_before IS NULL OR accept_before > effective_on", name="accepted_after_effect"),
        CheckConstraint("(accept_before IS NOT NULL) = is_major", name="major_has_deadline"),
        Index("ix_charter_version_establishment_id", "establishment_id"),
    )

    charter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter.id"))
    establishment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("establishment.id"))
    number: Mapped[int]
    title: Mapped[Short]
    language: Mapped[str] = mapped_column(String(5))
    populations: Mapped[list[str] | None]
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    statements: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    media_type: Mapped[MediaType] = mapped_column(vocabulary(MediaType))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    is_major: Mapped[bool]
    effective_on: Mapped[dt.date]
    accept_before: Mapped[dt.date | None]
    note: Mapped[Long | None]
    unconsulted_reason: Mapped[Long | None]
    published_at: Mapped[At]
    published_by: Mapped[Short]

    charter: Mapped[Charter] = relationship()
    if TYPE_CHECKING:
        superseded_at: Mapped[dt.datetime | None]

    @property
    def is_superseded(self) -> bool:
        return self.superseded_at is not None

    def tell_published(self, session: Session) -> None:
        """Put in the journal that this version is published, with its digest and its seal."""
        facts: dict[str, Any] = {"number": self.number, "digest": self.sha256, "major": self.is_major}
        tell(session, Verb.PUBLISHED, self.charter, **facts, row=self.seal())

    def is_intact(self) -> bool:
        """Whether the bytes are still those that were published, by their own digest."""
        return len(self.body) == self.size and sha256(self.body) == self.sha256

    @classmethod
    def of(cls, charter: Charter) -> Select["CharterVersion"]:
        """The versions of a charter, latest first."""
        return select(cls).where(cls.charter_id == charter.id).order_by(cls.number.desc())

    def journal_title(self) -> str:
        return f"{self.title}, version {self.number}"


_later = aliased(CharterVersion)
CharterVersion.superseded_at = column_property(
    select(func.min(_later.published_at))
    .where(_later.charter_id == CharterVersion.charter_id, _later.number > CharterVersion.number)
    .correlate(CharterVersion)
    .scalar_subquery()
)
"""When the next version was published; None for the latest."""
