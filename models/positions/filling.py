"""How a post is filled: the ways compared and the decision; the offers of providers; where the notice was spread."""

import calendar
import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from models.accounts import User
from models.base import At, Long, Record, Short
from models.establishments import Establishment
from models.evidence import HasEvidence
from models.journal import Journaled
from models.permissions import Permission
from models.positions.description import JobDescription
from models.positions.words import FillingState, JobKind, Way
from models.rules import RuleBroken
from models.search import Searchable
from models.vocabulary import N_, vocabulary

TOP = 4
"""The best rating of a criterion (position models)."""
INDEPENDENCE = "independence"
"""The criterion on which no solution for a DPO may be worth nothing."""


class Filling(HasEvidence, Searchable, Record):
    """The search for somebody to hold a post, from the need to the decision (HOP’EN P2.4-O2, P3.6-O1).

    `keep_months`: how long the applications are kept once it is closed; the hospital says so before the first one.
    """

    __tablename__ = "filling"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (closed_on IS NULL)", name="closed_has_date"),
        CheckConstraint("(state = 'decided') = (chosen IS NOT NULL)", name="decided_has_way"),
        CheckConstraint("keep_months IS NULL OR keep_months BETWEEN 1 AND 120", name="keeps_for_months"),
        Index("ix_filling_list", "establishment_id", "state"),
    )
    journal_name = N_("Poste à pourvoir")
    evidence_read = Permission.POSITIONS_READ
    evidence_change = (Permission.POSITIONS_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    kind: Mapped[JobKind] = mapped_column(vocabulary(JobKind), info={"label": N_("Fonction")})
    title: Mapped[Short] = mapped_column(info={"label": N_("Intitulé")})
    description_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("job_description.id"), index=True, info={"label": N_("Fiche de poste"), "named": "description"}
    )
    state: Mapped[FillingState] = mapped_column(
        vocabulary(FillingState), default=FillingState.OPEN, info={"label": N_("État")}
    )
    opened_on: Mapped[dt.date] = mapped_column(info={"label": N_("Ouvert le")})
    needed_by: Mapped[dt.date | None] = mapped_column(info={"label": N_("À pourvoir avant le")})
    context: Mapped[Long | None] = mapped_column(info={"label": N_("Besoin")})
    skills_present: Mapped[Long | None] = mapped_column(info={"label": N_("Compétences présentes en interne")})
    training_plan: Mapped[Long | None] = mapped_column(info={"label": N_("Plan de formation")})
    sharing_note: Mapped[Long | None] = mapped_column(info={"label": N_("Partage entre établissements")})
    keep_months: Mapped[int | None] = mapped_column(info={"label": N_("Conservation des candidatures (mois)")})
    apply_to: Mapped[Short | None] = mapped_column(info={"label": N_("Adresse des candidatures")})
    apply_before: Mapped[dt.date | None] = mapped_column(info={"label": N_("Candidatures avant le")})
    chosen: Mapped[Way | None] = mapped_column(vocabulary(Way), info={"label": N_("Solution retenue"), "words": Way})
    decision_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif de la décision")})
    correction: Mapped[Long | None] = mapped_column(info={"label": N_("Mesure corrective")})
    scores: Mapped[Short | None] = mapped_column(info={"label": N_("Notes sur 100 au moment de la décision")})
    decided_by: Mapped[Short | None] = mapped_column(info={"label": N_("Décidé par")})
    closed_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Clos le")})
    erased_count: Mapped[int] = mapped_column(default=0, info={"label": N_("Candidatures effacées")})
    erased_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Candidatures effacées le")})
    updated_at: Mapped[At]
    updated_by: Mapped[Short]
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    description: Mapped[JobDescription | None] = relationship()
    options: Mapped[list["FillingOption"]] = relationship(
        back_populates="filling", cascade="all, delete-orphan", passive_deletes=True
    )
    offers: Mapped[list["Offer"]] = relationship(
        back_populates="filling", cascade="all, delete-orphan", passive_deletes=True, order_by="Offer.position"
    )
    notices: Mapped[list["JobNotice"]] = relationship(
        back_populates="filling", cascade="all, delete-orphan", passive_deletes=True, order_by="JobNotice.spread_on"
    )
    members: Mapped[list["FillingMember"]] = relationship(
        back_populates="filling",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="FillingMember.created_at",
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    # What it says of itself

    @property
    def is_open(self) -> bool:
        return self.state is FillingState.OPEN

    def is_late(self, today: dt.date) -> bool:
        """Whether the post should be filled by now and is not."""
        return self.is_open and self.needed_by is not None and self.needed_by < today

    def option(self, way: Way) -> "FillingOption | None":
        return next((one for one in self.options if one.way is way), None)

    def names(self, user_id: uuid.UUID | None) -> bool:
        """Whether somebody is named for this hiring."""
        return user_id is not None and any(member.user_id == user_id for member in self.members)

    @property
    def erases_on(self) -> dt.date | None:
        """The day from which its applications are erased; None while it is open or no period is set."""
        if self.closed_on is None or self.keep_months is None:
            return None
        months = self.closed_on.month - 1 + self.keep_months
        year, month = self.closed_on.year + months // 12, months % 12 + 1
        return dt.date(year, month, min(self.closed_on.day, calendar.monthrange(year, month)[1]))

    # Rules and transitions

    def check(self) -> None:
        """Raise RuleBroken at the field that does not hold."""
        if self.needed_by and self.needed_by < self.opened_on:
            raise RuleBroken("needed_by", N_("Le poste ne peut pas être à pourvoir avant l’ouverture de la recherche."))
        if self.apply_before and self.apply_before < self.opened_on:
            raise RuleBroken("apply_before", N_("La date limite ne peut pas précéder l’ouverture de la recherche."))

    def check_open(self) -> None:
        """Raise RuleBroken when it is closed: what was decided does not change unseen."""
        if not self.is_open:
            raise RuleBroken("", N_("Cette recherche est close : rouvrez-la pour la modifier."))

    def touch(self, by: str, at: dt.datetime) -> None:
        """Note that it or one of its parts was edited. Raises RuleBroken when it is closed."""
        self.check_open()
        self.updated_by, self.updated_at = by, at

    def receive(self) -> None:
        """Make sure an application may be entered. Raises RuleBroken: closed, or no period set to erase it."""
        self.check_open()
        if self.keep_months is None:
            raise RuleBroken(
                "keep_months",
                N_("Fixez d’abord combien de mois les candidatures sont conservées : elles s’effaceront ensuite."),
            )

    def decide(self, way: Way, reason: str | None, correction: str | None, by: str, on: dt.date) -> None:
        """Record which way was chosen, and close the search. Raises RuleBroken (position models, comparison).

        An application chosen stays: it is erased with the others, once the period set is over.
        """
        self.check_open()
        option = self.option(way)
        if option is None:
            raise RuleBroken("chosen", N_("Comparez d’abord cette solution aux autres."))
        if not reason:
            raise RuleBroken("decision_reason", N_("Motivez la décision : elle se prouve par écrit."))
        if self.kind is JobKind.DPO and option.ratings.get(INDEPENDENCE) == 0 and not correction:
            raise RuleBroken(
                "correction",
                N_("Cette solution est notée 0 sur l’indépendance : décrivez la mesure qui la rend possible."),
            )
        self.state, self.chosen, self.decision_reason, self.correction = FillingState.DECIDED, way, reason, correction
        self.decided_by, self.closed_on = by, on

    def drop(self, reason: str | None, on: dt.date) -> None:
        """Give the search up. Raises RuleBroken without a reason, or once closed."""
        self.check_open()
        if not reason:
            raise RuleBroken("drop_reason", N_("Dites pourquoi la recherche est abandonnée."))
        self.state, self.decision_reason, self.closed_on = FillingState.DROPPED, reason, on

    def reopen(self) -> None:
        """Take a closed search up again; the former decision stays in the journal. Raises RuleBroken when open."""
        if self.is_open:
            raise RuleBroken("", N_("Cette recherche n’est pas close."))
        self.state, self.chosen, self.closed_on, self.decided_by = FillingState.OPEN, None, None, None

    @classmethod
    def whole(cls) -> Select["Filling"]:
        """Searches with all that belongs to them but applications, in one query per collection."""
        parts = (cls.options, cls.offers, cls.notices, cls.description, cls.establishment)
        members = selectinload(cls.members).selectinload(FillingMember.user)
        return select(cls).options(*(selectinload(part) for part in parts), members)

    def search_words(self) -> list[str | None]:
        return [self.title, self.kind.label, self.context]

    def journal_title(self) -> str:
        return self.title


class _Part(Journaled, Record):
    """A row that belongs to a search."""

    __abstract__ = True

    def journal_subject(self) -> Journaled:
        return self.journal_owner("filling")


class FillingOption(_Part):
    """A way to fill the post that was considered, rated from 0 to TOP by criterion of the model."""

    __tablename__ = "filling_option"
    __table_args__ = (UniqueConstraint("filling_id", "way"),)
    journal_name = N_("Solution comparée")
    title_field = "way"

    filling_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("filling.id", ondelete="CASCADE"))
    way: Mapped[Way] = mapped_column(vocabulary(Way), info={"label": N_("Solution"), "words": Way})
    ratings: Mapped[dict[str, Any]] = mapped_column(JSON)
    cost: Mapped[int | None] = mapped_column(info={"label": N_("Coût sur trois ans (euros)")})
    note: Mapped[Long | None] = mapped_column(info={"label": N_("Appréciation")})

    filling: Mapped[Filling] = relationship(back_populates="options")

    def score(self, weights: Mapping[str, int]) -> int:
        """Out of 100: the sum of each rating as a share of TOP times the weight of its criterion."""
        total: float = sum(weights.get(code, 0) * rating / TOP for code, rating in self.ratings.items())
        return round(total)

    def journal_title(self) -> str:
        return self.way.label


