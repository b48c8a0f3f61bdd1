"""Our own workbook and csv, come back as exports/register.py wrote them, whatever somebody typed there since."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from exports.columns import (
    ACTIVITY_COLUMNS,
    PART_COLUMNS,
    PROCESSOR_COLUMNS,
    SUB_PROCESSOR_COLUMNS,
    Column,
    NotUnderstood,
    is_identity,
)
from exports.register import (
    MARK_SHEET,
    PROCESSOR_SHEET,
    RECORD,
    REGISTER_SHEET,
    SCHEMA,
    SHEET_TITLES,
    SUB_PROCESSOR_SHEET,
)
from exports.sheets import LIST_SHEET
from exports.tables import IDENTITY
from governance.imports.findings import Found, Issue, Place, Record, Severity, Understanding, excerpt
from governance.imports.formats.sheets import Row, Sheet, letters
from governance.imports.layouts.cells import KEPT, Cut, Read, expected_here, missing_here, readers, required
from governance.imports.values import text_of
from models.journal import Journaled
from models.register.activity import Activity
from models.register.catalogue import Terms
from models.register.parts import PARTS
from models.register.processor import Processor, SubProcessor
from models.search import fold
from models.vocabulary import N_

LAYOUT = "vigie"
ENOUGH = 0.5
"""From which share of our column titles a sheet is taken for our own."""
OWNER_OF_SUB_PROCESSOR = N_("Sous-traitant")

_TITLES = {fold(column.title) for column in ACTIVITY_COLUMNS}


def is_ours(sheets: list[Sheet]) -> bool:
    """Whether sheets come from one of our exports, even arranged by somebody since."""
    return any(sheet.name == MARK_SHEET for sheet in sheets) or _register(sheets) is not None


def _register(sheets: list[Sheet]) -> Sheet | None:
    """The sheet of the records: by its name, else by its titles (a csv has no sheet name)."""
    for sheet in sheets:
        titles = {fold(text_of(cell)) for cell in sheet.rows[0]} if sheet.rows else set()
        if fold(IDENTITY) in titles and len(titles & _TITLES) >= ENOUGH * len(_TITLES):
            return sheet
    return next((sheet for sheet in sheets if sheet.name == REGISTER_SHEET), None) if _has_mark(sheets) else None


def _has_mark(sheets: list[Sheet]) -> bool:
    return any(sheet.name == MARK_SHEET for sheet in sheets)


def understand(sheets: list[Sheet], terms: Terms) -> Understanding:
    """The workbook or csv of an export -> its records. Collections without a sheet are not touched."""
    result = Understanding(layout=LAYOUT)
    schema = next(
        (row[1] for sheet in sheets if sheet.name == MARK_SHEET for row in sheet.rows if row[:1] == ["schema"]), SCHEMA
    )
    register = _register(sheets)
    if schema != SCHEMA or register is None:
        sentence = N_(
            "Ce classeur vient d’une autre version de Vigie (schéma {found}) ; celle-ci lit le schéma {known}."
        )
        missing = N_("La feuille « {sheet} » manque : elle contient les fiches.").format(sheet=REGISTER_SHEET)
        told = missing if schema == SCHEMA else sentence.format(found=schema, known=SCHEMA)
        result.issues.append(Issue(Severity.ERROR, "", 0, "", "", told))
        return result
    result.records = list(_Page(register, ACTIVITY_COLUMNS, Activity, terms, result.issues, summaries=True).records())
    by_reference = {fold(found.record["fields"].get("reference") or ""): found for found in result.records}
    others = {sheet.name: sheet for sheet in sheets if sheet is not register}
    for name, title in SHEET_TITLES.items():
        sheet = others.pop(title, None)
        if sheet is not None and sheet.rows:
            page = _Page(sheet, PART_COLUMNS[name], PARTS[name], terms, result.issues, owner=RECORD)
            _attach(page, name, by_reference, result)
    _read_processors(others, terms, result)
    result.issues.extend(
        Issue(Severity.INFO, sheet.name, 0, "", "", N_("Feuille ajoutée au classeur : elle n’est pas reprise."))
        for sheet in others.values()
        if sheet.name not in (MARK_SHEET, LIST_SHEET) and sheet.rows
    )
    refuse_repeated(result.records)
    return result


def _attach(page: "_Page", collection: str, owners: Mapping[str, Found], result: Understanding) -> None:
    """Give each record the rows of a collection; a record without rows has none left."""
    for found in result.records:
        found.record["parts"][collection] = []
    for owner, part in page.rows():
        found_owner = owners.get(fold(owner)) if owner else None
        if found_owner is None:
            sentence = N_("Aucune fiche de la feuille « {sheet} » n’a cette référence : la ligne n’est pas reprise.")
            place = part.place
            result.issues.append(
                Issue(
                    Severity.ERROR, place.sheet, place.row, "B", excerpt(owner), sentence.format(sheet=REGISTER_SHEET)
                )
            )
            continue
        found_owner.issues.extend(part.issues)
        found_owner.record["parts"][collection].append(part.record)


def _read_processors(sheets: dict[str, Sheet], terms: Terms, result: Understanding) -> None:
    sheet, below = sheets.pop(PROCESSOR_SHEET, None), sheets.pop(SUB_PROCESSOR_SHEET, None)
    if sheet is None or not sheet.rows:
        return
    result.processors = list(_Page(sheet, PROCESSOR_COLUMNS, Processor, terms, result.issues).records())
    if below is None or not below.rows:
        return
    by_name = {fold(found.record["fields"].get("name") or ""): found for found in result.processors}
    for found in result.processors:
        found.record["sub_processors"] = []
    page = _Page(below, SUB_PROCESSOR_COLUMNS, SubProcessor, terms, result.issues, owner=OWNER_OF_SUB_PROCESSOR)
    for owner, part in page.rows():
        if fold(owner) in by_name:
            by_name[fold(owner)].issues.extend(part.issues)
            by_name[fold(owner)].record["sub_processors"].append(part.record)


class _Page:
    """One sheet of our workbook: its columns by their titles, its rows as plain values."""

    def __init__(
        self,
        sheet: Sheet,
        columns: tuple[Column, ...],
        model: type[Journaled],
        terms: Terms,
        issues: list[Issue],
        owner: str = "",
        summaries: bool = False,
    ) -> None:
        self._sheet, self._columns, self._terms = sheet, {column.key: column for column in columns}, terms
        self._required = required(columns, model)
        self._identity = self._owner = -1
        self._plan: list[tuple[int, str, Read]] = []
        self._head(readers(columns, model, terms), owner, summaries, issues)

    def _head(self, reads: Mapping[str, Read], owner: str, summaries: bool, issues: list[Issue]) -> None:
        keys = {fold(column.title): key for key, column in self._columns.items()}
        told = {fold(title) for title in SHEET_TITLES.values()} if summaries else set()
        for position, cell in enumerate(self._sheet.rows[0]):
            title = fold(text_of(cell))
            if title == fold(IDENTITY):
                self._identity = position
            elif owner and title == fold(owner) and self._owner < 0:
                self._owner = position
            elif title in keys:
                self._plan.append((position, keys[title], reads[keys[title]]))
            elif title and title not in told:
                sentence = N_("Colonne non reprise : ce titre n’est pas un de ceux de l’export.")
                issues.append(Issue(Severity.DOUBT, self._sheet.name, 1, letters(position), excerpt(cell), sentence))

    def records(self) -> Iterator[Found]:
        """Each row as a record of its own: {"id"?, "fields", "parts": {}}."""
        for number, row in enumerate(self._sheet.rows[1:], 2):
            if row:
                found = self._found(row, number)
                identity = {"id": found.record.pop("id")} if "id" in found.record else {}
                found.record = {**identity, "fields": found.record, "parts": {}}
                check_record(found)
                yield found

    def rows(self) -> Iterator[tuple[str, Found]]:
        """(the reference of its owner, the row) of each row of a collection."""
        for number, row in enumerate(self._sheet.rows[1:], 2):
            if row:
                yield text_of(row[self._owner]) if 0 <= self._owner < len(row) else "", self._found(row, number)

    def _found(self, row: Row, number: int) -> Found:
        record: Record = {}
        issues: list[Issue] = []
        count = len(row)
        identity = row[self._identity] if 0 <= self._identity < count else None
        if identity is not None:
            self._identify(identity, number, record, issues)
        for position, key, read in self._plan:
            cell = row[position] if position < count else None
            if cell is None:
                record[key] = None
                continue
            try:
                record[key] = read(cell)
            except NotUnderstood as expected:
                issues.append(
                    self._issue(Severity.ERROR, number, position, cell, expected_here(self._columns[key], expected))
                )
            except Cut:
                issues.append(self._issue(Severity.DOUBT, number, position, cell, KEPT))
        for position, key, _ in self._plan:
            if key in self._required and record.get(key, "") is None and key != "reference":
                issues.append(self._issue(Severity.ERROR, number, position, "", missing_here(self._columns[key])))
        return Found(Place(self._sheet.name, number), record, issues)

    def _identify(self, identity: Any, number: int, record: Record, issues: list[Issue]) -> None:
        if is_identity(identity):
            record["id"] = str(identity)
            return
        sentence = N_("Un identifiant de Vigie est attendu ici, ou rien pour un ajout.")
        issues.append(self._issue(Severity.ERROR, number, self._identity, identity, sentence))

    def _issue(self, severity: Severity, number: int, position: int, cell: Any, sentence: str) -> Issue:
        return Issue(severity, self._sheet.name, number, letters(position), excerpt(text_of(cell)), sentence)


def check_record(found: Found) -> None:
    """What the database would refuse of a record, said before."""
    fields = found.record["fields"]
    if fields.get("dpia_override") and not fields.get("dpia_reason") and "dpia_reason" in fields:
        sentence = N_("Un avis sur l’AIPD différent des critères veut une justification.")
        found.issues.append(Issue(Severity.ERROR, found.place.sheet, found.place.row, "", "", sentence))


def refuse_repeated(records: Iterable[Found]) -> None:
    """The same identity, or the same reference, twice: somebody copied a row to make another."""
    seen: dict[tuple[str, str], Place] = {}
    for found in records:
        reference = found.record["fields"].get("reference") or ""
        for kind, value in ((IDENTITY, str(found.record.get("id", ""))), (N_("Référence"), fold(reference))):
            first = seen.setdefault((kind, value), found.place) if value else found.place
            if first is not found.place:
                sentence = N_("« {kind} » est déjà à la ligne {row} : pour une fiche de plus, videz cette cellule.")
                shown = reference if kind != IDENTITY else value
                place = found.place
                found.issues.append(
                    Issue(Severity.ERROR, place.sheet, place.row, "", shown, sentence.format(kind=kind, row=first.row))
                )
