"""What leaves of an analysis says what it holds, how it is classified, and to whom it was handed."""

import json
from typing import Any

import docx
import openpyxl
from docx.oxml.ns import qn
from sqlalchemy import inspect

from exports.risks import book, pictures, report
from exports.risks import docx as paper
from exports.risks.dossier import (
    ANALYSIS_COLUMNS,
    ELEMENT_COLUMNS,
    INTERVIEW_COLUMNS,
    MEASURE_COLUMNS,
    NOT_EXPORTED,
    SCENARIO_COLUMNS,
)
from models.measures import Measure
from models.risks.analysis import Analysis
from models.risks.parts import Element, Interview
from models.risks.scenario import Scenario
from tests.risks.made import dossier, scale

MENTION = "Diffusion restreinte – document remis à Rachid Simon le 04/05/2026"


def test_no_field_is_forgotten() -> None:
    exported: tuple[tuple[Any, Any], ...] = (
        (Analysis, ANALYSIS_COLUMNS), (Scenario, SCENARIO_COLUMNS), (Element, ELEMENT_COLUMNS),
        (Interview, INTERVIEW_COLUMNS), (Measure, MEASURE_COLUMNS),
    )  # fmt: skip
    for model, columns in exported:
        carried = {column.key for column in columns}
        forgotten = set(inspect(model).column_attrs.keys()) - carried - NOT_EXPORTED - {"id"}
        assert not forgotten, (
            f"give these columns of {model.__name__} a label, or add them to NOT_EXPORTED: {forgotten}"
        )


def test_the_workbook_and_the_data_carry_everything_and_their_reader() -> None:
    told = dossier()
    with book.workbook(told) as file:
        pages = openpyxl.load_workbook(file)
    assert MENTION in [cell.value for cell in pages["Analyse de risques"]["B"]]
    heads = [cell.value for cell in pages["Scénarios"][1]]
    row = dict(zip(heads, [cell.value for cell in pages["Scénarios"][2]], strict=True))
    assert (row["Référence"], row["Analyse"], row["Niveau brut"]) == ("R01", "AR-2026-01", "Faible")
    assert (row["Éléments menacés"], row["Mesures liées"]) == ("Serveurs = virtualisation", "M46")
    assert pages["Éléments"]["C3"].value is None or pages["Éléments"].max_row == 3
    data = json.load(book.data(told))
    assert (data["mention"], data["schema"]) == (MENTION, 1)
    assert data["analysis"]["scale"]["grid"] == [list(line) for line in scale().grid]
    assert data["scenarios"][1]["interview"] == "Claire Le Goff"


def test_the_report_has_its_pictures_as_pdf_and_docx() -> None:
    told = dossier(20)
    shown = report.told(told)
    maps = {one["title"]: one for one in shown["maps"]}
    assert maps["Risque brut"]["lines"][0]["cells"][3]["count"] == "1", (
        "the gravest and likeliest cell is at the top right"
    )
    assert maps["Risque résiduel"]["lines"][-1]["cells"][0]["count"] == "5"
    assert shown["facts"][0] == ("Scénarios", "20")
    assert [row["level"]["label"] for row in shown["moves"]["rows"]] == ["Élevé", "Moyen", "Faible"]
    assert shown["coverage"] == [("Serveurs = virtualisation", 20), ("Onduleur", 0)]
    assert sum(one["due"] for one in shown["months"]) == 1
    assert report.booklet(told).read().startswith(b"%PDF-")
    document = docx.Document(paper.document(told))
    assert MENTION in document.sections[0].footer.paragraphs[0].text
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Cartes des risques" in text
    assert "Les actions dans le temps" in text
    shown_in_words = [one.get("descr") for one in document.element.iter(qn("wp:docPr"))]
    assert shown_in_words == [one.alt for drawn in pictures.drawn(told).values() for one in drawn]
    assert len(shown_in_words) == 5, "the maps, the movement, the gravest, the months, the coverage"
    assert any("Acheter la copie" in cell.text for table in document.tables for row in table.rows for cell in row.cells)


def test_an_empty_analysis_leaves_too() -> None:
    told = dossier(0)
    assert report.booklet(told).read().startswith(b"%PDF-")
    assert paper.document(told).read()
    with book.workbook(told) as file:
        assert openpyxl.load_workbook(file)["Scénarios"].max_row == 1
