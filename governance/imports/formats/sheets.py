"""A sheet as plain cells, the limits of what is read, and how a file is refused."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

Cell = str | int | float | bool | dt.date | dt.datetime | None
Row = list[Cell]

MAX_BYTES = 25 * 2**20
"""How big a file may be: our own export of 10,000 full activities weighs 18 MiB; other registers stay far below 10."""
MAX_ROWS = 400_000
"""Rows of all sheets together: our own export of 10,000 full activities has some 300,000, and 2.2 million cells."""
MAX_COLUMNS = 200
MAX_CELLS = 4_000_000
MAX_SHEETS = 200
MAX_MERGED = 100_000
"""Cells merged downwards of all sheets together: beyond, they are read as blank."""

_REFERENCE = re.compile(r"([A-Z]{1,3})")


class Unreadable(Exception):
    """A file cannot be read; the message is a French sentence that says what happened and what to do."""

    @property
    def sentence(self) -> str:
        return str(self)


class Merge(NamedTuple):
    """A cell that covers those below it: its column, its row and the last one that it covers, counted from 0."""

    column: int
    first: int
    last: int


@dataclass
class Sheet:
    """A sheet: its rows from the first, trailing blanks trimmed. `remarks`: French sentences on what was left out.

    `merges`: the cells merged downwards, whole like the remarks once all rows came.
    """

    name: str
    rows: Sequence[Row] = field(default_factory=list)
    hidden: bool = False
    remarks: list[str] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)


@dataclass
class Begun:
    """A sheet while it is read: `rows` come one by one, and may end with TooWide; its remarks are whole after them."""

    sheet: Sheet
    rows: Iterator[Row]
    is_last: bool = False


def letters(column: int) -> str:
    """The name of a column counted from 0: 0 -> "A", 26 -> "AA"."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def number(name: str) -> int:
    """The column, counted from 0, of a name in capital letters; -1 when it is none."""
    if not _REFERENCE.fullmatch(name):
        return -1
    total = 0
    for letter in name:
        total = total * 26 + ord(letter) - 64
    return total - 1


def trimmed(row: Row) -> Row:
    """`row` without its trailing blanks, in place."""
    while row and row[-1] is None:
        row.pop()
    return row


class TooWide(Exception):
    """A sheet has something so far away that it is left out whole; the message says where."""


class Grid:
    """Puts the rows of one sheet in their places as they are read, within the limits that its `Allowance` keeps."""

    def __init__(self, allowance: "Allowance") -> None:
        self._next, self._allowance = 0, allowance

    def put(self, position: int, row: Row) -> Iterator[Row]:
        """`row` at `position`, counted from 0, after the blanks before it; nothing for a blank one.

        Raises TooWide for a place too far, Unreadable for too much, ValueError for a place already passed.
        """
        trimmed(row)
        if not row:
            return
        if position >= MAX_ROWS or len(row) > MAX_COLUMNS:
            raise TooWide(f"{letters(len(row) - 1)}{position + 1}")
        if position < self._next:
            raise ValueError(position)
        self._allowance.take(position + 1 - self._next, len(row))
        yield from ([] for _ in range(self._next, position))
        yield row
        self._next = position + 1


class Allowance:
    """What may still be read of a file, all sheets together."""

    def __init__(self) -> None:
        self.rows, self.cells, self.merged = MAX_ROWS, MAX_CELLS, MAX_MERGED

    def takes(self, merge: Merge) -> bool:
        """Whether a merged cell may still be read; it is then counted."""
        covered = merge.last - merge.first
        is_taken = 0 < covered <= self.merged and 0 <= merge.column < MAX_COLUMNS
        self.merged -= covered if is_taken else 0
        return is_taken

    def take(self, rows: int, cells: int) -> None:
        """Count rows and cells. Raises Unreadable when the file has more than we read."""
        self.rows -= max(rows, 0)
        self.cells -= cells
        if self.rows < 0 or self.cells < 0:
            raise Unreadable(
                f"Le fichier dépasse {_spaced(MAX_ROWS)} lignes ou {_spaced(MAX_CELLS)} cellules. "
                "Gardez les feuilles utiles dans un fichier à part, puis recommencez."
            )


def _spaced(count: int) -> str:
    """1234567 -> "1 234 567", with non-breaking spaces."""
    digits = str(count)
    cuts = [0, *range(len(digits) % 3 or 3, len(digits), 3), len(digits)]
    return " ".join(digits[start:end] for start, end in pairwise(cuts))


def too_wide(name: str, cell: str) -> str:
    """The French sentence about a sheet left out because of a cell too far away."""
    return (
        f"La feuille « {name} » n’est pas lue : elle va jusqu’à la cellule {cell}, "
        f"au-delà des {MAX_COLUMNS} colonnes ou des {_spaced(MAX_ROWS)} lignes admises. "
        "Effacez ce qui est loin du tableau, ou copiez le tableau dans une feuille neuve."
    )
