"""Whatever a sheet holds, understanding it raises nothing, and what it lets in fits the register."""

import datetime as dt
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import String, inspect

from governance.imports.findings import Found, Issue
from governance.imports.lexicon import synonyms
from governance.imports.reader import Sheet
from governance.imports.understand import understand
from models.establishments import Establishment
from models.register.activity import Activity
from models.register.parts import PARTS
from models.register.portable import activity_from
from tests.imports.cases import terms

HEADINGS = [heading for listed in synonyms()["headings"].values() for heading in listed[:2]]
INNER = [heading for listed in synonyms()["columns"].values() for heading in listed[:1]]
NUMBERED = [f"{label} {number}" for label in synonyms()["ordinals"][:8] for number in (1, 2)]
SAID = [
    "Oui", "Non (jamais)", "—", "Non concerné", "Sans objet — rien", "5 ans à compter du décès", "Identité ; santé",
    "DRH", "Obligation légale / Contrat", "Art. 6.1.e et 9.2.h", "États-Unis", "CCT", "Privacy shield", "31/02/2026",
    "mai 2018",
    "CHU, 1 rue X, 75001 Paris", "a@b.example", "01 02 03 04 05", "(EXEMPLE) Paie", "⚠️ à revoir", "#REF!", "x" * 250,
]  # fmt: skip
CELLS = st.one_of(
    st.none(),
    st.sampled_from(HEADINGS + INNER + NUMBERED + SAID),
    st.text(st.characters(), max_size=30),
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False),
    st.booleans(),
    st.dates(),
)
ROWS = st.lists(st.lists(CELLS, max_size=7), max_size=9)
TABLES = st.builds(
    lambda headers, rows: [headers, *rows],
    st.lists(st.sampled_from(HEADINGS), min_size=3, max_size=9, unique=True),
    ROWS,
)
FICHES = st.lists(st.tuples(st.sampled_from(HEADINGS + INNER + NUMBERED), CELLS, CELLS).map(list), max_size=20).map(
    lambda rows: [["Nom du traitement", "Paie"], ["Référence", "T1"], ["Finalités", "Payer"], *rows]
)
HOUSE = Establishment(code="CH", name="Centre hospitalier")
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(ROWS, TABLES, FICHES), min_size=1, max_size=3))
def test_anything_is_understood_or_said(grids: list[list[list[Any]]]):
    sheets = [Sheet(f"F{number}", grid) for number, grid in enumerate(grids)]
    found = understand(sheets, terms())
    for issue in [*found.issues, *(issue for record in found.records for issue in record.issues)]:
        check_issue(issue, sheets)
    for record in found.records:
        json.dumps(record.record)
        if not record.is_refused:
            check_record(record)


def check_issue(issue: Issue, sheets: list[Sheet]) -> None:
    assert issue.sentence
    assert issue.sentence[-1] in ".…?"
    assert issue.sheet in {"", *(sheet.name for sheet in sheets)}
    assert issue.row <= max(len(sheet.rows) for sheet in sheets)


def check_record(found: Found) -> None:
    made = activity_from(found.record, HOUSE, {}, {}, "moi", NOW)
    made.reference = made.reference or "REG-1"
    for thing in [made, *(row for name in PARTS for row in getattr(made, name))]:
        fits(thing)
    assert made.name.strip()


def fits(thing: Any) -> None:
    """Every value is short enough for its column, none that is required misses, every code is of its list."""
    for column in inspect(type(thing)).columns:
        value = getattr(thing, column.key)
        if column.key in ("id", "created_at", "revision", "words") or column.foreign_keys:
            continue
        if not column.nullable and column.default is None:
            assert value is not None, column
        if isinstance(column.type, String) and column.type.length and value is not None:
            assert len(value) <= column.type.length, (column, value)
        scheme = column.info.get("terms")
        for code in (value if isinstance(value, list) else [value]) if scheme and value else ():
            assert terms().has(scheme, code), (column, code)
    if not isinstance(thing, Activity):
        duration = getattr(thing, "duration", None)
        assert duration is None or duration > 0
