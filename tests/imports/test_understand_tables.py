"""Tables of any origin: headers anywhere, lists in cells, shifted rows, examples and repetitions."""

import datetime as dt
from typing import Any

import pytest

from governance.imports.understand import read_and_understand, targets
from tests.imports import builders
from tests.imports.cases import cells, fields, part, read, table, terms, told

GROUND_OPS = ["id", "nom_traitement", "domaine_ground_ops", "finalite", "base_legale", "categories_donnees",
              "categories_personnes", "destinataires", "duree_conservation", "transfert_hors_ue", "mesures_securite",
              "dpia_requise", "dpia_statut", "dernier_reexamen", "proprietaire_metier"]  # fmt: skip
CALL_CENTER = ["ref", "traitement", "finalite", "base_legale", "categories_donnees", "personnes_concernees",
               "destinataires", "duree_conservation", "mesures_securite"]  # fmt: skip
CALL = ["OP-01", "Enregistrement de l appel", "Preuve de l appel", "Interet legitime", "Voix, identite",
        "Prospect appele", "Service qualite, client commanditaire", "6 mois", "Acces restreint"]  # fmt: skip


def test_snake_case_headers_without_accents_are_understood():
    found = table(
        GROUND_OPS,
        ["TRT-002", "Reclamations clients", "Customer", "Repondre aux reclamations", "Execution du contrat",
         "Identite coordonnees historique de vol", "Passagers ayant reclame",
         "Service Relation Client Sous-traitant CRM", "3 ans apres cloture", "Oui (prestataire CRM hors UE)",
         "Chiffrement contractualisation clause type UE", "Oui",
         "Realisee", "2025-11-15", "Direction Customer"],
        ["TRT-003", "Planification", "Ressources", "Planifier", "Obligation legale / Interet legitime",
         "Identite matricule qualifications", "Personnel Ground Ops", "RH Encadrement",
         "Duree du contrat + 5 ans", "Non",
         "Habilitation nominative journalisation des acces", "Non", "A confirmer", "2026-01-10", "AI Responsible"],
        ["TRT-006", "Usages des modeles", "Transverse", "Tracer", "Obligation legale",
         "Metadonnees d'usage (pas de donnees personnelles)", "Aucune (donnees agregees)", "Comite IA", "10 ans", "Non",
         "Acces restreint", "Non", "Non applicable", "2026-04-01", "AI Responsible"],
    )  # fmt: skip
    assert (found.layout, len(found.records)) == ("table", 3)
    first, second, third = found.records
    assert fields(first, "reference", "revised_on", "dpia_progress", "contact_name", "transfers_exist") == (
        "TRT-002", "2025-11-15", "done", "Direction Customer", True,
    )  # fmt: skip
    assert fields(first, "dpia_override", "dpia_reason") == ("required", "Le fichier importé indique « Oui ».")
    assert part(first, "data_items", "category", "description") == [
        ("identity", "Identite"), ("contact", None), ("other", "historique de vol"),
    ]  # fmt: skip
    assert part(first, "recipients", "kind", "name") == [
        ("internal", "Service Relation Client"), ("processor", "Sous-traitant CRM"),
    ]  # fmt: skip
    assert part(first, "transfers", "recipient") == ["prestataire CRM hors UE"]
    assert cells(first.issues, "doubt") == ["F2", "H2", "J2", "K2"]
    assert part(second, "purposes", "label", "lawful_basis") == [
        ("Planifier", "legal_obligation"), ("Planifier", "legitimate_interests"),
    ]  # fmt: skip
    assert cells(second.issues, "doubt") == ["E3", "F3", "H3", "K3", "M3"]
    assert "AIPD : avancement : A confirmer" in second.record["fields"]["notes"]
    assert "person_groups" not in third.record["parts"]
    assert cells(third.issues, "doubt") == ["F4", "G4"]


def test_a_shifted_row_is_named_cell_by_cell_and_never_laid_in_the_wrong_fields():
    shifted = ["OP-02", "Saisie", "etudier", "Donnees sensible, vie professionnelle", "prospect", "Pole donnees"]
    found = table(CALL_CENTER, CALL, CALL, shifted, ["OP-03", *CALL[1:7], "A definir", CALL[8]])
    assert [fields(record, "reference") for record in found.records] == [("OP-01",), ("OP-02",), ("OP-03",)]
    assert told(found.issues) == [
        ("« Registre », B3", "Cette ligne est identique à la ligne 2 : elle n’est reprise qu’une fois.")
    ]
    record = found.records[1]
    assert record.record["parts"] == {"purposes": [{"label": "etudier"}]}
    assert cells(record.issues, "doubt") == ["D4", "E4", "F4"]
    assert "décalée d’une colonne vers la gauche : il y manque sans doute la base légale" in record.issues[0].sentence
    assert "prospect" in record.record["fields"]["notes"]
    assert not record.is_refused
    assert cells(found.records[2].issues, "doubt") == ["H5"]


