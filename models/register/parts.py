"""The parts of an activity: rows that belong to one record of the register and live and die with it."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from models.base import At, Code, Long, Record, Short
from models.journal import Journaled
from models.register.processor import Processor
from models.register.words import DOUBTFUL, ActorRole, Confidence, RecipientKind, Source, Stage, Unit
from models.vocabulary import N_, vocabulary

if TYPE_CHECKING:
    from models.register.activity import Activity


class Part(Journaled, Record):
    """A row of one collection of an activity, in the order its author gave."""

    __abstract__ = True
    collection: ClassVar[str]
    title_field: ClassVar[str]

    position: Mapped[int] = mapped_column(default=0)

    @declared_attr
    def activity_id(self) -> Mapped[uuid.UUID]:
        return mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), index=True)

    @declared_attr
    def activity(self) -> Mapped["Activity"]:
        return relationship("Activity", back_populates=self.collection)

    def journal_subject(self) -> Journaled:
        return self.journal_owner("activity")

    def journal_part(self) -> str:
        return self.collection

    def journal_title(self) -> str:
        return str(getattr(self, self.title_field) or "")


class ActivityActor(Part):
    """A controller, DPO, representative… named on this record because the establishment's own does not apply."""

    __tablename__ = "activity_actor"
    collection = "actors"
    title_field = "name"
    journal_name = N_("Acteur")

    role: Mapped[ActorRole] = mapped_column(vocabulary(ActorRole), info={"label": N_("Rôle")})
    name: Mapped[Short] = mapped_column(info={"label": N_("Nom")})
    address: Mapped[Short | None] = mapped_column(info={"label": N_("Adresse")})
    postcode: Mapped[Code | None] = mapped_column(info={"label": N_("Code postal")})
    city: Mapped[Short | None] = mapped_column(info={"label": N_("Ville")})
    country: Mapped[Short | None] = mapped_column(info={"label": N_("Pays")})
    phone: Mapped[Code | None] = mapped_column(info={"label": N_("Téléphone")})
    email: Mapped[Short | None] = mapped_column(info={"label": N_("Adresse électronique")})


class Purpose(Part):
    """A purpose with its own lawful basis (art. 5(1)(b) and 6); the first of an activity is the main one."""

    __tablename__ = "activity_purpose"
    collection = "purposes"
    title_field = "label"
    journal_name = N_("Finalité")

    label: Mapped[Long] = mapped_column(info={"label": N_("Finalité")})
    lawful_basis: Mapped[Code | None] = mapped_column(info={"label": N_("Base légale"), "terms": "lawful_bases"})
    lawful_basis_reference: Mapped[Long | None] = mapped_column(info={"label": N_("Texte ou justification")})
    legitimate_interest: Mapped[Long | None] = mapped_column(
        info={"label": N_("Mise en balance de l’intérêt légitime")}
    )
    art9_condition: Mapped[Code | None] = mapped_column(
        info={"label": N_("Condition de l’article 9"), "terms": "art9_conditions"}
    )
    art9_reference: Mapped[Long | None] = mapped_column(info={"label": N_("Texte pour l’article 9 ou 10")})


class PersonGroup(Part):
    """A category of persons concerned (art. 30(1)(c))."""

    __tablename__ = "activity_person_group"
    collection = "person_groups"
    title_field = "category"
    journal_name = N_("Personnes concernées")

    category: Mapped[Code] = mapped_column(info={"label": N_("Catégorie"), "terms": "data_subjects"})
    details: Mapped[Long | None] = mapped_column(info={"label": N_("Précisions")})


class DataItem(Part):
    """A category of data about a category of persons: what, from whom, whether it must be given."""

    __tablename__ = "activity_data_item"
    collection = "data_items"
    title_field = "category"
    journal_name = N_("Données")

    category: Mapped[Code] = mapped_column(info={"label": N_("Catégorie"), "terms": "data_categories"})
    description: Mapped[Long | None] = mapped_column(info={"label": N_("Données précises")})
    person_category: Mapped[Code | None] = mapped_column(
        info={"label": N_("Personnes"), "terms": "data_subjects", "none": N_("Toutes")}
    )
    source: Mapped[Source | None] = mapped_column(vocabulary(Source), info={"label": N_("Collecte")})
    source_details: Mapped[Short | None] = mapped_column(info={"label": N_("Origine")})
    mandatory: Mapped[bool | None] = mapped_column(info={"label": N_("Fourniture obligatoire")})
    consequence: Mapped[Long | None] = mapped_column(info={"label": N_("Conséquence d’un défaut de fourniture")})
    free_text: Mapped[bool | None] = mapped_column(info={"label": N_("Zone de texte libre")})


