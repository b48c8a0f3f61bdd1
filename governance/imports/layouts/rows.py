"""Reads the rows of a table: one record each, but examples, repetitions, and rows that continue the one above."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from governance.imports import bases
from governance.imports.actors import ROLES
from governance.imports.draft import Draft
from governance.imports.findings import Found, Issue, Severity, excerpt
from governance.imports.formats.sheets import Cell, Row, letters
from governance.imports.layouts.shifts import Misfit, misfits
from governance.imports.layouts.tables import Table, is_header
from governance.imports.lexicon import Lexicon, headings
from governance.imports.targets import SINGLE, Handler, finish, handler_of, is_target, settle_organisation, title_of
from governance.imports.values import is_example, text_of, words_of
from models.search import fold

MANY_COLUMNS = 4
MAX_ROWS = 20_000
"""Of a sheet that is not our own export: no register is that long."""

EXAMPLE = "Ligne d’exemple : elle n’est pas reprise."
TOTAL = "Ligne de total : elle n’est pas reprise."
NAMELESS = "Ligne sans nom de traitement, ignorée."
ONLY_NAME = "Seul le nom est renseigné : est-ce le titre d’une rubrique ? La fiche est reprise."
SECOND = (
    "Un autre tableau commence ici, avec d’autres titres : il n’est pas lu. Mettez-le dans une feuille à part, puis "
    "recommencez."
)
CONTINUED = (
    "Cette ligne sans nom ni référence a été rattachée au traitement de la ligne précédente. Si c’en est un autre, "
    "donnez-lui un nom, puis recommencez."
)
LEFT_WITH_ITS_OWN = "Cette ligne continue une ligne qui n’est pas reprise : elle ne l’est pas non plus."
_TOTAL = re.compile(r"(?:sous )?tota(?:l|ux)\b(?: general| des traitements| de traitements)?$")
OF_ONE = SINGLE | {"owner_service", "organisation", "controller", "contact_name", "contact_email", "dpia_need"}
"""Targets that say one thing of a record: a row that fills one of them is the beginning of a record."""

Covered = Mapping[int, Mapping[int, Cell]]
"""Row -> column -> what the cell says that is merged over this one from above; rows and columns counted from 0."""


def read(table: Table, targets: list[str | None], lexicon: Lexicon) -> tuple[list[Found], list[Issue]]:
    """The records of a table, and the issues of rows that make none.

    Merged cells are told after the rows, which may still be coming: the rows are read again when there are some.
    """
    reading = Reading(table, targets, lexicon)
    found = list(reading.records())
    covered = _covered(table)
    if covered:
        reading = Reading(table, targets, lexicon, covered)
        found = list(reading.records())
    return found, reading.issues


def _covered(table: Table) -> Covered:
    covered: dict[int, dict[int, Cell]] = {}
    rows = table.sheet.rows
    for column, first, last in table.sheet.merges:
        value = rows[first][column] if first < len(rows) and column < len(rows[first]) else None
        for at in range(first + 1, min(last + 1, len(rows)) if first > table.at and value is not None else 0):
            covered.setdefault(at, {})[column] = value
    return covered


def _finished(draft: Draft) -> Found:
    """The record of a draft, with what several of its rows repeat only once."""
    found = finish(draft)
    if draft.is_of_several_rows:
        for name, rows in draft.parts.items():
            draft.parts[name] = [*{repr(row): row for row in rows}.values()]
    return found


class Reading:
    """The rows of a table on their way to records; `issues` are those of rows that make none."""

    def __init__(
        self, table: Table, targets: list[str | None], lexicon: Lexicon, covered: Covered | None = None
    ) -> None:
        self.issues: list[Issue] = []
        self._table, self._lexicon, self._covered = table, lexicon, covered or {}
        self._columns: list[tuple[int, str, Handler]] = [
            (column, target, handler_of(target))
            for column, target in enumerate(targets)
            if target and is_target(target) and column < len(table.headers)
        ]
        self._name = targets.index("name") if "name" in targets else -1
        self._reference = targets.index("reference") if "reference" in targets else -1
        self._of_one, self._purposes, self._bases = (
            [column for column, target, _ in self._columns if target.partition(":")[0] in meant]
            for meant in (OF_ONE, {"purposes", "sub_purposes"}, {"lawful_basis"})
        )
        self._headers = [fold(header) for header in table.headers]
        self._seen: dict[tuple[object, ...], int] = {}
        self._draft: Draft | None = None
        self._is_left_out = False

    def records(self) -> Iterator[Found]:
        """One record per row, in their order, as far as `MAX_ROWS`; the rows may still be coming."""
        below = islice(self._table.sheet.rows, self._table.at + 1, MAX_ROWS)
        for number, row in enumerate(below, self._table.at + 2):
            is_of_texts = all(cell is None or isinstance(cell, str) for cell in row)  # headers are nothing but texts
            if is_of_texts and is_header(row) and not self._is_ours(row):
                self._say(Severity.ERROR, number, "", SECOND)
                break
            if row and not (is_of_texts and self._is_header(row)):
                yield from self._read(row, number)
        yield from self._ended()

    def _read(self, row: Row, number: int) -> Iterator[Found]:
        """One row; the record before it, when it begins another one."""
        covered = self._covered.get(number - 1, {})
        own = self._with_covered(row, covered)
        goes_on = self._draft is not None or self._is_left_out
        if goes_on and self._is_covered(row, covered):
            self._go_on(row, number)
        elif self._is_skipped(own, number):
            self._is_left_out |= bool(self._text(own, self._name))
        elif goes_on and self._continues(own):
            self._go_on(own, number, CONTINUED)
        else:
            yield from self._ended()
            self._draft, self._is_left_out = self._begun(own, number), False

    def _ended(self) -> Iterator[Found]:
        if self._draft is not None:
            yield _finished(self._draft)

    def _spot(self, number: int, column: int) -> tuple[int, int]:
        """Where a cell is in the file: (row from 1, column from 0)."""
        return (column + 1, number - 1) if self._table.is_turned else (number, column)

    def _is_covered(self, row: Row, covered: Mapping[int, Cell]) -> bool:
        """Whether a row goes on with the record above, whose name or number is merged over it."""
        return self._name in covered or (self._reference in covered and not self._text(row, self._name))

    def _with_covered(self, row: Row, covered: Mapping[int, Cell]) -> Row:
        """A row with what is merged over it, but another record's number."""
        if not covered:
            return row
        whole = [*row, *[None] * (max(covered) + 1 - len(row))]
        for column, value in covered.items():
            whole[column] = value if column != self._reference and whole[column] is None else whole[column]
        return whole

    def _begun(self, row: Row, number: int) -> Draft:
        draft = Draft(self._lexicon, self._table.sheet.name, self._spot(number, max(self._name, 0))[0])
        wrong = misfits(row, self._columns, self._lexicon)
        for misfit in wrong:
            self._set_aside(draft, row, number, misfit)
        self._put(draft, row, number, {misfit.column for misfit in wrong})
        if self._count(row) == 1 and len(self._columns) >= MANY_COLUMNS:
            draft.doubt(ONLY_NAME)
        return draft

    def _go_on(self, row: Row, number: int, doubt: str = "") -> None:
        """One more row of a record, or of a row left out; its basis is that of its purpose, when it has both."""
        if self._draft is None or self._is_left_out:
            self._say(Severity.INFO, number, "", LEFT_WITH_ITS_OWN)
            return
        if all(any(self._text(row, column) for column in columns) for columns in (self._purposes, self._bases)):
            bases.settle(self._draft)
        self._put(self._draft, row, number)
        self._draft.is_of_several_rows = True
        if doubt:
            self._draft.at(*self._spot(number, self._columns[0][0]))
            self._draft.doubt(doubt)

    def _put(self, draft: Draft, row: Row, number: int, without: set[int] | frozenset[int] = frozenset()) -> None:
        for column, _, handler in self._columns:
            if column < len(row) and row[column] is not None and column not in without:
                draft.put(handler, row[column], *self._spot(number, column))

    def _set_aside(self, draft: Draft, row: Row, number: int, misfit: Misfit) -> None:
        """A cell of a shifted row is kept in the notes, and nowhere else."""
        header, text = self._table.headers[misfit.column], text_of(row[misfit.column])
        draft.at(*self._spot(number, misfit.column), text)
        draft.note(f"Colonne « {header} » du fichier", text)
        draft.doubt(
            f"Sous « {header} », cette cellule ressemble à « {title_of(misfit.looks_like)} ». À partir de la colonne "
            f"{letters(misfit.first)}, la ligne semble décalée d’une colonne vers la {misfit.side} : {misfit.why}. "
            "Elle n’est reprise que dans les notes internes : corrigez le fichier, ou complétez la fiche à la main."
        )

    def _count(self, row: Row) -> int:
        return sum(column < len(row) and row[column] is not None for column, _, _ in self._columns)

    def _continues(self, row: Row) -> bool:
        """A row without name and reference is the rest of the one above, unless it says what one record says once; in
        a table that numbers its records, it is since it has no number."""
        if self._text(row, self._name) or self._text(row, self._reference):
            return False
        return self._reference >= 0 or not any(self._text(row, column) for column in self._of_one)

    def _text(self, row: Row, column: int) -> str:
        return text_of(row[column]) if 0 <= column < len(row) else ""

    def _is_ours(self, row: Row) -> bool:
        """Whether a row of headers says what those of this table say."""
        told = zip(row, self._headers, strict=False)
        return all(fold(text_of(cell)) == header for cell, header in told if cell is not None)

    def _is_header(self, row: Row) -> bool:
        """The headers again: written twice, or repeated at the top of each printed page."""
        same = [
            cell
            for cell, header in zip(row, self._headers, strict=False)
            if isinstance(cell, str) and len(cell) == len(header) and fold(cell) == header
        ]
        return len(same) >= 2 and len(same) * 2 >= sum(cell is not None for cell in row)

    def _is_skipped(self, row: Row, number: int) -> bool:
        name, reference = self._text(row, self._name), self._text(row, self._reference)
        if is_example(name) or is_example(reference):
            return self._say(Severity.INFO, number, name, EXAMPLE)
        if self._is_total(row):
            return self._say(Severity.INFO, number, reference or name, TOTAL)
        if not name and (reference or self._count(row) == 0) and self._count(row) <= 1:
            shown = next((text_of(cell) for cell in row if cell is not None), "")
            return self._say(Severity.DOUBT if self._count(row) else Severity.INFO, number, shown, NAMELESS)
        first = self._seen.setdefault(tuple(row), number)
        if first != number and name:
            sentence = f"Cette ligne est identique à la ligne {first} : elle n’est reprise qu’une fois."
            return self._say(Severity.INFO, number, name, sentence)
        return False

    @staticmethod
    def _is_total(row: Row) -> bool:
        """« Total », and nothing beside but numbers."""
        said = (words_of(text_of(cell)) for cell in row if cell is not None)
        return _TOTAL.match(next(said, "")) is not None and all(re.fullmatch(r"[\d ]*", words) for words in said)

    def _say(self, severity: Severity, number: int, value: str, sentence: str) -> bool:
        row, column = self._spot(number, max(self._name, 0))
        place = letters(column) if self._name >= 0 else ""
        self.issues.append(Issue(severity, self._table.sheet.name, row, place, excerpt(value), sentence))
        return True


def actors_above(table: Table, lexicon: Lexicon) -> Draft:
    """The actors named above a table, as « Responsable de traitement : CH de Val-Clair », in a draft of their own."""
    draft = Draft(lexicon, table.sheet.name, 1)
    for number, row in enumerate(table.sheet.rows[: table.at], 1):
        cells = [(column, text_of(cell)) for column, cell in enumerate(row) if text_of(cell)]
        if len(cells) == 1 and ":" in cells[0][1]:
            label, _, value = cells[0][1].partition(":")
            cells = [(cells[0][0], label), (cells[0][0], value.strip())]
        target = headings().exact(cells[0][1]) if len(cells) == 2 else None
        if target in ROLES or target == "organisation":
            draft.put(handler_of(str(target)), cells[1][1], number, cells[1][0])
    settle_organisation(draft)
    return draft
