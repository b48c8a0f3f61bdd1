"""How a charter reaches people: for each population a way, what sets it off, a deadline, reminders, an escalation."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Long, Record
from models.charters.words import Population
from models.establishments import Establishment
from models.journal import Journaled
from models.people import NEWCOMER_FOR, OUTSIDE
from models.rules import RuleBroken
from models.vocabulary import N_, Vocabulary, vocabulary

REACHED = (
    Population.STAFF,
    Population.NEWCOMERS,
    Population.LIBERAL,
    Population.STUDENTS,
    Population.TEMPORARY,
    Population.VOLUNTEERS,
    Population.CONTRACTORS,
    Population.SUPPLIERS,
)
"""The populations that the directory tells apart: the kinds of persons, and those who arrived recently."""

REMINDERS = (7, 15, 30)
DEADLINE, ESCALATION = 30, 37
"""Days, counted from the day one was asked (proposal of the charter model and of the domain note, 7.3)."""


class Way(Vocabulary):
    """By which way a population is asked first; whoever it does not reach is met at the desk or on paper."""

    ACCOUNT = "account", N_("Compte Vigie, annoncé par courriel")
    LINK = "link", N_("Lien personnel par courriel")
    DESK = "desk", N_("Borne ou bureau d’accueil")
    PAPER = "paper", N_("Formulaire papier")


class Trigger(Vocabulary):
    """What sets the asking off."""

    PUBLICATION = "publication", N_("Publication de la charte")
    ARRIVAL = "arrival", N_("Arrivée de la personne")
    CONTRACT = "contract", N_("Début du contrat")
    VERSION = "version", N_("Nouvelle version majeure")


class Cadence:
    """When somebody is asked, reminded, and when her manager is told: days counted from the day she was asked."""

    population: Mapped[Population] = mapped_column(vocabulary(Population), info={"label": N_("Personnes concernées")})
    way: Mapped[Way] = mapped_column(vocabulary(Way), info={"label": N_("Moyen")})
    deadline_days: Mapped[int] = mapped_column(default=DEADLINE, info={"label": N_("Délai en jours")})
    reminder_days: Mapped[list[str]] = mapped_column(info={"label": N_("Relances, en jours")})
    escalation_days: Mapped[int | None] = mapped_column(info={"label": N_("Alerte du responsable, en jours")})

    @property
    def reminders(self) -> list[int]:
        """The days of the reminders, the first first."""
        return [int(day) for day in self.reminder_days]

    def check_days(self) -> None:
        """Raise RuleBroken on days that do not follow each other."""
        if not 1 <= self.deadline_days <= 365:
            raise RuleBroken("deadline_days", N_("Donnez un délai entre 1 et 365 jours."))
        if self.reminders != sorted(set(self.reminders)) or not all(1 <= day <= 365 for day in self.reminders):
            raise RuleBroken(
                "reminder_days", N_("Donnez des jours croissants, entre 1 et 365 : par exemple 7, 15, 30.")
            )
        if self.escalation_days is not None and self.escalation_days <= max([0, *self.reminders]):
            raise RuleBroken("escalation_days", N_("Le responsable est alerté après la dernière relance."))


class DiffusionRule(Cadence, Journaled, Record):
    """One line of an establishment's diffusion procedure (HOP'EN P3.2, objective 2): how one population is reached."""

    __tablename__ = "charter_diffusion"
    __table_args__ = (
        UniqueConstraint("establishment_id", "population"),
        CheckConstraint("deadline_days BETWEEN 1 AND 365", name="deadline_is_possible"),
    )
    journal_name = N_("Procédure de diffusion")

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    triggers: Mapped[list[str]] = mapped_column(info={"label": N_("Déclencheurs"), "words": Trigger})
    also: Mapped[Long | None] = mapped_column(info={"label": N_("Autres moyens")})
    without_answer: Mapped[Long | None] = mapped_column(info={"label": N_("Sans réponse")})

    establishment: Mapped[Establishment] = relationship()

    @classmethod
    def of(cls, establishment_id: uuid.UUID) -> Select["DiffusionRule"]:
        """The procedure of an establishment."""
        return select(cls).where(cls.establishment_id == establishment_id)

    @classmethod
    def usual(cls, population: Population) -> "DiffusionRule":
        """What is proposed for a population while its establishment decided nothing."""
        days = [str(day) for day in REMINDERS]
        return cls(population=population, escalation_days=ESCALATION, reminder_days=days, **_USUAL[population])

    def journal_title(self) -> str:
        return self.population.label


def _line(way: Way, *triggers: Trigger, deadline: int = DEADLINE, otherwise: str | None = None) -> dict[str, object]:
    return {
        "way": way,
        "triggers": [trigger.value for trigger in triggers],
        "deadline_days": deadline,
        "without_answer": otherwise,
    }


_NO_ACCESS = N_("L’accès au système d’information n’est pas ouvert, ou il est fermé.")
_TALK = N_("Le responsable est alerté et propose un échange ; la charte portée à sa connaissance s’applique.")
_USUAL: dict[Population, dict[str, object]] = {
    Population.STAFF: _line(Way.ACCOUNT, Trigger.PUBLICATION, Trigger.VERSION, otherwise=_TALK),
    Population.NEWCOMERS: _line(Way.ACCOUNT, Trigger.ARRIVAL, deadline=8, otherwise=_NO_ACCESS),
    Population.LIBERAL: _line(Way.LINK, Trigger.PUBLICATION, Trigger.ARRIVAL, Trigger.VERSION, otherwise=_TALK),
    Population.STUDENTS: _line(Way.LINK, Trigger.ARRIVAL, Trigger.VERSION, deadline=8, otherwise=_NO_ACCESS),
    Population.TEMPORARY: _line(Way.DESK, Trigger.ARRIVAL, Trigger.VERSION, deadline=8, otherwise=_NO_ACCESS),
    Population.VOLUNTEERS: _line(Way.PAPER, Trigger.ARRIVAL, Trigger.VERSION, otherwise=_TALK),
    Population.CONTRACTORS: _line(Way.LINK, Trigger.CONTRACT, Trigger.VERSION, deadline=15, otherwise=_NO_ACCESS),
    Population.SUPPLIERS: _line(Way.LINK, Trigger.CONTRACT, Trigger.VERSION, deadline=15, otherwise=_NO_ACCESS),
}


def population_of(person: Any, asked: frozenset[Population] | set[Population], on: dt.date) -> Population | None:
    """As what a person (or a row with her kind and arrival) is asked among `asked`, on a day; None when she is not.

    Somebody who arrived recently is a newcomer first, unless she works for a company: her contract then decides.
    """
    arrived = person.arrived_on is not None and person.arrived_on > on - NEWCOMER_FOR
    if arrived and person.kind not in OUTSIDE and Population.NEWCOMERS in asked:
        return Population.NEWCOMERS
    own = Population(person.kind.value)
    return own if own in asked else None
