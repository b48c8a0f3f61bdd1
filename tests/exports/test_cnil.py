"""The ods keeps the layout of CNIL's simplified template, and says apart what that layout has no place for."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from exports import cnil
from exports.opendocument import Cell, Sheet, ods
from exports.texts import printable, unguarded
from models.register.activity import Activity
from models.register.parts import ActivityActor, DataItem, Purpose, Recipient, Retention
from models.register.words import ActorRole, Confidence, RecipientKind, Stage, Unit
from tests.exports.opened import by_libreoffice
from tests.exports.samples import AT, ON, TERMS, activity, establishment, made, parts, processor

SPACES = {
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
}
TABLE, TEXT, OFFICE = (f"{{{SPACES[name]}}}" for name in ("table", "text", "office"))

# The rows of the blank template, counted from 0, as peers' note describes them.
TEMPLATE = {
    3: "Nom du traitement",
    4: "N° / RÉF",
    5: "Date de création du traitement",
    6: "Mise à jour du traitement",
    8: "Acteurs",
    9: "Responsable du traitement",
    10: "Délégué à la protection des données",
    11: "Société du DPO (si celui-ci est externe)",
    12: "Représentant",
    13: "Responsable(s) conjoint(s)",
    15: "Finalité(s) du traitement effectué",
    16: "Finalité principale",
    **{16 + number: f"Sous-finalité {number}" for number in range(1, 6)},
    23: "Catégories de données personnelles concernées",
    24: "État civil, identité, données d'identification, images…",
    25: "Vie personnelle (habitudes de vie, situation familiale, etc.)",
    26: "Informations d'ordre économique et financier (revenus, situation financière, situation fiscale, etc.)",
    27: "Données de connexion (adress IP, logs, etc.)",
    28: "Données de localisation (déplacements, données GPS, GSM, etc.)",
    29: "Numéro de Sécurité Sociale (ou NIR)",
    31: "Données sensibles",
    32: "Données révélant l'origine raciale ou ethnique",
    38: "Données concernant la santé",
    40: "Données relatives à des condamnations pénales ou infractions",
    42: "Catégories de personnes concernées",
    43: "Catégorie de personnes 1",
    44: "Catégorie de personnes 2",
    46: "Destinataires",
    **{46 + number: f"Destinataire {number}" for number in range(1, 5)},
    52: "Mesures de sécurité",
    **{52 + number: f"Mesure de sécurité {number}" for number in range(1, 4)},
    57: "Transferts hors UE",
    **{57 + number: f"Organisme destinataire {number}" for number in range(1, 5)},
}


def tables(content: bytes) -> dict[str, list[list[Any]]]:
    """Rows of each sheet by its name: the words of each cell (None under a merged one), counted from 0."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = etree.fromstring(archive.read("content.xml"))
    return {
        str(table.get(f"{TABLE}name")): [
            [_words(cell) for cell in row] for row in table.iterfind("table:table-row", SPACES)
        ]
        for table in root.iterfind(".//table:table", SPACES)
    }


def _words(cell: Any) -> str | None:
    if cell.tag == f"{TABLE}covered-table-cell":
        return None
    for space in cell.iter(f"{TEXT}s"):
        space.text = " " * int(space.get(f"{TEXT}c"))
    for tab in cell.iter(f"{TEXT}tab"):
        tab.text = "\t"
    return "\n".join("".join(paragraph.itertext()) for paragraph in cell.iterfind("text:p", SPACES))


def workbook(*records: Activity, public: bool = False) -> dict[str, list[list[Any]]]:
    return tables(cnil.workbook(records, establishment(), ON, TERMS, processors=[processor()], public=public))


def bare() -> Activity:
    """A record with nothing but its name."""
    record = activity("REG-2026-007")
    for name in parts():
        setattr(record, name, [])
    return record


def found(rows: list[list[Any]], label: str) -> list[Any]:
    return next(row for row in rows if row and row[0] == label)


def test_the_sheets_bear_the_names_of_the_template() -> None:
    names = list(workbook(activity(), activity("REG-2026-002")))
    assert names == ["2_-_Liste_des_traitements", "REG-2026-001", "REG-2026-002", "5_-_Listes", "Compléments"]


def test_a_fiche_has_the_labels_of_the_template_in_its_rows() -> None:
    rows = workbook(bare())["REG-2026-007"]
    assert {number: rows[number][0] for number in TEMPLATE} == TEMPLATE
    assert rows[2][0] == "Description du traitement"
    assert rows[8] == ["Acteurs", "Nom", "Adresse", "Code Postal", "Ville", "Pays", "Téléphone", "Adresse mél"]
    assert rows[23] == [TEMPLATE[23], "Description", None, None, "Durée de conservation", None, None, None]
    assert rows[57] == [
        TEMPLATE[57],
        "Destinataire",
        "Pays",
        "Type de Garanties",
        None,
        "Liens vers la documentation",
        None,
        None,
    ]
    assert len(rows) == 62


