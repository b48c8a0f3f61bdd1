"""The hospital group (GHT), its establishments, and their departments."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Code, Record, Short
from models.journal import Journaled
from models.rules import RuleBroken
from models.search import Searchable
from models.vocabulary import N_, Vocabulary, vocabulary

if TYPE_CHECKING:
    from models.positions.nomination import Nomination


ESCALATE_AFTER = 15
"""After how many days late a thing is told to whoever is above the person in charge, unless the hospital says else."""


class Group(Journaled, Record):
    """A territorial hospital group. It has no legal personality: each establishment keeps its own register."""

    __tablename__ = "group"
    journal_name = N_("Groupement")

    name: Mapped[Short] = mapped_column(info={"label": N_("Nom")})

    def journal_title(self) -> str:
        return self.name


@dataclass(frozen=True)
class Officer:
    """The data protection officer of an establishment on a day, as the public may reach her (GDPR, art. 37(7)).

    `nomination_id`: the nomination that says so; None when it is only what was typed on the establishment's record.
    """

    name: str | None = None
    company: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    page: str | None = None
    nomination_id: uuid.UUID | None = None

    @property
    def ways(self) -> list[str]:
        """The ways to reach her, the electronic ones first."""
        return [way for way in (self.email, self.page, self.phone, self.address) if way]


class Establishment(Journaled, Searchable, Record):
    """A legal entity: the controller of its activities, with the contacts that article 30(1)(a) asks for."""

    __tablename__ = "establishment"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("escalate_after BETWEEN 1 AND 365", name="escalates_within_a_year"),
    )
    journal_name = N_("Établissement")

    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("group.id"))
    code: Mapped[Code] = mapped_column(info={"label": N_("Code")})
    name: Mapped[Short] = mapped_column(info={"label": N_("Nom")})
    finess: Mapped[Code | None] = mapped_column(info={"label": N_("Numéro FINESS")})
    address: Mapped[Short | None] = mapped_column(info={"label": N_("Adresse")})
    postcode: Mapped[Code | None] = mapped_column(info={"label": N_("Code postal")})
    city: Mapped[Short | None] = mapped_column(info={"label": N_("Ville")})
    phone: Mapped[Code | None] = mapped_column(info={"label": N_("Téléphone")})
    email: Mapped[Short | None] = mapped_column(info={"label": N_("Adresse électronique")})
    siren: Mapped[Code | None] = mapped_column(info={"label": N_("Numéro SIREN")})
    legal_representative: Mapped[Short | None] = mapped_column(info={"label": N_("Représentant légal")})
    competent_court: Mapped[Short | None] = mapped_column(info={"label": N_("Juridiction compétente")})
    dpo_name: Mapped[Short | None] = mapped_column(info={"label": N_("Nom du DPO")})
    dpo_company: Mapped[Short | None] = mapped_column(info={"label": N_("Société du DPO, s’il est externe")})
    dpo_address: Mapped[Short | None] = mapped_column(info={"label": N_("Adresse du DPO")})
    dpo_phone: Mapped[Code | None] = mapped_column(info={"label": N_("Téléphone du DPO")})
    dpo_email: Mapped[Short | None] = mapped_column(info={"label": N_("Adresse électronique du DPO")})
    escalate_after: Mapped[int] = mapped_column(
        default=ESCALATE_AFTER, info={"label": N_("Retard signalé plus haut après (jours)")}
    )

    group: Mapped[Group] = relationship()
    departments: Mapped[list["Department"]] = relationship(back_populates="establishment", order_by="Department.name")
    if TYPE_CHECKING:
        officers: Mapped[
            list["Nomination"]
        ]  # its nominations of a DPO, the latest first: models/positions/nomination.py

    @property
    def establishment_id(self) -> uuid.UUID:
        return self.id

    def dpo(self, on: dt.date) -> Officer:
        """Its data protection officer on a day: who is nominated then, else what is typed here for want of one."""
        nominated = next((one for one in self.officers if one.is_in_office(on)), None)
        if nominated is not None:
            return nominated.officer
        return Officer(self.dpo_name, self.dpo_company, self.dpo_address, self.dpo_phone, self.dpo_email)

    def search_words(self) -> list[str | None]:
        return [self.code, self.name, self.city, self.finess]

    def journal_title(self) -> str:
        return self.name


def chosen_establishment(session: Session, code: str | None) -> Establishment:
    """The establishment of a code, or the only one without. Raises RuleBroken when that leaves a doubt."""
    known = list(session.scalars(select(Establishment).order_by(Establishment.code)))
    found = [one for one in known if code in (None, one.code)]
    if len(found) != 1:
        codes = ", ".join(one.code for one in known) or N_("aucun")
        raise RuleBroken("establishment", N_("Précisez l’établissement par son code : ") + codes)
    return found[0]


class DepartmentKind(Vocabulary):
    POLE = "pole", N_("Pôle")
    SERVICE = "service", N_("Service")


class Department(Journaled, Searchable, Record):
    """A pôle, or a service that may belong to a pôle, of one establishment."""

    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("establishment_id", "name"),)
    journal_name = N_("Service")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    parent_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("department.id"), info={"label": N_("Pôle"), "named": "parent"}
    )
    kind: Mapped[DepartmentKind] = mapped_column(vocabulary(DepartmentKind), info={"label": N_("Nature")})
    name: Mapped[Short] = mapped_column(info={"label": N_("Nom")})

    establishment: Mapped[Establishment] = relationship(back_populates="departments")
    parent: Mapped["Department | None"] = relationship(remote_side="Department.id")

    def place_under(self, parent: "Department | None") -> None:
        """Attach to a pôle of the same establishment. Raises RuleBroken("parent_id") otherwise."""
        if parent and (parent.kind is not DepartmentKind.POLE or parent.establishment_id != self.establishment_id):
            raise RuleBroken("parent_id", N_("Choisissez un pôle du même établissement."))
        if parent and self.kind is DepartmentKind.POLE:
            raise RuleBroken("parent_id", N_("Un pôle ne peut pas dépendre d’un autre pôle."))
        self.parent = parent

    def search_words(self) -> list[str | None]:
        return [self.name]

    def journal_title(self) -> str:
        return self.name
