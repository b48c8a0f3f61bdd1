"""A nomination: who holds a post of an establishment, from when to when, by which decision, reached how."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Select, and_, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Code, Long, Record, Short
from models.establishments import Establishment, Officer
from models.evidence import HasEvidence
from models.people import Person, in_sql
from models.permissions import Permission
from models.positions.conflict import ConflictReview
from models.positions.description import JobDescription
from models.positions.words import SECURITY, Employment, JobKind
from models.rules import RuleBroken
from models.search import Searchable, fold
from models.vocabulary import N_, vocabulary

TERM_ALERT = dt.timedelta(days=60)
"""How long before its end a term is called to mind (domain note, 6.5)."""
CNIL_DELAY = dt.timedelta(days=30)
"""How long after the start the receipt of CNIL is waited for (domain note, 6.5)."""
REVIEW_EVERY = dt.timedelta(days=365)
"""How often conflicts of interest and mission letters are looked at again (position models, NM-07)."""
WAYS_TO_REACH = 2
"""How many public ways to reach the DPO CNIL asks for (domain note, 6.2)."""


def _in_office(cls: Any, on: dt.date) -> ColumnElement[bool]:
    return and_(cls.starts_on <= on, or_(cls.ends_on.is_(None), cls.ends_on >= on))


def _ends_soon(cls: Any, on: dt.date) -> ColumnElement[bool]:
    return and_(_in_office(cls, on), cls.ends_on <= on + TERM_ALERT)


def _awaits_cnil(cls: Any, on: dt.date) -> ColumnElement[bool]:
    late = cls.starts_on < on - CNIL_DELAY
    return and_(_in_office(cls, on), cls.kind == JobKind.DPO, cls.cnil_number.is_(None), late)


class Nomination(HasEvidence, Searchable, Record):
    """Somebody holds a post of one establishment. `ends_on` is the last day; none means without a set term.

    A post shared between establishments is one nomination in each, under the same `sharing_id`: a group has no legal
    personality, so that each member decides, and designates its DPO to CNIL, for itself (domain note, 6.2).
    """

    __tablename__ = "nomination"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("(cnil_number IS NULL) = (cnil_on IS NULL)", name="designation_is_whole"),
        CheckConstraint("cnil_number IS NULL OR kind = 'dpo'", name="only_a_dpo_is_designated"),
        CheckConstraint("deputy_id <> person_id", name="not_own_deputy"),
        CheckConstraint("ended_reason IS NULL OR ends_on IS NOT NULL", name="ended_has_date"),
        CheckConstraint("quotity IS NULL OR quotity BETWEEN 1 AND 100", name="quotity_is_a_share"),
        Index("ix_nomination_list", "establishment_id", "kind", "starts_on"),
        Index("ix_nomination_ends_on", "ends_on"),
        Index("uq_nomination_start", "establishment_id", "kind", "title", "starts_on", unique=True),
    )
    journal_name = N_("Nomination")
    evidence_read = Permission.POSITIONS_READ
    evidence_change = (Permission.POSITIONS_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    kind: Mapped[JobKind] = mapped_column(vocabulary(JobKind), info={"label": N_("Fonction")})
    title: Mapped[Short] = mapped_column(info={"label": N_("Intitulé")})
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id"), index=True, info={"label": N_("Titulaire"), "named": "person", "fixed": True}
    )
    deputy_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("person.id"), index=True, info={"label": N_("Suppléant"), "named": "deputy", "fixed": True}
    )
    employment: Mapped[Employment] = mapped_column(
        vocabulary(Employment), default=Employment.INTERNAL, info={"label": N_("Mode d’exercice")}
    )
    sharing_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    starts_on: Mapped[dt.date] = mapped_column(info={"label": N_("Prise de fonction")})
    ends_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Dernier jour de la mission")})
    ended_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif de la fin")})
    description_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("job_description.id"), index=True, info={"label": N_("Fiche de poste"), "named": "description"}
    )
    description_version: Mapped[int | None] = mapped_column(info={"label": N_("Version de la fiche de poste")})
    reports_to: Mapped[Short | None] = mapped_column(info={"label": N_("Rattachement")})
    quotity: Mapped[int | None] = mapped_column(info={"label": N_("Quotité de travail (%)")})
    budget: Mapped[int | None] = mapped_column(info={"label": N_("Budget annuel (euros)")})
    training_days: Mapped[int | None] = mapped_column(info={"label": N_("Jours de formation par an")})
    functions_kept: Mapped[Long | None] = mapped_column(info={"label": N_("Autres fonctions conservées")})
    relays: Mapped[Short | None] = mapped_column(info={"label": N_("Relais")})
    bodies: Mapped[Short | None] = mapped_column(info={"label": N_("Instances informées")})
    decision_reference: Mapped[Short | None] = mapped_column(info={"label": N_("Référence de la décision")})
    signatory: Mapped[Short | None] = mapped_column(info={"label": N_("Signataire")})
    signatory_quality: Mapped[Short | None] = mapped_column(info={"label": N_("Qualité du signataire")})
    decided_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Décision signée le")})
    letter_signed_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Lettre de mission signée le")})
    independent_from_it: Mapped[bool | None] = mapped_column(
        info={"label": N_("Indépendant de la direction des systèmes d’information")}
    )
    independence_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Justification de l’indépendance")})
    contact_email: Mapped[Short | None] = mapped_column(info={"label": N_("Adresse électronique publique")})
    contact_phone: Mapped[Code | None] = mapped_column(info={"label": N_("Téléphone public")})
    contact_address: Mapped[Short | None] = mapped_column(info={"label": N_("Adresse postale publique")})
    contact_page: Mapped[Short | None] = mapped_column(info={"label": N_("Formulaire ou page de contact")})
    published_at: Mapped[Short | None] = mapped_column(info={"label": N_("Contacts publiés où")})
    cnil_number: Mapped[Code | None] = mapped_column(info={"label": N_("Numéro de désignation (CNIL)")})
    cnil_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Désignation du (CNIL)")})
    notes: Mapped[Long | None] = mapped_column(info={"label": N_("Notes internes")})
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    deputy: Mapped[Person | None] = relationship(foreign_keys=[deputy_id])
    description: Mapped[JobDescription | None] = relationship()
    reviews: Mapped[list[ConflictReview]] = relationship(
        back_populates="nomination",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by=ConflictReview.examined_on.desc(),
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    # Questions, asked of a record or in SQL alike

    @in_sql(_in_office)
    def is_in_office(self, on: dt.date) -> bool:
        """Whether the post is held by virtue of it on a day."""
        return self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)

    @in_sql(_ends_soon)
    def ends_soon(self, on: dt.date) -> bool:
        """Whether it is in office and its term comes within TERM_ALERT."""
        return self.is_in_office(on) and self.ends_on is not None and self.ends_on <= on + TERM_ALERT

    @in_sql(_awaits_cnil)
    def awaits_cnil(self, on: dt.date) -> bool:
        """Whether a DPO in office for more than CNIL_DELAY has no receipt of CNIL yet."""
        late = self.starts_on < on - CNIL_DELAY
        return self.is_in_office(on) and self.kind is JobKind.DPO and self.cnil_number is None and late

    # What it says of itself

    @property
    def contacts(self) -> list[str]:
        """The public ways to reach the holder, the electronic ones first."""
        return [way for way in (self.contact_email, self.contact_page, self.contact_phone, self.contact_address) if way]

    @property
    def officer(self) -> Officer:
        """The holder as the public may reach her."""
        return Officer(
            name=self.person.name,
            company=self.person.company,
            address=self.contact_address,
            phone=self.contact_phone,
            email=self.contact_email,
            page=self.contact_page,
            nomination_id=self.id,
        )

    @property
    def examined(self) -> ConflictReview | None:
        """The last examination of conflicts of interest."""
        return self.reviews[0] if self.reviews else None

    def review_is_due(self, on: dt.date) -> bool:
        """Whether conflicts of interest were never examined, or are to be examined again."""
        last = self.examined
        return last is None or (last.review_on or last.examined_on + REVIEW_EVERY) < on

    # Rules and transitions

    def check(self) -> None:
        """Raise RuleBroken at the field that does not hold."""
        if self.ends_on and self.ends_on < self.starts_on:
            raise RuleBroken("ends_on", N_("La mission ne peut pas finir avant la prise de fonction."))
        if self.ended_reason and not self.ends_on:
            raise RuleBroken("ends_on", N_("La fin de cette mission est enregistrée : gardez son dernier jour."))
        if self.cnil_number and self.kind is not JobKind.DPO:
            raise RuleBroken("kind", N_("Cette nomination est désignée à la CNIL : elle reste celle d’un DPO."))
        if self.deputy is not None and same_human(self.deputy, self.person):
            raise RuleBroken("deputy", N_("Le suppléant doit être une autre personne que le titulaire."))
        if self.kind in SECURITY and self.independent_from_it is False and not self.independence_reason:
            raise RuleBroken(
                "independence_reason", N_("Dites par quel dispositif équivalent l’indépendance est assurée.")
            )

    def check_alone(self, others: Iterable["Nomination"]) -> None:
        """Raise RuleBroken("starts_on") when one of `others` (of the same establishment) holds the same post then."""
        for other in others:
            if other is not self and self.same_post(other) and self.overlaps(other):
                until = N_("jusqu’au %s") % f"{other.ends_on:%d/%m/%Y}" if other.ends_on else N_("sans terme fixé")
                raise RuleBroken(
                    "starts_on",
                    N_("%s occupe déjà ce poste du %s %s : mettez d’abord fin à sa mission, ou changez les dates.")
                    % (other.person.name, f"{other.starts_on:%d/%m/%Y}", until),
                )

    def same_post(self, other: "Nomination") -> bool:
        """Whether both name to the same post of the same establishment."""
        if (self.establishment_id, self.kind) != (other.establishment_id, other.kind):
            return False
        return self.kind is not JobKind.OTHER or fold(self.title) == fold(other.title)

    def overlaps(self, other: "Nomination") -> bool:
        """Whether some day lies in both terms."""
        begins, ends = max(self.starts_on, other.starts_on), [one for one in (self.ends_on, other.ends_on) if one]
        return not ends or begins <= min(ends)

    def designate(self, number: str, on: dt.date, today: dt.date) -> None:
        """Note the designation to CNIL. Raises RuleBroken: not a DPO, a day to come, fewer than two public contacts."""
        if self.kind is not JobKind.DPO:
            raise RuleBroken("", N_("Seul un DPO se désigne auprès de la CNIL."))
        if on > today:
            raise RuleBroken("cnil_on", N_("La désignation s’enregistre une fois faite : choisissez une date passée."))
        if len(self.contacts) < WAYS_TO_REACH:
            raise RuleBroken(
                "contact_email", N_("La CNIL demande deux moyens publics de joindre le DPO : donnez-en au moins deux.")
            )
        self.cnil_number, self.cnil_on = number, on

    def end(self, on: dt.date, reason: str | None) -> None:
        """Say the last day. Raises RuleBroken before the start, without a reason, or once the mission is over."""
        if self.ended_reason:
            raise RuleBroken("", N_("La fin de cette mission est déjà enregistrée."))
        if on < self.starts_on:
            raise RuleBroken("ends_on", N_("La mission ne peut pas finir avant la prise de fonction."))
        if not reason:
            raise RuleBroken("reason", N_("Dites pourquoi la mission prend fin."))
        self.ends_on, self.ended_reason = on, reason

    # Selects

    @classmethod
    def whole(cls) -> Select["Nomination"]:
        """Nominations with whom and where they name, in one query."""
        return select(cls).options(
            joinedload(cls.person), joinedload(cls.deputy), joinedload(cls.establishment), joinedload(cls.description)
        )

    @classmethod
    def of_post(cls, establishment_id: uuid.UUID, kind: JobKind) -> Select["Nomination"]:
        """The nominations to one kind of post in an establishment, the latest first."""
        here = cls.establishment_id == establishment_id, cls.kind == kind
        return cls.whole().where(*here).order_by(cls.starts_on.desc())

    def search_words(self) -> list[str | None]:
        return [self.title, self.kind.label, self.person.name, self.decision_reference, self.cnil_number]

    def journal_title(self) -> str:
        return f"{self.title} : {self.person.name}"


NEEDED = (JobKind.DPO, JobKind.RSSI)
"""The posts that every hospital must fill (GDPR, art. 37(1); HOP’EN P2.4-O2); a local officer stands for the RSSI."""


def lacking(places: Iterable[uuid.UUID], held: Iterable[tuple[uuid.UUID, JobKind]]) -> list[tuple[uuid.UUID, JobKind]]:
    """The posts of NEEDED that nobody holds in `places`; `held`: (establishment, kind) of who is in office."""
    filled = {(place, JobKind.RSSI if kind is JobKind.REFERENT else kind) for place, kind in held}
    return [(place, kind) for place in places for kind in NEEDED if (place, kind) not in filled]


# Told from here, since a lower course knows no higher one: an establishment finds its DPO without knowing nominations.
Establishment.officers = relationship(
    Nomination,
    viewonly=True,
    primaryjoin=and_(Nomination.establishment_id == Establishment.id, Nomination.kind == JobKind.DPO),
    order_by=Nomination.starts_on.desc(),
)


def same_human(one: Person, other: Person) -> bool:
    """Whether two records are known to be of the same human: the record itself, or the same account."""
    return one is other or one.id == other.id or (one.user_id is not None and one.user_id == other.user_id)
