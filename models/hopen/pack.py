"""Packs of evidence: what was handed over, to which audience, and the links by which somebody outside takes one."""

import datetime as dt
import hashlib
import uuid

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import At, Record, Short
from models.establishments import Establishment
from models.journal import Journaled
from models.rules import RuleBroken
from models.vocabulary import N_, Vocabulary, vocabulary

KEPT_FOR = dt.timedelta(days=180)
"""How long the bytes of a pack stay; it can be made again from the records, as they will be then."""
LONGEST = dt.timedelta(days=90)
"""How long a link may be open at most."""


class Audience(Vocabulary):
    """For whom a pack is made, which decides what it holds."""

    HOPEN = "hopen", N_("Instruction HOP’EN"), N_("Les quinze indicateurs et les documents de toutes les pièces.")
    CNIL = "cnil", N_("CNIL"), N_("Protection des données : P3.2, P3.3, P3.4, P3.6, le registre et les chartes.")
    CERTIFICATION = (
        "certification",
        N_("Certification"),
        N_("Identito-vigilance, continuité, sécurité et confidentialité : P1.2, P2 et P3."),
    )
    GROUP = "group", N_("Groupement"), N_("Le suivi de tous les établissements, avec leurs preuves.")


INDICATORS: dict[Audience, tuple[str, ...]] = {
    Audience.HOPEN: ("P",),
    Audience.CNIL: ("P3.2", "P3.3", "P3.4", "P3.6"),
    Audience.CERTIFICATION: ("P1.2", "P2.", "P3."),
    Audience.GROUP: ("P",),
}
"""The indicators of each audience, by the beginning of their code (a proposal of the product)."""


class Pack(Journaled, Record):
    """One zip that was made: of an establishment, or of the group (none named). Its bytes are kept by their digest.

    `needs`: the rights by which its maker put in what the rooms gave; whoever takes it holds them all.
    """

    __tablename__ = "hopen_pack"
    __table_args__ = (
        CheckConstraint("size > 0", name="not_empty"),
        Index("ix_hopen_pack_list", "establishment_id", "created_at"),
    )
    journal_name = N_("Dossier de preuves")

    establishment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("establishment.id"))
    audience: Mapped[Audience] = mapped_column(vocabulary(Audience), info={"label": N_("Destinataire")})
    name: Mapped[Short] = mapped_column(info={"label": N_("Fichier")})
    documents: Mapped[int] = mapped_column(info={"label": N_("Documents")})
    missing: Mapped[list[str]] = mapped_column(info={"label": N_("Pièces absentes")})
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), info={"label": N_("Empreinte SHA-256")})
    made_by: Mapped[Short]
    needs: Mapped[list[str]]

    establishment: Mapped[Establishment | None] = relationship()
    links: Mapped[list["PackLink"]] = relationship(back_populates="pack", order_by="PackLink.created_at.desc()")

    def journal_title(self) -> str:
        return self.name


class PackLink(Journaled, Record):
    """A link that lets somebody without an account take a pack, until a day; only the digest of its token is kept."""

    __tablename__ = "hopen_pack_link"
    __table_args__ = (UniqueConstraint("digest"),)
    journal_name = N_("Lien vers un dossier de preuves")

    pack_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("hopen_pack.id"), index=True)
    recipient: Mapped[Short] = mapped_column(info={"label": N_("Remis à")})
    digest: Mapped[str] = mapped_column(String(64))
    expires_on: Mapped[dt.date] = mapped_column(info={"label": N_("Ouvert jusqu’au")})
    made_by: Mapped[Short]
    revoked_at: Mapped[At | None] = mapped_column(info={"label": N_("Fermé le")})

    pack: Mapped[Pack] = relationship(back_populates="links")

    def check(self, today: dt.date) -> None:
        """Raise RuleBroken("expires_on") unless it ends from tomorrow to LONGEST."""
        if not today < self.expires_on <= today + LONGEST:
            raise RuleBroken("expires_on", N_("Choisissez une date à venir, au plus dans trois mois."))

    def is_open(self, today: dt.date) -> bool:
        return self.revoked_at is None and today <= self.expires_on

    @classmethod
    def of_token(cls, token: str) -> Select["PackLink"]:
        """The link that a token opens, whatever became of it."""
        return select(cls).where(cls.digest == token_digest(token))

    def journal_subject(self) -> Journaled:
        return self.journal_owner("pack")

    def journal_title(self) -> str:
        return self.recipient


def token_digest(token: str) -> str:
    """What is kept of the token of a link."""
    return hashlib.sha256(f"hopen pack\0{token}".encode("utf-8", "surrogatepass")).hexdigest()
