"""Our own exports come back as they left: workbook, csv, JSON; what was changed by hand is checked cell by cell."""

import csv
import datetime as dt
import io
import json
import uuid
from typing import Any

import openpyxl
import pytest

from exports import portable, register
from exports.columns import portable as as_record
from governance.imports import reader
from governance.imports.findings import Understanding
from governance.imports.understand import read_and_understand, understand
from models.establishments import Establishment
from models.register.activity import Activity
from models.register.parts import PARTS
from models.register.portable import activity_from, processor_from
from models.register.processor import Processor
from tests.imports.cases import cells, fields, part, terms, told

AT = dt.datetime(2026, 5, 15, 8, 30, tzinfo=dt.UTC)
HOUSE = Establishment(code="CH", name="Centre hospitalier de Val-Clair")
RECORD: dict[str, Any] = {
    "fields": {
        "reference": "REG-2026-001", "name": "Dossier patient", "kind": "joint", "status": "draft", "domain": "soin",
        "description": "=SOMME(A1)\n'=cmd", "contact_name": "'Jeanne", "applications": "DPI\nMessagerie",
        "opened_on": "2024-03-01", "revised_on": "2026-01-02", "sensitive": True, "transfers_exist": False,
        "security_notes": "-10 %", "automated_decision": None, "dpia_criteria": ["sensitive_data", "large_scale"],
        "dpia_listed": True, "dpia_override": "not_required", "dpia_reason": "Voir l’avis", "dpia_progress": "done",
        "confirmed_at": "2026-01-02T10:00:00+00:00", "confirmed_by": "Louise", "notes": "@moi; toi",
    },
    "parts": {
        "actors": [{"role": "joint_controller", "name": "CHU", "postcode": "01000", "country": "FR", "phone": "+33 1"}],
        "purposes": [
            {"label": "Soigner", "lawful_basis": "public_task", "art9_condition": "art9_2_h"},
            {"label": "Facturer", "lawful_basis": "legal_obligation", "lawful_basis_reference": "CSP"},
        ],
        "person_groups": [{"category": "patient"}, {"category": "other", "details": "Bénévoles"}],
        "data_items": [{"category": "health", "source": "both", "mandatory": True, "free_text": False}],
        "retentions": [{"item": "Dossier", "stage": "active", "duration": 20, "unit": "years", "trigger": "death"}],
        "recipients": [{"kind": "processor", "name": "Éditeur X", "category": "editor"}],
        "transfers": [],
        "security_measures": [{"category": "backup", "description": "chaque nuit"}],
        "access_rights": [{"profile": "Médecin", "may_consult": True, "review_on": "2026-12-31"}],
    },
}  # fmt: skip


def activity(record: dict[str, Any] | None = None) -> Activity:
    made = activity_from(record or RECORD, HOUSE, {}, {}, "moi", AT)
    made.id = uuid.uuid4()
    for name in PARTS:
        for row in getattr(made, name):
            row.id = uuid.uuid4()
    return made


def other() -> Activity:
    return activity({"fields": {"reference": "REG-2026-002", "name": "Paie", "kind": "controller"}, "parts": {}})


def processor() -> Processor:
    made = processor_from(
        {"name": "Éditeur X", "countries": ["FR"], "hosts_health_data": True, "contract_state": "signed"},
        [{"name": "Centre de données Y", "country": "FR"}],
        HOUSE,
    )
    made.id = uuid.uuid4()
    made.sub_processors[0].id = uuid.uuid4()
    return made


def workbook(*activities: Activity, public: bool = False) -> bytes:
    parts = {name: [row for one in activities for row in getattr(one, name)] for name in PARTS}
    with register.workbook(
        activities, parts, terms(), establishment=HOUSE, on=AT.date(), processors=[processor()], public=public
    ) as file:
        return file.read()


def flat(*activities: Activity) -> bytes:
    with register.table(activities, terms()) as file:
        return file.read()