def test_the_spans_are_those_of_the_template() -> None:
    rows = workbook(bare())["REG-2026-007"]
    for number, merged in {
        3: [2, 3, 4, 5, 6, 7],
        24: [2, 3, 5, 6, 7],
        43: [2, 3, 5, 6, 7],
        58: [4, 6, 7],
        9: [],
    }.items():
        assert [place for place, cell in enumerate(rows[number]) if cell is None] == merged


def test_the_list_has_the_headings_of_the_template() -> None:
    rows = workbook(activity())["2_-_Liste_des_traitements"]
    assert rows[0][1::2] == ["Nom :", "Prénom :", "Adresse :", "Adresse mél :"]
    assert rows[1][1:6:2] == ["Code postal :", "Ville :", "Téléphone :"]
    assert rows[4][1::2] == ["Nom :", "Prénom :", "Société (si DPO externe) :", "Adresse :"]
    assert rows[5][1::2] == ["Code postal :", "Ville :", "Téléphone :", "Adresse mél :"]
    assert [rows[6][place] for place in (0, 4, 7)] == [
        "Identification du traitement", "Finalité du traitement", "Données sensibles ?",
    ]  # fmt: skip
    assert rows[7][:4] == [
        "Nom du traitement",
        "N° / RÉF",
        "Date de création de la fiche",
        "Dernière mise à jour de la fiche",
    ]
    assert rows[7][7] == "Oui/non"
    assert rows[8] == [
        "Dossier patient informatisé", "REG-2026-001", "25/05/2018", "02/03/2026",
        "Assurer la prise en charge et la continuité des soins, Rédiger la lettre de liaison", None, None, "Oui", None,
    ]  # fmt: skip


def test_what_the_record_says_stands_beside_its_label() -> None:
    rows = workbook(activity())["REG-2026-001"]
    assert found(rows, "Nom du traitement")[1] == "Dossier patient informatisé"
    assert found(rows, "Date de création du traitement")[1] == "25/05/2018"
    assert found(rows, "Responsable du traitement")[1:5] == [
        "Centre hospitalier du Val",
        "1, rue de l’Hôpital",
        "01000",
        "Valbourg",
    ]
    assert found(rows, "Responsable(s) conjoint(s)")[1] == "CH de la Plaine"
    assert found(rows, "Sous-finalité 1")[1] == "Rédiger la lettre de liaison"
    identity = found(rows, TEMPLATE[24])
    assert identity[1] == "Patients : Nom, prénoms, date de naissance"
    assert identity[4] == "Dossier patient : 20 ans, à compter de : dernier séjour ou dernière consultation"
    assert found(rows, "Données concernant la santé")[1] == "Antécédents\nRésultats"
    assert found(rows, "Catégorie de personnes 1")[1:5] == ["Patients", None, None, "Hospitalisés"]
    assert found(rows, "Destinataire 1")[1:5] == [
        "Service interne qui traite les données",
        None,
        None,
        "Équipe de soins (Soins)",
    ]
    assert found(rows, "Destinataire 2")[1] == "Sous-traitants"
    assert found(rows, "Mesure de sécurité 1")[1] == "Traçabilité"
    assert found(rows, "Organisme destinataire 1")[1:6] == [
        "Support Inc.", "États-Unis", "Clauses contractuelles types de la Commission", None, "Annexe 4 du marché",
    ]  # fmt: skip


def test_a_category_that_the_template_does_not_know_adds_a_row_to_its_block() -> None:
    record = activity()
    record.data_items.append(made(DataItem, category="professional_life", description="Grade"))
    record.data_items.append(made(DataItem, category="social", description="Évaluation sociale"))
    rows = [row[0] for row in workbook(record)["REG-2026-001"] if row]
    start, sensitive, persons = (rows.index(TEMPLATE[number]) for number in (23, 31, 42))
    assert start < rows.index("Vie professionnelle") < sensitive
    assert start < rows.index("Identité INS") < sensitive
    assert sensitive < rows.index("Difficultés sociales") < persons


def test_more_rows_than_the_template_has_are_added() -> None:
    record = activity()
    record.purposes = [made(Purpose, label=f"Finalité {number}") for number in range(9)]
    record.recipients = [made(Recipient, kind=RecipientKind.EXTERNAL, name=f"R{number}") for number in range(7)]
    record.actors = [made(ActivityActor, role=ActorRole.JOINT_CONTROLLER, name=name) for name in ("A", "B")]
    record.actors.append(made(ActivityActor, role=ActorRole.SERVED_CONTROLLER, name="C"))
    rows = workbook(record)["REG-2026-001"]
    assert found(rows, "Sous-finalité 8")[1] == "Finalité 8"
    assert found(rows, "Destinataire 7")[4] == "R6"
    assert [row[1] for row in rows if row and row[0] == "Responsable(s) conjoint(s)"] == ["A", "B"]
    assert found(rows, "Responsable pour le compte duquel nous agissons")[1] == "C"


