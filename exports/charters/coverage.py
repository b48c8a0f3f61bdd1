"""The persons of a campaign as a spreadsheet: who answered what, when and how, and who is missing."""

from collections.abc import Iterable, Iterator
from typing import IO, Any

from exports import sheets
from exports.sheets import Heading, Sheet
from models.charters.acceptance import Acceptance
from models.charters.campaign import Campaign, Invitation
from models.vocabulary import N_

COLUMNS = (
    (N_("Nom"), 24), (N_("Prénom"), 20), (N_("Matricule"), 14), (N_("Courriel"), 32), (N_("Fonction"), 28),
    (N_("Société"), 24), (N_("Établissement"), 28), (N_("Service"), 28), (N_("Responsable"), 26),
    (N_("Population"), 34), (N_("Invitée le"), 14), (N_("Échéance"), 14), (N_("Réponse"), 22), (N_("Répondu le"), 14),
    (N_("Moyen"), 30), (N_("Version"), 10), (N_("Empreinte du texte"), 30), (N_("Reçu"), 18), (N_("Partie le"), 14),
)  # fmt: skip

Line = tuple[Invitation, Acceptance | None]


def workbook(campaign: Campaign, lines: Iterable[Line], author: str) -> IO[bytes]:
    """The lines as xlsx; the open file is set at its start."""
    return sheets.xlsx([Sheet(N_("Personnes"), _headings(), _values(lines), frozen=2)], campaign.title, author)


def table(campaign: Campaign, lines: Iterable[Line], author: str) -> IO[bytes]:
    """The lines as csv; the open file is set at its start."""
    return sheets.csv_file(_headings(), _values(lines))


def _headings() -> list[Heading]:
    return [Heading(title, width) for title, width in COLUMNS]


def _values(lines: Iterable[Line]) -> Iterator[list[Any]]:
    for one, kept in lines:
        person = one.person
        yield [
            person.family_name, person.given_name, person.employee_number, person.email, person.function_title,
            person.company, one.establishment.name, one.department.name if one.department else None,
            person.manager.name if person.manager else None, one.population.label, one.joined_on, one.due_on,
            one.answer.label, one.answered_on, kept.channel.label if kept else None, one.version.number,
            kept.sha256 if kept else None, kept.number if kept else None, one.left_on,
        ]  # fmt: skip
