"""Tables of any origin: finds the row of headers, proposes what the columns mean, reads a record from each row."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from governance.imports.actors import ROLES
from governance.imports.draft import Draft
from governance.imports.findings import Found, Issue, Severity, TableHead, excerpt
from governance.imports.formats.sheets import Row, Sheet, letters
from governance.imports.layouts.shifts import Misfit, misfits
from governance.imports.lexicon import Lexicon, headings, is_right, key_of, weak_headings
from governance.imports.targets import (
    DETAILS,
    REGISTER,
    SINGLE,
    Handler,
    finish,
    handler_of,
    is_target,
    settle_organisation,
    title_of,
)
from governance.imports.values import is_example, text_of, words_of
from models.search import fold

FIRST_ROWS = 40
"""How far down the row of headers is looked for."""
SAMPLES = 3

_FAMILY_HEADINGS = {
    "personnes concernees": "person_groups",
    "mesures de securite et confidentialite": "security_measures",
    "mesures de securite": "security_measures",
    "traitement specifique": "dpia_criteria",
}
_ORDER_IN_MADIS_2_4 = ("Usagers", "Salariés", "Élus", "Professionnels", "Partenaires")
"""What the columns Salariés, Élus, Professionnels, Partenaires, Usagers of a Madis 2.4 export really hold."""
MADIS_2_4 = (
    "Export de Madis 2.4 : ses colonnes de personnes sont décalées à partir de « Salariés » ; "
    "chacune contient ce qu’annonce la suivante dans l’ordre Usagers, Salariés, Élus, Professionnels, Partenaires."
)


@dataclass(slots=True)
class Table:
    """A table found in a sheet: `at` is the row of its headers, counted from 0; `targets` what its columns mean."""

    sheet: Sheet
    at: int
    headers: list[str]
    targets: list[str | None]

    @property
    def signature(self) -> str:
        return hashlib.sha256("\x1f".join(map(fold, self.headers)).encode("utf-8", "replace")).hexdigest()

    @property
    def is_register(self) -> bool:
        return "name" in self.targets and not REGISTER.isdisjoint(filter(None, self.targets))


# Finding the headers


def find(sheet: Sheet) -> Table | None:
    """The table of a sheet: the row whose headers are best understood, else its first row that looks like headers."""
    best: Table | None = None
    most = 1
    for at, row in enumerate(sheet.rows[:FIRST_ROWS]):
        if sum(isinstance(cell, str) for cell in row) < 2:
            continue
        headers = _headers(sheet.rows, at)
        targets = propose(headers)
        score = len(set(filter(None, targets)))
        if score > most:
            best, most = Table(sheet, at, headers, targets), score
    return best or _unknown(sheet)


def _headers(rows: list[Row], at: int) -> list[str]:
    """The headers of a row, completed by the row above where the title of a group stands alone or says more."""
    own = [" ".join(text_of(cell).split()) for cell in rows[at]]
    above = [" ".join(text_of(cell).split()) for cell in rows[at - 1]] if at else []
    for column, title in enumerate(above):
        if not title or len(title) > 80:
            continue
        if column >= len(own) or not own[column]:
            own.extend([""] * (column + 1 - len(own)))
            own[column] = title if headings().like(title) else own[column]
        elif not _meaning(own[column]) and _meaning(title):
            own[column] = title
    return own


def _unknown(sheet: Sheet) -> Table | None:
    """A table whose headers mean nothing to us: a person may say what they mean."""
    for at, row in enumerate(sheet.rows[:FIRST_ROWS]):
        filled = [cell for cell in row if cell is not None]
        below = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else []
        if (
            len(filled) >= 2
            and all(isinstance(cell, str) for cell in filled)
            and len([c for c in below if c is not None]) >= 2
        ):
            headers = [" ".join(text_of(cell).split()) for cell in row]
            return Table(sheet, at, headers, [None] * len(headers))
    return None


def propose(headers: list[str]) -> list[str | None]:
    """What each column means, by its header alone; a vague header counts only where nothing better says the same."""
    targets = [_meaning(header) for header in headers]
    for column, target in enumerate(targets):
        if target in SINGLE and target in targets[:column]:
            targets[column] = None
    for column, header in enumerate(headers):
        if targets[column] is None and (weak := weak_headings().exact(header)) and weak not in targets:
            targets[column] = weak
    return targets


def _meaning(header: str) -> str | None:
    if not header:
        return None
    return _family(header) or ("rights" if is_right(header) else headings().like(header))


def _family(header: str) -> str | None:
    """« Détails - Personnes concernées - Salariés - Commentaire » -> person_groups:Salariés:details."""
    parts = [part.strip() for part in header.split(" - ") if part.strip() and words_of(part) != "details"]
    family = _FAMILY_HEADINGS.get(words_of(parts[0])) if len(parts) > 1 else None
    if family is None:
        return None
    label = parts[1].replace(":", " ")
    return (
        f"{family}:{label}:{DETAILS}"
        if len(parts) > 2 and key_of(parts[-1]) == key_of("commentaire")
        else f"{family}:{label}"
    )


def head(table: Table) -> TableHead:
    """What a person needs to see to say what the columns mean."""
    samples: list[list[str]] = [[] for _ in table.headers]
    for row in table.sheet.rows[table.at + 1 :]:
        for column, values in enumerate(samples):
            text = excerpt(text_of(row[column])) if column < len(row) and len(values) < SAMPLES else ""
            if text:
                values.append(text)
        if all(len(values) == SAMPLES for values in samples):
            break
    alternatives = {MADIS_2_4: _as_madis_2_4(table.targets)} if "person_groups:Usagers" in table.targets else {}
    return TableHead(
        table.sheet.name, table.at + 1, table.headers, samples, list(table.targets), table.signature, alternatives
    )


def _as_madis_2_4(targets: list[str | None]) -> list[str | None]:
    named = ("Salariés", "Élus", "Professionnels", "Partenaires", "Usagers")
    really = dict(zip(named, _ORDER_IN_MADIS_2_4, strict=True))
    repaired: list[str | None] = []
    for target in targets:
        family, _, label = (target or "").partition(":")
        label, colon, details = label.partition(":")
        moved = really.get(label) if family == "person_groups" else None
        repaired.append(f"{family}:{moved}{colon}{details}" if moved else target)
    return repaired


# Reading the rows


class Reading:
    """The rows of a table on their way to records; `issues` are those of rows that make none."""

    def __init__(self, table: Table, targets: list[str | None], lexicon: Lexicon) -> None:
        self.table, self.lexicon = table, lexicon
        self.targets = targets
        self.issues: list[Issue] = []
        self._columns: list[tuple[int, str, Handler]] = [
            (column, target, handler_of(target))
            for column, target in enumerate(targets)
            if target and is_target(target) and column < len(table.headers)
        ]
        self._name = targets.index("name") if "name" in targets else -1
        self._reference = targets.index("reference") if "reference" in targets else -1
        self._headers = [fold(header) for header in table.headers]

    def records(self) -> Iterator[Found]:
        """One record per row, but repeated headers, examples, identical rows, and rows that continue the one above."""
        seen: dict[tuple[object, ...], int] = {}
        draft: Draft | None = None
        filled = 0
        for number, row in enumerate(self.table.sheet.rows[self.table.at + 1 :], self.table.at + 2):
            if not row or self._is_header(row) or self._is_skipped(row, number, seen):
                continue
            count = self._count(row)
            if draft is not None and self._continues(row, count, filled):
                self._put(draft, row, number)
                draft.at(number, None)
                draft.doubt("Cette ligne sans nom ni référence a été rattachée au traitement de la ligne précédente.")
                continue
            if draft is not None:
                yield finish(draft)
            draft, filled = self._draft(row, number), count
        if draft is not None:
            yield finish(draft)

    def _draft(self, row: Row, number: int) -> Draft:
        draft = Draft(self.lexicon, self.table.sheet.name, number)
        wrong = misfits(row, self._columns, self.lexicon)
        for misfit in wrong:
            self._set_aside(draft, row, number, misfit)
        self._put(draft, row, number, {misfit.column for misfit in wrong})
        return draft

    def _put(self, draft: Draft, row: Row, number: int, without: set[int] | frozenset[int] = frozenset()) -> None:
        for column, _, handler in self._columns:
            if column < len(row) and row[column] is not None and column not in without:
                draft.put(handler, row[column], number, column)

    def _set_aside(self, draft: Draft, row: Row, number: int, misfit: Misfit) -> None:
        """A cell of a shifted row is kept in the notes, and nowhere else."""
        header = self.table.headers[misfit.column]
        text = text_of(row[misfit.column])
        draft.at(number, misfit.column, text)
        draft.note(f"Colonne « {header} » du fichier", text)
        draft.doubt(
            f"Sous « {header} », cette cellule ressemble à « {title_of(misfit.looks_like)} ». À partir de la colonne "
            f"{letters(misfit.first)}, la ligne semble décalée d’une colonne vers la {misfit.side} : {misfit.why}. "
            "Elle n’est reprise que dans les notes internes : corrigez le fichier, ou complétez la fiche à la main."
        )

    def _count(self, row: Row) -> int:
        return sum(column < len(row) and row[column] is not None for column, _, _ in self._columns)

    def _continues(self, row: Row, count: int, filled: int) -> bool:
        """A row without name and reference, and with few cells, is the rest of the one above (merged cells)."""
        return not self._text(row, self._name) and not self._text(row, self._reference) and 0 < count <= filled / 2

    def _text(self, row: Row, column: int) -> str:
        return text_of(row[column]) if 0 <= column < len(row) else ""

    def _is_header(self, row: Row) -> bool:
        """The headers again: written twice, or repeated at the top of each printed page."""
        same = [
            cell
            for cell, header in zip(row, self._headers, strict=False)
            if isinstance(cell, str) and fold(cell) == header
        ]
        return len(same) >= 2 and len(same) * 2 >= sum(cell is not None for cell in row)

    def _is_skipped(self, row: Row, number: int, seen: dict[tuple[object, ...], int]) -> bool:
        name, reference = self._text(row, self._name), self._text(row, self._reference)
        if is_example(name) or is_example(reference):
            self._say(number, name, "Ligne d’exemple : elle n’est pas reprise.")
            return True
        if not name and not reference and self._count(row) == 0:
            self._say(
                number, next((text_of(cell) for cell in row if cell is not None), ""), "Ligne sans traitement, ignorée."
            )
            return True
        first = seen.setdefault(tuple(row), number)
        if first != number:
            self._say(number, name, f"Cette ligne est identique à la ligne {first} : elle n’est reprise qu’une fois.")
        return first != number

    def _say(self, number: int, value: str, sentence: str) -> None:
        column = letters(self._name) if self._name >= 0 else ""
        self.issues.append(Issue(Severity.INFO, self.table.sheet.name, number, column, excerpt(value), sentence))


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
