"""That the charters are known: texts in force, bodies consulted, who is reached and how, answers, checks; no name."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from exports.paper import Paper, listed, statement
from exports.texts import day
from models.charters.campaign import Campaign
from models.charters.charter import CharterVersion
from models.charters.consultation import Consultation
from models.charters.diffusion import DiffusionRule
from models.charters.verification import Verification
from models.charters.words import Population
from models.establishments import Establishment
from models.shares import percent
from models.vocabulary import N_

TITLE = N_("Diffusion des chartes")
COUNTS_ONLY = N_("Ce relevé donne les nombres par catégorie de personnes. Les réponses de chacun restent dans Vigie.")
Columns = tuple[tuple[str, ...], tuple[int, ...]]
IN_FORCE: Columns = (
    (N_("Charte"), N_("Version"), N_("En vigueur depuis le"), N_("Personnes concernées"), N_("Empreinte")),
    (4, 2, 3, 8, 4),
)
CONSULTED: Columns = (
    (N_("Charte"), N_("Version"), N_("Instance"), N_("Date"), N_("Avis"), N_("Procès-verbal")), (4, 2, 4, 2, 3, 3),
)  # fmt: skip
REACHED: Columns = ((N_("Personnes"), N_("Moyen"), N_("Délai"), N_("Relances"), N_("Sans réponse")), (4, 4, 2, 2, 5))
ANSWERED: Columns = (
    (N_("Campagne"), N_("Personnes"), N_("Concernées"), N_("Ont pris connaissance"), N_("Taux")), (5, 4, 2, 3, 2),
)  # fmt: skip
CHECKED: Columns = (
    (N_("Date"), N_("Vérification"), N_("Charte"), N_("Périmètre"), N_("Constat"), N_("Suites")), (2, 4, 4, 4, 3, 4),
)  # fmt: skip


@dataclass(frozen=True)
class Diffused:
    """All that an establishment does so that its charters are known. `answers`: (campaign, population, people
    concerned, those who confirmed)."""

    versions: Sequence[CharterVersion]
    consultations: Sequence[Consultation]
    rules: Sequence[DiffusionRule]
    answers: Sequence[tuple[Campaign, Population, int, int]]
    checks: Sequence[Verification]


def proof(told: Diffused, home: Establishment, on: dt.date) -> Paper:
    """The whole as one document, dated `on`."""
    parts = (
        listed(N_("Chartes en vigueur"), *IN_FORCE, map(_version, told.versions)),
        listed(N_("Instances consultées"), *CONSULTED, map(_consultation, told.consultations)),
        listed(N_("Procédure de diffusion"), *REACHED, map(_rule, told.rules)),
        listed(N_("Prises de connaissance"), *ANSWERED, (_answer(*one) for one in told.answers)),
        listed(N_("Vérifications de l’application"), *CHECKED, map(_check, told.checks)),
    )
    return statement(TITLE, home, on, parts, subtitle=COUNTS_ONLY)


def _version(one: CharterVersion) -> tuple[str, ...]:
    people = ", ".join(Population(each).label for each in one.populations or ()) or N_("Tout le monde")
    return one.title, str(one.number), day(one.effective_on), people, one.sha256[:16]


def _consultation(one: Consultation) -> tuple[str, ...]:
    return one.charter.title, str(one.number), one.body_label, day(one.held_on), one.opinion.label, one.minutes or "–"


def _rule(one: DiffusionRule) -> tuple[str, ...]:
    reminders = ", ".join(one.reminder_days) or "–"
    limit = N_("%s jours") % one.deadline_days
    return one.population.label, one.way.label, limit, reminders, one.without_answer or "–"


def _answer(campaign: Campaign, population: Population, concerned: int, confirmed: int) -> tuple[str, ...]:
    rate = f"{percent(confirmed, concerned)}\u00a0%"
    return campaign.title, population.label, str(concerned), str(confirmed), rate


def _check(one: Verification) -> tuple[str, ...]:
    return day(one.checked_on), one.title, one.charter.title, one.scope, one.finding.label, one.follow_up or "–"
