"""What the CNIL's simplified template adds to tables and fiches: contacts above its list, an example, a blank model."""

import re
from collections.abc import Iterable
from itertools import pairwise

from governance.imports import gathering
from governance.imports.draft import Draft
from governance.imports.findings import Found, Issue, Record, Severity, excerpt
from governance.imports.formats.sheets import Row
from governance.imports.layouts.tables import Table
from governance.imports.lexicon import Lexicon
from governance.imports.values import is_example, nothing_said, text_of, words_of
from models.search import fold

_BLOCKS = (
    ("coordonnees du responsable", "controller"),
    ("coordonnees du representant", "representative"),
    ("coordonnees du delegue", "dpo"),
)
_CONTACTS = {
    "nom": "name",
    "prenom": "first_name",
    "adresse": "address",
    "adresse mel": "email",
    "code postal": "postcode",
    "ville": "city",
    "pays": "country",
    "telephone": "phone",
    "societe si dpo externe": "company",
    "societe": "company",
}
_LABEL = re.compile(r"([^:]{2,40}):(.*)", re.DOTALL)

EXAMPLE = "L’exemple de la CNIL n’est pas repris."
BLANK = "Le modèle de fiche est vierge : il n’est pas repris."


def contacts(table: Table, lexicon: Lexicon) -> Draft:
    """The controller, representative and DPO written above the list, in a draft of their own."""
    draft = Draft(lexicon, table.sheet.name, 1)
    role = ""
    cells: dict[str, str] = {}
    for number, row in enumerate(table.sheet.rows[: table.at], 1):
        first = words_of(text_of(row[0])) if row else ""
        begins = next((role for title, role in _BLOCKS if first.startswith(title)), "")
        if begins:
            _add(draft, role, cells)
            role, cells = begins, {}
            draft.at(number, 2)
        if role:
            cells |= _labelled(row)
    _add(draft, role, cells)
    return draft


def _labelled(row: Row) -> dict[str, str]:
    """« Nom : » with its value in the same cell or in the next one -> {"name": value}."""
    found: dict[str, str] = {}
    texts = [text_of(cell) for cell in row] + [""]
    for text, beside in pairwise(texts[1:]):
        match = _LABEL.fullmatch(text)
        key = _CONTACTS.get(words_of(match[1])) if match else None
        value = (match[2].strip() or ("" if _LABEL.fullmatch(beside) else beside)) if match else ""
        if key and value:
            found[key] = value
    return found


def _add(draft: Draft, role: str, cells: dict[str, str]) -> None:
    said = {key: text for key, text in cells.items() if not nothing_said(text) and not _is_aside(text)}
    company = said.pop("company", "")
    name = " ".join(part for part in (said.pop("first_name", ""), said.pop("name", "")) if part)
    if role and name:
        gathering.add_actor(draft, role, name, **said)
    if role == "dpo" and company:
        gathering.add_actor(draft, "dpo_company", company)


def _is_aside(text: str) -> bool:
    """« (personne morale) » where a first name is expected."""
    return text.startswith("(") and text.endswith(")")


def skipped(draft: Draft) -> Issue | None:
    """Why a fiche makes no record: the CNIL's example, or its blank model; None when it makes one."""
    name, reference = draft.fields.get("name", ""), draft.fields.get("reference", "")
    if is_example(name) or is_example(reference):
        return Issue(Severity.INFO, draft.place.sheet, draft.place.row, "", excerpt(name or reference), EXAMPLE)
    written = set(draft.fields) - {"reference", "transfers_exist"}
    if not written and not any(draft.parts.values()) and not draft.waiting:
        return Issue(Severity.INFO, draft.place.sheet, draft.place.row, "", excerpt(reference), BLANK)
    return None


def merged(listed: Iterable[Found], fiches: Iterable[Found]) -> list[Found]:
    """The lines of a list, each completed by its fiche (same reference, else same name); then the fiches left over.

    The fiche says more: its values win, those of the list fill what it leaves empty.
    """
    left = {id(fiche): fiche for fiche in fiches}
    by_reference, by_name = _by(left.values(), "reference"), _by(left.values(), "name")
    records = []
    for line in listed:
        fiche = by_reference.get(_folded(line, "reference")) or by_name.get(_folded(line, "name"))
        if fiche is None or id(fiche) not in left or _differ(line, fiche, "reference"):
            records.append(line)
        else:
            records.append(_completed(left.pop(id(fiche)), line))
    return [*records, *left.values()]


def _by(fiches: Iterable[Found], key: str) -> dict[str, Found]:
    """The first fiche of each reference or name."""
    found: dict[str, Found] = {}
    for fiche in fiches:
        if _folded(fiche, key):
            found.setdefault(_folded(fiche, key), fiche)
    return found


def _folded(found: Found, key: str) -> str:
    return fold(found.record["fields"].get(key) or "")


def _differ(one: Found, other: Found, key: str) -> bool:
    values = [_folded(one, key), _folded(other, key)]
    return all(values) and values[0] != values[1]


def _completed(fiche: Found, line: Found) -> Found:
    mine, theirs = fiche.record, line.record
    notes = list(dict.fromkeys(filter(None, (mine["fields"].get("notes"), theirs["fields"].get("notes")))))
    issues = [*fiche.issues, *line.issues]
    if _differ(fiche, line, "name"):
        place = line.place
        sentence = "La fiche de même référence porte un autre nom : c’est celui de la fiche qui est repris."
        name = excerpt(theirs["fields"]["name"])
        issues.append(Issue(Severity.DOUBT, place.sheet, place.row, "", name, sentence))
    fields = {**theirs["fields"], **mine["fields"], **({"notes": "\n".join(notes)} if notes else {})}
    record: Record = {"fields": fields, "parts": {**theirs["parts"], **mine["parts"]}}
    return Found(fiche.place, record, issues)


def share_actors(records: Iterable[Found], actors: list[Record]) -> None:
    """Give each record the actors of the list whose role it does not name itself."""
    for found in records:
        own = found.record["parts"].get("actors", [])
        roles = {actor["role"] for actor in own}
        more = [dict(actor) for actor in actors if actor["role"] not in roles]
        if more:
            found.record["parts"]["actors"] = [*own, *more]


def is_list(table: Table) -> bool:
    """Whether a table is the template's list: its two rows of headers are told by the upper one."""
    above = table.sheet.rows[table.at - 1] if table.at else []
    return any(words_of(text_of(cell)) == "identification du traitement" for cell in above)
