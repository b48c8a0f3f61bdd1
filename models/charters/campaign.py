"""Campaigns: a published version brought to populations until a date, who is asked, and what was written to whom."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Select, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from models.base import At, Code, Long, Record, Short
from models.charters.charter import Charter, CharterVersion
from models.charters.diffusion import Cadence
from models.charters.words import Population
from models.establishments import Department, Establishment
from models.journal import Journaled
from models.people import Person
from models.rules import RuleBroken
from models.search import Searchable
from models.vocabulary import N_, Vocabulary, vocabulary


class CampaignState(Vocabulary):
    DRAFT = "draft", N_("En préparation"), N_("Personne n’est encore invité.")
    RUNNING = "running", N_("En cours"), N_("Les personnes sont invitées ; les arrivants la rejoignent d’eux-mêmes.")
    CLOSED = "closed", N_("Close"), N_("Plus aucune réponse n’y est recueillie ; les preuves restent.")


class Answer(Vocabulary):
    """Where somebody stands in a campaign."""

    PENDING = "pending", N_("En attente")
    ACCEPTED = "accepted", N_("A pris connaissance")
    REFUSED = "refused", N_("A refusé de confirmer")


class Campaign(Journaled, Searchable, Record):
    """One published version to be acknowledged by populations of one establishment, or of the whole group (none named).

    `departments`: the identities of the only ones concerned; none for all. A new version closes it or re-aims it.
    """

    __tablename__ = "charter_campaign"
    __table_args__ = (
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed_has_date"),
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("state = 'draft' OR launched_at IS NOT NULL", name="launched_has_instant"),
        Index("ix_charter_campaign_list", "establishment_id", "state"),
        Index("ix_charter_campaign_charter_id", "charter_id", "state"),
    )
    journal_name = N_("Campagne de prise de connaissance")

    establishment_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("establishment.id"), info={"label": N_("Établissement"), "named": "establishment"}
    )
    charter_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter.id"))
    version_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("charter_version.id"), info={"label": N_("Version"), "named": "version"}
    )
    title: Mapped[Short] = mapped_column(info={"label": N_("Titre")})
    state: Mapped[CampaignState] = mapped_column(
        vocabulary(CampaignState), default=CampaignState.DRAFT, info={"label": N_("État")}
    )
    departments: Mapped[list[str] | None]
    starts_on: Mapped[dt.date] = mapped_column(info={"label": N_("Début")})
    ends_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Clôture prévue")})
    sender: Mapped[Short] = mapped_column(info={"label": N_("Signature des courriels")})
    desk: Mapped[Short] = mapped_column(info={"label": N_("Où se présenter sans ordinateur")})
    contact: Mapped[Short] = mapped_column(info={"label": N_("Contact pour les questions")})
    second_code: Mapped[bool] = mapped_column(
        default=False, info={"label": N_("Second code exigé avec le lien personnel")}
    )
    launched_at: Mapped[At | None] = mapped_column(info={"label": N_("Lancée le")})
    launched_by: Mapped[Short | None]
    closed_on: Mapped[dt.date | None] = mapped_column(info={"label": N_("Close le")})
    closed_reason: Mapped[Long | None] = mapped_column(info={"label": N_("Motif de la clôture")})
    follows_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("charter_campaign.id"), info={"label": N_("Fait suite à"), "named": "follows"}
    )
    revision: Mapped[int] = mapped_column()

    establishment: Mapped[Establishment | None] = relationship()
    charter: Mapped[Charter] = relationship()
    version: Mapped[CharterVersion] = relationship()
    follows: Mapped["Campaign | None"] = relationship(remote_side="Campaign.id")
    rules: Mapped[list["CampaignRule"]] = relationship(
        back_populates="campaign", cascade="all, delete-orphan", passive_deletes=True
    )
    texts: Mapped[list["CampaignText"]] = relationship(
        back_populates="campaign", cascade="all, delete-orphan", passive_deletes=True, order_by="CampaignText.code"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 -- read by SQLAlchemy as a plain class attribute

    # What the campaign says of itself

    @property
    def is_running(self) -> bool:
        return self.state is CampaignState.RUNNING

    def takes_answers(self, on: dt.date) -> bool:
        """Whether somebody may answer on a day: it runs, has begun, and asks for the version in force."""
        return self.is_running and self.starts_on <= on and not self.version.is_superseded

    def rule_of(self, population: Population) -> "CampaignRule":
        """How a population of this campaign is asked."""
        return next(rule for rule in self.rules if rule.population is population)

    @property
    def populations(self) -> set[Population]:
        return {rule.population for rule in self.rules}

    def due_on(self, rule: "CampaignRule", joined_on: dt.date) -> dt.date:
        """Until when somebody who joins on a day is asked to answer: for the first wave, the version's own date."""
        limit = self.version.accept_before
        if limit is not None and joined_on <= self.starts_on < limit:
            return limit
        return joined_on + dt.timedelta(days=rule.deadline_days)

    # Transitions

    def check(self) -> None:
        """Raise RuleBroken on a field that does not hold."""
        if not self.rules:
            raise RuleBroken("populations", N_("Choisissez au moins une catégorie de personnes."))
        if self.ends_on and self.ends_on <= self.starts_on:
            raise RuleBroken("ends_on", N_("La clôture vient après le début."))
        if self.charter.establishment_id and self.charter.establishment_id != self.establishment_id:
            raise RuleBroken("version_id", N_("Cette charte est celle d’un autre établissement."))

    def launch(self, by: str, at: dt.datetime) -> None:
        """Begin to ask. Raises RuleBroken unless it is in preparation, for the version in force of an open charter."""
        if self.state is not CampaignState.DRAFT:
            raise RuleBroken("", N_("Cette campagne est déjà lancée."))
        if self.version.is_superseded:
            raise RuleBroken("", N_("Cette version est remplacée : choisissez la version en vigueur."))
        self.check()
        self.state, self.launched_by, self.launched_at = CampaignState.RUNNING, by, at

    def close(self, on: dt.date, reason: str) -> None:
        """Stop asking. Raises RuleBroken without a reason, or when it is closed already."""
        if self.state is CampaignState.CLOSED:
            raise RuleBroken("", N_("Cette campagne est déjà close."))
        if not reason.strip():
            raise RuleBroken("reason", N_("Indiquez pourquoi la campagne est close."))
        self.state, self.closed_on, self.closed_reason = CampaignState.CLOSED, on, reason.strip()

    def again(self, version: CharterVersion, on: dt.date) -> "Campaign":
        """The campaign, in preparation, that asks the same people for another version."""
        kept = ("establishment_id", "charter_id", "departments", "sender", "desk", "contact", "second_code")
        twin = Campaign(**{name: getattr(self, name) for name in kept}, version=version, starts_on=on, follows=self)
        twin.title = f"{version.title}, version {version.number}"[:200]
        twin.charter = self.charter
        twin.rules = [rule.copy() for rule in self.rules]
        twin.texts = [CampaignText(code=one.code, subject=one.subject, body=one.body) for one in self.texts]
        return twin

    # Selects

    @classmethod
    def whole(cls) -> Select["Campaign"]:
        """Campaigns with their rules, in a constant number of queries."""
        return select(cls).options(selectinload(cls.rules), selectinload(cls.version), selectinload(cls.establishment))

    @classmethod
    def running(cls) -> Select["Campaign"]:
        return cls.whole().where(cls.state == CampaignState.RUNNING).order_by(cls.launched_at, cls.id)

    def search_words(self) -> list[str | None]:
        return [self.title]

    def journal_title(self) -> str:
        return self.title