class Offer(_Part):
    """The offer of a provider, for a service contract."""

    __tablename__ = "filling_offer"
    __table_args__ = (CheckConstraint("price IS NULL OR price >= 0", name="price_is_no_debt"),)
    journal_name = N_("Offre")
    title_field = "company"

    filling_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("filling.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    company: Mapped[Short] = mapped_column(info={"label": N_("Prestataire")})
    person_named: Mapped[Short | None] = mapped_column(info={"label": N_("Personne nommée au contrat")})
    price: Mapped[int | None] = mapped_column(info={"label": N_("Prix annuel (euros)")})
    days: Mapped[int | None] = mapped_column(info={"label": N_("Jours par an")})
    days_on_site: Mapped[int | None] = mapped_column(info={"label": N_("Dont sur site")})
    strengths: Mapped[Long | None] = mapped_column(info={"label": N_("Points forts")})
    doubts: Mapped[Long | None] = mapped_column(info={"label": N_("Réserves")})
    retained: Mapped[bool] = mapped_column(default=False, info={"label": N_("Retenue")})

    filling: Mapped[Filling] = relationship(back_populates="offers")

    def journal_title(self) -> str:
        return self.company


class JobNotice(_Part):
    """Where the description was spread, and when."""

    __tablename__ = "filling_notice"
    journal_name = N_("Diffusion de l’avis")
    title_field = "place"

    filling_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("filling.id", ondelete="CASCADE"), index=True)
    place: Mapped[Short] = mapped_column(info={"label": N_("Support ou destinataire")})
    spread_on: Mapped[dt.date] = mapped_column(info={"label": N_("Diffusé le")})
    note: Mapped[Short | None] = mapped_column(info={"label": N_("Précisions")})

    filling: Mapped[Filling] = relationship(back_populates="notices")

    def journal_title(self) -> str:
        return self.place


class FillingMember(_Part):
    """Somebody named for the hiring, who then reads and rates the applications whatever her roles."""

    __tablename__ = "filling_member"
    __table_args__ = (UniqueConstraint("filling_id", "user_id"),)
    journal_name = N_("Membre du jury")
    title_field = "user"

    filling_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("filling.id", ondelete="CASCADE"))
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("user.id"), index=True, info={"label": N_("Membre du jury"), "named": "user"}
    )

    filling: Mapped[Filling] = relationship(back_populates="members")
    user: Mapped[User] = relationship()

    def journal_title(self) -> str:
        return str(self.told("user_id") or "")


def best(options: Iterable[FillingOption], weights: Mapping[str, int]) -> FillingOption | None:
    """The option with the highest score, if there is any."""
    return max(options, key=lambda one: one.score(weights), default=None)