class Retention(Part):
    """How long something is kept, at one stage, from which event, by which text (art. 5(1)(e), 30(1)(f))."""

    __tablename__ = "activity_retention"
    __table_args__ = (CheckConstraint("duration IS NULL OR duration > 0", name="duration_positive"),)
    collection = "retentions"
    title_field = "item"
    journal_name = N_("Durée de conservation")

    item: Mapped[Long] = mapped_column(info={"label": N_("Élément conservé")})
    data_category: Mapped[Code | None] = mapped_column(
        info={"label": N_("Catégorie de données"), "terms": "data_categories", "none": N_("Toutes")}
    )
    stage: Mapped[Stage] = mapped_column(vocabulary(Stage), default=Stage.ACTIVE, info={"label": N_("Étape")})
    duration: Mapped[int | None] = mapped_column(info={"label": N_("Durée")})
    unit: Mapped[Unit | None] = mapped_column(vocabulary(Unit), info={"label": N_("Unité")})
    wording: Mapped[Long | None] = mapped_column(info={"label": N_("Durée en toutes lettres")})
    trigger: Mapped[Code | None] = mapped_column(info={"label": N_("À compter de"), "terms": "retention_triggers"})
    reference: Mapped[Long | None] = mapped_column(info={"label": N_("Texte de référence")})
    confidence: Mapped[Confidence] = mapped_column(
        vocabulary(Confidence), default=Confidence.STATED, info={"label": N_("Fiabilité")}
    )
    confirmed_at: Mapped[At | None] = mapped_column(info={"label": N_("Confirmée le")})
    confirmed_by: Mapped[Short | None] = mapped_column(info={"label": N_("Confirmée par")})

    @property
    def is_to_verify(self) -> bool:
        return self.confidence in DOUBTFUL and self.confirmed_at is None

    def confirm(self, by: str, at: dt.datetime) -> None:
        """The DPO vouches for this duration: its mark « à vérifier » goes."""
        self.confirmed_by, self.confirmed_at = by, at


class Recipient(Part):
    """Who receives the data, inside, outside or as a processor (art. 30(1)(d))."""

    __tablename__ = "activity_recipient"
    collection = "recipients"
    title_field = "name"
    journal_name = N_("Destinataire")

    kind: Mapped[RecipientKind] = mapped_column(vocabulary(RecipientKind), info={"label": N_("Nature")})
    category: Mapped[Code | None] = mapped_column(info={"label": N_("Catégorie"), "terms": "recipient_categories"})
    name: Mapped[Short | None] = mapped_column(info={"label": N_("Nom ou précisions")})
    reason: Mapped[Long | None] = mapped_column(info={"label": N_("Raison de la communication")})
    processor_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("processor.id"), index=True, info={"label": N_("Sous-traitant de l’annuaire"), "named": "processor"}
    )

    processor: Mapped[Processor | None] = relationship(back_populates="recipients")

    def journal_title(self) -> str:
        return self.name or (self.category or "")


class Transfer(Part):
    """A transfer outside the European Economic Area with its safeguard (art. 30(1)(e), 44 to 49)."""

    __tablename__ = "activity_transfer"
    collection = "transfers"
    title_field = "recipient"
    journal_name = N_("Transfert hors UE")

    recipient: Mapped[Short] = mapped_column(info={"label": N_("Organisme destinataire")})
    country: Mapped[Code | None] = mapped_column(info={"label": N_("Pays"), "terms": "countries"})
    mechanism: Mapped[Code | None] = mapped_column(info={"label": N_("Garantie"), "terms": "transfer_mechanisms"})
    document: Mapped[Long | None] = mapped_column(info={"label": N_("Document ou lien")})
    details: Mapped[Long | None] = mapped_column(info={"label": N_("Précisions")})


class SecurityMeasure(Part):
    """A technical or organisational measure (art. 30(1)(g), 32)."""

    __tablename__ = "activity_security_measure"
    collection = "security_measures"
    title_field = "category"
    journal_name = N_("Mesure de sécurité")

    category: Mapped[Code] = mapped_column(info={"label": N_("Type"), "terms": "security_measure_categories"})
    description: Mapped[Long | None] = mapped_column(info={"label": N_("Description")})


class AccessRight(Part):
    """Who may do what with the data: the « registre qualifié avec droits d’accès » of HOP'EN P3.6."""

    __tablename__ = "activity_access_right"
    collection = "access_rights"
    title_field = "profile"
    journal_name = N_("Droit d’accès")
    OPERATIONS = ("may_consult", "may_create", "may_modify", "may_delete", "may_export", "may_break_glass")

    profile: Mapped[Short] = mapped_column(info={"label": N_("Profil")})
    scope: Mapped[Short | None] = mapped_column(info={"label": N_("Périmètre")})
    may_consult: Mapped[bool] = mapped_column(default=False, info={"label": N_("Consulter")})
    may_create: Mapped[bool] = mapped_column(default=False, info={"label": N_("Créer")})
    may_modify: Mapped[bool] = mapped_column(default=False, info={"label": N_("Modifier")})
    may_delete: Mapped[bool] = mapped_column(default=False, info={"label": N_("Supprimer")})
    may_export: Mapped[bool] = mapped_column(default=False, info={"label": N_("Exporter")})
    may_break_glass: Mapped[bool] = mapped_column(default=False, info={"label": N_("Bris de glace")})
    review_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Revue des droits le")})


PARTS: dict[str, type[Part]] = {
    part.collection: part
    for part in (
        ActivityActor,
        Purpose,
        PersonGroup,
        DataItem,
        Retention,
        Recipient,
        Transfer,
        SecurityMeasure,
        AccessRight,
    )
}
"""Every collection of an activity by its name, in the order in which a record is read."""
