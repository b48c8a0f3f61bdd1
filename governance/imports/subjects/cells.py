"""How a cell of a flat table is read: each way brings it to a plain value, or says why it cannot."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from governance.imports.formats.sheets import Cell
from governance.imports.lexicon import Headings
from governance.imports.listing import small_items
from governance.imports.values import Impossible, day_of, nothing_said, words_of, yes_or_no
from governance.terms import terms
from models.search import fold
from models.vocabulary import Vocabulary

ReadCell = Callable[[Cell, str], Any]
"""(the cell, its text) -> the plain value, None for nothing. Raises Misread or Doubted."""

_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT_MONTHS = {
    "janv": "janvier", "jan": "janvier", "fevr": "fevrier", "fev": "fevrier", "avr": "avril", "juil": "juillet",
    "sept": "septembre", "oct": "octobre", "nov": "novembre", "dec": "decembre",
}  # fmt: skip
_SHORT_MONTH = re.compile(rf"\b({'|'.join(sorted(_SHORT_MONTHS, key=len, reverse=True))})\b\.?")
_DAY_ZERO = dt.date(1899, 12, 30)
_DAY_COUNTS = range(20_000, 60_000)
"""Days that a spreadsheet counts from 1954 to 2064, when a date has lost its format."""
_YEARS = range(1900, 2201)
_ADDRESS = re.compile(r"[^@\s,;<>]{1,100}@[^@\s,;<>]{1,100}\.[^@\s,;<>]{1,60}")
_COUNT = re.compile(r"\d|(?:sous-)?total\b", re.IGNORECASE)
_NUMBER = re.compile(r"[<>≥≤~]?\s{0,3}(-?\d[\d\s  ]*(?:[.,]\d+)?)\s*%?")


class Misread(ValueError):
    """A cell cannot be what its column expects: its line is refused, with this French sentence."""


class Doubted(Exception):
    """A cell is taken as `value` (None: it is left out), and a person should look at it."""

    def __init__(self, value: Any, sentence: str) -> None:
        super().__init__(sentence)
        self.value = value


def line(limit: int = 200) -> ReadCell:
    """One line of text."""

    def read(cell: Cell, text: str) -> str:
        said = " ".join(text.split())
        if len(said) > limit:
            raise Misread(f"Ce texte compte {len(said)} caractères ; {limit} au plus sont attendus.")
        return said

    return read


_line = line()


def name(cell: Cell, text: str) -> str:
    """The name of a person, or a part of it; the counts at the foot of a list are none."""
    if _COUNT.match(text):
        raise Misread("Ce n’est pas le nom d’une personne, mais un total : la ligne n’est pas reprise.")
    return str(_line(cell, text))


def prose(cell: Cell, text: str) -> str:
    """A text of any length."""
    return text


def day(cell: Cell, text: str) -> str | None:
    """A day in any usual form: 31/12/2026, 31-12-26, 2026-12-31, 20261231, 31 déc. 2026, or as a spreadsheet counts.

    A year that means « no end » (2999, 9999) is nothing.
    """
    try:
        found = day_of(_spelled(text) if isinstance(cell, str) else cell) or _counted(text)
    except Impossible:
        raise Misread(f"« {text} » n’existe pas : une date est attendue, par exemple 31/12/2026.") from None
    if found is None:
        raise Misread("Une date est attendue, par exemple 31/12/2026.")
    year = int(found[:4])
    if year > _YEARS[-1]:
        return None
    if year not in _YEARS:
        raise Misread(f"L’année {year} ne peut pas être la bonne.")
    return found


def _spelled(text: str) -> str:
    compact = _COMPACT.fullmatch(text.strip())
    if compact:
        return "-".join(compact.groups())
    return _SHORT_MONTH.sub(lambda month: _SHORT_MONTHS[month[1]], fold(text))


def _counted(text: str) -> str | None:
    count = int(text) if text.isascii() and text.isdecimal() and len(text) == 5 else 0
    return (_DAY_ZERO + dt.timedelta(days=count)).isoformat() if count in _DAY_COUNTS else None


def email(cell: Cell, text: str) -> str:
    """An e-mail address, in lower case."""
    found = _ADDRESS.search(text.replace("mailto:", " "))
    if found is None:
        raise Doubted(None, "Ce n’est pas une adresse électronique complète : elle n’est pas reprise.")
    return found[0].casefold()


def boolean(cell: Cell, text: str) -> bool:
    """Yes or no."""
    said, _rest = yes_or_no(text)
    if said is None:
        raise Doubted(None, "Oui ou Non est attendu : la cellule n’est pas reprise.")
    return said


def integer(cell: Cell, text: str) -> int:
    """A whole number; « > 100 » is 100."""
    return round(decimal(cell, text))


def decimal(cell: Cell, text: str) -> float:
    """A number, with a comma or a point; « 99,5 % » is 99.5."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise Doubted(None, "Un nombre est attendu : la cellule n’est pas reprise.")
    return float("".join(found[1].split()).replace(",", "."))


def one_of(words: type[Vocabulary], synonyms: Mapping[str, Sequence[str]] | None = None) -> ReadCell:
    """One member of a vocabulary, by its label, its value or what people write for it."""
    listed = {value: (value.replace("_", " "), label) for value, label in words.choices()}
    exact = {words_of(word): value for value, known in listed.items() for word in known}
    exact |= {words_of(word): str(value) for value, known in (synonyms or {}).items() for word in known}
    like = Headings({value: [*known, *(synonyms or {}).get(value, ())] for value, known in listed.items()})
    expected = ", ".join(f"« {label} »" for _value, label in words.choices())

    def read(cell: Cell, text: str) -> str:
        value = exact.get(words_of(text)) or like.like(text)
        if value is None:
            raise Doubted(None, f"Valeur non reconnue : elle n’est pas reprise. Sont attendus : {expected}.")
        return value

    return read


def listed(scheme: str) -> ReadCell:
    """Codes of a reference list of the catalogue, for a cell that enumerates."""

    def read(cell: Cell, text: str) -> list[str]:
        found = {piece: terms().find(scheme, piece) for piece in _pieces(scheme, text)}
        codes = list(dict.fromkeys(code for code in found.values() if code))
        unknown = ", ".join(f"« {piece} »" for piece, code in found.items() if code is None)
        if unknown:
            raise Doubted(codes or None, f"{unknown} : absent de la liste, non repris.")
        return codes

    return read


def _pieces(scheme: str, text: str) -> Iterator[str]:
    """What a cell enumerates; a label of the list that holds a comma or a slash stays whole."""
    for part in re.split("[;\n]", text):
        whole = " ".join(part.split())
        yield from [whole] if terms().find(scheme, whole) else small_items(part)


def is_empty(text: str) -> bool:
    """Whether a cell says nothing: empty, a dash, « Sans objet »."""
    return not text or nothing_said(text)
