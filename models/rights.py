"""Requests of data subjects (art. 12 and 15 to 22), objections first: who, what, by when, and what was answered."""

import datetime as dt
import uuid
from collections.abc import Iterable

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Code, Long, Record, Short, months_after
from models.establishments import Department, Establishment
from models.evidence import HasEvidence
from models.journal import Journaled
from models.permissions import Permission
from models.references import free_references
from models.register.activity import Activity
from models.rules import RuleBroken
from models.search import Searchable
from models.vocabulary import N_, Vocabulary, vocabulary

DELAY, EXTENSION = 1, 2
"""In months: to answer, and by how much that may be extended (art. 12(3))."""
SOON = dt.timedelta(days=7)


class RightKind(Vocabulary):
    OBJECTION = "objection", N_("Opposition")
    ACCESS = "access", N_("Accès")
    RECTIFICATION = "rectification", N_("Rectification")
    ERASURE = "erasure", N_("Effacement")
    RESTRICTION = "restriction", N_("Limitation")
    PORTABILITY = "portability", N_("Portabilité")
    WITHDRAWAL = "withdraw_consent", N_("Retrait du consentement")
    AUTOMATED = "no_automated_decision", N_("Décision automatisée")
    POST_MORTEM = "post_mortem", N_("Directives après le décès")


class ObjectedUse(Vocabulary):
    """To what a patient objects (boxes of the model form)."""

    CARE_TEAM = "care_team_sharing", N_("L’échange ou le partage d’une information entre soignants")
    OUTSIDE_TEAM = "outside_team_sharing", N_("Le partage avec un professionnel hors de l’équipe")
    DMP = "dmp_feed", N_("Le dépôt d’un document dans le dossier médical partagé")
    RESEARCH = "research_reuse", N_("La réutilisation de ses données pour la recherche")
    SURVEY = "satisfaction_survey", N_("L’envoi de questionnaires")
    PHOTOGRAPHS = "photographs", N_("Les photographies ou films non nécessaires aux soins")
    STAY = "stay_disclosure", N_("La révélation de sa présence")
    ONLINE = "online_services", N_("Le compte du portail patient")
    CCTV = "cctv", N_("Les images de caméras de sécurité")
    OTHER = "other", N_("Autre (à préciser)")


class Capacity(Vocabulary):
    SELF = "self", N_("Pour elle-même")
    PARENT = "parent", N_("Pour son enfant mineur")
    REPRESENTATIVE = "legal_representative", N_("Comme tuteur, curateur ou personne habilitée")
    MANDATED = "mandated", N_("Comme personne mandatée par écrit")
    RELATIVE = "relative", N_("Pour ses propres données de proche")
    RIGHT_HOLDER = "right_holder", N_("Comme ayant droit d’une personne décédée")


class Channel(Vocabulary):
    POST = "post", N_("Courrier")
    EMAIL = "email", N_("Courriel")
    FORM = "form", N_("Formulaire papier")
    WEB = "web", N_("Formulaire en ligne")
    ORAL = "oral", N_("De vive voix")


class IdentityCheck(Vocabulary):
    KNOWN = "known", N_("Connue")
    CHECKED = "checked", N_("Vérifiée")
    REQUESTED = "requested", N_("Justificatif demandé")


class Decision(Vocabulary):
    ACCEPTED = "accepted", N_("Acceptée")
    PARTIAL = "partial", N_("Acceptée en partie")
    REFUSED = "refused", N_("Refusée")
    NOT_COMPETENT = "not_competent", N_("Autre organisme compétent")


