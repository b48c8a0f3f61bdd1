"""The sheet « Compléments » of our export in the CNIL's layout: what of it goes back into the records."""

from collections.abc import Iterable, Iterator

from exports.columns import ACTIVITY_COLUMNS, NotUnderstood
from exports.complements import BASIS, FIELDS, TITLES
from governance.imports.bases import basis_of
from governance.imports.findings import Found, Issue, Severity, excerpt
from governance.imports.formats.sheets import Sheet
from governance.imports.layouts.cells import KEPT, Cut, expected_here, readers
from governance.imports.lexicon import Lexicon
from governance.imports.values import text_of
from models.register.activity import Activity
from models.search import fold

PARTLY = (
    "De cette feuille sont repris les champs des fiches et les bases légales. Le reste s’y lit seulement, et n’efface "
    "rien : pour tout reprendre, importez l’export .xlsx ou .json de Vigie."
)
_LEFT = frozenset({"confirmed_at", "confirmed_by", "archived_on", "archive_reason"})
"""What people said of a record in its own house."""
_READ = {key for keys in FIELDS.values() for key in keys} - _LEFT
_COLUMNS = {column.title: column for column in ACTIVITY_COLUMNS if column.key in _READ}


def is_ours(sheet: Sheet) -> bool:
    return tuple(text_of(cell) for cell in sheet.rows[0]) == TITLES


def complete(records: Iterable[Found], sheet: Sheet, lexicon: Lexicon) -> Iterator[Issue]:
    """Give the records what their lines say; gives what there is to say of the sheet."""
    owners = {fold(one.record["fields"].get("reference") or ""): one for one in records}
    reads = readers(tuple(_COLUMNS.values()), Activity, lexicon.terms)
    yield Issue(Severity.INFO, sheet.name, 0, "", "", PARTLY)
    for number, row in enumerate(sheet.rows[1:], 2):
        reference, _, subject, element, words = [*map(text_of, row), *[""] * len(TITLES)][: len(TITLES)]
        found = owners.get(fold(reference)) if reference else None
        if found and subject == BASIS:
            _found_basis(found, element, words, lexicon)
        elif found and subject in FIELDS and (column := _COLUMNS.get(element)):
            try:
                _put(found, column.key, reads[column.key](words))
            except NotUnderstood as expected:
                sentence = expected_here(column, expected)
                found.issues.append(Issue(Severity.DOUBT, sheet.name, number, "E", excerpt(words), sentence))
            except Cut:
                found.issues.append(Issue(Severity.DOUBT, sheet.name, number, "E", excerpt(words), KEPT))


def _put(found: Found, key: str, value: object) -> None:
    fields = found.record["fields"]
    if key == "notes" and fields.get("notes"):
        value = "\n".join(dict.fromkeys([*str(value).splitlines(), *fields["notes"].splitlines()]))
    fields[key] = value


def _found_basis(found: Found, purpose: str, words: str, lexicon: Lexicon) -> None:
    """Give its basis, and the text of it, to the purpose with this label."""
    first = words.partition("\n")[0]
    codes = basis_of(first, lexicon).codes
    for row in found.record["parts"].get("purposes", ()):
        if codes and row["label"] == purpose and "lawful_basis" not in row:
            row["lawful_basis"] = codes[0]
            reference = first.removeprefix(lexicon.label("lawful_bases", codes[0])).lstrip(", ")
            row |= {"lawful_basis_reference": reference} if reference else {}
            return