class CampaignRule(Cadence, Journaled, Record):
    """How one population is asked in one campaign: the establishment's procedure as it was on that day."""

    __tablename__ = "charter_campaign_rule"
    __table_args__ = (UniqueConstraint("campaign_id", "population"),)
    journal_name = N_("Population de la campagne")

    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter_campaign.id", ondelete="CASCADE"))
    campaign: Mapped[Campaign] = relationship(back_populates="rules")

    @classmethod
    def following(cls, other: Cadence) -> "CampaignRule":
        """The rule of a campaign that follows the procedure, or another campaign."""
        kept = ("population", "way", "deadline_days", "reminder_days", "escalation_days")
        return cls(**{name: getattr(other, name) for name in kept})

    def copy(self) -> "CampaignRule":
        return CampaignRule.following(self)

    def journal_subject(self) -> Journaled:
        return self.journal_owner("campaign")

    def journal_title(self) -> str:
        return self.population.label


class CampaignText(Journaled, Record):
    """The text of one of the mails of a campaign, {names} standing for what changes from one person to the next."""

    __tablename__ = "charter_campaign_text"
    __table_args__ = (UniqueConstraint("campaign_id", "code"),)
    journal_name = N_("Courriel de la campagne")

    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter_campaign.id", ondelete="CASCADE"))
    code: Mapped[Code]
    subject: Mapped[Short] = mapped_column(info={"label": N_("Objet")})
    body: Mapped[str] = mapped_column(Text, info={"label": N_("Texte")})
    campaign: Mapped[Campaign] = relationship(back_populates="texts")

    def journal_subject(self) -> Journaled:
        return self.journal_owner("campaign")

    def journal_title(self) -> str:
        return self.subject


