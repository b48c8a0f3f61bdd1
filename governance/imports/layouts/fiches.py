"""Fiches of any origin: label on the left, value beside it, one or several on a sheet, small tables inside.

The CNIL's own fiche is one of them. Nothing is expected at a given row: blocks are recognised by their labels.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from governance.imports import gathering
from governance.imports.actors import LIMITS, ROLES
from governance.imports.draft import Draft
from governance.imports.formats.sheets import Cell, Sheet
from governance.imports.layouts.blocks import BLOCKS, PROSE, Line, read_line
from governance.imports.lexicon import Lexicon, headings, inner_headings, is_right, key_of, ordinals, section_headings
from governance.imports.targets import HANDLERS, handler_of
from governance.imports.values import choices_of, nothing_said, text_of, words_of

FEWEST_LABELS = 3
"""From how many understood labels a sheet is taken for fiches."""

MOST_LABEL = 200

TANGLED = (
    "Plusieurs fiches commencent sur cette ligne sans que leurs colonnes se distinguent : aucune n’est reprise. Mettez "
    "chaque fiche dans ses propres colonnes, libellé et valeur, ou dans une feuille à part, puis recommencez."
)

_LINK = re.compile(r"►|consulter les guides", re.IGNORECASE)
_ORDER = re.compile(r"\W{0,3}(?:\d{1,2}(?:\.\d{1,2})?|[a-z])\W{0,3}", re.IGNORECASE)
_MARKS = re.compile(r"^(?:[^\w(«\"']|\d+\s*[.)-]\s)+")
_FOLLOWS = re.compile(r"si (?:oui|non|necessaire)\b|(?:lesquel(?:le)?s|precise[rz]|precisions?)\b")
"""How the label begins that asks more about what the label above it asked."""
_TOP = {"name", "reference", "opened_on", "revised_on", "organisation", "identity", "actors", "description", *ROLES}
"""What stands at the top of a fiche, before or around its name."""

SECTION_OF = {
    "sub_purposes": "purposes",
    "sensitive_items": "sensitive",
    "internal_recipients": "recipients",
    "external_recipients": "recipients",
    "transfer_mechanism": "transfers",
    "dpia_need": "compliance",
}
SECTIONS = {*BLOCKS, *PROSE, "identity", "organisation"}
ALWAYS = {
    "name", "reference", "opened_on", "revised_on", "review_on", "purposes", "sub_purposes", "lawful_basis",
    "art9_condition", "retentions", "transfers", "dpia_need", "person_groups", "data_items", "recipients",
    "security_measures", "sensitive", "internal_recipients", "external_recipients", "automated_decision",
    "dpia_progress", "final_fate", *ROLES,
}  # fmt: skip
"""Labels that mean their field even in the middle of a block about something else."""


_Cell = tuple[int, str, Cell]


@dataclass(slots=True)
class _Row:
    """A row without its links and blanks: [(column, text, cell)], the text of the label without marks."""

    number: int
    cells: list[_Cell]

    @property
    def label(self) -> str:
        return self.cells[0][1]

    @property
    def rest(self) -> list[_Cell]:
        return self.cells[1:]


def _rows(sheet: Sheet) -> list[_Row]:
    rows = []
    for number, row in enumerate(sheet.rows, 1):
        told = [(column, text_of(cell), cell) for column, cell in enumerate(row) if cell is not None]
        cells = _unnumbered([cell for cell in told if cell[1] and not _LINK.match(cell[1])])
        for part in _side_by_side(cells):
            column, label, value = part[0]
            bare = _MARKS.sub("", label).strip()
            rows.append(_Row(number, [(column, bare or label, value), *part[1:]]))
    return [_unfolded(row) for row in rows]


def _unnumbered(cells: list[_Cell]) -> list[_Cell]:
    """Without the number that stands before a label, in a cell of its own."""
    is_numbered = len(cells) > 1 and _ORDER.fullmatch(cells[0][1]) and headings().exact(cells[1][1])
    return cells[1:] if is_numbered else cells


def _side_by_side(cells: list[_Cell]) -> Iterator[list[_Cell]]:
    """The labels of a row that holds several, each with its value: « Nom | Paie | Référence | RH-01 »."""
    labels = [headings().exact(text) is not None for _, text, _ in cells]
    if labels and labels == [True, False] * (len(cells) // 2):
        yield from (cells[at : at + 2] for at in range(0, len(cells), 2))
    elif cells:
        yield cells


def _unfolded(row: _Row) -> _Row:
    """« Nom du traitement : Paie » in one cell is a label and its value."""
    label, colon, value = row.label.partition(":")
    if not row.rest and colon and value.strip() and len(label) <= 60 and headings().exact(label):
        column = row.cells[0][0]
        return _Row(row.number, [(column, label.strip(), label), (column, value.strip(), value.strip())])
    return row


def _mark(row: _Row) -> str | None:
    """What a label means: a target or a section; a cell alone is rather the title of a section."""
    if row.rest and is_right(row.label):
        return None
    target, section = headings().exact(row.label), section_headings().exact(row.label)
    return target or section if row.rest else section or target


def _is_heading_row(row: _Row) -> bool:
    """A row of titles: every cell beside the label is the title of a column."""
    return bool(row.rest) and not is_ordinal(row.label) and all(inner_headings().exact(text) for _, text, _ in row.rest)


def is_ordinal(label: str) -> bool:
    """Whether a label only numbers its line: « Destinataire 2 »."""
    return any(letter.isdecimal() for letter in label) and key_of(label) in ordinals()


def _names(rows: list[_Row]) -> list[int]:
    """The rows, by index, that give the name of a processing: not those that head a table."""
    found = []
    for index, row in enumerate(rows):
        titles = [headings().exact(text) is not None for _, text, _ in row.rest]
        below = _mark(rows[index + 1]) if index + 1 < len(rows) else None
        heads_a_table = bool(titles) and all(titles) and (len(titles) > 1 or below is None)
        if headings().exact(row.label) == "name" and not heads_a_table:
            found.append(index)
    return found


def find(sheet: Sheet) -> list[list[_Row]]:
    """The fiches of a sheet, each as its rows; none when the sheet holds something else."""
    rows = _rows(sheet)
    names = _names(rows)
    marked = {mark for row in rows if (mark := _mark(row))}
    if not names or len(marked) < FEWEST_LABELS:
        return []
    starts = [_start(rows, name, previous) for previous, name in zip([-1, *names], names, strict=False)]
    return [rows[start:end] for start, end in zip(starts, [*starts[1:], len(rows)], strict=True)]


def _blocks(sheet: Sheet) -> list[Sheet]:
    """The sheet, or each block of its columns where fiches stand side by side: the same sheet without the others."""
    labels = _labels(sheet)
    heads = [at for at in sorted(labels) if "name" in labels[at] and len(labels[at]) >= FEWEST_LABELS]
    edges = [_edge(sheet, right) for left, right in pairwise(heads) if _overlap(labels[left], labels[right])]
    if not edges:
        return [sheet]
    blocks = pairwise([0, *edges, max(map(len, sheet.rows))])
    return [Sheet(sheet.name, [[None] * start + row[start:end] for row in sheet.rows]) for start, end in blocks]


def _labels(sheet: Sheet) -> dict[int, dict[str, list[int]]]:
    """Column -> meaning -> the rows where a label of this column means it."""
    labels: dict[int, dict[str, list[int]]] = {}
    for number, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            label = cell.partition(":")[0] if isinstance(cell, str) and len(cell) <= MOST_LABEL else ""
            if label and (meaning := headings().exact(label)):
                labels.setdefault(column, {}).setdefault(meaning, []).append(number)
    return labels


def _overlap(left: dict[str, list[int]], right: dict[str, list[int]]) -> bool:
    """Whether the labels of two columns stand beside each other, and not one fiche below the other."""
    (top, end), (other_top, other_end) = (
        (min(rows[0] for rows in labels.values()), max(rows[-1] for rows in labels.values()))
        for labels in (left, right)
    )
    return top <= other_end and other_top <= end


def _edge(sheet: Sheet, column: int) -> int:
    """Where the block begins whose labels are in `column`: with the numbers before them, when there are some."""
    before = [text for row in sheet.rows if len(row) >= column and (text := text_of(row[column - 1]))]
    return column - 1 if before and all(map(_ORDER.fullmatch, before)) else column


def names_a_processing(sheet: Sheet) -> bool:
    """Whether a sheet has the label of a processing's name, as a fiche has."""
    return any(headings().exact(first.partition(":")[0]) == "name" for first in _firsts(sheet))


