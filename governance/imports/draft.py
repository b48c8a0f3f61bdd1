"""A record being gathered from the cells of a file: what is understood has its field, the rest is noted and named."""

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import String

from exports.columns import ACTIVITY_COLUMNS
from exports.texts import CELL_LIMIT, printable
from governance.imports.findings import Found, Issue, Place, Record, Severity, excerpt
from governance.imports.formats.sheets import Cell, letters
from governance.imports.lexicon import Lexicon
from governance.imports.values import (
    Impossible,
    choices_of,
    day_of,
    is_failed_formula,
    nothing_said,
    text_of,
    yes_or_no,
)
from models.register.activity import Activity

COLUMNS = {column.key: column for column in ACTIVITY_COLUMNS}
_LIMITS = {
    key: column.type.length
    for key, column in Activity.__table__.columns.items()
    if key in COLUMNS and COLUMNS[key].kind == "text" and isinstance(column.type, String) and column.type.length
}
_OF_EACH_HOUSE = frozenset({"domain", "status"})
"""Lists that every house makes for itself: a value of theirs is no mistake."""
_DAY_ZERO = dt.date(1899, 12, 30)
_DAY_COUNTS = range(30_000, 60_000)
"""Days that a spreadsheet counts from 1982 to 2064, when a date has lost its format."""
_MUST_FIT = frozenset({"name", "reference"})