def test_a_row_with_one_cell_too_many_is_named_too():
    row = ["1", "Paie", "Payer", "blabla", "Obligation légale", "Identité, RIB", "Agents"]
    (record,) = table(
        ["Réf", "Nom du traitement", "Finalité", "Base légale", "Données", "Personnes", "Durée"], row
    ).records
    assert cells(record.issues, "doubt") == ["D2", "E2", "F2", "G2"]
    assert "vers la droite" in record.issues[0].sentence


def test_a_basis_that_is_none_is_only_doubted_when_the_rest_sits_well():
    (record,) = table(CALL_CENTER, ["1", "Paie", "Payer", "Usage courant", *CALL[4:]]).records
    assert cells(record.issues, "doubt") == ["D2"]
    assert part(record, "purposes", "lawful_basis", "lawful_basis_reference") == [(None, "Usage courant")]
    assert part(record, "data_items", "category") == ["voice", "identity"]


def test_headers_may_come_late_with_actors_above_and_titles_among_the_rows():
    found = table(
        ["Registre des traitements du CHU"],
        ["Responsable de traitement : CHU de Val-Clair"],
        ["DPO", "Mme Martin, dpo@chu.example"],
        ["N°", "Traitement"],
        [None, "Nom du traitement", "Finalité(s)", "Catégories de données", "Durée de conservation", "Destinataires"],
        ["PÔLE RH"],
        [1, "Paie", "Payer", "Identité", "5 ans", "DRH"],
        [None, None, None, "RIB", "10 ans"],
        ["N°", "Nom du traitement", "Finalité(s)", "Catégories de données", "Durée de conservation", "Destinataires"],
        [2, "Planning", "Planifier", "Identité", "1 an", "Cadres"],
        [None, "Seul un nom"],
        [3, None, "Oublié", "Identité", "1 an", "DRH"],
        ["Mis à jour le 12/03/2024"],
    )
    assert [(record.place.row, record.is_refused) for record in found.records] == [
        (7, False), (10, False), (11, False), (12, True),
    ]  # fmt: skip
    first, second, third, _ = found.records
    assert fields(first, "reference", "name") == ("1", "Paie")
    assert part(first, "data_items", "category") == ["identity", "financial"]
    assert part(first, "retentions", "duration") == [5, 10]
    assert cells(first.issues, "doubt") == ["A8"]
    assert part(second, "actors", "role", "name", "email") == [
        ("controller", "CHU de Val-Clair", None), ("dpo", "Mme Martin", "dpo@chu.example"),
    ]  # fmt: skip
    assert cells(third.issues, "doubt") == ["B11"]
    assert cells(found.issues, "doubt") == ["B13", "B6"]


def test_crosses_under_the_title_of_a_group_say_its_words():
    found = table(
        ["Registre RGPD"],
        ["Réf", "Nom du traitement", "Finalité", "Base légale", None, None, "Catégories de données", None, None,
         "Personnes concernées", None, "Données sensibles", "Durée"],
        [None, None, None, "Consentement", "Contrat", "Obligation légale", "État civil", "NIR", "Santé", "Patients",
         "Agents", None, None],
        ["T1", "Admissions", "Gérer les entrées", None, None, "x", "X", "X", "oui", "X", None, "Oui", "20 ans"],
        ["T2", "Paie", "Rémunérer", "non", "X", None, "X", None, None, None, "☒", "Non", "5 ans"],
    )  # fmt: skip
    first, second = found.records
    assert part(first, "purposes", "lawful_basis") == ["legal_obligation"]
    assert part(first, "data_items", "category") == ["identity", "nir", "health"]
    assert part(second, "purposes", "lawful_basis") == ["contract"]
    assert part(second, "person_groups", "category") == ["employee"]
    assert [fields(one, "sensitive") for one in found.records] == [(True,), (False,)]
    assert found.tables[0].proposed[3] == "lawful_basis:Consentement"
    assert (told(found.issues), told(first.issues), told(second.issues)) == ([], [], [])


