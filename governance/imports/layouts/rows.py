"""Reads the rows of a table: one record each, but examples, repetitions, and rows that continue the one above."""

from collections.abc import Iterator
from itertools import islice

from governance.imports.actors import ROLES
from governance.imports.draft import Draft
from governance.imports.findings import Found, Issue, Severity, excerpt
from governance.imports.formats.sheets import Row, letters
from governance.imports.layouts.shifts import Misfit, misfits
from governance.imports.layouts.tables import Table, is_header
from governance.imports.lexicon import Lexicon, headings
from governance.imports.targets import Handler, finish, handler_of, is_target, settle_organisation, title_of
from governance.imports.values import is_example, text_of
from models.search import fold

MANY_COLUMNS = 4
MAX_ROWS = 20_000
"""Of a sheet that is not our own export: no register is that long."""

EXAMPLE = "Ligne d’exemple : elle n’est pas reprise."
NAMELESS = "Ligne sans nom de traitement, ignorée."
ONLY_NAME = "Seul le nom est renseigné : est-ce le titre d’une rubrique ? La fiche est reprise."
SECOND = (
    "Un autre tableau commence ici, avec d’autres titres : il n’est pas lu. Mettez-le dans une feuille à part, puis "
    "recommencez."
)
CONTINUED = "Cette ligne sans nom ni référence a été rattachée au traitement de la ligne précédente."


class Reading:
    """The rows of a table on their way to records; `issues` are those of rows that make none."""

    def __init__(self, table: Table, targets: list[str | None], lexicon: Lexicon) -> None:
        self.issues: list[Issue] = []
        self._table, self._lexicon = table, lexicon
        self._columns: list[tuple[int, str, Handler]] = [
            (column, target, handler_of(target))
            for column, target in enumerate(targets)
            if target and is_target(target) and column < len(table.headers)
        ]
        self._name = targets.index("name") if "name" in targets else -1
        self._reference = targets.index("reference") if "reference" in targets else -1
        self._headers = [fold(header) for header in table.headers]
        self._seen: dict[tuple[object, ...], int] = {}

    def records(self) -> Iterator[Found]:
        """One record per row, in their order, as far as `MAX_ROWS`; the rows may still be coming."""
        draft: Draft | None = None
        filled = 0
        below = islice(self._table.sheet.rows, self._table.at + 1, MAX_ROWS)
        for number, row in enumerate(below, self._table.at + 2):
            if is_header(row) and not self._is_ours(row):
                self._say(Severity.ERROR, number, "", SECOND)
                break
            if not row or self._is_header(row) or self._is_skipped(row, number):
                continue
            count = self._count(row)
            if draft is not None and self._continues(row, count, filled):
                self._put(draft, row, number)
                draft.at(*self._spot(number, self._columns[0][0]))
                draft.doubt(CONTINUED)
                continue
            if draft is not None:
                yield finish(draft)
            draft, filled = self._draft(row, number, count), count
        if draft is not None:
            yield finish(draft)

    def _spot(self, number: int, column: int) -> tuple[int, int]:
        """Where a cell is in the file: (row from 1, column from 0)."""
        return (column + 1, number - 1) if self._table.is_turned else (number, column)

    def _draft(self, row: Row, number: int, count: int) -> Draft:
        draft = Draft(self._lexicon, self._table.sheet.name, self._spot(number, max(self._name, 0))[0])
        wrong = misfits(row, self._columns, self._lexicon)
        for misfit in wrong:
            self._set_aside(draft, row, number, misfit)
        self._put(draft, row, number, {misfit.column for misfit in wrong})
        if count == 1 and len(self._columns) >= MANY_COLUMNS:
            draft.doubt(ONLY_NAME)
        return draft

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

    def _continues(self, row: Row, count: int, filled: int) -> bool:
        """A row without name and reference is the rest of the one above (merged cells): it has few cells, or a table
        that numbers its records gave it no number."""
        if self._text(row, self._name) or self._text(row, self._reference) or not count:
            return False
        return count <= filled / 2 or self._reference >= 0

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
        if not name and (reference or self._count(row) == 0) and self._count(row) <= 1:
            shown = next((text_of(cell) for cell in row if cell is not None), "")
            return self._say(Severity.DOUBT if self._count(row) else Severity.INFO, number, shown, NAMELESS)
        first = self._seen.setdefault(tuple(row), number)
        if first != number and name:
            sentence = f"Cette ligne est identique à la ligne {first} : elle n’est reprise qu’une fois."
            return self._say(Severity.INFO, number, name, sentence)
        return False

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
