"""How answers are collected from those without an account: personal links, kiosks, signed forms."""

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Long, Record, Short, day_of
from models.charters.campaign import Campaign
from models.charters.charter import CharterVersion
from models.establishments import Department, Establishment
from models.evidence import HasEvidence
from models.journal import Journaled
from models.people import Person
from models.permissions import Permission
from models.rules import RuleBroken
from models.vocabulary import N_, Vocabulary, vocabulary

LINK_LIFE = dt.timedelta(days=45)
"""Longer than the last reminder, so that the link of each mail still opens when the next comes."""


class PersonalLink(Record):
    """A link sent to one person for one campaign: only the digest of its secret is kept, and it serves once."""

    __tablename__ = "charter_link"
    __table_args__ = (UniqueConstraint("digest"), Index("ix_charter_link_person_id", "person_id"))

    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter_campaign.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), info={"fixed": True})
    digest: Mapped[str] = mapped_column(String(64))
    code_digest: Mapped[str | None] = mapped_column(String(64))
    expires_at: Mapped[At]
    used_at: Mapped[At | None]

    campaign: Mapped[Campaign] = relationship()
    person: Mapped[Person] = relationship()


class Kiosk(Journaled, Record):
    """A shared device, or a desk with its QR code, opened by an agent who checks identities there, for some hours."""

    __tablename__ = "charter_kiosk"
    __table_args__ = (
        UniqueConstraint("digest"),
        Index("ix_charter_kiosk_establishment_id", "establishment_id", "expires_at"),
    )
    journal_name = N_("Borne")
    MAX_HOURS = 12

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter_campaign.id"), index=True)
    place: Mapped[Short] = mapped_column(info={"label": N_("Lieu")})
    digest: Mapped[str] = mapped_column(String(64))
    code_digest: Mapped[str] = mapped_column(String(64))
    opened_by: Mapped[Short] = mapped_column(info={"label": N_("Tenue par")})
    opened_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    expires_at: Mapped[At] = mapped_column(info={"label": N_("Ouverte jusqu’à")})
    closed_at: Mapped[At | None] = mapped_column(info={"label": N_("Fermée")})

    establishment: Mapped[Establishment] = relationship()
    campaign: Mapped[Campaign] = relationship()

    def is_open(self, at: dt.datetime) -> bool:
        return self.closed_at is None and at < self.expires_at

    def close(self, at: dt.datetime) -> None:
        """End it now. Raises RuleBroken when it is over already."""
        if not self.is_open(at):
            raise RuleBroken("", N_("Cette borne est déjà fermée."))
        self.closed_at = at

    @classmethod
    def opened(cls, at: dt.datetime) -> Select["Kiosk"]:
        """The kiosks open at an instant."""
        return select(cls).where(cls.closed_at.is_(None), cls.expires_at > at).order_by(cls.expires_at)

    def journal_title(self) -> str:
        return self.place


class PaperState(Vocabulary):
    WAITING = "waiting", N_("À relire"), N_("Une seconde personne doit comparer la saisie et le formulaire.")
    COUNTED = "counted", N_("Relu et compté"), N_("La prise de connaissance est enregistrée.")
    REJECTED = "rejected", N_("Écarté"), N_("La relecture l’a refusé ; rien n’est compté.")


class PaperForm(HasEvidence, Record):
    """A form signed by hand, entered by one agent: it counts only once another has compared it with its scan."""

    __tablename__ = "charter_paper"
    __table_args__ = (
        CheckConstraint("checked_by_id IS NULL OR checked_by_id <> entered_by_id", name="four_eyes"),
        CheckConstraint("(state = 'waiting') = (checked_by_id IS NULL)", name="checked_by_someone"),
        CheckConstraint("state <> 'rejected' OR rejected_reason IS NOT NULL", name="rejected_has_reason"),
        Index("ix_charter_paper_list", "establishment_id", "state"),
        Index("ix_charter_paper_person_id", "person_id"),
    )
    journal_name = N_("Formulaire papier")
    evidence_read = Permission.CHARTERS_FOLLOW
    evidence_change = (Permission.CHARTERS_COLLECT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    department_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("department.id"))
    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter_campaign.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id"), info={"label": N_("Personne"), "named": "person", "fixed": True}
    )
    version_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("charter_version.id"), info={"label": N_("Version imprimée"), "named": "version"}
    )
    signed_on: Mapped[dt.date] = mapped_column(info={"label": N_("Signé le")})
    original: Mapped[Short] = mapped_column(info={"label": N_("Où est l’original")})
    sha256: Mapped[str] = mapped_column(String(64), info={"label": N_("Empreinte du scan")})
    state: Mapped[PaperState] = mapped_column(
        vocabulary(PaperState), default=PaperState.WAITING, info={"label": N_("État")}
    )
    entered_by: Mapped[Short] = mapped_column(info={"label": N_("Saisi par")})
    entered_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    checked_by: Mapped[Short | None] = mapped_column(info={"label": N_("Relu par")})
    checked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    checked_at: Mapped[At | None] = mapped_column(info={"label": N_("Relu le")})
    rejected_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif du rejet")})

    campaign: Mapped[Campaign] = relationship()
    person: Mapped[Person] = relationship()
    version: Mapped[CharterVersion] = relationship()
    establishment: Mapped[Establishment] = relationship()
    department: Mapped[Department | None] = relationship()

    def check(self, today: dt.date) -> None:
        """Raise RuleBroken on a date that cannot be."""
        if self.signed_on > today:
            raise RuleBroken("signed_on", N_("La date de signature est dans le futur."))
        if self.signed_on < day_of(self.version.published_at):
            raise RuleBroken("signed_on", N_("Cette version n’était pas encore publiée à cette date."))

    def count(self, by: str, by_id: uuid.UUID, at: dt.datetime) -> None:
        """Say that the entry matches the form. Raises RuleBroken for whoever entered it, or when it was done before."""
        self._check_by(by, by_id, at)
        self.state = PaperState.COUNTED

    def reject(self, by: str, by_id: uuid.UUID, at: dt.datetime, reason: str) -> None:
        """Say that it does not, and why. Raises RuleBroken as `count` does, and without a reason."""
        if not reason.strip():
            raise RuleBroken("reason", N_("Dites ce qui ne va pas."))
        self._check_by(by, by_id, at)
        self.state, self.rejected_reason = PaperState.REJECTED, reason.strip()

    def _check_by(self, by: str, by_id: uuid.UUID, at: dt.datetime) -> None:
        if self.state is not PaperState.WAITING:
            raise RuleBroken("", N_("Ce formulaire est déjà relu."))
        if by_id == self.entered_by_id:
            raise RuleBroken("", N_("Vous avez saisi ce formulaire : une autre personne doit le relire."))
        self.checked_by, self.checked_by_id, self.checked_at = by, by_id, at

    def journal_title(self) -> str:
        return f"{self.person.name} – {self.version.title}, version {self.version.number}"
