"""The register as xlsx and csv: whole, stable, ready to come back."""

import csv
import io
import zipfile
from itertools import zip_longest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook

from exports import register
from exports.columns import ACTIVITY_COLUMNS, PART_COLUMNS, PROCESSOR_COLUMNS, Column, portable
from exports.register import (
    MARK_SHEET,
    PROCESSOR_SHEET,
    RECORD,
    REGISTER_SHEET,
    SHEET_TITLES,
    SUB_PROCESSOR_SHEET,
)
from exports.tables import IDENTITY
from models.register.activity import Activity
from tests.exports.opened import by_libreoffice
from tests.exports.samples import ON, TERMS, activity, establishment, processor, served


def workbook(activities: list[Any], parts: dict[str, list[Any]] | None = None, public: bool = False) -> bytes:
    rows = parts or {name: [row for record in activities for row in getattr(record, name)] for name in SHEET_TITLES}
    with register.workbook(
        activities, rows, TERMS, establishment=establishment(), on=ON, processors=[processor()], public=public
    ) as file:
        return file.read()


def rows_of(content: bytes, title: str) -> list[dict[str, Any]]:
    book: Any = load_workbook(io.BytesIO(content), read_only=True)
    head, *rows = [[cell.value for cell in row] for row in book[title].iter_rows()]
    book.close()
    return [dict(zip_longest(head, row)) for row in rows]


def read_back(row: dict[str, Any], columns: tuple[Column, ...]) -> dict[str, Any]:
    return {column.key: column.from_cell(row[column.title], TERMS) for column in columns}


def row_of(record: Any, columns: tuple[Column, ...], **named: str) -> SimpleNamespace:
    """A record as a query of columns gives it: flat, what it points to by name."""
    row = SimpleNamespace(id=record.id, **{column.key: getattr(record, column.key) for column in columns})
    if getattr(row, "processor", None):
        row.processor = row.processor.name
    return SimpleNamespace(**{**vars(row), **named})


@pytest.fixture(scope="module")
def records() -> list[Activity]:
    return [activity(description="=1+1\nsuite"), served()]


def test_what_goes_out_comes_back_unchanged(records: list[Activity]) -> None:
    content = workbook(records)
    for record, row in zip(records, rows_of(content, REGISTER_SHEET), strict=True):
        told = portable(record)
        assert row[IDENTITY] == told["id"]
        assert read_back(row, ACTIVITY_COLUMNS) == told["fields"]
    for name, columns in PART_COLUMNS.items():
        expected = [(record.reference, part) for record in records for part in portable(record)["parts"][name]]
        found = rows_of(content, SHEET_TITLES[name])
        assert [row[RECORD] for row in found] == [reference for reference, _ in expected]
        assert [{"id": row[IDENTITY], **read_back(row, columns)} for row in found] == [part for _, part in expected]


def test_rows_of_a_query_make_the_same_cells_as_objects(records: list[Activity]) -> None:
    flat = [row_of(record, ACTIVITY_COLUMNS, department="Pôle de médecine") for record in records]
    parts: dict[str, list[Any]] = {
        name: [
            row_of(row, columns, activity_reference=record.reference)
            for record in records
            for row in getattr(record, name)
        ]
        for name, columns in PART_COLUMNS.items()
    }
    for title in [REGISTER_SHEET, *SHEET_TITLES.values()]:
        assert rows_of(workbook(flat, parts), title) == rows_of(workbook(records), title)


def test_the_directory_of_processors_comes_along(records: list[Activity]) -> None:
    content = workbook(records)
    (row,) = rows_of(content, PROCESSOR_SHEET)
    found = read_back(row, PROCESSOR_COLUMNS)
    assert found["countries"] == ["FR", "US"]
    assert found["clauses"] == ["instructions", "audit"]
    assert found["contract_signed_on"] == "2024-05-02"
    (sub,) = rows_of(content, SUB_PROCESSOR_SHEET)
    assert (sub["Sous-traitant"], sub["Nom"], sub["Pays"]) == ("Éditeur du Dossier SAS", "Nuage de Santé", "France")


def test_the_workbook_says_what_it_is(records: list[Activity]) -> None:
    book: Any = load_workbook(io.BytesIO(workbook(records, public=True)))
    marks = {row[0].value: row[1].value for row in book[MARK_SHEET].iter_rows()}
    assert marks["schema"] == register.SCHEMA
    assert marks["code"] == "CH-VAL"
    assert marks["date"].date() == ON
    assert marks["public"] == 1
    assert book[MARK_SHEET].sheet_state == "hidden"
    assert book.sheetnames[0] == REGISTER_SHEET


def test_cells_of_a_vocabulary_offer_its_labels(records: list[Activity]) -> None:
    book: Any = load_workbook(io.BytesIO(workbook(records)))
    place = {cell.value: cell.column_letter for cell in book[REGISTER_SHEET][1]}
    rules = {
        str(rule.sqref).split("2:")[0]: rule.formula1 for rule in book[REGISTER_SHEET].data_validations.dataValidation
    }
    assert place["Domaine"] in rules
    assert place["Nom du traitement"] not in rules
    column = rules[place["Domaine"]].split("$")[1]
    assert [cell.value for cell in book["_listes"][column] if cell.value] == ["Soins", "Ressources humaines"]


def test_an_empty_register_is_a_workbook_too() -> None:
    content = workbook([])
    assert rows_of(content, REGISTER_SHEET) == []
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


def test_libreoffice_opens_the_workbook(records: list[Activity], tmp_path: Path) -> None:
    assert by_libreoffice(workbook(records), "xlsx", tmp_path).read_bytes().startswith(b"%PDF")


def test_the_table_has_one_line_per_record_and_tells_its_collections(records: list[Activity]) -> None:
    with register.table(records, TERMS) as file:
        rows = list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [row["Référence"] for row in rows] == ["REG-2026-001", "REG-2026-900"]
    assert read_back(rows[0], ACTIVITY_COLUMNS) == portable(records[0])["fields"]
    assert rows[0]["Durées de conservation"] == (
        "Dossier patient (Base active) : 20 ans, à compter de : dernier séjour ou dernière consultation "
        "(CSP R1112-7 ; Lu dans un texte officiel, confirmée le 23/11/2026 à 14:30 par Yann Le Goff) | "
        "Matricule INS (Identité INS ; Archivage intermédiaire) : "
        "durée de la relation, Comme le dossier (Usage courant ; à vérifier)"
    )
    assert rows[0]["Finalités"].startswith(
        "Assurer la prise en charge et la continuité des soins (Mission d’intérêt public, CSP"
    )
    assert rows[0]["Droits d’accès"] == (
        "Infirmier (Patients de l’unité) : consulter, créer, modifier, bris de glace (revue le 01/12/2026)"
    )
    assert rows[1]["Données"] == ""


def test_the_table_opens_in_libreoffice(records: list[Activity], tmp_path: Path) -> None:
    with register.table(records, TERMS) as file:
        assert by_libreoffice(file.read(), "csv", tmp_path, "ods").exists()
