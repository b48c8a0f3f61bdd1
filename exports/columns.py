"""Columns: how each field of a record is titled, written into a cell and read back; derived from the models."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Enum, Float, Integer, Text, inspect

from exports.texts import unguarded
from models.base import Instant
from models.journal import Journaled
from models.register.activity import Activity
from models.register.catalogue import Terms
from models.register.parts import PARTS
from models.register.processor import Processor, SubProcessor
from models.search import fold
from models.vocabulary import N_, Vocabulary

YES, NO = N_("Oui"), N_("Non")
SEPARATOR = "; "

_YES = frozenset({"oui", "o", "vrai", "true", "1", "x", "yes"})
_NO = frozenset({"non", "n", "faux", "false", "0", "no"})


class NotUnderstood(ValueError):
    """A cell does not hold what its column expects; the message says, in French, what was expected."""


@dataclass(frozen=True)
class Column:
    """One field as a column. `kind`: text, integer, decimal, date, instant, boolean, words (vocabulary), several, term,
    terms.

    `width` is in characters, as a spreadsheet counts it.
    """

    key: str
    title: str
    kind: str
    words: type[Vocabulary] | None = None
    scheme: str | None = None
    width: int = 28

    def choices(self, terms: Terms) -> list[str]:
        """The labels among which one cell of this column chooses; none when it is free or holds several."""
        if self.kind == "boolean":
            return [YES, NO]
        known = self.words.choices() if self.words else terms.choices(self.scheme or "") if self.kind == "term" else ()
        return [label for _, label in known]

    def converter(self, terms: Terms) -> Callable[[Any], Any]:
        """`to_cell` for a whole column: labels already found are not looked up again."""
        convert = partial(self.to_cell, terms=terms)
        return convert if self.kind in ("several", "terms") else lru_cache(convert)

    def to_cell(self, value: Any, terms: Terms) -> Any:
        """A plain value (as in a State) or a model's -> what the cell shows: label, Oui/Non, date, number or text."""
        if value is None:
            return None
        if self.kind == "boolean":
            return YES if value else NO
        if self.kind == "words" and self.words:
            return self.words(value).label
        if self.kind == "several" and self.words:
            return SEPARATOR.join(self.words(one).label for one in value)
        if self.kind == "term" and self.scheme:
            return terms.label(self.scheme, value)
        if self.kind == "terms" and self.scheme:
            return SEPARATOR.join(terms.label(self.scheme, code) for code in value)
        if self.kind == "date" and isinstance(value, str):
            return dt.date.fromisoformat(value)
        return value.isoformat() if isinstance(value, dt.datetime) else value

    def from_cell(self, cell: Any, terms: Terms) -> Any:
        """What `to_cell` wrote, or what a person typed, -> the plain value. Raises NotUnderstood.

        The apostrophe that keeps a text from coming alive in a spreadsheet is taken off here, and only here.
        """
        cell = unguarded(cell) if isinstance(cell, str) else cell
        text = " ".join(str(cell).split()) if cell is not None else ""
        if not text:
            return None
        if self.kind == "text":
            return str(cell).strip()
        return getattr(self, f"_read_{self.kind}")(cell, text, terms)

    def _read_boolean(self, cell: Any, text: str, terms: Terms) -> bool:
        if fold(text) in _YES | _NO:
            return fold(text) in _YES
        raise NotUnderstood(N_("Oui ou Non"))

    def _read_integer(self, cell: Any, text: str, terms: Terms) -> int:
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            raise NotUnderstood(N_("un nombre entier")) from None
        if number != int(number) or abs(number) > 10**6:
            raise NotUnderstood(N_("un nombre entier, au plus un million"))
        return int(number)

    def _read_decimal(self, cell: Any, text: str, terms: Terms) -> float:
        try:
            number = float(text.replace(",", ".").removesuffix("%").strip())
        except ValueError:
            raise NotUnderstood(N_("un nombre, par exemple 99,5")) from None
        if not abs(number) <= 10**6:
            raise NotUnderstood(N_("un nombre, au plus un million"))
        return number

    def _read_date(self, cell: Any, text: str, terms: Terms) -> str:
        if isinstance(cell, dt.datetime):
            return cell.date().isoformat()
        if isinstance(cell, dt.date):
            return cell.isoformat()
        for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y"):
            try:
                return dt.datetime.strptime(text, pattern).date().isoformat()  # noqa: DTZ007 -- a day has no time zone
            except ValueError:
                continue
        raise NotUnderstood(N_("une date, par exemple 31/12/2026"))

    def _read_instant(self, cell: Any, text: str, terms: Terms) -> str:
        try:
            instant = cell if isinstance(cell, dt.datetime) else dt.datetime.fromisoformat(text)
        except ValueError:
            raise NotUnderstood(N_("une date et une heure, par exemple 2026-12-31T14:30:00+01:00")) from None
        return (instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)).isoformat()

    def _read_words(self, cell: Any, text: str, terms: Terms) -> str:
        for value, label in self.words.choices() if self.words else ():
            if fold(text) in (fold(value), fold(label)):
                return value
        raise NotUnderstood(self.expected(terms))

    def _read_term(self, cell: Any, text: str, terms: Terms) -> str:
        code = terms.find(self.scheme or "", text)
        if code is None:
            raise NotUnderstood(self.expected(terms))
        return code

    def _read_terms(self, cell: Any, text: str, terms: Terms) -> list[str]:
        whole = terms.find(self.scheme or "", text)
        if whole:
            return [whole]
        return [self._read_term(part, part, terms) for part in map(str.strip, text.split(";")) if part]

    def expected(self, terms: Terms) -> str:
        """The French list of what the column accepts, shortened."""
        known = self.words.choices() if self.words else terms.choices(self.scheme or "")
        labels = [f"« {label} »" for _, label in known]
        return N_("une valeur de la liste : ") + ", ".join(labels[:8]) + ("…" if len(labels) > 8 else "")


