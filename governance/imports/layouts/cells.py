"""Reads the cells of our own exports back into plain values, a column at a time: labels already read are remembered."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import String, inspect

from exports.columns import Column, NotUnderstood
from exports.texts import CELL_LIMIT, is_cut, printable, unguarded
from governance.imports.values import text_of
from models.journal import Journaled
from models.register.catalogue import Terms
from models.vocabulary import N_

Read = Callable[[Any], Any]

NAME_LIMIT = 200
"""Departments and processors are written by their names."""
KEPT = N_("Texte coupé à l’export, trop long pour une cellule : la valeur du registre est gardée.")


class Cut(Exception):
    """A text was cut by the export because no cell could hold it: the value in the register is the better one."""


def readers(columns: tuple[Column, ...], model: type[Journaled], terms: Terms, guarded: bool = True) -> dict[str, Read]:
    """What reads a cell of each column: cell -> plain value, or NotUnderstood with what was expected, or Cut.

    `guarded`: texts may carry the apostrophe of a spreadsheet export.
    """
    return {column.key: reader(column, _limit(model, column.key), terms, guarded) for column in columns}


def _limit(model: type[Journaled], key: str) -> int:
    columns = inspect(model).columns
    kind = columns[key].type if key in columns else String(NAME_LIMIT)
    return (kind.length if isinstance(kind, String) else None) or CELL_LIMIT


def reader(column: Column, limit: int, terms: Terms, guarded: bool) -> Read:
    """What reads one column; see `readers`."""
    return _text_reader(limit, guarded) if column.kind == "text" else _remembering(column, terms)


def _text_reader(limit: int, guarded: bool) -> Read:
    def read(cell: Any) -> str | None:
        if cell.__class__ is not str:
            if isinstance(cell, list | dict):
                raise NotUnderstood(N_("un texte"))
            cell = text_of(cell)
        text: str = printable(cell).strip()
        if guarded and text.startswith("'"):
            text = unguarded(text)
        if len(text) > limit:
            raise NotUnderstood(N_("{limit} caractères au plus, et non {count}").format(limit=limit, count=len(text)))
        if guarded and is_cut(text):
            raise Cut
        return text or None

    return read


def _remembering(column: Column, terms: Terms) -> Read:
    known: dict[Any, Any] = {}

    def read(cell: Any) -> Any:
        if isinstance(cell, list):
            return [item for one in cell for item in read(one)]
        key = (cell.__class__, cell) if not isinstance(cell, dict) else None
        if key is None:
            raise NotUnderstood(column.expected(terms))
        if key not in known:
            known[key] = _from_cell(column, cell, terms)
        return known[key]

    return read


def _from_cell(column: Column, cell: Any, terms: Terms) -> Any:
    if column.kind == "instant" and hasattr(cell, "isoformat") and not hasattr(cell, "hour"):
        cell = cell.isoformat()
    try:
        value = column.from_cell(cell, terms)
    except (ValueError, OverflowError) as error:
        raise error if isinstance(error, NotUnderstood) else NotUnderstood(N_("un nombre entier")) from None
    if column.key == "duration" and value is not None and value <= 0:
        raise NotUnderstood(N_("un nombre plus grand que zéro"))
    return value


def expected_here(column: Column, expected: NotUnderstood) -> str:
    """The French sentence about a cell that its column refuses."""
    return N_("« {title} » : est attendu {expected}.").format(title=column.title, expected=expected).replace("….", "…")


def missing_here(column: Column) -> str:
    return N_("« {title} » est obligatoire.").format(title=column.title)


def required(columns: tuple[Column, ...], model: type[Journaled]) -> set[str]:
    """The columns without which a row cannot be."""
    known = inspect(model).columns
    return {
        column.key
        for column in columns
        if column.key in known and not known[column.key].nullable and known[column.key].default is None
    }
