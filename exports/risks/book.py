"""A risk analysis as a workbook that comes back unchanged, and as data."""

import io
import json
from collections.abc import Sequence
from typing import IO, Any

from exports import sheets
from exports.columns import Column
from exports.risks.dossier import (
    ANALYSIS_COLUMNS,
    ELEMENT_COLUMNS,
    INTERVIEW_COLUMNS,
    LEVEL_COLUMNS,
    MEASURE_COLUMNS,
    SCENARIO_COLUMNS,
    TITLE,
    Dossier,
    element_rows,
    frame,
    interview_rows,
    scenario_rows,
)
from exports.sheets import Heading, Sheet
from exports.tables import records
from models.journal import plain
from models.vocabulary import N_

FORMAT, SCHEMA = "vigie-risks", 1
MARK_SHEET = "_vigie"
ELEMENTS_SHEET, INTERVIEWS_SHEET, MEASURES_SHEET = N_("Éléments"), N_("Entretiens"), N_("Mesures")
OTHER_SHEETS = frozenset({TITLE, ELEMENTS_SHEET, INTERVIEWS_SHEET, MEASURES_SHEET})
"""The sheets of the workbook that are not the list of scenarios."""


def workbook(dossier: Dossier) -> IO[bytes]:
    """The analysis as xlsx: its frame, its scenarios, elements, interviews and measures. The file is open."""
    terms = dossier.terms
    pages = [
        Sheet(TITLE, (Heading(N_("Rubrique"), 28), Heading(N_("Contenu"), 90)), list(frame(dossier))),
        records(N_("Scénarios"), (*SCENARIO_COLUMNS, *LEVEL_COLUMNS), scenario_rows(dossier), terms, frozen=3),
        records(ELEMENTS_SHEET, ELEMENT_COLUMNS, element_rows(dossier), terms, frozen=2),
        records(INTERVIEWS_SHEET, INTERVIEW_COLUMNS, interview_rows(dossier), terms, frozen=2),
        records(MEASURES_SHEET, MEASURE_COLUMNS, dossier.measures, terms, frozen=3),
    ]
    marks = [("schema", SCHEMA), ("subject", "risks"), ("analysis", dossier.analysis.reference), ("date", dossier.on)]
    pages.append(Sheet(MARK_SHEET, (Heading(""), Heading("")), marks, hidden=True))
    return sheets.xlsx(pages, f"{TITLE} {dossier.analysis.reference} – {dossier.mention}", dossier.reader)


def data(dossier: Dossier) -> IO[bytes]:
    """The analysis as UTF-8 JSON, its scale whole, names and references instead of foreign keys."""
    one = dossier.analysis
    content = {
        "format": FORMAT,
        "schema": SCHEMA,
        "mention": dossier.mention,
        "exported_at": plain(dossier.at),
        "establishment": one.establishment.code,
        "analysis": {**_plain(ANALYSIS_COLUMNS, one), "scale": one.scale_data},
        "scenarios": [_plain((*SCENARIO_COLUMNS, *LEVEL_COLUMNS), row) for row in scenario_rows(dossier)],
        "elements": [_plain(ELEMENT_COLUMNS, row) for row in element_rows(dossier)],
        "interviews": [_plain(INTERVIEW_COLUMNS, row) for row in interview_rows(dossier)],
        "measures": [_plain(MEASURE_COLUMNS, row) for row in dossier.measures],
    }
    return io.BytesIO(json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode())


def _plain(columns: Sequence[Column], row: Any) -> dict[str, Any]:
    return {"id": str(row.id), **{column.key: plain(getattr(row, column.key)) for column in columns}}