def changed(data: bytes, **edits: Any) -> Understanding:
    """The understanding of a workbook where somebody typed: `Feuille__B2="texte"`, or `Feuille=None` to drop it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for place, value in edits.items():
        sheet, _, cell = place.partition("__")
        if cell:
            book[sheet][cell] = value
        else:
            del book[sheet]
    out = io.BytesIO()
    book.save(out)
    return read_and_understand(out.getvalue(), "registre.xlsx", terms())


def column(data: bytes, sheet: str, title: str) -> str:
    """The letter of a column of a workbook, by its title."""
    (found,) = (cell for cell in openpyxl.load_workbook(io.BytesIO(data))[sheet][1] if cell.value == title)
    return str(found.column_letter)


def test_a_workbook_comes_back_as_it_left():
    made, second = activity(), other()
    found = read_and_understand(workbook(made, second), "registre.xlsx", terms())
    assert (found.layout, told(found.issues)) == ("vigie", [])
    assert [record.issues for record in found.records] == [[], []]
    assert [record.record for record in found.records] == portable.records([made, second])
    (directory,) = found.processors
    assert directory.record["fields"]["countries"] == ["FR"]
    assert [row["name"] for row in directory.record["sub_processors"]] == ["Centre de données Y"]


def test_a_public_workbook_touches_nothing_that_it_withholds():
    (record,) = read_and_understand(workbook(activity(), public=True), "registre.xlsx", terms()).records
    assert "notes" not in record.record["fields"]
    assert record.record["parts"].keys() == PARTS.keys() - {"security_measures", "access_rights"}


def test_a_csv_brings_the_fields_and_leaves_the_collections_alone():
    made = activity()
    data = flat(made)
    (record,) = read_and_understand(data, "registre.csv", terms()).records
    assert record.record == {"id": str(made.id), "fields": as_record(made)["fields"], "parts": {}}
    assert record.issues == []


def test_a_json_comes_back_as_it_left():
    made = activity()
    found = read_and_understand(portable.dump([made], HOUSE, AT, processors=[processor()]), "registre.json", terms())
    assert [record.record for record in found.records] == portable.records([made])
    assert [record.record["fields"]["name"] for record in found.processors] == ["Éditeur X"]


def test_a_new_row_and_new_parts_need_no_identity():
    data = workbook(activity())
    name, label = column(data, "Registre", "Nom du traitement"), column(data, "Finalités", "Finalité")
    typed = {"Registre__B3": "REG-2026-009", f"Registre__{name}3": "Vidéosurveillance"}
    found = changed(data, **typed, **{"Finalités__B4": "reg-2026-009", f"Finalités__{label}4": "Protéger"})
    record = found.records[1]
    assert "id" not in record.record
    assert part(record, "purposes", "label") == ["Protéger"]
    assert part(found.records[0], "purposes", "label") == ["Soigner", "Facturer"]


@pytest.mark.parametrize(
    ("sheet", "title", "typed", "expected"),
    [
        ("Registre", "Domaine", "Sorcellerie", "« Domaine » : est attendu une valeur de la liste : « Soins »"),
        ("Registre", "Date de création de la fiche", "31/02/2026", "est attendu une date, par exemple 31/12/2026."),
        ("Registre", "Données sensibles", "peut-être", "est attendu Oui ou Non."),
        ("Registre", "Nom du traitement", None, "« Nom du traitement » est obligatoire."),
        ("Registre", "Nom du traitement", "N" * 201, "est attendu 200 caractères au plus, et non 201."),
        ("Registre", "Identifiant", "12", "Un identifiant de Vigie est attendu ici, ou rien pour un ajout."),
        ("Durées de conservation", "Durée", "-3", "est attendu un nombre plus grand que zéro."),
        ("Durées de conservation", "Durée", "nan", "est attendu un nombre entier."),
        ("Personnes concernées", "Catégorie", "Martiens", "est attendu une valeur de la liste"),
    ],
)
def test_a_wrong_cell_is_refused_with_what_was_expected(sheet: str, title: str, typed: Any, expected: str):
    data = workbook(activity())
    letter = column(data, sheet, title)
    (record,) = changed(data, **{f"{sheet}__{letter}2": typed}).records
    assert record.is_refused
    assert cells(record.issues, "error") == [f"{letter}2"]
    assert expected in record.issues[0].sentence


def test_an_opinion_without_its_reason_is_refused():
    data = workbook(activity())
    letter = column(data, "Registre", "AIPD : justification")
    (record,) = changed(data, **{f"Registre__{letter}2": None}).records
    assert "veut une justification" in record.issues[0].sentence


def test_a_row_copied_to_make_another_is_refused():
    made = activity()
    data = workbook(made, other())
    found = changed(data, Registre__A3=str(made.id), Registre__B3="reg-2026-001")
    assert [record.is_refused for record in found.records] == [False, True]
    assert [sentence.partition(" : ")[0] for _, sentence in told(found.records[1].issues)] == [
        "« Identifiant » est déjà à la ligne 2", "« Référence » est déjà à la ligne 2",
    ]  # fmt: skip


def test_a_part_of_an_unknown_record_and_foreign_columns_are_said():
    data = workbook(activity())
    found = changed(data, Finalités__B3="REG-9", Finalités__Z1="Humeur", Finalités__Z2="bonne")
    sentence = "Aucune fiche de la feuille « Registre » n’a cette référence : la ligne n’est pas reprise."
    assert told(found.issues, "error") == [("« Finalités », B3", sentence)]
    assert cells(found.issues, "doubt") == ["Z1"]
    assert part(found.records[0], "purposes", "label") == ["Soigner"]


def test_a_collection_whose_sheet_was_deleted_is_not_touched():
    (record,) = changed(workbook(activity()), Destinataires=None).records
    assert "recipients" not in record.record["parts"]
    assert record.record["parts"]["transfers"] == []


def test_a_sheet_added_by_somebody_is_ignored_and_said():
    book = openpyxl.load_workbook(io.BytesIO(workbook(activity())))
    book.create_sheet("Brouillon")["A1"] = "à voir"
    out = io.BytesIO()
    book.save(out)
    found = read_and_understand(out.getvalue(), "r.xlsx", terms())
    assert told(found.issues) == [("« Brouillon »", "Feuille ajoutée au classeur : elle n’est pas reprise.")]


def test_another_schema_and_a_missing_register_are_refused():
    data = workbook(activity())
    found = changed(data, _vigie__B1=99)
    assert (found.records, found.issues[0].severity) == ([], "error")
    assert "schéma 99" in found.issues[0].sentence
    assert "La feuille « Registre » manque" in changed(data, Registre=None).issues[0].sentence


def test_a_text_cut_by_the_export_leaves_the_register_as_it_is():
    record = json.loads(json.dumps(RECORD))
    record["fields"]["notes"] = "n" * 40_000
    (found,) = read_and_understand(workbook(activity(record)), "r.xlsx", terms()).records
    assert "notes" not in found.record["fields"]
    assert "Texte coupé à l’export" in found.issues[0].sentence


def test_a_csv_saved_again_by_a_spreadsheet_still_comes_in():
    data = flat(activity())
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    out = io.StringIO()
    csv.writer(out, delimiter=",").writerows(rows)
    (record,) = read_and_understand(out.getvalue().encode("cp1252", "replace"), "registre.csv", terms()).records
    assert fields(record, "name", "opened_on", "dpia_listed") == ("Dossier patient", "2024-03-01", True)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"fields": {"name": None}}, "« Nom du traitement » est obligatoire."),
        ({"fields": {"name": ["liste"]}}, "est attendu un texte."),
        ({"fields": {"name": "Paie", "domain": {"a": 1}}}, "est attendu une valeur de la liste"),
        ({"fields": {"name": "Paie", "opened_on": "demain"}}, "est attendu une date"),
        ({"fields": {"name": "Paie", "inconnu": 1}}, ""),
        ({"fields": {}}, "Le nom du traitement manque."),
    ],
)
def test_a_json_written_by_somebody_else_is_checked_value_by_value(change: dict[str, Any], expected: str):
    record = {"parts": {"purposes": [{"label": "x", "id": "pas un uuid"}], "inconnue": [{}]}, **change}
    whole = {
        "format": "vigie-register",
        "schema": 1,
        "activities": [record],
        "processors": [1, {"fields": {"name": None}}],
    }
    found = read_and_understand(json.dumps(whole).encode(), "r.json", terms())
    assert found.records[0].record["parts"] == {"purposes": [{"label": "x"}]}
    assert expected in "".join(sentence for _, sentence in told(found.records[0].issues))
    assert found.records[0].is_refused == bool(expected)
    assert [one.is_refused for one in found.processors] == [True]


def test_our_own_cnil_document_is_read_without_a_doubt():
    from exports import cnil

    data = cnil.workbook([activity(), other()], HOUSE, AT.date(), terms())
    found = understand(reader.read(data, "registre.ods"), terms())
    assert (found.layout, len(found.records)) == ("cnil", 2)
    assert [told(record.issues, "doubt") for record in found.records] == [[], []]
    assert part(found.records[0], "data_items", "category") == ["health"]
    assert part(found.records[0], "retentions", "duration", "trigger") == [(20, "death")]
