"""A job description: the text being written, what it must say before it is validated, and the state that is frozen."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from models.base import At, Code, Long, Record, Short
from models.establishments import Establishment
from models.evidence import HasEvidence
from models.journal import Journaled
from models.permissions import Permission
from models.positions.words import (
    SECURITY,
    DescriptionStatus,
    Employment,
    Frequency,
    JobKind,
    Level,
    LineKind,
    RelationKind,
    Scope,
    Task,
)
from models.rules import RuleBroken
from models.search import Searchable
from models.versions import State
from models.vocabulary import N_, vocabulary
from models.wording import blanks_in

BLANKS = {
    "etablissement": N_("l’établissement"),
    "etablissement_support": N_("l’établissement support"),
    "etablissements_concernes": N_("les établissements couverts"),
    "ght": N_("le groupement"),
    "rattachement": N_("le rattachement"),
    "budget": N_("le budget annuel"),
    "jours_formation": N_("les jours de formation"),
    "suppleant": N_("le suppléant"),
    "relais": N_("les relais"),
}
"""What the text may leave to the facts of the description, by the name it has between braces."""

FILLED_BY = {
    "etablissements_concernes": "covered",
    "rattachement": "reports_to",
    "budget": "budget",
    "jours_formation": "training_days",
    "suppleant": "deputy",
    "relais": "relays",
}
"""The field that fills each of them; the others are facts of the establishment."""


class Lack(NamedTuple):
    """What a description does not say yet: the field of its form that would, and the sentence that asks for it."""

    field: str
    sentence: str


Sources = list[dict[str, str]]
"""Where a sentence comes from: [{"label", "confidence"}]."""


class JobDescription(HasEvidence, Searchable, Record):
    """The description of a post, kept by the establishment that employs its holder.

    `sources` says, by part of the text ("legal", "links", "profile", "means", "constraints"), where it comes from.
    """

    __tablename__ = "job_description"
    __table_args__ = (
        CheckConstraint("quotity IS NULL OR quotity BETWEEN 1 AND 100", name="quotity_is_a_share"),
        CheckConstraint("(status = 'archived') = (archived_on IS NOT NULL)", name="archived_has_date"),
        Index("ix_job_description_list", "establishment_id", "status"),
    )
    journal_name = N_("Fiche de poste")
    evidence_read = Permission.POSITIONS_READ
    evidence_change = (Permission.POSITIONS_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("establishment.id"), info={"label": N_("Établissement employeur"), "named": "establishment"}
    )
    kind: Mapped[JobKind] = mapped_column(vocabulary(JobKind), info={"label": N_("Fonction"), "words": JobKind})
    title: Mapped[Short] = mapped_column(info={"label": N_("Intitulé")})
    model_code: Mapped[Code | None]
    status: Mapped[DescriptionStatus] = mapped_column(
        vocabulary(DescriptionStatus), default=DescriptionStatus.DRAFT, info={"label": N_("État")}
    )
    scope: Mapped[Scope] = mapped_column(vocabulary(Scope), default=Scope.OWN, info={"label": N_("Périmètre")})
    employment: Mapped[Employment] = mapped_column(
        vocabulary(Employment), default=Employment.INTERNAL, info={"label": N_("Mode d’exercice")}
    )
    quotity: Mapped[int | None] = mapped_column(info={"label": N_("Quotité de travail (%)")})
    purpose: Mapped[Long | None] = mapped_column(info={"label": N_("Raison d’être du poste")})
    legal_note: Mapped[Long | None] = mapped_column(info={"label": N_("Cadre juridique")})
    reports_to: Mapped[Short | None] = mapped_column(info={"label": N_("Rattachement")})
    hierarchical_link: Mapped[Long | None] = mapped_column(info={"label": N_("Lien hiérarchique")})
    functional_link: Mapped[Long | None] = mapped_column(info={"label": N_("Lien fonctionnel")})
    direct_access: Mapped[bool] = mapped_column(default=False, info={"label": N_("Accès direct à la direction")})
    no_instruction: Mapped[bool] = mapped_column(default=False, info={"label": N_("Ne reçoit aucune instruction")})
    independent_from_it: Mapped[bool] = mapped_column(
        default=False, info={"label": N_("Indépendant de la direction des systèmes d’information")}
    )
    independence_clause: Mapped[Long | None] = mapped_column(info={"label": N_("Règle d’indépendance")})
    functions_held: Mapped[Long | None] = mapped_column(info={"label": N_("Autres fonctions compatibles ou exclues")})
    conflict_note: Mapped[Long | None] = mapped_column(info={"label": N_("Examen des conflits d’intérêts")})
    conflict_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Conflits d’intérêts examinés le")})
    diploma: Mapped[Long | None] = mapped_column(info={"label": N_("Diplôme")})
    experience: Mapped[Long | None] = mapped_column(info={"label": N_("Expérience")})
    assets: Mapped[Long | None] = mapped_column(info={"label": N_("Atouts")})
    grade_note: Mapped[Long | None] = mapped_column(info={"label": N_("Corps, grade ou classification")})
    budget: Mapped[int | None] = mapped_column(info={"label": N_("Budget annuel (euros)")})
    budget_note: Mapped[Long | None] = mapped_column(info={"label": N_("Emploi du budget")})
    training_days: Mapped[int | None] = mapped_column(info={"label": N_("Jours de formation par an")})
    deputy: Mapped[Short | None] = mapped_column(info={"label": N_("Suppléant")})
    deputy_note: Mapped[Long | None] = mapped_column(info={"label": N_("Rôle du suppléant")})
    relays: Mapped[Short | None] = mapped_column(info={"label": N_("Relais")})
    relays_note: Mapped[Long | None] = mapped_column(info={"label": N_("Rôle des relais")})
    confidentiality: Mapped[Long | None] = mapped_column(info={"label": N_("Secret et confidentialité")})
    report: Mapped[Short | None] = mapped_column(info={"label": N_("Compte rendu")})
    report_frequency: Mapped[Frequency | None] = mapped_column(
        vocabulary(Frequency), info={"label": N_("Fréquence du compte rendu"), "words": Frequency}
    )
    report_to: Mapped[Short | None] = mapped_column(info={"label": N_("Destinataire du compte rendu")})
    meetings_per_year: Mapped[int | None] = mapped_column(info={"label": N_("Réunions par an avec la direction")})
    evaluation_note: Mapped[Long | None] = mapped_column(info={"label": N_("Évaluation")})
    notes: Mapped[Long | None] = mapped_column(info={"label": N_("Notes internes")})
    sources: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    validated_version: Mapped[int | None]
    validated_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Validée le")})
    validated_by: Mapped[Short | None] = mapped_column(info={"label": N_("Validée par")})
    archived_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Archivée le")})
    archive_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif de l’archivage")})
    updated_at: Mapped[At]
    updated_by: Mapped[Short]
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    lines: Mapped[list["JobLine"]] = relationship(
        back_populates="description",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="JobLine.position",
    )
    places: Mapped[list["JobPlace"]] = relationship(
        back_populates="description", cascade="all, delete-orphan", passive_deletes=True, order_by="JobPlace.created_at"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    # What the description says of itself

    def of(self, kind: LineKind) -> list["JobLine"]:
        """Its lines of one kind, in their order."""
        return [line for line in self.lines if line.kind is kind]

    @property
    def covered(self) -> list[Establishment]:
        """The establishments that it covers: its own, or those named; for the whole group, its own stands for all."""
        named = [place.establishment for place in self.places]
        return named if self.scope is Scope.LISTED and named else [self.establishment]

    def values(self) -> dict[str, str | None]:
        """What fills the blanks of the text, by name; None where nobody said it."""
        home = self.establishment
        names = ", ".join(place.name for place in self.covered)
        return {
            "etablissement": home.name,
            "etablissement_support": home.name,
            "etablissements_concernes": home.group.name if self.scope is Scope.GROUP else names,
            "ght": home.group.name.removeprefix("GHT "),  # the text says « du GHT … » already
            "rattachement": self.reports_to,
            "budget": None if self.budget is None else f"{self.budget:,}".replace(",", "\u00a0"),
            "jours_formation": None if self.training_days is None else str(self.training_days),
            "suppleant": self.deputy,
            "relais": self.relays,
        }

    def unfilled(self) -> list[str]:
        """The blanks that the text waits for, by name, in the order of their first use."""
        values = self.values()
        texts = [str(getattr(self, name) or "") for name in PROSE] + [line.text for line in self.lines]
        return [name for name in blanks_in(texts) if not values.get(name)]

    def missing(self) -> list[Lack]:
        """What stops the validation (domain note, 6.4); nothing when it may be validated."""
        return [*self._missing_from_dpo(), *self._missing()]

    def _missing_from_dpo(self) -> Iterator[Lack]:
        if self.kind is not JobKind.DPO:
            return
        tasks = {line.task for line in self.lines if line.kind is LineKind.MISSION}
        if lacking := ", ".join(task.value for task in Task if task not in tasks):
            words = N_("La fiche du DPO doit porter les cinq missions de l’article 39(1) du RGPD ; il manque : %s.")
            yield Lack("mission", words % lacking)
        if not (self.independence_clause and self.no_instruction):
            words = N_("La fiche du DPO doit porter sa règle d’indépendance et l’absence d’instruction (art. 38(3)).")
            yield Lack("independence_clause", words)

    def _missing(self) -> Iterator[Lack]:
        if self.kind is not JobKind.OTHER and not self.direct_access:
            yield Lack("direct_access", N_("Prévoyez l’accès direct au plus haut niveau de la direction."))
        if not self.of(LineKind.MISSION):
            yield Lack("mission", N_("Écrivez au moins une mission."))
        if self.scope is Scope.LISTED and len(self.places) < 2:
            yield Lack("covered", N_("Nommez les établissements que le poste couvre, deux au moins."))
        for name in self.unfilled():
            yield Lack(FILLED_BY.get(name, "purpose"), N_("Le texte attend encore : %s.") % BLANKS.get(name, name))

    def warnings(self) -> list[Lack]:
        """What should be said and does not stop the validation; nothing that stops it already."""
        asked = {one.field for one in self.missing()}
        return [one for one in self._recommended() if one.field not in asked]

    def _recommended(self) -> Iterator[Lack]:
        if self.kind in SECURITY and not self.independent_from_it:
            words = N_("HOP’EN P2.4 attend un poste indépendant de la DSI : cochez-le, ou justifiez-le.")
            yield Lack("independent_from_it", words)
        if self.quotity is None:
            yield Lack("quotity", N_("Renseignez la quotité de travail."))
        if self.budget is None:
            yield Lack("budget", N_("Renseignez le budget."))
        if self.training_days is None:
            yield Lack("training_days", N_("Renseignez les jours de formation."))
        if self.kind is not JobKind.OTHER and not self.deputy:
            yield Lack("deputy", N_("Indiquez un suppléant."))
        if self.kind is not JobKind.OTHER and self.conflict_on is None:
            yield Lack("conflict_on", N_("Datez l’examen des conflits d’intérêts."))

    # Transitions

    def touch(self, by: str, at: dt.datetime) -> None:
        """Note that the text was edited; a validated one is in preparation again. Raises RuleBroken once archived."""
        if self.status is DescriptionStatus.ARCHIVED:
            raise RuleBroken("", N_("Cette fiche est archivée : rouvrez-la pour la modifier."))
        self.updated_by, self.updated_at, self.status = by, at, DescriptionStatus.DRAFT

    def validate(self, number: int, by: str, on: dt.date) -> None:
        """Put version `number` in force. Raises RuleBroken on what is missing, or when nothing changed since."""
        if self.status is not DescriptionStatus.DRAFT:
            raise RuleBroken("", N_("Cette fiche n’est pas en préparation : rien n’est à valider."))
        if missing := self.missing():
            raise RuleBroken("", " ".join(one.sentence for one in missing))
        self.status, self.validated_version = DescriptionStatus.VALIDATED, number
        self.validated_by, self.validated_on = by, on

    def archive(self, on: dt.date, reason: str) -> None:
        """Put it aside. Raises RuleBroken without a reason, or when it is archived already."""
        if self.status is DescriptionStatus.ARCHIVED:
            raise RuleBroken("", N_("Cette fiche est déjà archivée."))
        if not reason.strip():
            raise RuleBroken("reason", N_("Dites pourquoi la fiche est archivée."))
        self.status, self.archived_on, self.archive_reason = DescriptionStatus.ARCHIVED, on, reason.strip()

    def reopen(self) -> None:
        """Take an archived description back. Raises RuleBroken from any other state."""
        if self.status is not DescriptionStatus.ARCHIVED:
            raise RuleBroken("", N_("Cette fiche n’est pas archivée."))
        self.status, self.archived_on, self.archive_reason = DescriptionStatus.DRAFT, None, None

    # As plain data

    def state(self) -> State:
        """All that the document says, as JSON data: what a version freezes and what differences compare."""
        left = {"status", "notes", "validated_on", "validated_by", "archived_on", "archive_reason"}
        fields = {self.told_as(key): self.told(key) for key in self.journal_fields() if key not in left}
        lines = [line.as_data() for line in self.lines]
        places = [{"id": str(one.establishment_id), "name": one.establishment.name} for one in self.places]
        values = {name: value for name, value in self.values().items() if value}
        return {
            "fields": fields,
            "parts": {"lines": lines, "places": places},
            "values": values,
            "sources": self.sources or {},
        }

    @classmethod
    def whole(cls) -> Select["JobDescription"]:
        """Descriptions with their lines and places, in one query per collection."""
        return select(cls).options(
            selectinload(cls.lines),
            selectinload(cls.places).selectinload(JobPlace.establishment),
            selectinload(cls.establishment).selectinload(Establishment.group),
        )

    def search_words(self) -> list[str | None]:
        return [self.title, self.kind.label, self.kind.help, self.purpose, self.reports_to]

    def journal_title(self) -> str:
        return self.title


PROSE = (
    "purpose", "legal_note", "hierarchical_link", "functional_link", "independence_clause", "budget_note",
    "deputy_note", "relays_note", "confidentiality", "evaluation_note",
)  # fmt: skip
"""The texts of a description in which blanks may stand."""


class JobLine(Journaled, Record):
    """One line of a list of the description: a mission, an activity, a skill… What it carries depends on its kind."""

    __tablename__ = "job_line"
    journal_name = N_("Ligne de fiche de poste")
    title_field = "text"

    description_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("job_description.id", ondelete="CASCADE"), index=True)
    kind: Mapped[LineKind] = mapped_column(vocabulary(LineKind), info={"label": N_("Liste"), "words": LineKind})
    position: Mapped[int] = mapped_column(default=0)
    code: Mapped[Code | None]
    title: Mapped[Short | None] = mapped_column(info={"label": N_("Titre")})
    text: Mapped[Long] = mapped_column(info={"label": N_("Texte")})
    task: Mapped[Task | None] = mapped_column(
        vocabulary(Task), info={"label": N_("Mission de l’article 39(1)"), "words": Task}
    )
    frequency: Mapped[Frequency | None] = mapped_column(
        vocabulary(Frequency), info={"label": N_("Fréquence"), "words": Frequency}
    )
    relation: Mapped[RelationKind | None] = mapped_column(
        vocabulary(RelationKind), info={"label": N_("Nature de la relation"), "words": RelationKind}
    )
    level: Mapped[Level | None] = mapped_column(vocabulary(Level), info={"label": N_("Niveau attendu"), "words": Level})
    target: Mapped[Short | None] = mapped_column(info={"label": N_("Cible")})
    sources: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))

    description: Mapped[JobDescription] = relationship(back_populates="lines")

    def as_data(self) -> dict[str, Any]:
        """The line as JSON data."""
        told = {key: self.told(key) for key in self.journal_fields()}
        return {"id": str(self.id), **told, "sources": self.sources or []}

    def journal_subject(self) -> Journaled:
        return self.journal_owner("description")

    def journal_part(self) -> str:
        return "lines"

    def journal_title(self) -> str:
        return (self.title or self.text)[:80]


class JobPlace(Journaled, Record):
    """An establishment that a description covers."""

    __tablename__ = "job_place"
    __table_args__ = (UniqueConstraint("description_id", "establishment_id"),)
    journal_name = N_("Établissement couvert")
    title_field = "establishment"

    description_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("job_description.id", ondelete="CASCADE"))
    establishment_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("establishment.id"), index=True, info={"label": N_("Établissement"), "named": "establishment"}
    )

    description: Mapped[JobDescription] = relationship(back_populates="places")
    establishment: Mapped[Establishment] = relationship()

    def journal_subject(self) -> Journaled:
        return self.journal_owner("description")

    def journal_part(self) -> str:
        return "places"

    def journal_title(self) -> str:
        return str(self.told("establishment_id") or "")