def test_rows_that_have_no_number_of_their_own_go_on_and_another_table_is_not_mixed_in():
    found = table(
        ["En tant que responsable de traitement"],
        ["N°", "Traitement", "Finalité", "Données", "Durée"],
        [1, "Dossier patient", "Soins", "Identité", "20 ans"],
        [None, None, "Facturation", "NIR", "5 ans"],
        ["En tant que sous-traitant"],
        ["N°", "Traitement", "Responsable de traitement", "Mesures de sécurité"],
        [2, "Hébergement", "CH voisin", "Chiffrement"],
    )
    first = found.records[0]
    assert part(first, "purposes", "label") == ["Soins", "Facturation"]
    assert cells(first.issues, "doubt") == ["A4"]
    assert [fields(one, "name") for one in found.records] == [("Dossier patient",)]
    assert cells(found.issues, "error") == ["B6"]


def test_a_table_may_lie_on_its_side():
    found = table(
        ["Registre"],
        ["Nom du traitement", "Paie", "Recrutement"],
        ["Référence", "T1", "T2"],
        ["Finalité", "Payer", "Recruter"],
        ["Base légale", "Obligation légale", "n’importe quoi"],
        ["Durée de conservation", "5 ans", "2 ans"],
        ["Truc", "a", "b"],
    )
    assert [fields(record, "reference", "name") for record in found.records] == [("T1", "Paie"), ("T2", "Recrutement")]
    assert cells(found.records[1].issues, "doubt") == ["C5"]
    assert cells(found.issues, "doubt") == ["A7"]


@pytest.mark.parametrize(
    ("typed", "kept", "severity"),
    [
        (dt.date(2024, 1, 2), "2024-01-02", ""),
        ("1er mars 2024", "2024-03-01", ""),
        (45000, "2023-03-15", "doubt"),
        ("mai 2018", None, "doubt"),
        ("31/02/2026", None, "error"),
    ],
)
def test_dates_are_read_doubted_or_refused(typed: object, kept: str | None, severity: str):
    (record,) = table(["Nom du traitement", "Finalité", "Date de création"], ["Paie", "Payer", typed]).records
    assert fields(record, "opened_on") == (kept,)
    assert [issue.severity.value for issue in record.issues] == [severity] * bool(severity)
    assert cells(record.issues, severity) == ["C2"] * bool(severity)


def test_texts_too_long_or_broken_are_said_with_their_cell():
    found = table(
        ["Nom du traitement", "Référence", "Finalité", "Contact", "Logiciels"],
        ["N" * 201, "R1", "Payer"],
        ["Paie", "R" * 41, "Payer"],
        ["Recrutement", "R3", "P" * 40_000],
        ["Planning", "R4", "Planifier", "C" * 201, "#REF!"],
        ["Accès", "R5", "Ouvrir\x07 les\x00 portes"],
    )
    assert told(found.records[0].issues) == [
        ("« Registre », A2", "« Nom du traitement » compte 201 caractères ; 200 au plus sont attendus.")
    ]
    assert cells(found.records[1].issues, "error") == ["B3"]
    assert "32767 au plus" in found.records[2].issues[0].sentence
    assert cells(found.records[3].issues, "doubt") == ["D5", "E5"]
    assert "C" * 201 in found.records[3].record["fields"]["notes"]
    assert part(found.records[4], "purposes", "label") == ["Ouvrir les portes"]
    assert cells(found.records[4].issues, "info") == ["C6"]


def test_references_and_names_given_twice():
    found = table(
        ["Nom du traitement", "Référence", "Finalité"],
        ["Paie", "T1", "Payer"],
        ["Autre paie", "t1", "Payer aussi"],
        ["Accueil", None, "Accueillir"],
        ["accueil", None, "Recevoir"],
    )
    assert [record.is_refused for record in found.records] == [False, True, False, False]
    assert "déjà celle d’une autre fiche (« Registre », ligne 2)" in found.records[1].issues[0].sentence
    assert "Une autre fiche porte le même nom (ligne 4)" in found.records[3].issues[0].sentence


