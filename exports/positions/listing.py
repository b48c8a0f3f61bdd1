"""The nominations as a workbook: who holds which post where, from when to when, by which decision."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import IO, Any

from exports import sheets
from exports.sheets import Heading, Sheet
from models.positions.nomination import Nomination
from models.positions.words import Employment, JobKind
from models.vocabulary import N_

TITLE = N_("Nominations")
HEADINGS = (
    Heading(N_("Établissement"), 32),
    Heading(N_("Fonction"), 24, tuple(kind.label for kind in JobKind)),
    Heading(N_("Intitulé"), 36),
    Heading(N_("Titulaire"), 26),
    Heading(N_("Suppléant"), 26),
    Heading(N_("Mode d’exercice"), 18, tuple(employment.label for employment in Employment)),
    Heading(N_("Prise de fonction"), 14),
    Heading(N_("Dernier jour de la mission"), 14),
    Heading(N_("En fonction"), 11),
    Heading(N_("Rattachement"), 28),
    Heading(N_("Quotité de travail (%)"), 12),
    Heading(N_("Fiche de poste"), 36),
    Heading(N_("Référence de la décision"), 20),
    Heading(N_("Signataire"), 26),
    Heading(N_("Décision signée le"), 14),
    Heading(N_("Lettre de mission signée le"), 14),
    Heading(N_("Numéro de désignation (CNIL)"), 18),
    Heading(N_("Désignation du (CNIL)"), 14),
    Heading(N_("Contacts publics"), 44),
    Heading(N_("Conflits d’intérêts examinés le"), 16),
    Heading(N_("Motif de la fin"), 36),
    Heading(N_("Identifiant"), 38),
)


def workbook(nominations: Iterable[Nomination], on: dt.date, author: str) -> IO[bytes]:
    """Nominations with their people, place, description and examinations loaded, as xlsx set at its start."""
    return sheets.xlsx([Sheet(TITLE, HEADINGS, _rows(nominations, on), frozen=4)], TITLE, author)


def _rows(nominations: Iterable[Nomination], on: dt.date) -> Iterator[tuple[Any, ...]]:
    for one in nominations:
        described = one.description
        yield (
            one.establishment.name, one.kind.label, one.title, one.person.name, one.deputy.name if one.deputy else None,
            one.employment.label, one.starts_on, one.ends_on, N_("Oui") if one.is_in_office(on) else N_("Non"),
            one.reports_to, one.quotity,
            f"{described.title}, version {one.description_version}" if described else None,
            one.decision_reference, one.signatory, one.decided_on, one.letter_signed_on, one.cnil_number, one.cnil_on,
            "\n".join(one.contacts), one.examined.examined_on if one.examined else None, one.ended_reason, str(one.id),
        )  # fmt: skip
