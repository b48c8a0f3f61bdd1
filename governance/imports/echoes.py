"""What the CNIL's layout would say of a record as it is: it cannot say everything, so repeating it is no change."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from exports import cnil
from exports.opendocument import Sheet as Page
from exports.reading import Reader
from exports.texts import guarded
from governance.imports.findings import Record
from governance.imports.formats.sheets import Cell, Sheet, trimmed
from governance.imports.outcomes import Plain
from governance.imports.understand import understand
from governance.terms import terms
from models.base import today
from models.register.activity import Activity
from models.search import fold
from models.versions import State

_NAMES = frozenset({"name", "reference"})
"""By which a record is recognised: they stay, though they are the same."""


def echoes(activities: Iterable[Activity]) -> dict[str, Record]:
    """What would be understood of our own export of these records in the CNIL's layout, by folded reference."""
    told: dict[str, Record] = {}
    for establishment, group in groupby(activities, lambda one: one.establishment):
        records, reader = list(group), Reader(terms())
        pages = [*cnil.pages(records, establishment, today(), reader), cnil.more(records, (), reader)]
        found = understand([_as_read(page) for page in pages], terms())
        told |= {fold(one.record["fields"].get("reference") or ""): one.record for one in found.records}
    return told


def _as_read(page: Page) -> Sheet:
    return Sheet(page.title, [trimmed([_value(cell.value) if cell else None for cell in row]) for row in page.rows])


def _value(value: Cell) -> Cell:
    return (guarded(value) or None) if isinstance(value, str) else value


def unlike(record: Record, echo: Record, state: State) -> Record:
    """What a record of a file says that is not what its layout already says of it."""
    fields = {
        name: value
        for name, value in record["fields"].items()
        if name in _NAMES or name not in echo["fields"] or echo["fields"][name] != value
    }
    parts = {
        name: _rows(rows, echo["parts"].get(name, []), state["parts"].get(name, []))
        for name, rows in record["parts"].items()
        if rows != echo["parts"].get(name)
    }
    return {**record, "fields": fields, "parts": parts}


def _rows(rows: Sequence[Plain], echo: Sequence[Plain], present: Sequence[Plain]) -> list[Plain]:
    """The rows of a collection that changed; those it repeats are the rows of the record that they stand for."""
    if len(echo) != len(present):
        return [*rows]
    left = [*zip(echo, present, strict=True)]
    kept: list[Plain] = []
    for row in rows:
        same = next((at for at, (said, _) in enumerate(left) if said == row), None)
        kept.append(row if same is None else {"id": left.pop(same)[1]["id"]})
    return kept