def test_english_headers_and_camel_case():
    (record,) = table(
        ["ref_id", "name", "description", "status", "purpose", "legalBasis", "personCategories", "retentionPeriod",
         "assignedToEmail", "dpia_required"],
        ["P1", "Payroll", "<p>Pay people</p>", "draft", "Pay", "Legal obligation", "Employees; Job applicants",
         "10 years", "a@b.example", "no"],
    ).records  # fmt: skip
    assert fields(record, "reference", "description", "status", "contact_email") == (
        "P1",
        "Pay people",
        "draft",
        "a@b.example",
    )
    assert part(record, "purposes", "lawful_basis") == ["legal_obligation"]
    assert part(record, "person_groups", "category") == ["employee", "applicant"]
    assert part(record, "retentions", "duration", "unit") == [(10, "years")]


MADIS = ["Nom", "Structure - Nom", "En tant que", "Finalités", "État", "Base légale", "Catégorie de données",
         "Destination - Sous-traitants", "Détails - Personnes concernées - Salariés",
         "Détails - Personnes concernées - Salariés - Commentaire", "Détails - Personnes concernées - Usagers",
         "Détails - Délai de conservation - Durée", "Détails - Délai de conservation - Sort final",
         "Mesures de sécurité et confidentialité - Traçabilité",
         "Mesures de sécurité et confidentialité - Traçabilité - Commentaire",
         "Traitement spécifique - Surveillance systématique", "Traitement spécifique - Personnes vulnérables",
         "Est exempté d'AIPD", "Nb Preuves"]  # fmt: skip
TOWN = ["Paie", "Mairie", "Responsable de traitement", "Payer", "Terminé", "Obligation légale", "État civil", "Éditeur",
        "Oui", "titulaires", "Non", "1: 5 ans\r\n2: 10 ans", "1: Destruction", "Oui", "journaux", "Oui", "Oui", "Oui",
        "3"]  # fmt: skip


def test_a_madis_export_is_understood_with_its_columns_of_yes_and_no():
    found = table(MADIS, TOWN)
    (record,) = found.records
    assert fields(record, "kind", "status", "dpia_criteria") == (
        "controller", "qualified", ["systematic_monitoring", "vulnerable_subjects"],
    )  # fmt: skip
    assert fields(record, "dpia_override", "dpia_reason") == ("not_required", "Exempté d’AIPD : Oui")
    assert part(record, "actors", "role", "name") == [("controller", "Mairie")]
    assert part(record, "person_groups", "category", "details") == [("employee", "titulaires")]
    assert part(record, "retentions", "stage", "wording") == [
        ("active", "5 ans"), ("active", "10 ans"), ("final", "Destruction"),
    ]  # fmt: skip
    assert part(record, "security_measures", "category", "description") == [("traceability", "journaux")]
    assert any("Madis 2.4" in sentence for _, sentence in told(found.issues, "doubt"))


def test_the_shifted_columns_of_madis_can_be_repaired_by_choice():
    (head,) = table(MADIS, TOWN).tables
    (repaired,) = head.alternatives.values()
    (record,) = table(MADIS, TOWN, mapping={head.signature: repaired}).records
    assert part(record, "person_groups", "category", "details") == [("other", "Usagers : titulaires")]


def test_a_table_that_is_no_register_is_offered_and_not_read():
    found = read(("Médecins", [["ID Médecin", "Nom", "Prénom", "Téléphone"], [2868, "Roach", "Jesse", "0040733458"]]))
    assert (found.layout, found.records) == ("table", [])
    (head,) = found.tables
    assert (head.sheet, head.row, head.headers) == ("Médecins", 1, ["ID Médecin", "Nom", "Prénom", "Téléphone"])
    assert head.samples == [["2868"], ["Roach"], ["Jesse"], ["0040733458"]]
    assert "ne ressemble pas à un registre" in found.issues[0].sentence


def test_a_person_may_say_what_the_columns_mean():
    rows = [["Quoi", "Pourquoi", "Divers"], ["Paie", "Payer", "x"], ["Planning", "Planifier"]]
    (head,) = table(*rows).tables
    assert head.proposed == [None, None, None]
    found = table(*rows, mapping={head.signature: ["name", "purposes", None]})
    assert [fields(record, "name") for record in found.records] == [("Paie",), ("Planning",)]
    assert cells(found.issues, "doubt") == ["C1"]
    assert table(*rows, mapping={head.signature: ["name", "purposes", "rm -rf"]}).records[0].record["fields"] == {
        "name": "Paie"
    }


