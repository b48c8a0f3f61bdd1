"""Tables of any origin: finds the row of headers and proposes what the columns mean."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from exports.register import MARK_SHEET
from exports.sheets import LIST_SHEET
from governance.imports.findings import Issue, Severity, TableHead, excerpt
from governance.imports.formats.sheets import Cell, Row, Sheet
from governance.imports.lexicon import headings, is_right, key_of, weak_headings
from governance.imports.reader import LeftOut
from governance.imports.targets import BOXED, DETAILS, REGISTER, SINGLE
from governance.imports.values import text_of, words_of, yes_or_no
from models.search import fold

FIRST_ROWS = 40
"""How far down the row of headers is looked for."""
SAMPLES = 3
SURE = 4
HIDDEN = "Feuille masquée : elle n’est pas lue. Si elle compte, affichez-la dans le tableur, puis recommencez."
LISTS = (MARK_SHEET, LIST_SHEET, "5_-_Listes", "5 - Listes")
"""What our own exports and the CNIL's template hide: choices, of which nothing is to be said."""
LABEL_COLUMNS = 3
"""Among which first columns the labels of a sheet laid on its side are looked for."""
FEWEST_LINES = 3
UNDER = " → "
"""Between the title of a group of columns and that of one of them."""

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
    """A table found in a sheet: `at` is the row of its headers, counted from 0; `targets` what its columns mean.

    `is_turned`: the sheet holds its records in columns; `sheet` is then the sheet laid on its side.
    """

    sheet: Sheet
    at: int
    headers: list[str]
    targets: list[str | None]
    is_turned: bool = False

    @property
    def signature(self) -> str:
        return hashlib.sha256("\x1f".join(map(fold, self.headers)).encode("utf-8", "replace")).hexdigest()

    @property
    def is_surely_register(self) -> bool:
        """Whether so many columns are understood that the sheet cannot be a fiche."""
        named = self.is_register and headings().like(self.headers[self.targets.index("name")]) == "name"
        return named and len(set(filter(None, self.targets))) >= SURE

    @property
    def is_register(self) -> bool:
        """Whether the columns name a processing and say at least one thing that only a register says."""
        return "name" in self.targets and not REGISTER.isdisjoint(filter(None, self.targets))


def shown(sheets: Sequence[Sheet], matters: Callable[[Sheet], bool]) -> tuple[list[Sheet], list[Issue]]:
    """The sheets to read, and an issue for each hidden one that is not: a doubt when it `matters`.

    When nothing is filled in the others, the hidden ones are read.
    """
    seen = [sheet for sheet in sheets if not sheet.hidden]
    if not any(map(_is_filled, seen)):
        return [*sheets], []
    left = [sheet for sheet in sheets if sheet.hidden and sheet.name not in LISTS and _is_filled(sheet)]
    severities = [Severity.DOUBT if matters(sheet) else Severity.INFO for sheet in left]
    return seen, [
        Issue(severity, sheet.name, 0, "", "", HIDDEN) for sheet, severity in zip(left, severities, strict=True)
    ]


def _is_filled(sheet: Sheet) -> bool:
    with suppress(LeftOut):
        return bool(sheet.rows)
    return False


# Finding the headers


def find_turned(sheet: Sheet) -> Table | None:
    """The table of a sheet that has its headers in a column and one processing per column beside it; else None."""
    for row in sheet.rows[:FIRST_ROWS]:
        for column, cell in enumerate(row[:LABEL_COLUMNS]):
            if isinstance(cell, str) and headings().exact(cell) == "name":
                return _turned(sheet, column) if _is_line_of_values(row, column) else None
    return None


def _is_line_of_values(row: Row, column: int) -> bool:
    values = [text_of(cell) for cell in row[column + 1 :] if cell is not None]
    return len(values) >= 2 and not any(headings().exact(value) for value in values)


def _turned(sheet: Sheet, column: int) -> Table | None:
    labelled = [row for row in sheet.rows if column < len(row) and headings().exact(text_of(row[column]))]
    if sum(_is_line_of_values(row, column) for row in labelled) < FEWEST_LINES:
        return None
    width = max(map(len, sheet.rows))
    columns = [[row[at] if at < len(row) else None for row in sheet.rows] for at in range(width)]
    side = Sheet(sheet.name, columns, sheet.hidden)
    headers = [_title(cell) for cell in columns[column]]
    table = Table(side, column, headers, propose(headers), is_turned=True)
    return table if table.is_register else None


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
    return best or unknown(sheet)


