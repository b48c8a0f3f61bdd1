"""An application of the inventory: what it is, who sells it, and what HOP'EN P1, P2 and P4 ask of it."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from models.base import At, Code, Long, Record, Short
from models.establishments import Department, Establishment
from models.evidence import HasEvidence
from models.inventory.vendor import Vendor
from models.inventory.words import (
    Criticality,
    Domain,
    Hosting,
    IdentitySource,
    Link,
    Procedure,
    RemoteAccess,
    Status,
)
from models.journal import Journaled
from models.permissions import Permission
from models.register.activity import Activity
from models.rules import RuleBroken
from models.search import Searchable
from models.versions import State, told_identity
from models.vocabulary import N_, vocabulary

if TYPE_CHECKING:
    from models.inventory.assessment import Assessment
    from models.inventory.followup import Arbitration, Exchange


class Application(HasEvidence, Searchable, Record):
    """A piece of software that an establishment runs or uses."""

    __tablename__ = "application"
    journal_name = N_("Application")
    evidence_read = Permission.INVENTORY_READ
    evidence_change = (Permission.INVENTORY_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    reference: Mapped[Code] = mapped_column(info={"label": N_("Référence")})
    name: Mapped[Short] = mapped_column(info={"label": N_("Nom")})
    version: Mapped[Short | None] = mapped_column(info={"label": N_("Version")})
    description: Mapped[Long | None] = mapped_column(info={"label": N_("À quoi elle sert")})
    domain: Mapped[Domain | None] = mapped_column(vocabulary(Domain), info={"label": N_("Domaine")})
    status: Mapped[Status] = mapped_column(vocabulary(Status), default=Status.PRODUCTION, info={"label": N_("État")})
    department_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("department.id"), index=True, info={"label": N_("Service responsable"), "named": "department"}
    )
    owner_name: Mapped[Short | None] = mapped_column(info={"label": N_("Responsable de l’application")})
    criticality: Mapped[Criticality | None] = mapped_column(vocabulary(Criticality), info={"label": N_("Criticité")})
    in_production_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("En production depuis le")})

    vendor_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("vendor.id"), index=True, info={"label": N_("Éditeur"), "named": "vendor"}
    )
    contract_reference: Mapped[Short | None] = mapped_column(info={"label": N_("Référence du contrat")})
    contract_ends_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Fin du contrat")})
    hosting: Mapped[Hosting | None] = mapped_column(vocabulary(Hosting), info={"label": N_("Hébergement")})
    host_name: Mapped[Short | None] = mapped_column(info={"label": N_("Hébergeur")})

    users_count: Mapped[int | None] = mapped_column(info={"label": N_("Nombre d’utilisateurs")})
    users_kinds: Mapped[list[str] | None] = mapped_column(
        info={"label": N_("Catégories d’utilisateurs"), "terms": "application_users"}
    )
    holds_health_data: Mapped[bool | None] = mapped_column(info={"label": N_("Données de santé à caractère personnel")})
    health_data_kinds: Mapped[list[str] | None] = mapped_column(
        info={"label": N_("Données de santé traitées"), "terms": "health_data_kinds"}
    )
    identity_source: Mapped[IdentitySource | None] = mapped_column(
        vocabulary(IdentitySource), info={"label": N_("Source d’identité")}
    )
    generic_accounts: Mapped[int | None] = mapped_column(info={"label": N_("Comptes génériques")})
    remote_access: Mapped[RemoteAccess | None] = mapped_column(
        vocabulary(RemoteAccess), info={"label": N_("Accès distant")}
    )
    rights_reviewed_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Dernière revue des droits")})

    identity_link: Mapped[Link | None] = mapped_column(
        vocabulary(Link), info={"label": N_("Référentiel d’identités (P1.1)")}
    )
    manages_ins: Mapped[bool | None] = mapped_column(info={"label": N_("Gère l’INS (P1.1)")})
    stays_link: Mapped[Link | None] = mapped_column(
        vocabulary(Link), info={"label": N_("Référentiel des séjours et mouvements (P1.3)")}
    )
    structure_link: Mapped[Link | None] = mapped_column(
        vocabulary(Link), info={"label": N_("Référentiel de structure (P1.4)")}
    )
    feeds_dmp: Mapped[Link | None] = mapped_column(vocabulary(Link), info={"label": N_("Alimente le DMP (P4.1)")})

    restart_procedure: Mapped[Procedure | None] = mapped_column(
        vocabulary(Procedure), info={"label": N_("Procédure de redémarrage (P2.1)")}
    )
    recovery_procedure: Mapped[Procedure | None] = mapped_column(
        vocabulary(Procedure), info={"label": N_("Procédure de reprise (P2.1)")}
    )
    recovery_tested_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Dernier essai de reprise (P2.1)")})
    recovery_test_result: Mapped[Long | None] = mapped_column(info={"label": N_("Résultat de l’essai")})
    availability_target: Mapped[float | None] = mapped_column(info={"label": N_("Disponibilité visée, en % (P2.2)")})
    availability_method: Mapped[Long | None] = mapped_column(info={"label": N_("Mode de mesure (P2.2)")})
    degraded_procedure: Mapped[Procedure | None] = mapped_column(
        vocabulary(Procedure), info={"label": N_("Procédure en mode dégradé (P2.3)")}
    )
    return_procedure: Mapped[Procedure | None] = mapped_column(
        vocabulary(Procedure), info={"label": N_("Procédure de retour à la normale (P2.3)")}
    )

    notes: Mapped[Long | None] = mapped_column(info={"label": N_("Notes internes")})
    retired_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Retirée le")})
    retire_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif du retrait")})
    updated_at: Mapped[At]
    updated_by: Mapped[Short]
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    department: Mapped[Department | None] = relationship()
    vendor: Mapped[Vendor | None] = relationship()
    availability: Mapped[list["AvailabilityMonth"]] = relationship(
        back_populates="application",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="AvailabilityMonth.month.desc()",
    )
    activity_links: Mapped[list["ApplicationActivity"]] = relationship(
        back_populates="application", cascade="all, delete-orphan", passive_deletes=True
    )
    assessments: Mapped[list["Assessment"]] = relationship(
        back_populates="application", order_by="Assessment.number.desc()"
    )
    exchanges: Mapped[list["Exchange"]] = relationship(
        back_populates="application", order_by="Exchange.asked_on.desc(), Exchange.created_at.desc()"
    )
    arbitrations: Mapped[list["Arbitration"]] = relationship(
        back_populates="application", order_by="Arbitration.decided_on.desc(), Arbitration.created_at.desc()"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute
    __table_args__ = (
        UniqueConstraint("establishment_id", "reference"),
        CheckConstraint("(status = 'retired') = (retired_on IS NOT NULL)", name="retired_has_date"),
        CheckConstraint("users_count IS NULL OR users_count >= 0", name="users_counted"),
        CheckConstraint("generic_accounts IS NULL OR generic_accounts >= 0", name="generic_accounts_counted"),
        CheckConstraint(
            "availability_target IS NULL OR (availability_target > 0 AND availability_target <= 100)",
            name="availability_target_percent",
        ),
        Index("ix_application_list", "establishment_id", "status", "name"),
        Index("ix_application_scope", "establishment_id", "status", "holds_health_data"),
        Index("ix_application_contract", "contract_ends_on"),
    )

    @property
    def is_in_scope(self) -> bool:
        """Whether HOP'EN P3.4 counts it: in production, with personal health data (domain note, 9.6)."""
        return self.status is Status.PRODUCTION and bool(self.holds_health_data)

    # Transitions

    def touch(self, by: str, at: dt.datetime) -> None:
        """Note that the record or one of its parts was edited."""
        self.updated_by, self.updated_at = by, at

    def settle(self, status: Status) -> None:
        """Change its state without retiring it. Raises RuleBroken("status") for a retirement: it asks a reason."""
        if status is Status.RETIRED and self.status is not Status.RETIRED:
            raise RuleBroken("status", N_("Pour retirer une application, utilisez « Retirer » : un motif est demandé."))
        if self.status is Status.RETIRED and status is not Status.RETIRED:
            raise RuleBroken("status", N_("Cette application est retirée : remettez-la d’abord en service."))
        self.status = status

    def retire(self, on: dt.date, reason: str) -> None:
        """Take the application out of service; it stays readable. Raises RuleBroken without reason, or when retired."""
        if self.status is Status.RETIRED:
            raise RuleBroken("", N_("Cette application est déjà retirée."))
        if not reason.strip():
            raise RuleBroken("reason", N_("Indiquez pourquoi l’application est retirée."))
        self.status, self.retired_on, self.retire_reason = Status.RETIRED, on, reason.strip()

    def restore(self) -> None:
        """Put a retired application back in production. Raises RuleBroken from any other state."""
        if self.status is not Status.RETIRED:
            raise RuleBroken("", N_("Seule une application retirée peut être remise en service."))
        self.status, self.retired_on, self.retire_reason = Status.PRODUCTION, None, None

    def serve(self, activities: list[Activity]) -> None:
        """Say which activities of the register it serves. Raises RuleBroken for one of another establishment."""
        if any(activity.establishment_id != self.establishment_id for activity in activities):
            raise RuleBroken("activities", N_("Choisissez des fiches du même établissement."))
        wanted = {activity.id: activity for activity in activities}
        kept = [link for link in self.activity_links if link.activity_id in wanted]
        known = {link.activity_id for link in kept}
        new = [ApplicationActivity(activity=one) for identity, one in wanted.items() if identity not in known]
        self.activity_links = [*kept, *new]

    # As plain data

    def state(self) -> State:
        """The record and its parts as JSON data: what differences compare."""
        fields = {self.told_as(key): self.told(key) for key in self.journal_fields()}
        months = [
            {"id": told_identity(row, at), **{key: row.told(key) for key in row.journal_fields()}}
            for at, row in enumerate(self.availability)
        ]
        return {"fields": fields, "parts": {"application_availability": months}}

    # Selects

    @classmethod
    def whole(cls) -> Select["Application"]:
        """Applications with what their page shows loaded, in one query per collection."""
        return select(cls).options(
            selectinload(cls.establishment),
            selectinload(cls.department),
            selectinload(cls.vendor).selectinload(Vendor.contacts),
            selectinload(cls.availability),
            selectinload(cls.activity_links).joinedload(ApplicationActivity.activity),
        )

    def search_words(self) -> list[str | None]:
        return [self.reference, self.name, self.version, self.description, self.owner_name, self.host_name]

    def journal_title(self) -> str:
        return f"{self.reference} {self.name}"