def test_a_signature_does_not_mind_case_nor_accents():
    (one,), (other,) = table(["Quoi", "Où"], ["a", "b"]).tables, table(["QUOI", "ou"], ["c", "d"]).tables
    assert one.signature == other.signature


def test_every_target_has_a_title_of_its_own():
    titles = [title for _, title in targets()]
    assert len(set(titles)) == len(titles) > 40


def test_sensitive_data_may_be_said_or_listed():
    found = table(
        ["Nom du traitement", "Finalité", "Données sensibles", "Catégories de données", "Origine des données"],
        ["A", "a", "Oui (santé)", "Identité", "Directement auprès de la personne"],
        ["B", "b", "Santé, opinions politiques", "Identité", "Services de la ville"],
        ["C", "c", "Non", "Données de santé", None],
        ["D", "d", None, "Données de santé", "Formulaire"],
        ["E", "e", "Aucune", "Données sensibles", None],
    )
    a, b, c, d, e = found.records
    assert part(a, "data_items", "category", "source") == [("health", "direct"), ("identity", "direct")]
    assert part(b, "data_items", "category", "source_details") == [
        ("health", "Services de la ville"), ("political", "Services de la ville"), ("identity", "Services de la ville"),
    ]  # fmt: skip
    assert [fields(record, "sensitive") for record in (a, b, c, d, e)] == [(True,), (True,), (False,), (True,), (True,)]
    assert "se dit sans données sensibles" in c.issues[0].sentence
    assert "précisez lesquelles" in e.issues[0].sentence


def test_transfers_in_columns_of_their_own_come_together():
    found = table(
        ["Nom du traitement", "Finalité", "Transferts hors UE", "Pays", "Garanties"],
        ["A", "a", "Oui", "États-Unis", "BCR"],
        ["B", "b", "Non", None, "Clauses types"],
        ["C", "c", None, "Maroc, Tunisie", "Autre chose"],
        ["D", "d", "Vers la France", None, None],
        ["E", "e", "Oui", "Belgique", None],
    )
    a, b, c, _, e = found.records
    assert part(a, "transfers", "country", "mechanism") == [("US", "bcr")]
    assert fields(b, "transfers_exist") == (False,)
    assert part(c, "transfers", "country", "details") == [("MA", "Autre chose"), ("TN", "Autre chose")]
    assert cells(b.issues, "doubt") == ["E3"]
    assert any("Espace économique européen" in sentence for _, sentence in told(e.issues, "doubt"))


REGISTER = [["Nom du traitement", "Finalité", "Base légale"], ["Paie", "Payer", "Contrat"]]


def test_a_hidden_sheet_is_not_read_when_another_is_seen_and_it_is_said():
    sheets = {"Registre": REGISTER, "Caché": REGISTER, "Listes": [["Contrat", "Paie"]], "Vide": []}
    data = builders.xlsx(sheets, hidden=["Caché", "Listes", "Vide"])
    found = read_and_understand(data, "registre.xlsx", terms())
    assert len(found.records) == 1
    assert [(issue.sheet, issue.severity.value) for issue in found.issues] == [("Caché", "doubt"), ("Listes", "info")]
    assert found.issues[0].sentence.startswith("Feuille masquée : elle n’est pas lue.")


def test_a_hidden_sheet_is_read_when_it_is_the_only_one_filled():
    data = builders.xlsx({"Vide": [], "Registre": REGISTER}, hidden=["Registre"])
    found = read_and_understand(data, "registre.xlsx", terms())
    assert (len(found.records), found.issues) == (1, [])


def test_nothing_at_all_is_said_so():
    found = table(["bonjour"])
    assert (found.layout, found.records) == ("", [])
    assert found.issues[-1].severity == "error"