class Invitation(Record):
    """A person in a campaign: as what she is asked, until when, and where she stands.

    What proves her answer is an Acceptance, which never changes; `answer` only repeats it for lists and figures, in the
    same transaction. `left_on`: she left, and does not count any more.
    """

    __tablename__ = "charter_invitation"

    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter_campaign.id"))
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter_version.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), info={"fixed": True})
    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    department_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("department.id"))
    population: Mapped[Population] = mapped_column(vocabulary(Population))
    joined_on: Mapped[dt.date]
    due_on: Mapped[dt.date]
    answer: Mapped[Answer] = mapped_column(vocabulary(Answer), default=Answer.PENDING)
    answered_on: Mapped[dt.date | None]
    left_on: Mapped[dt.date | None] = mapped_column()

    campaign: Mapped[Campaign] = relationship()
    version: Mapped[CharterVersion] = relationship()
    person: Mapped[Person] = relationship()
    establishment: Mapped[Establishment] = relationship()
    department: Mapped[Department | None] = relationship()

    __table_args__ = (
        UniqueConstraint("campaign_id", "person_id"),
        CheckConstraint("(answer = 'pending') = (answered_on IS NULL)", name="answered_has_date"),
        Index(
            "ix_charter_invitation_counted", "campaign_id", "establishment_id", "department_id", "population", "answer",
            "left_on", sqlite_where=left_on.is_(None), postgresql_where=left_on.is_(None),
        ),
        Index(
            "ix_charter_invitation_answered", "campaign_id", "answered_on", "answer", "establishment_id",
            "department_id", "left_on", sqlite_where=left_on.is_(None), postgresql_where=left_on.is_(None),
        ),
        Index(
            "ix_charter_invitation_due", "campaign_id", "answer", "due_on", "establishment_id", "department_id",
            "left_on", sqlite_where=left_on.is_(None), postgresql_where=left_on.is_(None),
        ),
        Index("ix_charter_invitation_person_id", "person_id", "version_id"),
    )  # fmt: skip

    @classmethod
    def counts(cls) -> ColumnElement[bool]:
        """SQL: the person is still here, and belongs to the denominator."""
        return cls.left_on.is_(None)

    @classmethod
    def asked(cls) -> ColumnElement[bool]:
        """SQL: it counts in a campaign that runs."""
        return cls.counts() & cls.campaign_id.in_(select(Campaign.id).where(Campaign.state == CampaignState.RUNNING))

    @classmethod
    def late(cls, on: dt.date) -> ColumnElement[bool]:
        """SQL: the deadline passed without an answer."""
        return (cls.answer == Answer.PENDING) & cls.left_on.is_(None) & (cls.due_on < on)

    def is_late(self, on: dt.date) -> bool:
        return self.answer is Answer.PENDING and self.left_on is None and self.due_on < on

    def state(self, answer: Answer, on: dt.date) -> None:
        """Repeat the answer that an acceptance just proved; a confirmation after a refusal replaces it."""
        if self.answer is not Answer.ACCEPTED:
            self.answer, self.answered_on = answer, on


class NoticeKind(Vocabulary):
    """What is written to people; each once for a person, a version and a step."""

    INVITATION = "invitation", N_("Invitation")
    REMINDER = "reminder", N_("Relance")
    ESCALATION = "escalation", N_("Alerte du responsable")
    RECEIPT = "receipt", N_("Reçu")
    REFUSAL = "refusal", N_("Refus enregistré")
    MINOR = "minor", N_("Information d’une version mineure")


class Notice(Record):
    """Something written to a person about a version. `step` numbers the reminders; nothing is written twice."""

    __tablename__ = "charter_notice"
    __table_args__ = (
        UniqueConstraint("person_id", "version_id", "kind", "step"),
        Index("ix_charter_notice_campaign_id", "campaign_id", "kind"),
    )

    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter_campaign.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), info={"fixed": True})
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("charter_version.id"))
    kind: Mapped[NoticeKind] = mapped_column(vocabulary(NoticeKind))
    step: Mapped[int] = mapped_column(default=0)
    sent_on: Mapped[dt.date]
    message_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"), index=True)

    @classmethod
    def of(cls, **values: Any) -> Select["Notice"]:
        return select(cls).filter_by(**values)
