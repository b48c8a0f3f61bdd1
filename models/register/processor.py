"""The directory of processors: contracts (art. 28), their own processors, health-data hosting certificates."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code, Long, Record, Short
from models.establishments import Establishment
from models.evidence import HasEvidence
from models.journal import Journaled
from models.permissions import Permission
from models.register.words import ContractState
from models.search import Searchable
from models.vocabulary import N_, vocabulary

if TYPE_CHECKING:
    from models.register.parts import Recipient

HDS_ALERT = dt.timedelta(days=90)
"""How long before its expiry a hosting certificate is called to mind (proposal of the domain note, 10.4)."""


class Processor(HasEvidence, Searchable, Record):
    """A body that processes personal data for the establishment."""

    __tablename__ = "processor"
    __table_args__ = (
        UniqueConstraint("establishment_id", "name"),
        CheckConstraint(
            "contract_ends_on IS NULL OR contract_signed_on IS NULL OR contract_ends_on >= contract_signed_on",
            name="contract_ends_after_signature",
        ),
    )
    journal_name = N_("Sous-traitant")
    evidence_read = Permission.REGISTER_READ
    evidence_change = (Permission.REGISTER_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    name: Mapped[Short] = mapped_column(info={"label": N_("Nom")})
    service: Mapped[Long | None] = mapped_column(info={"label": N_("Prestation")})
    contact_name: Mapped[Short | None] = mapped_column(info={"label": N_("Contact")})
    email: Mapped[Short | None] = mapped_column(info={"label": N_("Adresse électronique")})
    phone: Mapped[Code | None] = mapped_column(info={"label": N_("Téléphone")})
    address: Mapped[Long | None] = mapped_column(info={"label": N_("Adresse")})
    dpo_contact: Mapped[Short | None] = mapped_column(info={"label": N_("Contact de son DPO")})
    countries: Mapped[list[str] | None] = mapped_column(info={"label": N_("Pays de traitement"), "terms": "countries"})

    contract_state: Mapped[ContractState] = mapped_column(
        vocabulary(ContractState), default=ContractState.UNKNOWN, info={"label": N_("Contrat")}
    )
    contract_reference: Mapped[Short | None] = mapped_column(info={"label": N_("Référence du contrat")})
    contract_signed_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Signé le")})
    contract_ends_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Fin le")})
    clauses: Mapped[list[str] | None] = mapped_column(info={"label": N_("Clauses présentes"), "terms": "art28_clauses"})

    hosts_health_data: Mapped[bool] = mapped_column(default=False, info={"label": N_("Héberge des données de santé")})
    hds_certificate: Mapped[Short | None] = mapped_column(info={"label": N_("Certificat HDS")})
    hds_activities: Mapped[list[str] | None] = mapped_column(
        info={"label": N_("Activités certifiées"), "terms": "hds_activities"}
    )
    hds_expires_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Expiration du certificat")})
    third_country_access: Mapped[bool | None] = mapped_column(info={"label": N_("Accès possible depuis un pays tiers")})
    notes: Mapped[Long | None] = mapped_column(info={"label": N_("Observations")})

    establishment: Mapped[Establishment] = relationship()
    recipients: Mapped[list["Recipient"]] = relationship(back_populates="processor")
    sub_processors: Mapped[list["SubProcessor"]] = relationship(
        back_populates="processor", cascade="all, delete-orphan", order_by="SubProcessor.position"
    )

    def hds_alert(self, today: dt.date) -> str | None:
        """A French sentence when the hosting certificate is missing, past or near its end (CSP L1111-8); else None."""
        if not self.hosts_health_data:
            return None
        if not self.hds_certificate or self.hds_expires_on is None:
            return N_("Certificat HDS à renseigner : ce sous-traitant héberge des données de santé.")
        if self.hds_expires_on < today:
            return N_("Le certificat HDS est expiré.")
        if self.hds_expires_on <= today + HDS_ALERT:
            return N_("Le certificat HDS expire dans moins de 90 jours.")
        return None

    @classmethod
    def named(cls, establishment_id: uuid.UUID) -> Select["Processor"]:
        """The directory of one establishment, by name."""
        return select(cls).where(cls.establishment_id == establishment_id).order_by(cls.name)

    def search_words(self) -> list[str | None]:
        return [self.name, self.service, self.contact_name, self.contract_reference, self.hds_certificate]

    def journal_title(self) -> str:
        return self.name


class SubProcessor(Journaled, Record):
    """A processor of the processor (art. 28(2) and (4))."""

    __tablename__ = "sub_processor"
    journal_name = N_("Sous-traitant ultérieur")

    processor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("processor.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[Short] = mapped_column(info={"label": N_("Nom")})
    service: Mapped[Short | None] = mapped_column(info={"label": N_("Prestation")})
    country: Mapped[Code | None] = mapped_column(info={"label": N_("Pays"), "terms": "countries"})
    authorised_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Autorisé le")})

    processor: Mapped[Processor] = relationship(back_populates="sub_processors")

    def journal_subject(self) -> Journaled:
        return self.journal_owner("processor")

    def journal_title(self) -> str:
        return self.name