def test_the_less_common_columns_have_their_fields_too():
    (record,) = table(
        ["Nom du traitement", "Finalité", "Base légale", "Mise en balance", "Condition article 9", "Habilitations",
         "Information des personnes", "Droits des personnes", "Durée de conservation active", "Durée d’archivage",
         "Destinataires internes", "Destinataires externes", "Sous-traitants", "Responsables conjoints", "Profilage",
         "Date de prochaine revue", "Domaine", "Service", "Observations", "Droit d’accès", "Organisme"],
        ["Paie", "Payer ; Déclarer", "Contrat ; Intérêt légitime", "Faite en 2024", "9(2)(b) et 9(2)(h)", "RH\nPaie",
         "Note de service", "Par courrier", "1 an", "5 ans", "Direction des soins", "Cabinet Durand", "Oui",
         "CHU voisin", "Non", "01/02/2027", "Ressources humaines", "DRH", "À compléter", "Sur demande",
         "CH de Val-Clair"],
    ).records  # fmt: skip
    assert part(record, "purposes", "label", "lawful_basis", "legitimate_interest", "art9_condition") == [
        ("Payer", "contract", "Faite en 2024", "art9_2_b"), ("Déclarer", "legitimate_interests", None, None),
    ]  # fmt: skip
    assert part(record, "access_rights", "profile", "may_consult") == [("RH", True), ("Paie", True)]
    assert part(record, "retentions", "stage", "duration") == [("active", 1), ("intermediate", 5)]
    assert part(record, "recipients", "kind", "name") == [
        ("internal", "Direction des soins"), ("external", "Cabinet Durand"),
    ]  # fmt: skip
    assert part(record, "actors", "role", "name") == [
        ("joint_controller", "CHU voisin"),
        ("controller", "CH de Val-Clair"),
    ]
    assert fields(record, "information", "rights", "automated_decision", "review_on", "domain", "owner_service") == (
        "Note de service", "Par courrier\nSur demande", False, "2027-02-01", "rh", "DRH",
    )  # fmt: skip
    assert fields(record, "notes") == ("Sous-traitants : Oui\nÀ compléter",)
    assert cells(record.issues, "doubt") == ["C2", "M2"]


def test_words_that_are_no_value_of_a_list_are_kept_and_named():
    found = table(
        ["Nom du traitement", "Finalité", "Qualité de l’établissement", "Condition article 9", "AIPD", "Profilage",
         "Habilitations", "Origine des données", "Destinataires", "Base légale"],
        ["Paie", "", "Chef", "selon le cas", "on verra", "parfois", "h" * 201, "o" * 201, "d" * 201, "Contrat"],
        ["Badges", "Ouvrir", "", "", "En cours", "", "", "", "Aucun destinataire externe n’est prévu", ""],
    )  # fmt: skip
    first, second = found.records
    assert cells(first.issues, "doubt") == ["C2", "D2", "E2", "F2", "G2", "I2", "J2"]
    assert part(first, "purposes", "label", "lawful_basis", "art9_reference") == [("Paie", "contract", "selon le cas")]
    assert part(first, "recipients", "name", "reason") == [(None, "d" * 201)]
    assert {"h" * 201, "o" * 201} <= {line.partition(" : ")[2] for line in first.record["fields"]["notes"].splitlines()}
    assert fields(second, "dpia_progress", "notes") == (
        "in_progress", "Destinataires : Aucun destinataire externe n’est prévu",
    )  # fmt: skip


def test_a_record_may_stand_on_several_rows():
    found = table(
        ["Traitement", "Finalité", "Base légale", "Données", "Service"],
        ["Paie", "Payer", "Obligation légale", "Identité", "DRH"],
        [None, "Déclarer", "Obligation légale", "NIR"],
        [None, "Étudier", "Intérêt légitime", "Identité"],
        [None, None, None, "Coordonnées bancaires"],
        ["Parking", "Attribuer", "Contrat", "Identité"],
        [None, "Oubliée", "Contrat", "Identité", "DSI"],
    )
    paie, parking, nameless = found.records
    assert part(paie, "purposes", "label", "lawful_basis") == [
        ("Payer", "legal_obligation"), ("Déclarer", "legal_obligation"), ("Étudier", "legitimate_interests"),
    ]  # fmt: skip
    assert part(paie, "data_items", "category") == ["identity", "nir", "financial"]
    assert cells(paie.issues, "doubt") == ["A3", "A4", "A5"]
    assert (parking.issues, nameless.is_refused) == ([], True)


MERGED: list[list[Any]] = [
    ["Service", "Traitement", "Finalités", "Base légale", "Durée de conservation", "Date de création"],
    ["DRH", "Paie", "Calculer", "Obligation légale", "5 ans", "01/02/2024"],
    [None, None, "Déclarer", "Obligation légale", "5 ans", "05/02/2024"],
    [None, "Recrutement", "Recruter", "Intérêt légitime", "2 ans"],
    ["DSI", "(EXEMPLE) Messagerie", "Communiquer", "Contrat"],
    [None, None, "Archiver", "Contrat"],
]


