"""That the policy is applied and kept alive: rules, audits, meetings, awareness; apart, the findings: weaknesses."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from exports.listings import CLASSIFICATION
from exports.paper import Paper, Part, listed, statement
from exports.texts import day
from models.establishments import Establishment
from models.plan import Action, Outcome
from models.policy.findings import PolicyAudit
from models.policy.meeting import PolicyMeeting
from models.policy.observance import Observance
from models.policy.training import TrainingSession
from models.policy.words import RuleStatus
from models.vocabulary import N_

APPLIED, ALIVE = N_("Application de la politique de sécurité"), N_("Suivi des audits et des réunions")
AWARE, FOUND = N_("Sensibilisation à la sécurité"), N_("Constats d’audit et suites données")
STATES_ONLY = N_("Ce relevé donne l’état de chaque règle. Les constats, qui montrent des faiblesses, n’y sont pas.")
COUNTS_ONLY = N_("Ce relevé donne les audits, leur résultat et le nombre de constats et d’actions, non leur contenu.")
RULES = (N_("Règle"), N_("Texte"), N_("État"), N_("Évaluée le")), (2, 9, 3, 3)
AUDITS = (
    (N_("Audit"), N_("Objet"), N_("Date"), N_("Résultat"), N_("Constats"), N_("Actions ouvertes")),
    (3, 6, 3, 3, 2, 2),
)
MEETINGS = (N_("Date"), N_("Réunion"), N_("Objet"), N_("Compte rendu")), (2, 4, 5, 2)
RATES = (N_("Service"), N_("Présents"), N_("Sensibilisés depuis moins d’un an"), N_("Taux")), (5, 2, 3, 2)
SESSIONS = (N_("Date"), N_("Séance"), N_("Formateur"), N_("Inscrits"), N_("Présents")), (2, 5, 3, 2, 2)
FINDINGS = (N_("N°"), N_("Constat"), N_("Gravité"), N_("Règle"), N_("Actions"), N_("Suite")), (1, 6, 2, 2, 6, 2)


@dataclass(frozen=True)
class Audited:
    """An audit, how many findings it made, and how many of the actions that these called for are still open."""

    audit: PolicyAudit
    findings: int
    open_actions: int


@dataclass(frozen=True)
class Aware:
    """`rates`: (department, people present, those trained within a year, percent); `held`: (session, listed, came)."""

    rates: Sequence[tuple[str, int, int, int]]
    held: Sequence[tuple[TrainingSession, int, int]]


def rules(found: Sequence[Observance], home: Establishment, on: dt.date) -> Paper:
    """The state of each rule in force, chapter by chapter, without what is left to do."""
    counts = {status: sum(one.status is status for one in found) for status in RuleStatus}
    facts = tuple((status.label, str(count)) for status, count in counts.items())
    chapters = groupby(found, key=lambda one: one.chapter)
    parts = [listed(chapter, *RULES, map(_rule, several)) for chapter, several in chapters]
    return statement(APPLIED, home, on, parts, subtitle=STATES_ONLY, facts=facts)


def _rule(one: Observance) -> tuple[str, ...]:
    return one.code, one.text, one.status.label, day(one.rated_on) if one.rated_on else "–"


def alive(audits: Sequence[Audited], meetings: Sequence[PolicyMeeting], home: Establishment, on: dt.date) -> Paper:
    """The audits and the meetings, the latest first."""
    held = listed(N_("Audits"), *AUDITS, map(_audit, audits))
    met = listed(N_("Réunions"), *MEETINGS, (_meeting(one, on) for one in meetings))
    return statement(ALIVE, home, on, (held, met), subtitle=COUNTS_ONLY)


def _audit(told: Audited) -> tuple[str, ...]:
    one = told.audit
    when = day(one.held_on) if one.held_on else N_("prévu le %s") % day(one.planned_on) if one.planned_on else "–"
    result = one.result.label if one.result else "–"
    return one.reference, f"{one.title}\n{one.kind.label}", when, result, str(told.findings), str(told.open_actions)


def _meeting(one: PolicyMeeting, on: dt.date) -> tuple[str, ...]:
    minutes = N_("Écrit") if one.is_held(on) else N_("Manque") if one.lacks_minutes(on) else N_("À venir")
    return day(one.held_on), one.kind.label, one.title, minutes


def aware(told: Aware, home: Establishment, on: dt.date) -> Paper:
    """The rate of each department, and the sessions held."""
    rates = tuple((name, str(here), str(done), f"{share}\u00a0%") for name, here, done, share in told.rates)
    held = tuple(
        (day(one.held_on), one.title, one.trainer or "–", str(listed), str(came)) for one, listed, came in told.held
    )
    parts = listed(N_("Taux par service"), *RATES, rates), listed(N_("Séances"), *SESSIONS, held)
    return statement(AWARE, home, on, parts)


def findings(
    audits: Sequence[PolicyAudit], actions: Mapping[Any, Sequence[Action]], home: Establishment, on: dt.date
) -> Paper:
    """What each audit found, with the actions it called for, by finding."""
    parts = [listed(f"{one.reference} – {one.title}", *FINDINGS, _findings(one, actions)) for one in audits]
    parts = parts or [Part(lines=(N_("Aucun audit n’est enregistré."),))]
    return statement(FOUND, home, on, parts, watermark=CLASSIFICATION)


def _findings(audit: PolicyAudit, actions: Mapping[Any, Sequence[Action]]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            str(one.number),
            one.title,
            one.gravity.label,
            one.observance.code if one.observance else "–",
            "\n".join(f"{action.title} ({action.state.label.lower()})" for action in actions.get(one.id, ())) or "–",
            Outcome.of(actions.get(one.id, ())).label,
        )
        for one in audit.findings
    )