class Draft:
    """One record on its way in. Cells are brought with `put`; `finish` gives the record and its issues."""

    def __init__(self, lexicon: Lexicon, sheet: str, row: int) -> None:
        self.lexicon, self.place = lexicon, Place(sheet, row)
        self.fields: dict[str, Any] = {}
        self.parts: dict[str, list[Record]] = {}
        self.issues: list[Issue] = []
        self.notes: dict[str, None] = {}
        """The lines of the internal notes, each once, in their order."""
        self.waiting: dict[str, list[Any]] = {}
        """What only the whole record can decide: bases of several purposes, guarantees of transfers…"""
        self.is_of_several_rows = False
        self._spot: tuple[str, int, int | None, Any] = (sheet, row, None, "")

    # Issues, at the cell being read

    def at(self, row: int, column: int | None, value: Any = "", sheet: str = "") -> None:
        """The cell that the next issues are about: `row` counted from 1, `column` from 0."""
        self._spot = (sheet or self.place.sheet, row, column, value)

    @property
    def spot(self) -> tuple[str, int, int | None, Any]:
        return self._spot

    def say(self, severity: Severity, sentence: str, spot: tuple[str, int, int | None, Any] | None = None) -> None:
        sheet, row, column, value = spot or self._spot
        column_name = "" if column is None else letters(column)
        self.issues.append(Issue(severity, sheet, row, column_name, excerpt(text_of(value)), sentence))

    def doubt(self, sentence: str) -> None:
        self.say(Severity.DOUBT, sentence)

    def inform(self, sentence: str) -> None:
        self.say(Severity.INFO, sentence)

    def refuse(self, sentence: str) -> None:
        self.say(Severity.ERROR, sentence)

    def note(self, title: str, text: str) -> None:
        """Keep a text that has no field of its own among the internal notes."""
        self.notes[f"{title} : {text}" if title else text] = None

    # Cells

    def put(self, handler: Callable[["Draft", str, Cell], None], value: Cell, row: int, column: int | None) -> None:
        """Bring one cell to a handler of targets.py; it is cleaned first, and what cannot be kept is said."""
        text, kept, remarks = _cleaned(value)
        if not text:
            return
        self._spot = (self._spot[0], row, column, value)
        for severity, sentence in remarks:
            self.say(severity, sentence)
        if kept:
            handler(self, kept, value if kept == text else kept)

    # Fields

    def text(self, key: str, text: str) -> None:
        """A text field: several cells make several lines; one too long is refused or goes to the notes."""
        if nothing_said(text) and key not in _MUST_FIT:
            return
        limit = _LIMITS.get(key)
        known = self.fields.get(key)
        if known == text:
            return
        joined = f"{known}\n{text}" if known and limit is None else text
        if limit is None:
            self.fields[key] = joined
        elif len(text) > limit:
            self._too_long(key, text, limit)
        elif known:
            self.note(COLUMNS[key].title, text)
        else:
            self.fields[key] = " ".join(text.split())

    def _too_long(self, key: str, text: str, limit: int) -> None:
        said = f"« {COLUMNS[key].title} » compte {len(text)} caractères ; {limit} au plus sont attendus"
        if key in _MUST_FIT:
            self.fields[key] = text[:limit]
            self.refuse(f"{said}.")
            return
        self.note(COLUMNS[key].title, text)
        self.doubt(f"{said} : le texte est repris dans les notes internes.")

    def day(self, key: str, text: str, value: Cell) -> None:
        """A date field; a date that does not exist is refused, words that are no date go to the notes."""
        if nothing_said(text):
            return
        try:
            day = day_of(value if not isinstance(value, str) else text)
        except Impossible:
            self.refuse(f"« {text} » n’existe pas : une date est attendue, par exemple 31/12/2026.")
            return
        if day:
            if self.fields.setdefault(key, day) != day:
                self.note(COLUMNS[key].title, text)
                self.doubt("Une autre date est déjà reprise pour cette fiche : celle-ci l’est dans les notes internes.")
            return
        if isinstance(value, int) and value in _DAY_COUNTS:
            self.fields.setdefault(key, (_DAY_ZERO + dt.timedelta(days=value)).isoformat())
            self.doubt(f"Le nombre {value} a été lu comme une date, telle qu’un tableur les compte.")
            return
        self.note(COLUMNS[key].title, text)
        self.doubt("Une date est attendue, par exemple 31/12/2026 : le texte est repris dans les notes internes.")

    def yes_no(self, key: str, text: str) -> str:
        """A yes-or-no field; what is said besides, for the caller to keep. Anything else goes to the notes."""
        if nothing_said(text):
            self.fields[key] = False
            return ""
        said, rest = yes_or_no(text)
        if said is not None:
            self.fields[key] = said
            return rest
        self.note(COLUMNS[key].title, text)
        self.doubt("Oui ou Non est attendu : le texte est repris dans les notes internes.")
        return ""

    def word(self, key: str, text: str, scheme: str) -> str | None:
        """A field that chooses in a list; the code, also kept. What is not in the list goes to the notes."""
        code = self.lexicon.only(scheme, text)
        if code:
            self.fields[key] = code
            return code
        if not nothing_said(text):
            self.note(COLUMNS[key].title, text)
            expected = self.lexicon.expected(scheme)
            severity = Severity.INFO if key in _OF_EACH_HOUSE else Severity.DOUBT
            self.say(
                severity, f"Valeur non reconnue : elle est reprise dans les notes internes. Sont attendus : {expected}"
            )
        return None

    def add(self, collection: str, **row: Any) -> Record:
        """One more row of a collection, without its empty values."""
        kept = {key: value for key, value in row.items() if value not in (None, "")}
        rows = self.parts.setdefault(collection, [])
        rows.append(kept)
        return kept

    def wait(self, what: str, value: Any) -> None:
        self.waiting.setdefault(what, []).append((value, self._spot))

    # The end

    def found(self) -> Found:
        """The record as it stands."""
        if self.notes:
            written = self.fields.get("notes")
            self.fields["notes"] = "\n".join([written, *self.notes] if written else self.notes)
        return Found(self.place, {"fields": self.fields, "parts": self.parts}, self.issues)


@lru_cache(maxsize=4096, typed=True)
def _cleaned(value: Cell) -> tuple[str, str, tuple[tuple[Severity, str], ...]]:
    """What a cell says, what of it is brought to its handler, and what has to be said of it."""
    text = text_of(value)
    if is_failed_formula(text):
        return text, "", ((Severity.DOUBT, "La formule de cette cellule est en erreur : la cellule est laissée vide."),)
    if len(text) > CELL_LIMIT:
        count = f"{len(text):,}".replace(",", " ")
        sentence = f"Ce texte compte {count} caractères ; {CELL_LIMIT} au plus sont attendus dans une cellule."
        return text, "", ((Severity.ERROR, sentence),)
    remarks = []
    if isinstance(value, str) and len(value) != len(text) and printable(value) != value:
        remarks.append((Severity.INFO, "Des caractères invisibles ont été retirés de cette cellule."))
    kept = choices_of(text)
    if kept != text and kept:
        remarks.append((Severity.INFO, "Seuls les choix cochés de cette cellule sont repris."))
    elif kept != text:
        remarks.append((Severity.DOUBT, "Aucun choix n’est coché dans cette cellule : elle est laissée vide."))
    return text, kept, tuple(remarks)
