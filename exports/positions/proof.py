"""Who holds the posts of security and of data protection: appointed how, since when, designated to CNIL."""

import datetime as dt
from collections.abc import Sequence

from exports.paper import Paper, Part, Table, statement
from exports.texts import day
from models.establishments import Establishment
from models.positions.nomination import Nomination
from models.positions.words import JobKind
from models.vocabulary import N_

TITLE = N_("Nominations")
COLUMNS = (N_("Rubrique"), N_("Valeur"))
WIDTHS = (3, 5)
NOBODY = N_("Personne n’occupe ces fonctions aujourd’hui.")


def proof(found: Sequence[Nomination], establishment: Establishment, on: dt.date) -> Paper:
    """The nominations in office on a day, one after the other."""
    return statement(TITLE, establishment, on, map(_part, found) if found else (Part(lines=(NOBODY,)),))


def _part(one: Nomination) -> Part:
    told = (*_decided(one), *(_designated(one) if one.kind is JobKind.DPO else ()), *_free(one))
    rows = tuple((label, words) for label, words in told if words)
    return Part(one.title, tables=(Table(COLUMNS, WIDTHS, rows),))


def _decided(one: Nomination) -> tuple[tuple[str, str | None], ...]:
    signed = ", ".join(filter(None, (one.signatory, one.signatory_quality, _day(one.decided_on))))
    return (
        (N_("Fonction"), one.kind.help or one.kind.label),
        (N_("Titulaire"), one.person.name),
        (N_("Suppléant"), one.deputy.name if one.deputy else None),
        (N_("Mode d’exercice"), one.employment.label),
        (N_("Prise de fonction"), day(one.starts_on)),
        (N_("Dernier jour"), _day(one.ends_on)),
        (N_("Rattachement"), one.reports_to),
        (N_("Décision"), one.decision_reference),
        (N_("Décision signée"), signed),
        (N_("Lettre de mission signée le"), _day(one.letter_signed_on) or N_("pas encore signée")),
    )


def _designated(one: Nomination) -> tuple[tuple[str, str | None], ...]:
    return (
        (N_("Désignation CNIL"), one.cnil_number or N_("pas encore enregistrée")),
        (N_("Désigné le"), _day(one.cnil_on)),
        (N_("Contacts publics"), " – ".join(one.contacts)),
        (N_("Contacts publiés"), one.published_at),
    )


def _free(one: Nomination) -> tuple[tuple[str, str | None], ...]:
    seen, free = one.examined, {True: N_("oui"), False: N_("non"), None: None}[one.independent_from_it]
    return (
        (N_("Indépendant de la DSI"), free),
        (N_("Dispositif équivalent"), one.independence_reason),
        (N_("Conflits d’intérêts"), f"{seen.outcome.label}, {day(seen.examined_on)}" if seen else N_("non examinés")),
    )


def _day(on: dt.date | None) -> str | None:
    return day(on) if on else None