class DataSubjectRequest(HasEvidence, Searchable, Record):
    """A request. It names a patient: reading it needs a right of its own, and the journal keeps its words back."""

    __tablename__ = "data_subject_request"
    __table_args__ = (
        UniqueConstraint("establishment_id", "reference"),
        CheckConstraint("due_on >= received_on", name="due_after_receipt"),
        CheckConstraint("(extended_on IS NULL) = (extension_reason IS NULL)", name="extension_has_reason"),
        CheckConstraint("(answered_on IS NULL) = (decision IS NULL)", name="answer_has_decision"),
        Index("ix_data_subject_request_due", "establishment_id", "answered_on", "due_on"),
    )
    journal_name = N_("Demande d’exercice de droits")
    evidence_read = Permission.RIGHTS_READ
    evidence_change = (Permission.RIGHTS_EDIT,)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    department_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("department.id"),
        index=True,
        info={"label": N_("Service qui a reçu la demande"), "named": "department"},
    )
    reference: Mapped[Code] = mapped_column(info={"label": N_("Référence")})
    kind: Mapped[RightKind] = mapped_column(
        vocabulary(RightKind), default=RightKind.OBJECTION, info={"label": N_("Droit exercé")}
    )
    received_on: Mapped[dt.date] = mapped_column(info={"label": N_("Reçue le")})
    channel: Mapped[Channel] = mapped_column(vocabulary(Channel), info={"label": N_("Voie")})
    requester: Mapped[Short] = mapped_column(info={"label": N_("Demandeur")})
    born_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Date de naissance")})
    contact: Mapped[Short] = mapped_column(info={"label": N_("Où répondre")})
    capacity: Mapped[Capacity] = mapped_column(vocabulary(Capacity), info={"label": N_("Agit")})
    concerned: Mapped[Short | None] = mapped_column(info={"label": N_("Personne concernée")})
    identity: Mapped[IdentityCheck] = mapped_column(vocabulary(IdentityCheck), info={"label": N_("Identité")})
    uses: Mapped[list[str] | None] = mapped_column(info={"label": N_("S’oppose à"), "words": ObjectedUse})
    details: Mapped[Long | None] = mapped_column(info={"label": N_("Précisions")})
    reason: Mapped[Long | None] = mapped_column(info={"label": N_("Raison donnée")})
    suspends: Mapped[bool] = mapped_column(default=False, info={"label": N_("Demande la suspension pendant l’examen")})
    due_on: Mapped[dt.date] = mapped_column(info={"label": N_("Répondre avant le")})
    extended_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Prolongation annoncée le")})
    extension_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif de la prolongation")})
    answered_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Réponse du")})
    decision: Mapped[Decision | None] = mapped_column(vocabulary(Decision), info={"label": N_("Décision")})
    answer: Mapped[Long | None] = mapped_column(info={"label": N_("Réponse et motifs")})
    applied_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Appliquée le")})
    refused_uses: Mapped[list[str] | None] = mapped_column(
        JSON(none_as_null=True), info={"label": N_("Refusée pour"), "words": ObjectedUse}
    )
    ground: Mapped[Short | None] = mapped_column(info={"label": N_("Texte ou motif précis")})
    alternative: Mapped[Long | None] = mapped_column(info={"label": N_("Mesure proposée à la place")})
    recorded_by: Mapped[Short]
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment] = relationship()
    department: Mapped[Department | None] = relationship()
    activities: Mapped[list["RequestActivity"]] = relationship(
        back_populates="request", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    @property
    def is_withheld(self) -> bool:
        return True

    @property
    def is_open(self) -> bool:
        return self.answered_on is None

    def is_late(self, today: dt.date) -> bool:
        return self.is_open and self.due_on < today

    @classmethod
    def late(cls, today: dt.date) -> ColumnElement[bool]:
        """SQL: what `is_late` says."""
        return and_(cls.answered_on.is_(None), cls.due_on < today)

    @classmethod
    def pressing(cls, today: dt.date) -> ColumnElement[bool]:
        """SQL: open, and due within a week or past due."""
        return and_(cls.answered_on.is_(None), cls.due_on <= today + SOON)

    def receive(self, today: dt.date) -> None:
        """Start its clock on the day any department received it. Raises RuleBroken on a field that does not hold."""
        if self.received_on > today:
            raise RuleBroken("received_on", N_("La date de réception ne peut pas être à venir."))
        if self.kind is RightKind.OBJECTION and not self.uses:
            raise RuleBroken("uses", N_("Cochez ce à quoi la personne s’oppose."))
        if ObjectedUse.OTHER in (self.uses or ()) and not self.details:
            raise RuleBroken("details", N_("Précisez l’autre utilisation."))
        if self.capacity not in (Capacity.SELF, Capacity.RELATIVE) and not self.concerned:
            raise RuleBroken("concerned", N_("Nommez la personne concernée."))
        self.due_on = deadline(self.received_on, DELAY + (EXTENSION if self.extended_on else 0))

    def extend(self, reason: str | None, on: dt.date) -> None:
        """Take two months more, told to the person with the reason within the first month (art. 12(3)).

        Raises RuleBroken when it is answered, extended already, or too late, and without a reason.
        """
        if not self.is_open:
            raise RuleBroken("", N_("Cette demande a déjà reçu sa réponse."))
        if self.extended_on is not None:
            raise RuleBroken("", N_("Le délai a déjà été prolongé : il ne peut l’être qu’une fois."))
        if on > self.due_on:
            raise RuleBroken("", N_("Le premier mois est passé : le délai ne peut plus être prolongé."))
        if not reason:
            raise RuleBroken("extension_reason", N_("Donnez la raison : elle est annoncée à la personne."))
        self.extended_on, self.extension_reason = on, reason
        self.due_on = deadline(self.received_on, DELAY + EXTENSION)

    def concern(self, activities: Iterable[Activity]) -> None:
        """Tie it to the activities that it is about. Raises RuleBroken("activities") for one of another hospital."""
        chosen = list(activities)
        if any(one.establishment_id != self.establishment_id for one in chosen):
            raise RuleBroken("activities", N_("Choisissez des traitements du même établissement."))
        kept = {one.activity_id: one for one in self.activities}
        self.activities = [kept.get(one.id) or RequestActivity(activity=one) for one in chosen]

    def settle(
        self,
        decision: Decision,
        answer: str | None,
        on: dt.date,
        applied_on: dt.date | None,
        today: dt.date,
        refused_uses: list[str] | None = None,
    ) -> None:
        """Record the answer given; `refused_uses`: those of its uses that a partial answer refuses.

        Raises RuleBroken on a field that does not hold; a refusal says why (art. 12(4)).
        """
        if not self.is_open:
            raise RuleBroken("", N_("Cette demande a déjà reçu sa réponse."))
        if not self.received_on <= on <= today:
            raise RuleBroken("answered_on", N_("La réponse vient après la réception, et au plus tard aujourd’hui."))
        if decision is not Decision.ACCEPTED and not answer:
            raise RuleBroken("answer", N_("Écrivez les motifs : la personne doit les connaître."))
        refused = refused_uses if decision is Decision.PARTIAL and self.uses else None
        if decision is Decision.PARTIAL and self.uses and (not refused or not set(refused) < set(self.uses)):
            raise RuleBroken("refused_uses", N_("Cochez ce qui est refusé : une partie de ce qui est demandé."))
        if applied_on is not None and applied_on < self.received_on:
            raise RuleBroken("applied_on", N_("La décision ne peut pas s’appliquer avant la réception."))
        self.decision, self.answer, self.answered_on, self.applied_on = decision, answer, on, applied_on
        self.refused_uses = refused

    def search_words(self) -> list[str | None]:
        return [self.reference, self.requester, self.concerned]

    def journal_title(self) -> str:
        return self.reference


class RequestActivity(Journaled, Record):
    """An activity that a request is about."""

    __tablename__ = "request_activity"
    __table_args__ = (UniqueConstraint("request_id", "activity_id"),)
    journal_name = N_("Traitement concerné")

    request_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("data_subject_request.id", ondelete="CASCADE"))
    activity_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("activity.id"), index=True, info={"label": N_("Traitement"), "named": "activity"}
    )

    request: Mapped[DataSubjectRequest] = relationship(back_populates="activities")
    activity: Mapped[Activity] = relationship()

    def journal_subject(self) -> Journaled:
        return self.journal_owner("request")

    def journal_part(self) -> str:
        return "activities"

    def journal_title(self) -> str:
        return self.activity.journal_title()


def next_reference(session: Session, establishment_id: uuid.UUID, year: int) -> str:
    """The next free reference of a year: D-2026-001."""
    (found,) = free_references(session, DataSubjectRequest, establishment_id, f"D-{year}-")
    return found


def deadline(received_on: dt.date, months: int) -> dt.date:
    """The last day to answer: date to date, moved to the next working day (Reg. (EEC, Euratom) 1182/71, art. 3)."""
    day = months_after(received_on, months)
    while day.weekday() >= 5 or day in _holidays(day.year):
        day += dt.timedelta(days=1)
    return day


def _holidays(year: int) -> frozenset[dt.date]:
    """The French public holidays (code du travail, art. L3133-1)."""
    easter = _easter(year)
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    moved = (easter + dt.timedelta(days=days) for days in (1, 39, 50))
    return frozenset([*(dt.date(year, month, day) for month, day in fixed), *moved])


def _easter(year: int) -> dt.date:
    """Easter Sunday of a Gregorian year (Meeus)."""
    century, rest = divmod(year, 100)
    skipped, part = divmod(century, 4)
    epact = (19 * (year % 19) + century - skipped - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * part + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)
