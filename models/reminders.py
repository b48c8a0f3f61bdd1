"""Reminders: when something dated is called to mind, how often each person wishes it, and what she was told already."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts import User
from models.base import At, Code, Record
from models.journal import Journaled
from models.rules import RuleBroken
from models.vocabulary import N_, Vocabulary, vocabulary

STEPS = (30, 7, 0)
"""How many days before its day a thing is usually called to mind; then each week that it is late."""
WEEK, MONTH = 7, 30


class Subject(Vocabulary):
    """Of what somebody may wish not to be reminded."""

    PLAN = "plan", N_("Actions du plan")
    REGISTER = "register", N_("Registre, sous-traitants et hébergement")
    RIGHTS = "rights", N_("Demandes d’exercice de droits")
    CHARTERS = "charters", N_("Chartes")
    NOTICES = "notices", N_("Information des patients")
    INVENTORY = "inventory", N_("Applications")
    RISKS = "risks", N_("Risques et mesures de sécurité")
    POLICY = "policy", N_("PSSI et dérogations")
    HOPEN = "hopen", N_("HOP’EN")
    POSITIONS = "positions", N_("Postes et nominations")
    PEOPLE = "people", N_("Fins de contrat")
    ACCOUNTS = "accounts", N_("Fins de rôle")


class Frequency(Vocabulary):
    DAILY = "daily", N_("Chaque jour où il y a du nouveau")
    WEEKLY = "weekly", N_("Une fois par semaine")
    NEVER = "never", N_("Jamais, sauf ce que la loi ou la sécurité impose et qui est en retard")


class Moment(Vocabulary):
    """The groups of a digest, the most pressing first; ABOVE holds what is late in other hands."""

    LATE = "late", N_("En retard")
    WEEK = "week", N_("Dans les 7 jours")
    MONTH = "month", N_("Dans les 30 jours")
    LATER = "later", N_("Plus tard")
    ABOVE = "above", N_("Retards signalés à votre niveau")


WEEKDAYS = (N_("Lundi"), N_("Mardi"), N_("Mercredi"), N_("Jeudi"), N_("Vendredi"), N_("Samedi"), N_("Dimanche"))


def step_of(day: dt.date, today: dt.date, steps: Sequence[int] = STEPS) -> int | None:
    """The step that a thing due on `day` has reached: the least of `steps` that holds the days left; once late, -1 for
    the first week, -2 for the second…; None while it is too far."""
    left = (day - today).days
    if left < 0:
        return -1 - (-left - 1) // WEEK
    return min((step for step in steps if left <= step), default=None)


def moment_of(day: dt.date, today: dt.date) -> Moment:
    """The group of a digest in which a thing due on `day` is told."""
    left = (day - today).days
    if left < 0:
        return Moment.LATE
    return Moment.WEEK if left <= WEEK else Moment.MONTH if left <= MONTH else Moment.LATER


class ReminderChoice(Journaled, Record):
    """How somebody wishes to be reminded. Who has none is told each Monday, of everything."""

    __tablename__ = "reminder_choice"
    __table_args__ = (
        UniqueConstraint("user_id"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_is_one"),
    )
    journal_name = N_("Rappels")

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    frequency: Mapped[Frequency] = mapped_column(
        vocabulary(Frequency), default=Frequency.WEEKLY, info={"label": N_("Fréquence")}
    )
    weekday: Mapped[int] = mapped_column(default=0, info={"label": N_("Jour de la semaine (0 : lundi)")})
    muted: Mapped[list[str] | None] = mapped_column(info={"label": N_("Sujets tus"), "words": Subject})

    user: Mapped[User] = relationship()

    @classmethod
    def usual(cls, user_id: uuid.UUID) -> "ReminderChoice":
        """What holds for somebody who chose nothing."""
        return cls(user_id=user_id, frequency=Frequency.WEEKLY, weekday=0, muted=None)

    def is_day(self, today: dt.date) -> bool:
        """Whether her digest leaves on a day; who wants none still gets on Mondays what must be told."""
        return self.frequency is Frequency.DAILY or today.weekday() == self.weekday

    def wants(self, subject: Subject) -> bool:
        """Whether she is told of a subject when nothing compels it."""
        return self.frequency is not Frequency.NEVER and subject.value not in (self.muted or ())

    def choose(self, frequency: Frequency, weekday: int, muted: Sequence[str]) -> None:
        """Change it. Raises RuleBroken for a day that is none."""
        if not 0 <= weekday < len(WEEKDAYS):
            raise RuleBroken("weekday", N_("Choisissez un jour de la semaine."))
        self.frequency, self.weekday, self.muted = frequency, weekday, sorted(muted) or None

    def journal_subject(self) -> Journaled:
        return self.journal_owner("user")

    def journal_title(self) -> str:
        return N_("Rappels par courriel")


class ReminderTold(Record):
    """The last step at which an account was told of a thing due on a day. Steps only go down: it is told again at a
    lower one."""

    __tablename__ = "reminder_told"
    __table_args__ = (UniqueConstraint("user_id", "kind", "thing_id", "due_on"),)

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[Code]
    thing_id: Mapped[uuid.UUID]
    due_on: Mapped[dt.date]
    step: Mapped[int]
    told_on: Mapped[dt.date] = mapped_column(index=True)


class DiaryAddress(Journaled, Record):
    """The secret address at which a diary reads somebody's due dates, and nothing else; only its digest is kept."""

    __tablename__ = "diary_address"
    __table_args__ = (UniqueConstraint("user_id"), UniqueConstraint("digest"))
    journal_name = N_("Adresse d’agenda")

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    digest: Mapped[str] = mapped_column(String(64), info={"label": N_("Adresse"), "secret": True})
    made_at: Mapped[At] = mapped_column(info={"label": N_("Créée le"), "quiet": True})

    user: Mapped[User] = relationship()

    def renew(self, token: str, at: dt.datetime) -> None:
        """Answer at the address of `token` from now on, and no more at the former one."""
        self.digest, self.made_at = diary_digest(token), at

    @classmethod
    def of_token(cls, token: str) -> Select["DiaryAddress"]:
        """The address of a token, if its account is open."""
        return select(cls).join(cls.user).where(cls.digest == diary_digest(token), User.disabled_at.is_(None))

    def journal_subject(self) -> Journaled:
        return self.journal_owner("user")

    def journal_title(self) -> str:
        return N_("Adresse d’agenda")


def diary_digest(token: str) -> str:
    """What is kept of the token of a diary's address."""
    return hashlib.sha256(f"diary\0{token}".encode("utf-8", "surrogatepass")).hexdigest()
