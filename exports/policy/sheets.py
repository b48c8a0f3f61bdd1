"""Rules, derogations and attendance as workbooks; what is confidential says so, and to whom it was given."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from exports import sheets
from exports.listings import marking
from exports.sheets import Heading, Sheet
from exports.texts import moment
from models.base import day_of
from models.establishments import Establishment
from models.policy.derogation import Derogation
from models.policy.observance import Observance
from models.policy.training import Attendance
from models.policy.words import DerogationStatus, RuleStatus
from models.vocabulary import N_

RULE_HEADINGS = (
    Heading(N_("Règle"), 12),
    Heading(N_("Chapitre"), 30),
    Heading(N_("Texte"), 70),
    Heading(N_("État"), 24, tuple(status.label for status in RuleStatus)),
    Heading(N_("Pourquoi sans objet"), 36),
    Heading(N_("Responsable"), 26),
    Heading(N_("Périmètre"), 36),
    Heading(N_("Constat et reste à faire"), 60),
    Heading(N_("Évaluée le"), 13),
    Heading(N_("Évaluée par"), 22),
)
DEROGATION_HEADINGS = (
    Heading(N_("Référence"), 16),
    Heading(N_("Objet"), 40),
    Heading(N_("Règles"), 22),
    Heading(N_("État"), 24, tuple(status.label for status in DerogationStatus)),
    Heading(N_("Expirée"), 10),
    Heading(N_("Demandeur"), 24),
    Heading(N_("Service"), 24),
    Heading(N_("Périmètre de l’écart"), 40),
    Heading(N_("Motif"), 40),
    Heading(N_("Mesures compensatoires"), 50),
    Heading(N_("Niveau résiduel (1 à 3)"), 14),
    Heading(N_("Début"), 13),
    Heading(N_("Fin"), 13),
    Heading(N_("Décideur"), 24),
    Heading(N_("Décidée le"), 13),
    Heading(N_("Conditions"), 40),
    Heading(N_("Clôture"), 24),
)


def rules_book(
    rules: Sequence[Observance],
    derogations: Sequence[Derogation],
    establishment: Establishment,
    reader: str,
    at: dt.datetime,
) -> bytes:
    """The rules with their state and the register of derogations, behind a sheet that says for whom they are."""
    on = day_of(at)
    title = N_("Application de la politique de sécurité")
    pages = (
        marking(title, reader, at, (N_("Établissement"), establishment.name)),
        Sheet(N_("Règles"), RULE_HEADINGS, _rules(rules), frozen=1),
        Sheet(N_("Dérogations"), DEROGATION_HEADINGS, _derogations(derogations, on), frozen=1),
    )
    with sheets.xlsx(pages, f"{title} – {establishment.name}", establishment.name) as book:
        return book.read()


def _rules(rules: Iterable[Observance]) -> Iterator[tuple[Any, ...]]:
    for one in rules:
        yield (
            one.code, one.chapter, one.text, one.status.label, one.reason, one.owner_name, one.scope, one.note,
            one.rated_on, one.rated_by,
        )  # fmt: skip


def _derogations(rows: Iterable[Derogation], on: dt.date) -> Iterator[tuple[Any, ...]]:
    for one in rows:
        yield (
            one.reference, one.title, ", ".join(sorted(link.observance.code for link in one.rules)), one.status.label,
            N_("Oui") if one.is_expired(on) else None, one.requester, one.department.name if one.department else None,
            one.scope, one.reason, one.compensation, one.level, one.starts_on, one.ends_on, one.decided_by,
            one.decided_on, one.conditions, one.closure.label if one.closure else None,
        )  # fmt: skip


ATTENDANCE_HEADINGS = (
    Heading(N_("Séance"), 44),
    Heading(N_("Module"), 12),
    Heading(N_("Date"), 13),
    Heading(N_("Matricule"), 16),
    Heading(N_("Nom"), 32),
    Heading(N_("Service"), 30),
    Heading(N_("Présent"), 10),
    Heading(N_("Résultat au quiz (%)"), 14),
    Heading(N_("Dans l’annuaire"), 14),
)
RATE_HEADINGS = (
    Heading(N_("Service"), 36),
    Heading(N_("Personnes présentes"), 14),
    Heading(N_("Sensibilisées depuis moins d’un an"), 20),
    Heading(N_("Taux (%)"), 10),
)


def training_book(
    attendances: Iterable[Attendance],
    rates: Iterable[tuple[str, int, int, int]],
    establishment: Establishment,
    at: dt.datetime,
    *,
    scores: bool,
) -> bytes:
    """The attendance of every session and the rate of each department; `scores` as for the csv."""
    title = N_("Sensibilisation à la sécurité")
    pages = (
        Sheet(N_("Taux par service"), RATE_HEADINGS, rates, frozen=1),
        Sheet(N_("Émargements"), ATTENDANCE_HEADINGS, _attendances(attendances, scores), frozen=1),
    )
    with sheets.xlsx(pages, f"{title} – {establishment.name} – {moment(at)}", establishment.name) as book:
        return book.read()


def training_table(attendances: Iterable[Attendance], *, scores: bool) -> bytes:
    """The attendance as a csv; `scores`: whether the results of each are for its reader."""
    with sheets.csv_file(ATTENDANCE_HEADINGS, _attendances(attendances, scores)) as table:
        return table.read()


def _attendances(rows: Iterable[Attendance], scores: bool) -> Iterator[tuple[Any, ...]]:
    for one in rows:
        yield (
            one.session.title, one.session.module, one.session.held_on, one.employee_number, one.name,
            one.department.name if one.department else None, N_("Oui") if one.attended else N_("Non"),
            one.score if scores else None,
            N_("Oui") if one.person_id else N_("Non"),
        )  # fmt: skip
