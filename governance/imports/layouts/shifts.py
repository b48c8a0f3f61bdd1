"""Tells when the cells of a row sit one column beside their own: somebody forgot a cell, or typed one too many."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from governance.imports.bases import basis_of
from governance.imports.durations import is_undecided, speaks_of_time
from governance.imports.formats.sheets import Row
from governance.imports.lexicon import Lexicon
from governance.imports.values import Impossible, day_of, nothing_said, text_of, yes_or_no

_LEFT, _RIGHT = 1, -1
_SIDES = {
    _LEFT: ("gauche", "il y manque sans doute la base légale"),
    _RIGHT: ("droite", "il y a sans doute une cellule de trop avant la base légale"),
}


@dataclass(frozen=True, slots=True)
class Misfit:
    """A cell of a shifted row: what it looks like, where the shift begins, to which side the cells went and why."""

    column: int
    looks_like: str
    first: int
    side: str
    why: str


def _speaks(scheme: str) -> Callable[[str, Lexicon], bool]:
    return lambda text, lexicon: bool(lexicon.found(scheme, text))


def _is_data(text: str, lexicon: Lexicon) -> bool:
    return bool(lexicon.found("data_categories", text)) or "donnee" in text.casefold().replace("é", "e")


def _is_recipient(text: str, lexicon: Lexicon) -> bool:
    return bool(lexicon.found("recipient_categories", text) or lexicon.found("recipient_kinds", text))


def _is_day(text: str, lexicon: Lexicon) -> bool:
    try:
        return day_of(text) is not None
    except Impossible:
        return True


def _is_yes_or_no(text: str, lexicon: Lexicon) -> bool:
    return yes_or_no(text)[0] is not None


FITS: dict[str, Callable[[str, Lexicon], bool]] = {
    "lawful_basis": lambda text, lexicon: bool(basis_of(text, lexicon).codes),
    "person_groups": _speaks("data_subjects"),
    "data_items": _is_data,
    "retentions": lambda text, lexicon: speaks_of_time(text) or is_undecided(text),
    "recipients": _is_recipient,
    "security_measures": _speaks("security_measure_categories"),
    "transfers": _is_yes_or_no,
    "sensitive": _is_yes_or_no,
    "dpia_need": _is_yes_or_no,
    "opened_on": _is_day,
    "revised_on": _is_day,
    "review_on": _is_day,
}
"""Targets whose cells can be recognised by what they say."""


def misfits(row: Row, columns: Sequence[tuple[int, str, Any]], lexicon: Lexicon) -> list[Misfit]:
    """The cells of a row that belong to the column beside theirs, none when the row sits well.

    `columns`: (column, target, anything) in their order. Only a lawful basis that is none raises the question, and
    at least two cells must say by themselves that their place is beside.
    """
    at = next((index for index, (_, target, _) in enumerate(columns) if target == "lawful_basis"), None)
    basis = _text(row, columns[at][0]) if at is not None else ""
    if at is None or not basis or nothing_said(basis) or basis_of(basis, lexicon).codes:
        return []
    filled = [(index, _text(row, columns[index][0])) for index in range(at, len(columns))]
    filled = [(index, text) for index, text in filled if text and not nothing_said(text)]
    here = sum(_fits(columns, index, text, lexicon) for index, text in filled)
    for side in (_LEFT, _RIGHT):
        beside = [(index, text) for index, text in filled if _fits(columns, index + side, text, lexicon)]
        if len(beside) >= 2 and len(beside) > here:
            first = columns[at][0]
            return [
                Misfit(columns[index][0], columns[index + side][1], first, *_SIDES[side])
                for index, _ in filled
                if 0 <= index + side < len(columns)
            ]
    return []


def _fits(columns: Sequence[tuple[int, str, Any]], index: int, text: str, lexicon: Lexicon) -> bool:
    fits = FITS.get(columns[index][1]) if 0 <= index < len(columns) else None
    return fits is not None and fits(text, lexicon)


def _text(row: Row, column: int) -> str:
    return text_of(row[column]) if column < len(row) else ""
