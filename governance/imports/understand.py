"""Understands a register whatever its layout: sheets -> portable records, and what a person has to look at."""

from collections.abc import Iterable
from contextlib import suppress

from governance.imports import reader
from governance.imports.collector import no_collecting
from governance.imports.draft import Draft
from governance.imports.findings import Found, Issue, Mappings, Record, Severity, Understanding, excerpt
from governance.imports.formats.sheets import Sheet
from governance.imports.layouts import cnil, complements, document, fiches, rows, tables, vigie
from governance.imports.lexicon import Lexicon
from governance.imports.targets import choices, finish, is_target
from governance.imports.values import text_of
from models.register.catalogue import Terms
from models.search import fold

__all__ = ["read_and_understand", "targets", "understand"]

NOTHING = (
    "Aucun registre n’a été reconnu dans ce fichier : ni tableau avec une colonne « Nom du traitement », ni fiche avec "
    "ce libellé. Dites ci-dessous ce que contiennent ses colonnes, ou apportez un autre fichier."
)
NO_REGISTER = (
    "Ce tableau ne ressemble pas à un registre : aucune colonne de finalité, de base légale, de personnes ou de "
    "données. Dites ce que contiennent ses colonnes si c’en est un."
)
NAMELESS = "Le nom du traitement manque : la fiche n’est pas reprise."
TOO_MANY = (
    "Cette feuille compte plus de 20 000 lignes : aucun registre n’est si long, elle n’est pas lue. "
    "Gardez les lignes du registre dans une feuille à part."
)
IGNORED = "Feuille ignorée : ni tableau de traitements, ni fiche n’y a été reconnu."


def read_and_understand(data: bytes, filename: str, terms: Terms, mapping: Mappings | None = None) -> Understanding:
    """A file of any kind -> what is understood of it. Raises Unreadable as `reader.read` and `reader.read_json`."""
    if reader.is_json(data):
        return document.understand(reader.read_json(data), terms)
    with reader.opened(data, filename) as sheets:
        return understand(sheets, terms, mapping)


def targets() -> list[tuple[str, str]]:
    """(target, French title) of all that a column of a table may mean, for the mapping screen."""
    return choices()


@no_collecting()
def understand(sheets: list[Sheet], terms: Terms, mapping: Mappings | None = None) -> Understanding:
    """Sheets -> records, issues by cell, and the tables whose columns a person may have to explain.

    `mapping`: what a person decided of tables before, by their signature. Nothing is raised: what is not understood
    is an issue. Raises Unreadable when the rows of the last sheet are still coming, and it turns out so.
    """
    if vigie.is_ours(sheets):
        found = vigie.understand(reader.whole(sheets), terms)
    else:
        found = _Reading(sheets, Lexicon(terms), mapping or {}).understanding()
        reader.whole(sheets)
    remarks = [Issue(Severity.DOUBT, sheet.name, 0, "", "", remark) for sheet in sheets for remark in sheet.remarks]
    found.issues[:0] = remarks
    return found


