"""Software vendors, with the people to write to."""

import uuid

from sqlalchemy import ForeignKey, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code, Long, Record, Short
from models.establishments import Establishment
from models.journal import Journaled
from models.search import Searchable
from models.vocabulary import N_


class Vendor(Journaled, Searchable, Record):
    """A vendor or publisher of applications, as one establishment knows it."""

    __tablename__ = "vendor"
    __table_args__ = (UniqueConstraint("establishment_id", "name"),)
    journal_name = N_("Éditeur")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    name: Mapped[Short] = mapped_column(info={"label": N_("Nom")})
    email: Mapped[Short | None] = mapped_column(info={"label": N_("Adresse électronique")})
    phone: Mapped[Code | None] = mapped_column(info={"label": N_("Téléphone")})
    address: Mapped[Long | None] = mapped_column(info={"label": N_("Adresse")})
    support: Mapped[Short | None] = mapped_column(info={"label": N_("Guichet d’assistance")})
    notes: Mapped[Long | None] = mapped_column(info={"label": N_("Observations")})

    establishment: Mapped[Establishment] = relationship()
    contacts: Mapped[list["VendorContact"]] = relationship(
        back_populates="vendor",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="VendorContact.position",
    )

    @classmethod
    def named(cls, establishment_id: uuid.UUID) -> Select["Vendor"]:
        """The vendors of an establishment by name."""
        return select(cls).where(cls.establishment_id == establishment_id).order_by(cls.name)

    def write_to(self) -> str | None:
        """The address to which a question goes: that of the first contact who has one, else the vendor's own."""
        return next((contact.email for contact in self.contacts if contact.email), self.email)

    def search_words(self) -> list[str | None]:
        return [self.name, self.email, *(contact.name for contact in self.contacts)]

    def journal_title(self) -> str:
        return self.name


class VendorContact(Journaled, Record):
    """Somebody at a vendor's."""

    __tablename__ = "vendor_contact"
    journal_name = N_("Contact de l’éditeur")

    vendor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[Short] = mapped_column(info={"label": N_("Nom")})
    function: Mapped[Short | None] = mapped_column(info={"label": N_("Fonction")})
    email: Mapped[Short | None] = mapped_column(info={"label": N_("Adresse électronique")})
    phone: Mapped[Code | None] = mapped_column(info={"label": N_("Téléphone")})

    vendor: Mapped[Vendor] = relationship(back_populates="contacts")

    def journal_subject(self) -> Journaled:
        return self.journal_owner("vendor")

    def journal_title(self) -> str:
        return self.name