def _headers(rows: Sequence[Row], at: int) -> list[str]:
    """The headers of a row, completed by the row above where the title of a group stands alone or says more."""
    own = [_title(cell) for cell in rows[at]]
    above = [_title(cell) for cell in rows[at - 1]] if at else []
    if sum(map(bool, above)) < 2:
        return own  # a title over the whole table
    _complete(rows, at, own, above)
    for column, title in enumerate(above):
        if not title or len(title) > 80:
            continue
        if column >= len(own) or not own[column]:
            own.extend([""] * (column + 1 - len(own)))
            own[column] = title if headings().like(title) or weak_headings().exact(title) else own[column]
        elif not _meaning(own[column]) and _meaning(title):
            own[column] = title
    return own


def _complete(rows: Sequence[Row], at: int, own: list[str], above: list[str]) -> None:
    """Write in `own` the title of the group with that of a column which only says something under it: a word to cross,
    « Internes » under « Destinataires »."""
    over = _over(own, above)
    boxes = set(_boxes(rows, at, own, over))
    for column, (title, group) in enumerate(zip(own, over, strict=True)):
        if column in boxes:
            own[column] = f"{group}{UNDER}{title}"
        elif title and not _meaning(title) and headings().exact(f"{group} {title}"):
            own[column] = f"{group} {title}"


def _over(own: list[str], above: list[str]) -> list[str]:
    """The title of its group for each column: that above it, or the last one on its left."""
    over: list[str] = []
    for column in range(len(own)):
        title = above[column] if column < len(above) else ""
        over.append(title or (over[-1] if over else ""))
    return over


def _boxes(rows: Sequence[Row], at: int, own: list[str], over: list[str]) -> Iterator[int]:
    """The columns of crosses: « Base légale » above « Contrat », « Consentement »…"""
    for column, (title, group) in enumerate(zip(own, over, strict=True)):
        is_word = title and not headings().exact(title)
        is_one_of_several = is_word and over.count(group) > 1 and headings().like(group) in BOXED
        if is_one_of_several and _is_crossed(rows[at + 1 : at + 1 + FIRST_ROWS], column):
            yield column


def _is_crossed(rows: Sequence[Row], column: int) -> bool:
    """Whether the first cells of a column are crosses, or yes and no, and nothing else."""
    cells = (text_of(row[column]) for row in rows if column < len(row))
    said = [yes_or_no(text) for text in cells if text]
    return bool(said) and all(answer is not None and not rest for answer, rest in said)


def _title(cell: Cell) -> str:
    text = " ".join(text_of(cell).split())
    return "" if text.startswith("►") else text


def unknown(sheet: Sheet) -> Table | None:
    """A table whose headers mean nothing to us: a person may say what they mean."""
    for at, row in enumerate(sheet.rows[:FIRST_ROWS]):
        filled = [cell for cell in row if cell is not None]
        below = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else []
        if (
            len(filled) >= 2
            and all(isinstance(cell, str) for cell in filled)
            and len([c for c in below if c is not None]) >= 2
        ):
            headers = [_title(cell) for cell in row]
            return Table(sheet, at, headers, [None] * len(headers))
    return None


def is_header(row: Row) -> bool:
    """Whether a row below the headers of a table is itself one of headers, those of another table."""
    first = next((cell for cell in row if cell is not None), None)
    if not isinstance(first, str) or not (headings().exact(first) or weak_headings().exact(first)):
        return False
    titles = [_title(cell) for cell in row if cell is not None]
    known = list(filter(None, propose(titles)))
    return "name" in known and len(titles) > 2 and len(known) * 2 > len(titles)


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
    """A header that says of which list it is one word, as a target.

    « Base légale → Contrat » -> lawful_basis:Contrat; « Détails - Personnes concernées - Salariés - Commentaire » ->
    person_groups:Salariés:details.
    """
    group, under, label = header.partition(UNDER)
    if under:
        return f"{headings().like(group)}:{label.replace(':', ' ')}"
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