def columns_of(model: type[Journaled], leave: Iterable[str] = ()) -> tuple[Column, ...]:
    """The columns of a model: its labelled fields, but those in `leave`, in their order."""
    found = []
    for key in model.journal_fields():
        column = inspect(model).column_attrs[key].columns[0]
        if key in leave:
            continue
        kind, words, scheme = _kind(column)
        found.append(Column(key, column.info["label"], kind, words, scheme, _width(column, kind)))
    return tuple(found)


def _width(column: Any, kind: str) -> int:
    if kind == "text":
        return (
            48 if isinstance(column.type, Text) else 18 if (getattr(column.type, "length", None) or 200) <= 40 else 28
        )
    return {"integer": 10, "decimal": 12, "date": 13, "boolean": 12, "terms": 40}.get(kind, 26)


_TYPES = ((Boolean, "boolean"), (Integer, "integer"), (Float, "decimal"), (Date, "date"), (Instant, "instant"))


def _kind(column: Any) -> tuple[str, type[Vocabulary] | None, str | None]:
    scheme = column.info.get("terms")
    if scheme:
        return ("terms" if isinstance(column.type, JSON) else "term"), None, scheme
    if isinstance(column.type, Enum):
        return "words", column.type.enum_class, None  # type: ignore[return-value]
    if "words" in column.info:
        return "several", column.info["words"], None
    for base, kind in _TYPES:
        if isinstance(column.type, base):
            return kind, None, None
    return "text", None, None


DEPARTMENT = Column("department", N_("Service responsable"), "text")
PROCESSOR = Column("processor", N_("Sous-traitant de l’annuaire"), "text")

ACTIVITY_COLUMNS = (*columns_of(Activity, leave={"department_id"}), DEPARTMENT)
"""An activity's own fields; the department goes by its name."""

PART_COLUMNS = {
    name: columns_of(part, leave={"processor_id"}) + ((PROCESSOR,) if name == "recipients" else ())
    for name, part in PARTS.items()
}
"""The fields of each collection; a processor goes by its name in the directory."""

PROCESSOR_COLUMNS = columns_of(Processor)
SUB_PROCESSOR_COLUMNS = columns_of(SubProcessor)


def portable(activity: Activity) -> dict[str, Any]:
    """An activity as data that means the same elsewhere: {"id", "fields", "parts"}, names instead of foreign keys."""
    return {"id": str(activity.id), **activity.state()}


def is_identity(text: Any) -> bool:
    """Whether a cell holds one of our identities (a UUID)."""
    try:
        uuid.UUID(str(text))
    except ValueError:
        return False
    return True
