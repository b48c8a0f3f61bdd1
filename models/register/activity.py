"""A processing activity: one record of the register, its life, and itself as plain data."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from models.base import At, Code, Long, Record, Short, day_of
from models.establishments import Department, Establishment
from models.evidence import HasEvidence
from models.permissions import Permission
from models.register.parts import (
    PARTS,
    AccessRight,
    ActivityActor,
    DataItem,
    Part,
    PersonGroup,
    Purpose,
    Recipient,
    Retention,
    SecurityMeasure,
    Transfer,
)
from models.register.words import DpiaNeed, DpiaProgress, Kind, Status
from models.rules import RuleBroken
from models.search import Searchable
from models.versions import State, told_identity
from models.vocabulary import N_, vocabulary

CRITERIA_FOR_DPIA = 2
"""From how many WP248 criteria a DPIA is required in principle (CNIL, délibération 2018-327)."""


def _part_of_activity(kind: type[Part]) -> Any:
    return relationship(
        kind,
        back_populates="activity",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by=kind.position,
    )


class Activity(HasEvidence, Searchable, Record):
    """A processing activity of an establishment, as controller, joint controller or processor (art. 30(1) and (2))."""

    __tablename__ = "activity"
    journal_name = N_("Fiche du registre")
    evidence_read = Permission.REGISTER_READ
    evidence_change = (Permission.REGISTER_EDIT, Permission.REGISTER_FILL)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    reference: Mapped[Code] = mapped_column(info={"label": N_("Référence")})
    name: Mapped[Short] = mapped_column(info={"label": N_("Nom du traitement")})
    kind: Mapped[Kind] = mapped_column(
        vocabulary(Kind), default=Kind.CONTROLLER, info={"label": N_("Qualité de l’établissement")}
    )
    status: Mapped[Status] = mapped_column(
        vocabulary(Status), default=Status.PREQUALIFIED, info={"label": N_("État de la fiche")}
    )
    domain: Mapped[Code | None] = mapped_column(info={"label": N_("Domaine"), "terms": "processing_domains"})
    description: Mapped[Long | None] = mapped_column(info={"label": N_("Description")})
    department_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("department.id"), index=True, info={"label": N_("Service responsable"), "named": "department"}
    )
    owner_service: Mapped[Short | None] = mapped_column(info={"label": N_("Service, s’il n’est pas dans la liste")})
    contact_name: Mapped[Short | None] = mapped_column(info={"label": N_("Contact opérationnel")})
    contact_email: Mapped[Short | None] = mapped_column(info={"label": N_("Adresse du contact")})
    applications: Mapped[Long | None] = mapped_column(info={"label": N_("Logiciels et supports")})
    opened_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Date de création de la fiche")})
    revised_on: Mapped[dt.date | None] = mapped_column(
        info={"label": N_("Dernière mise à jour de la fiche"), "quiet": True}
    )
    sensitive: Mapped[bool | None] = mapped_column(info={"label": N_("Données sensibles")})

    transfers_exist: Mapped[bool | None] = mapped_column(info={"label": N_("Transferts hors UE")})
    security_notes: Mapped[Long | None] = mapped_column(info={"label": N_("Sécurité : précisions")})
    information: Mapped[Long | None] = mapped_column(info={"label": N_("Information des personnes")})
    rights: Mapped[Long | None] = mapped_column(info={"label": N_("Exercice des droits")})
    automated_decision: Mapped[bool | None] = mapped_column(info={"label": N_("Décision automatisée")})
    automated_logic: Mapped[Long | None] = mapped_column(info={"label": N_("Logique de la décision automatisée")})

    dpia_criteria: Mapped[list[str] | None] = mapped_column(
        info={"label": N_("Critères d’AIPD"), "terms": "dpia_criteria"}
    )
    dpia_listed: Mapped[bool | None] = mapped_column(info={"label": N_("Sur la liste CNIL des AIPD obligatoires")})
    dpia_override: Mapped[DpiaNeed | None] = mapped_column(vocabulary(DpiaNeed), info={"label": N_("AIPD : avis")})
    dpia_reason: Mapped[Long | None] = mapped_column(info={"label": N_("AIPD : justification")})
    dpia_progress: Mapped[DpiaProgress] = mapped_column(
        vocabulary(DpiaProgress), default=DpiaProgress.NONE, info={"label": N_("AIPD : avancement")}
    )

    review_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Prochaine revue")})
    confirmation_asked_at: Mapped[At | None]
    confirmed_at: Mapped[At | None] = mapped_column(info={"label": N_("Exactitude confirmée le")})
    confirmed_by: Mapped[Short | None] = mapped_column(info={"label": N_("Exactitude confirmée par")})
    notes: Mapped[Long | None] = mapped_column(info={"label": N_("Notes internes")})
    typical_code: Mapped[Code | None]
    archived_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Archivée le")})
    archive_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif de l’archivage")})
    validated_version: Mapped[int | None]
    updated_at: Mapped[At]
    updated_by: Mapped[Short]
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    department: Mapped[Department | None] = relationship()
    actors: Mapped[list[ActivityActor]] = _part_of_activity(ActivityActor)
    purposes: Mapped[list[Purpose]] = _part_of_activity(Purpose)
    person_groups: Mapped[list[PersonGroup]] = _part_of_activity(PersonGroup)
    data_items: Mapped[list[DataItem]] = _part_of_activity(DataItem)
    retentions: Mapped[list[Retention]] = _part_of_activity(Retention)
    recipients: Mapped[list[Recipient]] = _part_of_activity(Recipient)
    transfers: Mapped[list[Transfer]] = _part_of_activity(Transfer)
    security_measures: Mapped[list[SecurityMeasure]] = _part_of_activity(SecurityMeasure)
    access_rights: Mapped[list[AccessRight]] = _part_of_activity(AccessRight)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute
    __table_args__ = (
        UniqueConstraint("establishment_id", "reference"),
        CheckConstraint("dpia_override IS NULL OR dpia_reason IS NOT NULL", name="dpia_override_has_reason"),
        CheckConstraint("(status = 'archived') = (archived_on IS NOT NULL)", name="archived_has_date"),
        Index("ix_activity_list", "establishment_id", "status", "name"),
        Index("ix_activity_name", "establishment_id", "name"),
        Index("ix_activity_reference", "reference"),
        Index("ix_activity_review_on", "review_on"),
    )

    # What the record says of itself

    @property
    def main_purpose(self) -> str:
        return self.purposes[0].label if self.purposes else ""

    @property
    def dpia_hint(self) -> DpiaNeed:
        """What the criteria suggest: two of them, or CNIL's list, require a DPIA; one leaves it to decide."""
        count = len(self.dpia_criteria or ())
        if self.dpia_listed or count >= CRITERIA_FOR_DPIA:
            return DpiaNeed.REQUIRED
        return DpiaNeed.RECOMMENDED if count else DpiaNeed.NOT_REQUIRED

    @property
    def dpia_need(self) -> DpiaNeed:
        return self.dpia_override or self.dpia_hint

    def is_overdue(self, today: dt.date) -> bool:
        return self.review_on is not None and self.review_on < today and self.status is not Status.ARCHIVED

    # Transitions

    def touch(self, by: str, at: dt.datetime) -> None:
        """Note that the record or one of its parts was edited; a validated record goes back to draft."""
        self.updated_by, self.updated_at, self.revised_on = by, at, day_of(at)
        if self.status in (Status.VALIDATED, Status.QUALIFIED):
            self.status = Status.DRAFT

    def override_dpia(self, need: DpiaNeed | None, reason: str | None) -> None:
        """Set an opinion other than the hint. Raises RuleBroken("dpia_reason") without a written reason (2018-327)."""
        if need and need is not self.dpia_hint and not (reason or "").strip():
            raise RuleBroken(
                "dpia_reason", N_("Justifiez par écrit un avis différent de celui que donnent les critères.")
            )
        self.dpia_override = need if need is not self.dpia_hint else None
        self.dpia_reason = (reason or "").strip() or None

    def start_draft(self) -> None:
        """Begin the full collection of a pre-qualified record. Raises RuleBroken from any other state."""
        self._leave({Status.PREQUALIFIED}, N_("Seule une fiche pré-qualifiée passe en rédaction."))
        self.status = Status.DRAFT

    def qualify(self, missing: list[str]) -> None:
        """Declare the record complete. `missing`: the required checks that fail; raises RuleBroken if any."""
        self._leave({Status.PREQUALIFIED, Status.DRAFT}, N_("Seul un brouillon peut être déclaré complet."))
        if missing:
            raise RuleBroken("", N_("La fiche n’est pas complète. ") + " ".join(missing))
        self.status = Status.QUALIFIED

    def validate(self, number: int, review_on: dt.date) -> None:
        """Put version `number` in force until its next review. Raises RuleBroken unless the record is qualified."""
        self._leave({Status.QUALIFIED}, N_("Seule une fiche qualifiée peut être validée."))
        self.status, self.validated_version, self.review_on = Status.VALIDATED, number, review_on

    def archive(self, on: dt.date, reason: str) -> None:
        """Close the record of a processing that ended. Raises RuleBroken without reason, or when archived before."""
        self._leave(set(Status) - {Status.ARCHIVED}, N_("Cette fiche est déjà archivée."))
        if not reason.strip():
            raise RuleBroken("reason", N_("Indiquez pourquoi la fiche est archivée."))
        self.status, self.archived_on, self.archive_reason = Status.ARCHIVED, on, reason.strip()

    def reopen(self) -> None:
        """Take an archived record back as a draft. Raises RuleBroken from any other state."""
        self._leave({Status.ARCHIVED}, N_("Seule une fiche archivée peut être rouverte."))
        self.status, self.archived_on, self.archive_reason = Status.DRAFT, None, None

    def confirm(self, by: str, at: dt.datetime) -> None:
        """The service says that the record is still exact."""
        self.confirmed_by, self.confirmed_at, self.confirmation_asked_at = by, at, None

    def _leave(self, allowed: set[Status], refusal: str) -> None:
        if self.status not in allowed:
            raise RuleBroken("", refusal)

    # As plain data

    def state(self) -> State:
        """The record and its parts as JSON data: what a version freezes and what differences compare."""
        parts = {
            name: [
                {"id": told_identity(row, at), **{kind.told_as(key): row.told(key) for key in kind.journal_fields()}}
                for at, row in enumerate(getattr(self, name))
            ]
            for name, kind in PARTS.items()
        }
        return {"fields": {self.told_as(key): self.told(key) for key in self.journal_fields()}, "parts": parts}

    def copy(self, reference: str, by: str, at: dt.datetime) -> "Activity":
        """A new draft with every field and part of this record but its life (status, versions, dates)."""
        twin = Activity(**{key: getattr(self, key) for key in self.journal_fields() if key not in _OWN_LIFE})
        twin.establishment_id, twin.typical_code = self.establishment_id, self.typical_code
        twin.reference, twin.status, twin.opened_on = reference, Status.DRAFT, day_of(at)
        for name, kind in PARTS.items():
            setattr(twin, name, [_copy_part(row, kind) for row in getattr(self, name)])
        twin.touch(by, at)
        return twin

    # Selects

    @classmethod
    def whole(cls) -> Select["Activity"]:
        """Activities with all their parts loaded, in one query per collection."""
        return select(cls).options(
            *(selectinload(getattr(cls, name)) for name in PARTS),
            selectinload(cls.recipients).joinedload(Recipient.processor),
            selectinload(cls.department),
            selectinload(cls.establishment),
        )

    def search_words(self) -> list[str | None]:
        loaded = [purpose.label for purpose in self.purposes]
        return [self.reference, self.name, self.description, self.owner_service, self.applications, *loaded]

    def journal_title(self) -> str:
        return f"{self.reference} {self.name}"


_OWN_LIFE = frozenset(
    {
        "reference", "status", "opened_on", "revised_on", "review_on",
        "confirmed_at", "confirmed_by", "archived_on", "archive_reason",
    }
)  # fmt: skip


def _copy_part(row: Any, kind: type[Part]) -> Any:
    twin = kind(**{key: getattr(row, key) for key in kind.journal_fields()})
    twin.position = row.position
    return twin
