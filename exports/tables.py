"""Records and their parts as the sheets of a workbook: identity first, unseen, then one heading per column."""

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any

from exports.columns import Column
from exports.sheets import Heading, Sheet
from models.register.catalogue import Terms
from models.vocabulary import N_

IDENTITY = N_("Identifiant")
NAMED = frozenset({"department", "processor", "vendor", "activity", "assessment"})
"""Columns that point to a record, which leaves by its name."""


def records(title: str, columns: tuple[Column, ...], rows: Iterable[Any], terms: Terms, frozen: int) -> Sheet:
    """A sheet with one line per record; `rows` have `id` and the keys of `columns`."""
    return Sheet(title, (_IDENTITY_HEADING, *headings_of(columns, terms)), values_of(columns, rows), frozen=frozen)


def parts_sheet(
    title: str, owner: str, columns: tuple[Column, ...], rows: Iterable[Any], owner_of: Any, terms: Terms
) -> Sheet:
    """A sheet with one line per part; `owner_of` gives the reference of the record that a part belongs to."""
    headings = (_IDENTITY_HEADING, Heading(owner, 18), *headings_of(columns, terms))
    return Sheet(title, headings, values_of(columns, rows, owner_of), frozen=2)


_IDENTITY_HEADING = Heading(IDENTITY, 40, hidden=True)


def headings_of(columns: tuple[Column, ...], terms: Terms) -> Iterator[Heading]:
    """The heading of each column, with its choices and how its cells are written."""
    for column in columns:
        yield Heading(column.title, column.width, tuple(column.choices(terms)), convert=_convert(column, terms))


def _convert(column: Column, terms: Terms) -> Callable[[Any], Any] | None:
    if column.key in NAMED:
        return _name
    return None if column.kind in ("text", "integer") else column.converter(terms)


def values_of(columns: tuple[Column, ...], rows: Iterable[Any], owner_of: Any = None) -> Iterator[tuple[Any, ...]]:
    """(identity, (owner,) values…) of each row."""
    values = attrgetter(*(column.key for column in columns))
    if owner_of is None:
        return ((str(row.id), *values(row)) for row in rows)
    return ((str(row.id), owner_of(row), *values(row)) for row in rows)


def _name(value: Any) -> str:
    return value if isinstance(value, str) else str(getattr(value, "name", None) or value.journal_title())