def _firsts(sheet: Sheet) -> Iterator[str]:
    """The first cells of each row that could be a label, or its number and a label."""
    for row in sheet.rows:
        for cell in islice((cell for cell in row if cell is not None), 2):
            if isinstance(cell, str) and len(cell) <= MOST_LABEL:
                yield cell


def _start(rows: list[_Row], name: int, previous: int) -> int:
    """Where the fiche whose name is at `name` begins: at the top block that leads to it, with its title."""
    start = name
    for index in range(name - 1, previous, -1):
        if _mark(rows[index]) not in _TOP:
            break
        start = index
    above = start - 1
    is_title = above > previous and not rows[above].rest and _mark(rows[above]) is None
    apart = is_title and (above == 0 or rows[above].number - rows[above - 1].number > 1)
    return above if apart else start


def read(sheet: Sheet, lexicon: Lexicon) -> Iterator[Draft]:
    """Every fiche of a sheet as a draft, still to be finished; those that cannot be told apart are refused."""
    if not names_a_processing(sheet):
        return
    for block in _blocks(sheet):
        drafts = [_Walk(block, rows, lexicon).draft for rows in find(block)]
        begun = Counter(draft.place.row for draft in drafts)
        for draft in drafts:
            if begun[draft.place.row] > 1:
                draft.at(draft.place.row, None)
                draft.refuse(TANGLED)
            yield draft


