"""The journal as a workbook or a table: who, when, what, from what to what, and the digests that chain it."""

from collections.abc import Iterable, Iterator
from typing import IO, Any

from exports import sheets
from exports.sentences import facts, sentences
from exports.sheets import Heading, Sheet
from models.base import PARIS
from models.journal import Entry
from models.register.catalogue import Terms
from models.vocabulary import N_

HEADINGS = (
    Heading(N_("Numéro"), 9),
    Heading(N_("Date et heure (Paris)"), 19),
    Heading(N_("Personne"), 26),
    Heading(N_("Action"), 24),
    Heading(N_("Objet"), 40),
    Heading(N_("Changements"), 80),
    Heading(N_("Précisions"), 48),
    Heading(N_("Chaîne"), 20),
    Heading(N_("Empreinte"), 66),
)


def workbook(entries: Iterable[Entry], terms: Terms, title: str, author: str) -> IO[bytes]:
    """Entries of the journal, read once, as xlsx; the open file is set at its start."""
    return sheets.xlsx([Sheet(N_("Journal"), HEADINGS, _rows(entries, terms), frozen=2)], title, author)


def table(entries: Iterable[Entry], terms: Terms) -> IO[bytes]:
    """Entries of the journal, read once, as csv; the open file is set at its start."""
    return sheets.csv_file(HEADINGS, _rows(entries, terms))


def _rows(entries: Iterable[Entry], terms: Terms) -> Iterator[tuple[Any, ...]]:
    for entry in entries:
        yield (
            entry.seq,
            entry.at.astimezone(PARIS).replace(tzinfo=None, microsecond=0),
            entry.actor_name,
            entry.verb.label,
            entry.subject_title,
            "\n".join(sentences(entry.changes, entry.subject_type, terms)),
            facts(entry.detail),
            entry.chain,
            entry.digest,
        )