class _Reading:
    """Reads the sheets of a stranger's file one after the other."""

    def __init__(self, sheets: list[Sheet], lexicon: Lexicon, mapping: Mappings) -> None:
        self._lexicon, self._mapping = lexicon, mapping
        self._result = Understanding()
        self._listed: list[Found] = []
        self._fiches: list[Found] = []
        self._actors: list[Record] = []
        self._ignored: list[tuple[Sheet, tables.Table | None]] = []
        self._complements: list[Sheet] = []
        self._is_cnil = False
        shown, self._result.issues = tables.shown(sheets, _speaks_of_processings)
        for sheet in shown:
            self._read(sheet)

    def understanding(self) -> Understanding:
        result = self._result
        result.records = cnil.merged(self._listed, self._fiches)
        cnil.share_actors(result.records, self._actors)
        for sheet in self._complements:
            result.issues.extend(complements.complete(result.records, sheet, self._lexicon))
        refuse_nameless(result.records)
        refuse_twins(result.records)
        if self._is_cnil:
            result.layout = "cnil"
        elif self._fiches:
            result.layout = "fiches"
        elif result.tables or any(table for _, table in self._ignored):
            result.layout = "table"
        for sheet, table in self._ignored:
            self._ignore(sheet, table if result.layout == "table" and not result.records else None)
        if not result.layout:
            result.issues.append(Issue(Severity.ERROR, "", 0, "", "", NOTHING))
        if result.layout != "table":
            result.tables = []
        return result

    def _ignore(self, sheet: Sheet, offered: tables.Table | None) -> None:
        """A sheet that gives no record: a table among them is offered to the person, who may know better."""
        if offered:
            self._result.tables.append(tables.head(offered))
        severity, sentence = (Severity.DOUBT, NO_REGISTER) if offered else (Severity.INFO, IGNORED)
        self._result.issues.append(Issue(severity, sheet.name, 0, "", "", sentence))

    def _read(self, sheet: Sheet) -> None:
        with suppress(reader.LeftOut):
            if sheet.rows and complements.is_ours(sheet):
                self._complements.append(sheet)
            elif sheet.rows:
                self._read_rows(sheet)

    def _read_rows(self, sheet: Sheet) -> None:
        """A sure table is understood while its rows come; anything else, once they all came."""
        table = tables.find_turned(sheet) or tables.find(sheet)
        chosen = self._chosen(table)
        if table and not table.is_turned and (chosen or table.is_surely_register):
            self._keep_table(table, chosen or table.targets)
        elif not self._is_too_long(sheet):
            self._read_whole(sheet, table, chosen)

    def _read_whole(self, sheet: Sheet, table: tables.Table | None, chosen: list[str | None] | None) -> None:
        drafts = [] if table and table.is_turned else list(fiches.read(sheet, self._lexicon))
        if drafts:
            self._is_cnil |= fiches.is_cnil(sheet)
            for draft in drafts:
                self._keep_fiche(draft)
        elif table is not None and (chosen or table.is_register):
            self._keep_table(table, chosen or table.targets)
        else:
            self._ignored.append((sheet, table))

    def _chosen(self, table: tables.Table | None) -> list[str | None] | None:
        """What a person decided of this table; targets that are none are left out."""
        decided = self._mapping.get(table.signature) if table else None
        return [target if target and is_target(target) else None for target in decided] if decided else None

    def _keep_fiche(self, draft: Draft) -> None:
        left_out = cnil.skipped(draft)
        if left_out:
            self._is_cnil |= left_out.sentence == cnil.EXAMPLE
            self._result.issues.append(left_out)
        else:
            self._fiches.append(finish(draft))

    def _is_too_long(self, sheet: Sheet) -> bool:
        """Whether a sheet is left aside, and said so, once all its rows came."""
        if len(sheet.rows) <= rows.MAX_ROWS:
            return False
        self._result.issues.append(Issue(Severity.ERROR, sheet.name, 0, "", "", TOO_MANY))
        return True

    def _keep_table(self, table: tables.Table, chosen: list[str | None]) -> None:
        listed, left_out = rows.read(table, chosen, self._lexicon)
        if self._is_too_long(table.sheet):
            return
        above = cnil.contacts(table, self._lexicon)
        self._is_cnil |= bool(above.parts.get("actors")) or cnil.is_list(table)
        if not above.parts.get("actors"):
            above = rows.actors_above(table, self._lexicon)
        self._actors.extend(above.parts.get("actors", []))
        self._result.issues.extend(above.issues)
        self._listed.extend(listed)
        self._result.issues.extend(left_out)
        self._result.issues.extend(_left_out(table, chosen))
        head = tables.head(table)
        self._result.tables.append(head)
        self._result.issues.extend(
            Issue(Severity.DOUBT, table.sheet.name, table.at + 1, "", "", sentence) for sentence in head.alternatives
        )


def _speaks_of_processings(sheet: Sheet) -> bool:
    table = tables.find(sheet)
    return fiches.names_a_processing(sheet) or (table is not None and table.is_register)


def _left_out(table: tables.Table, chosen: list[str | None]) -> Iterable[Issue]:
    """Columns that have values and mean nothing to us."""
    for column, header in enumerate(table.headers):
        target = chosen[column] if column < len(chosen) else None
        values = (row[column] for row in table.sheet.rows[table.at + 1 :] if column < len(row))
        if target is None and any(text_of(value) for value in values):
            row, place = (column + 1, table.at) if table.is_turned else (table.at + 1, column)
            sentence = (
                "Titre non reconnu : ses valeurs ne sont pas reprises. Associez-le à un champ pour les reprendre."
            )
            yield Issue(Severity.DOUBT, table.sheet.name, row, reader.letters(place), excerpt(header), sentence)


def refuse_nameless(records: list[Found]) -> None:
    """A record without a name is refused."""
    for found in records:
        if not found.record["fields"].get("name"):
            place = found.place
            found.issues.append(Issue(Severity.ERROR, place.sheet, place.row, "", "", NAMELESS))


def refuse_twins(records: list[Found]) -> None:
    """The second of two different records with one reference is refused; two with one name only are doubted.

    An import would lay one over the other.
    """
    seen: dict[str, Found] = {}
    names: dict[str, Found] = {}
    for found in records:
        reference, name = found.record["fields"].get("reference"), found.record["fields"].get("name")
        first = seen.setdefault(fold(reference), found) if reference else found
        namesake = names.setdefault(fold(name), found) if name and not reference else found
        if namesake is not found:
            sentence = f"Une autre fiche porte le même nom (ligne {namesake.place.row}), et aucune n’a de référence."
            found.issues.append(Issue(Severity.DOUBT, found.place.sheet, found.place.row, "", excerpt(name), sentence))
        if first is not found:
            where = f"« {first.place.sheet} », ligne {first.place.row}"
            sentence = (
                f"La référence « {reference} » est déjà celle d’une autre fiche ({where}) : il en faut une autre."
            )
            found.issues.append(
                Issue(Severity.ERROR, found.place.sheet, found.place.row, "", excerpt(reference), sentence)
            )