def merged_by(kind: str) -> bytes:
    if kind == "xlsx":
        return builders.xlsx({"Registre": MERGED}, merged=["A2:A4", "B2:B3", "B5:B6"])
    return builders.ods({"Registre": MERGED}, spans={"DRH": 3, "Paie": 2, "(EXEMPLE) Messagerie": 2})


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_cells_merged_downwards_say_the_same_of_each_row(kind: str):
    found = read_and_understand(merged_by(kind), f"registre.{kind}", terms())
    paie, recrutement = found.records
    assert [fields(one, "name", "owner_service") for one in found.records] == [("Paie", "DRH"), ("Recrutement", "DRH")]
    assert part(paie, "purposes", "label", "lawful_basis") == [
        ("Calculer", "legal_obligation"), ("Déclarer", "legal_obligation"),
    ]  # fmt: skip
    assert part(paie, "retentions", "duration") == [5]
    assert (cells(paie.issues, "doubt"), recrutement.issues) == (["F3"], [])
    assert fields(paie, "opened_on", "notes") == ("2024-02-01", "Date de création de la fiche : 05/02/2024")
    assert cells(found.issues, "info") == ["B5", "B6"]


def test_what_continues_a_row_left_out_is_left_out_too():
    rows: list[list[Any]] = [["Paie", "Payer", "Contrat"], [None, "Déclarer", "Contrat"]]
    found = table(["Traitement", "Finalité", "Base légale"], *rows, *rows)
    assert [part(one, "purposes", "label") for one in found.records] == [["Payer", "Déclarer"]]
    assert cells(found.issues, "info") == ["A4", "A5"]


def test_titles_under_the_title_of_a_group_complete_it_and_totals_are_no_records():
    found = table(
        ["REGISTRE DES TRAITEMENTS"],
        ["Identification", None, None, "Données", None, "Destinataires", None, "Dates", None],
        ["N°", "Nom du traitement", "Finalité", "Catégories de données", "Données sensibles ?", "Internes", "Externes",
         "Date de création", "Date MAJ"],
        [1, "Repas", "Nourrir", "Identité", "Oui", "Cuisine", "Sodexo", "03/02/2021", "01/05/2024"],
        [2, "Crèche", "Garder", "Identité", "non", None, "CAF"],
        ["TOTAL", None, 2],
    )  # fmt: skip
    repas, creche = found.records
    assert part(repas, "recipients", "kind", "name") == [("internal", "Cuisine"), ("external", "Sodexo")]
    assert fields(repas, "sensitive", "opened_on", "revised_on") == (True, "2021-02-03", "2024-05-01")
    assert (fields(creche, "sensitive"), part(creche, "recipients", "kind")) == ((False,), ["external"])
    assert told(found.issues) == [("« Registre », B6", "Ligne de total : elle n’est pas reprise.")]


def test_yes_and_no_are_nobody():
    found = table(
        ["Traitement", "Finalité", "Responsable conjoint", "Représentant", "Destinataires"],
        ["A", "a", "Non", False, "Non"],
        ["B", "b", "Oui", "Oui : CHU voisin", "Oui (DRH)"],
        ["C", "c", "N. Martin", "Non, sauf en Suisse", "Oui"],
    )
    first, second, third = found.records
    assert (first.record["parts"].keys(), first.issues) == ({"purposes"}, [])
    assert part(second, "actors", "role", "name") == [("representative", "CHU voisin")]
    assert part(second, "recipients", "name") == ["DRH"]
    assert fields(second, "notes") == ("Responsable conjoint : Oui",)
    assert part(third, "actors", "role", "name") == [("joint_controller", "N. Martin")]
    assert "recipients" not in third.record["parts"]
    assert fields(third, "notes") == ("Représentant : Non, sauf en Suisse\nDestinataires : Oui",)
    assert (cells(second.issues, "doubt"), cells(third.issues, "doubt")) == (["C3"], ["E4"])


def test_a_duration_that_is_not_sure_is_marked_and_a_number_is_none():
    found = table(
        ["Traitement", "Finalité", "Durée de conservation"],
        ["A", "a", "3 ans (à confirmer)"],
        ["B", "b", 5],
        ["C", "c", "5 ans"],
    )
    assert [part(one, "retentions", "duration", "confidence") for one in found.records] == [
        [(3, "secondary")], [(None, None)], [(5, None)],
    ]  # fmt: skip
    assert [cells(one.issues, "doubt") for one in found.records] == [["C2"], ["C3"], []]