class _PartOfApplication(Journaled, Record):
    __abstract__ = True

    application: Any

    def journal_subject(self) -> Journaled:
        return self.journal_owner("application")


class AvailabilityMonth(_PartOfApplication):
    """What was measured in a month: the share of the time that the application could be used, and the incidents."""

    __tablename__ = "application_availability"
    __table_args__ = (
        UniqueConstraint("application_id", "month"),
        CheckConstraint("measured >= 0 AND measured <= 100", name="measured_percent"),
        CheckConstraint("incidents IS NULL OR incidents >= 0", name="incidents_counted"),
    )
    journal_name = N_("Disponibilité mesurée")

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    month: Mapped[dt.date] = mapped_column(info={"label": N_("Mois")})
    measured: Mapped[float] = mapped_column(info={"label": N_("Disponibilité, en %")})
    incidents: Mapped[int | None] = mapped_column(info={"label": N_("Incidents")})
    note: Mapped[Long | None] = mapped_column(info={"label": N_("Observations")})

    application: Mapped[Application] = relationship(back_populates="availability")

    def journal_title(self) -> str:
        return f"{self.month:%m/%Y}"


class ApplicationActivity(_PartOfApplication):
    """That an application serves an activity of the register."""

    __tablename__ = "application_activity"
    __table_args__ = (UniqueConstraint("application_id", "activity_id"),)
    journal_name = N_("Traitement servi")

    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    activity_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("activity.id", ondelete="CASCADE"),
        index=True,
        info={"label": N_("Fiche du registre"), "named": "activity"},
    )

    application: Mapped[Application] = relationship(back_populates="activity_links")
    activity: Mapped[Activity] = relationship()

    def journal_title(self) -> str:
        return self.activity.journal_title()
