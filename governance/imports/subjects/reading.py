"""Reads flat tables of any origin: finds the headers, proposes what the columns mean, and brings each row to fields."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from governance.imports.findings import Found, Issue, Mappings, Place, Severity, Understanding, excerpt
from governance.imports.formats.sheets import Row, Sheet, letters
from governance.imports.layouts import tables
from governance.imports.lexicon import Headings
from governance.imports.reader import read
from governance.imports.subjects.cells import Doubted, Misread, ReadCell, is_empty
from governance.imports.values import is_failed_formula, text_of, words_of

NOTHING = (
    "Aucun tableau n’a été trouvé dans ce fichier : une ligne de titres, puis une ligne par fiche, sont attendues."
)
UNKNOWN = "Titre non reconnu : ses valeurs ne sont pas reprises."
LEFT_OUT = "Colonne que vous avez laissée de côté : ses valeurs ne sont pas reprises."
UNKEPT = "Vigie ne garde pas cette donnée : elle n’est pas reprise."
BROKEN = "La formule de cette cellule est en erreur : la cellule est laissée vide."


@cache
def words_for(subject: str) -> dict[str, Any]:
    """The words that files use for a subject: the content of its `<word>.yaml` beside this file."""
    read_words: dict[str, Any] = yaml.safe_load(Path(__file__).with_name(f"{subject}.yaml").read_text(encoding="utf-8"))
    return read_words


@dataclass(frozen=True)
class Target:
    """What a column may mean: the field it fills, its French title, other usual headers, and how a cell is read."""

    name: str
    title: str
    read: ReadCell
    headings: Sequence[str] = ()


class TableReader:
    """Reads files for a list of targets. `unkept`: headers of what Vigie does not keep, so that it can say so."""

    def __init__(self, targets: Sequence[Target], unkept: Iterable[str], known: Mappings) -> None:
        self._targets = {target.name: target for target in targets}
        said = {target.name: (target.title, *target.headings) for target in targets}
        self._headings = Headings(said)
        self._words = {words_of(heading): name for name, headings in said.items() for heading in headings}
        self._unkept = Headings({"": (*unkept,)})
        self._known = known

    def __call__(self, data: bytes, filename: str) -> Understanding:
        """Every line of every sheet that has a table. Raises Unreadable."""
        sheets = read(data, filename)
        result = Understanding(layout="table")
        result.issues = [
            Issue(Severity.DOUBT, sheet.name, 0, "", "", remark) for sheet in sheets for remark in sheet.remarks
        ]
        shown, hidden = tables.shown(sheets, self._is_understood)
        result.issues += hidden
        found = [table for sheet in shown if (table := self._find(sheet))]
        understood = [one for one in found if one.signature in self._known or any(one.targets)] or found[:1]
        for table in understood:
            self._keep(table, result)
        if not understood:
            result.layout = ""
            result.issues.append(Issue(Severity.ERROR, "", 0, "", "", NOTHING))
        return result

    def _is_understood(self, sheet: Sheet) -> bool:
        table = self._find(sheet)
        return table is not None and any(table.targets)

    def _find(self, sheet: Sheet) -> tables.Table | None:
        """The row whose headers are best understood, else the first that looks like headers."""
        best, most = tables.unknown(sheet), 0
        for at, row in enumerate(sheet.rows[: tables.FIRST_ROWS]):
            if sum(isinstance(cell, str) for cell in row) < 2:
                continue
            headers = [" ".join(text_of(cell).split()) for cell in row]
            targets = self._propose(headers)
            score = len(list(filter(None, targets)))
            if score > most or tables.Table(sheet, at, headers, targets).signature in self._known:
                best, most = tables.Table(sheet, at, headers, targets), max(score, most)
        return best

    def _propose(self, headers: list[str]) -> list[str | None]:
        """The target of each header: those that say it word for word first, those that only contain it last."""
        chosen: list[str | None] = [None] * len(headers)
        for meaning in (lambda header: self._words.get(words_of(header)), self._headings.exact, self._headings.like):
            for column, header in enumerate(headers):
                if chosen[column] is None and header and self._unkept.exact(header) is None:
                    target = meaning(header)
                    chosen[column] = target if target not in chosen else None
        return chosen

    def _keep(self, table: tables.Table, result: Understanding) -> None:
        decided = self._known.get(table.signature)
        targets = [one if one in self._targets else None for one in decided or table.targets]
        lines = _Lines(table, [self._targets[one] if one else None for one in targets])
        result.records += lines.records()
        result.issues += [*lines.issues, *self._left_out(table, targets, decided is not None)]
        result.tables.append(tables.head(table))

    def _left_out(self, table: tables.Table, targets: list[str | None], decided: bool) -> Iterator[Issue]:
        for column, header in enumerate(table.headers):
            if not header or (column < len(targets) and targets[column]):
                continue
            unkept = self._unkept.like(header) is not None
            severity = Severity.INFO if unkept or decided else Severity.DOUBT
            sentence = UNKEPT if unkept else LEFT_OUT if decided else UNKNOWN
            yield Issue(severity, table.sheet.name, table.at + 1, letters(column), excerpt(header), sentence)


class _Lines:
    """The rows under the headers of one table."""

    def __init__(self, table: tables.Table, targets: list[Target | None]) -> None:
        self._table, self._sheet = table, table.sheet.name
        self._columns = [(column, target) for column, target in enumerate(targets) if target]
        self._places = {target.name: letters(column) for column, target in self._columns}
        self._headers = frozenset(filter(None, table.headers))
        self.issues: list[Issue] = []

    def records(self) -> list[Found]:
        """One per row, but the headers written again and rows already read."""
        records, seen = [], dict[tuple[object, ...], int]()
        for number, row in enumerate(self._table.sheet.rows[self._table.at + 1 :], self._table.at + 2):
            if all(cell is None for cell in row) or self._is_header(row):
                continue
            first = seen.setdefault(tuple(row), number)
            if first != number:
                sentence = f"Cette ligne est identique à la ligne {first} : elle n’est reprise qu’une fois."
                self.issues.append(Issue(Severity.INFO, self._sheet, number, "", "", sentence))
            elif (found := self._record(row, number)).record["fields"] or found.issues:
                records.append(found)
        return records

    def _is_header(self, row: Row) -> bool:
        told = [cell for cell in row if cell is not None]
        return len(told) > 1 and all(isinstance(cell, str) and " ".join(cell.split()) in self._headers for cell in told)

    def _record(self, row: Row, number: int) -> Found:
        found = Found(Place(self._sheet, number), {"fields": {}, "columns": self._places})
        for column, target in self._columns:
            text = text_of(row[column]) if column < len(row) else ""
            if not is_empty(text):
                value = self._value(found, target, row, column, text)
                if value is not None:
                    found.record["fields"][target.name] = value
        return found

    def _value(self, found: Found, target: Target, row: Row, column: int, text: str) -> object:
        def say(severity: Severity, sentence: str) -> None:
            place = found.place
            found.issues.append(Issue(severity, place.sheet, place.row, letters(column), excerpt(text), sentence))

        if is_failed_formula(text):
            say(Severity.DOUBT, BROKEN)
            return None
        try:
            return target.read(row[column], text)
        except Misread as wrong:
            say(Severity.ERROR, str(wrong))
        except Doubted as doubt:
            say(Severity.DOUBT, str(doubt))
            return doubt.value
        return None