def test_a_duration_without_data_still_shows() -> None:
    record = bare()
    record.retentions = [
        made(
            Retention, item="Journaux", data_category="health", stage=Stage.FINAL, duration=6, unit=Unit.MONTHS,
            confidence=Confidence.SECONDARY,
        )
    ]  # fmt: skip
    row = found(workbook(record)["REG-2026-007"], "Données concernant la santé")
    assert row[4] == "Journaux : 6 mois (Sort final, à vérifier)"


def test_the_lists_know_the_patient() -> None:
    rows = workbook(activity())["5_-_Listes"]
    assert [rows[0][place] for place in (0, 2, 3, 5, 7, 9)] == [
        "Garanties", "Pays", "Zone", "Catégories de personnes", "Destinataires", "Mesures de sécurité techniques",
    ]  # fmt: skip
    assert rows[1][5] == "Patients"
    assert [row[2:4] for row in rows[1:5]] == [
        ["Chine", "Non adéquat"],
        ["France", "EEE"],
        ["États-Unis", "adéquat : organismes certifiés"],
        ["Suisse", "adéquat"],
    ]


def test_what_the_layout_lacks_is_told_apart() -> None:
    rows = workbook(activity())["Compléments"]
    assert rows[0] == ["N° / RÉF", "Nom du traitement", "Rubrique", "Élément", "Contenu"]
    told = {(row[2], row[3]): row[4] for row in rows}
    assert told["Base légale", "Assurer la prise en charge et la continuité des soins"] == (
        "Mission d’intérêt public, CSP L6112-1\nMédecine préventive, soins (secret professionnel), LIL art. 44, 1°"
    )
    assert told["Source des données", "Identité INS"] == "Auprès de la personne et par un tiers, Téléservice INSi"
    assert told["Information", "Information des personnes"] == "Livret d’accueil et affichage"
    assert told["AIPD", "Nécessité"] == "AIPD requise"
    assert told["Droits d’accès", "Infirmier"].endswith("(revue le 01/12/2026)")
    subjects = {row[2] for row in rows}
    assert subjects >= {
        "Conservation par étape",
        "Droits",
        "Sous-traitant",
        "Sous-traitant ultérieur",
        "Décision automatisée",
    }


def test_the_public_version_names_no_measure_but_keeps_the_block() -> None:
    rows = workbook(activity(), public=True)["REG-2026-001"]
    assert found(rows, "Mesure de sécurité 1")[1] == ""


def test_references_that_no_sheet_may_bear_get_another_name() -> None:
    names = list(workbook(activity("A/B:1"), activity("a b 1"), activity("5_-_Listes")))
    assert names == ["2_-_Liste_des_traitements", "A B 1", "a b 1 (2)", "5_-_Listes (2)", "5_-_Listes", "Compléments"]


def test_an_empty_register_is_a_document_too() -> None:
    assert list(workbook()) == ["2_-_Liste_des_traitements", "5_-_Listes", "Compléments"]


def document(*cells: Cell | None) -> bytes:
    return ods([Sheet("Feuille", [40] * len(cells), [cells])], {}, "Titre", "Auteur", AT)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_a_text_comes_back_equal(text: str) -> None:
    (((told,),),) = (rows for rows in tables(document(Cell(text))).values())
    assert unguarded(told).split() == printable(text).split()
    assert unguarded(told).strip() == "\n".join(printable(text).splitlines()).strip()


@pytest.mark.parametrize("text", ["=1+1", "+33", "-5", "@a", "=cmd|'/C calc'!A0"])
def test_nothing_is_a_formula(text: str, tmp_path: Path) -> None:
    content = document(Cell(text), Cell("a"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = archive.read("content.xml").decode()
    assert "table:formula" not in body
    assert re.search(r'office:value-type="string"><text:p>\'', body)


def test_the_package_is_what_the_format_asks_for() -> None:
    with zipfile.ZipFile(io.BytesIO(document(Cell("a")))) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"
        meta = archive.read("meta.xml").decode()
    assert "<dc:title>Titre</dc:title><dc:creator>Auteur</dc:creator><dc:language>fr-FR</dc:language>" in meta


def test_libreoffice_opens_it_and_keeps_its_sheets_and_lists(tmp_path: Path) -> None:
    content = cnil.workbook([activity(description="=1+1")], establishment(), ON, TERMS, processors=[processor()])
    shown = by_libreoffice(content, "ods", tmp_path, "fods").read_text()
    assert 'table:name="5_-_Listes"' in shown
    assert "cell-content-is-in-list" in shown
    assert "table:formula=" not in shown
    assert by_libreoffice(content, "ods", tmp_path).read_bytes().startswith(b"%PDF")