class _Walk:
    """Goes down the rows of one fiche; remembers in which block it is and what its columns are."""

    def __init__(self, sheet: Sheet, rows: list[_Row], lexicon: Lexicon) -> None:
        name = next(row.number for row in rows if headings().exact(row.label) == "name")
        self.draft = Draft(lexicon, sheet.name, name)
        self._section = self._asked = ""
        self._columns: dict[int, str] = {}
        self._contacts: dict[str, dict[str, str]] = {}
        for row in rows:
            self._read(row)
        for role, cells in self._contacts.items():
            gathering.add_actor(self.draft, role, cells.pop("name", ""), **cells)

    def _read(self, row: _Row) -> None:
        mark = _mark(row)
        if _is_heading_row(row):
            self._head(row, mark)
        elif not row.rest:
            self._alone(row, mark)
        elif self._section in ROLES and (detail := inner_headings().exact(row.label)) in LIMITS:
            self._contacts.setdefault(self._section, {})[str(detail)] = row.rest[0][1]
        elif mark in HANDLERS and (self._section not in BLOCKS or self._is_field(mark, row)):
            self._field(row, mark)
        elif self._section in BLOCKS:
            self._line(row)
        elif self._asked and _FOLLOWS.match(words_of(row.label)):
            self._field(row, self._asked, is_more=True)
        else:
            self._unknown(row)

    def _head(self, row: _Row, mark: str | None) -> None:
        if mark:
            self._section = SECTION_OF.get(mark, mark)
        first = inner_headings().exact(row.label)
        self._columns = {column: str(inner_headings().exact(text)) for column, text, _ in row.rest}
        if first and not mark:
            self._columns[row.cells[0][0]] = first

    def _alone(self, row: _Row, mark: str | None) -> None:
        """A single cell: the title of a block, or a line of text in the block where it stands."""
        section = SECTION_OF.get(mark or "", mark or "")
        if section in SECTIONS or (mark in ROLES and not self._columns):
            self._section, self._columns = section, {}
        elif mark:
            return  # a field left empty
        elif self._section and not is_ordinal(row.label):
            column, text, cell = row.cells[0]
            self.draft.at(row.number, column, cell)
            line = Line(choices_of(text), {}, [], is_alone=True, in_table=bool(self._columns), raw=text_of(cell))
            read_line(self.draft, self._section, line)

    def _is_field(self, mark: str, row: _Row) -> bool:
        """Whether a label with a value is a field in the middle of a block, rather than a line of its table."""
        if self._section in ("rights", "risks") or is_ordinal(row.label):
            return mark in ("name", "lawful_basis")
        return mark in ALWAYS or SECTION_OF.get(mark, mark) == self._section or self._section == "compliance"

    def _field(self, row: _Row, mark: str, *, is_more: bool = False) -> None:
        """A label and its value; `is_more`: it completes what `mark` said, and takes nothing back."""
        column, text, cell = row.rest[0]
        more = [extra for _, extra, _ in row.rest[1:]]
        value: Cell = "\n".join([text, *more]) if more else cell
        if mark in ROLES and self._section == "actors":
            self._line(row)
        elif not is_more or not nothing_said(text):
            self.draft.put(handler_of(mark), value, row.number, column)
            self._asked = mark

    def _line(self, row: _Row) -> None:
        cells: dict[str, str] = {}
        loose: list[str] = []
        for column, text in ((column, choices_of(text)) for column, text, _ in row.rest):
            meaning = self._columns.get(column)
            if meaning and meaning not in cells:
                cells[meaning] = text
            else:
                loose.append(text)
        column, _, cell = row.rest[0]
        self.draft.at(row.number, column, cell)
        columns = {text: column for column, text, _ in reversed(row.cells)}
        line = Line(
            row.label,
            cells,
            loose,
            _mark(row) or "",
            is_ordinal(row.label),
            raw=row.label,
            row=row.number,
            columns=columns,
        )
        read_line(self.draft, self._section, line)

    def _unknown(self, row: _Row) -> None:
        if not self._section and not self._asked:
            return  # the head of a page, before the fiche begins
        text = " – ".join(text for _, text, _ in row.rest)
        self.draft.at(row.number, row.cells[0][0], row.label)
        self.draft.note(row.label, text)
        self.draft.doubt("Libellé non reconnu : sa valeur est reprise dans les notes internes.")


def is_cnil(sheet: Sheet) -> bool:
    """Whether the fiches of a sheet are the CNIL's: it alone numbers categories of persons and receiving bodies."""
    labels = {words_of(text_of(row[0])) for row in sheet.rows if row and row[0] is not None}
    return {"categorie de personnes 1", "organisme destinataire 1"} <= labels
