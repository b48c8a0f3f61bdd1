"""Fiches of any origin: labels on the left, values beside, one or several on a sheet."""

from typing import Any

from tests.imports.cases import cells, fields, part, read, table, told


def stacked(number: str) -> list[list[Any]]:
    """A fiche as a project team writes it: titles, small tables, emojis, warnings, risks and a place to sign."""
    return [
        [f"REGISTRE DE TRAITEMENT DES DONNÉES - US{number}"],
        [],
        ["INFORMATIONS SUR L'ORGANISME"],
        ["Nom de l'organisme", "Mode-Insta"],
        ["Responsable de traitement", "Alice (Product Owner)"],
        ["Délégué à la Protection des Données (DPO)", "DPO Mode-Insta"],
        [],
        ["DESCRIPTION DU TRAITEMENT"],
        ["Nom du traitement", f"US{number} - Recommandation"],
        ["N° / Référence", f"US{number}-IA"],
        ["Date de création", "15/10/2025"],
        [],
        ["FINALITÉ(S) DU TRAITEMENT"],
        ["Finalité principale", "Recommander des vêtements"],
        ["Sous-finalité 1", "Extraire les caractéristiques"],
        [],
        ["BASE LÉGALE DU TRAITEMENT"],
        ["Base légale", "Consentement explicite (Art. 6.1.a RGPD) + Exécution du contrat (Art. 6.1.b RGPD)"],
        ["Justification", "Service personnalisé"],
        [],
        ["CATÉGORIES DE DONNÉES PERSONNELLES TRAITÉES"],
        ["Catégorie de données", "Description", "Durée de conservation"],
        ["⚠️ DONNÉES SENSIBLES - Photos", "Visage (données biométriques, art. 9)", "1 heure maximum"],
        ["Données de compte", "Email, identifiant", "Durée du compte utilisateur"],
        [],
        ["CATÉGORIES DE PERSONNES CONCERNÉES"],
        ["Catégorie", "Description"],
        ["Utilisateurs de l'application", "Toute personne ayant un compte"],
        [],
        ["DESTINATAIRES DES DONNÉES"],
        ["Type de destinataire", "Identité / Description", "Finalité de l'accès"],
        ["Service interne", "Équipe Data", "Amélioration"],
        ["⚠️ Prestataire externe", "Développeur", "Gestion"],
        ["⚠️ Un DPA conforme au RGPD doit être signé."],
        [],
        ["TRANSFERTS DE DONNÉES HORS UE"],
        ["Transfert hors UE ?", "Non - hébergé en Europe"],
        ["Garanties", "Clauses contractuelles types (CCT)"],
        [],
        ["MESURES DE SÉCURITÉ ET DE PROTECTION"],
        ["Mesure de sécurité", "Description"],
        ["✅ Chiffrement des données", "AES-256"],
        ["✅ Pas d'entraînement", "Jeux publics seulement"],
        [],
        ["DROITS DES PERSONNES CONCERNÉES"],
        ["Droit d'accès", "Sur demande"],
        ["Contact", "Le DPO"],
        [],
        ["RISQUES IDENTIFIÉS ET MESURES DE MITIGATION"],
        ["Risque", "Impact", "Mesure de mitigation"],
        ["⚠️ Fuite", "Photos visibles", "Chiffrement"],
        [],
        ["CONFORMITÉ RGPD"],
        ["✅ Analyse d'Impact (PIA)", "Recommandée - haut risque"],
        ["✅ Information des utilisateurs", "Notice"],
        ["Validation DPO", "À valider", "Signature : ______"],
        [],
        [],
    ]


def test_stacked_fiches_are_told_apart_and_other_sheets_ignored():
    found = read(("Budget", [["Rôle", "Coût"], ["Chef", 333]]), ("Registre_CNIL", [*stacked("4"), *stacked("5")]))
    assert found.layout == "fiches"
    assert [fields(record, "reference", "name", "opened_on") for record in found.records] == [
        ("US4-IA", "US4 - Recommandation", "2025-10-15"),
        ("US5-IA", "US5 - Recommandation", "2025-10-15"),
    ]
    assert [record.place.row for record in found.records] == [9, 9 + len(stacked("4"))]
    for record in found.records:
        assert part(record, "actors", "role", "name") == [
            ("controller", "Mode-Insta – Alice (Product Owner)"), ("dpo", "DPO Mode-Insta"),
        ]  # fmt: skip
        assert "US5" not in record.record["fields"]["notes"]
    assert told(found.issues) == [
        ("« Budget »", "Feuille ignorée : ni tableau de traitements, ni fiche n’y a été reconnu.")
    ]


def test_the_small_tables_of_a_fiche_give_its_collections():
    (record,) = read(("Fiche", stacked("4"))).records
    assert part(record, "data_items", "category", "description") == [
        ("biometric", "DONNÉES SENSIBLES - Photos : Visage (données biométriques, art. 9)"),
        ("contact", "Données de compte : Email, identifiant"),
    ]
    assert part(record, "retentions", "item", "unit") == [
        ("DONNÉES SENSIBLES - Photos", None), ("Données de compte", "relation"),
    ]  # fmt: skip
    assert part(record, "person_groups", "category", "details") == [
        ("other", "Utilisateurs de l'application : Toute personne ayant un compte")
    ]
    assert part(record, "recipients", "kind", "name", "reason") == [
        ("internal", "Équipe Data", "Amélioration"),
        ("processor", "Développeur", "Gestion"),
    ]
    assert part(record, "security_measures", "category", "description") == [
        ("encryption", "AES-256"), ("other", "Pas d'entraînement : Jeux publics seulement"),
    ]  # fmt: skip


def test_bases_that_could_be_of_several_purposes_are_not_guessed():
    (record,) = read(("Fiche", stacked("4"))).records
    assert part(record, "purposes", "label", "lawful_basis") == [
        ("Recommander des vêtements", "consent"),
        ("Extraire les caractéristiques", "contract"),
    ]
    longer = stacked("4")
    longer.insert(15, ["Sous-finalité 2", "Comparer"])
    (record,) = read(("Fiche", longer)).records
    assert part(record, "purposes", "label", "lawful_basis") == [
        ("Recommander des vêtements", "consent"),
        ("Recommander des vêtements", "contract"),
        ("Extraire les caractéristiques", None),
        ("Comparer", None),
    ]
    assert "Justification : Service personnalisé" in part(record, "purposes", "lawful_basis_reference")[0]
    assert any("2 bases légales" in sentence for _, sentence in told(record.issues, "doubt"))


def test_what_has_no_field_is_kept_in_the_notes():
    (record,) = read(("Fiche", stacked("4"))).records
    notes = record.record["fields"]["notes"].splitlines()
    assert "Un DPA conforme au RGPD doit être signé." in notes
    assert "Risque : Fuite : Photos visibles – Chiffrement" in notes
    assert "Signature : ______" in notes
    assert fields(record, "rights", "information", "transfers_exist") == (
        "Droit d'accès : Sur demande\nContact : Le DPO", "Notice", False,
    )  # fmt: skip
    assert fields(record, "dpia_override", "dpia_reason") == ("recommended", "Recommandée - haut risque")


def test_every_doubtful_cell_of_a_stacked_fiche_is_named():
    (record,) = read(("Fiche", stacked("4"))).records
    assert cells(record.issues, "doubt") == ["A23", "A24", "A34", "B18", "B38"]


def test_a_plain_fiche_needs_no_blocks():
    found = table(
        ["FICHE DE REGISTRE"],
        [],
        ["Nom du traitement : Gestion de la paie"],
        ["Responsable de traitement", "CH de Val-Clair, 1 rue de la Gare 01000 Bourg, dpo@ch.example"],
        ["Finalités", "Payer\nDéclarer"],
        ["Base légale", "Obligation légale"],
        ["Personnes concernées", "Agents ; vacataires"],
        ["Données", "Nom, prénom, NIR, RIB"],
        ["Destinataires", "DRH, Trésor public"],
        ["Sous-traitants", "Oui : Éditeur X"],
        ["Transfert hors UE", "Oui (États-Unis, clauses contractuelles types)"],
        ["Durée de conservation", "5 ans"],
        ["Décision automatisée", "Oui : calcul du net"],
        ["Truc inconnu", "valeur"],
    )
    assert found.layout == "fiches"
    (record,) = found.records
    assert part(record, "purposes", "label", "lawful_basis") == [
        ("Payer", "legal_obligation"), ("Déclarer", "legal_obligation"),
    ]  # fmt: skip
    assert part(record, "data_items", "category", "description") == [
        ("identity", "Nom, prénom"), ("nir", "NIR"), ("financial", "RIB"),
    ]  # fmt: skip
    assert part(record, "actors", "postcode", "email") == [("01000", "dpo@ch.example")]
    assert part(record, "recipients", "kind", "name") == [
        ("internal", "DRH"), ("external", "Trésor public"), ("processor", "Éditeur X"),
    ]  # fmt: skip
    assert part(record, "transfers", "country", "mechanism") == [("US", "scc_commission")]
    assert fields(record, "automated_decision", "automated_logic") == (True, "calcul du net")
    assert cells(record.issues, "doubt") == ["A14", "B7"]
    assert fields(record, "notes") == ("Truc inconnu : valeur",)


def test_lists_may_stand_under_their_titles():
    (record,) = table(
        ["Nom du traitement", "Paie"],
        ["Description du traitement"],
        ["Ce traitement paie les agents."],
        ["Finalités"],
        ["Payer"],
        ["Déclarer"],
        ["Base légale"],
        ["Obligation légale"],
        ["Données traitées"],
        ["Identité, RIB"],
        ["Personnes concernées"],
        ["Agents"],
        ["Durées de conservation"],
        ["Bulletins", "5 ans"],
        ["Destinataires"],
        ["DRH"],
        ["Sous-traitants"],
        ["Éditeur X", "maintenance"],
        ["Mesures de sécurité"],
        ["Sauvegarde, chiffrement"],
        ["Transferts hors UE"],
        ["Aucun"],
        ["Droits des personnes"],
        ["Par courrier au DPO."],
    ).records
    assert fields(record, "description", "transfers_exist", "rights") == (
        "Ce traitement paie les agents.", False, "Par courrier au DPO.",
    )  # fmt: skip
    assert part(record, "purposes", "label", "lawful_basis") == [
        ("Payer", "legal_obligation"), ("Déclarer", "legal_obligation"),
    ]  # fmt: skip
    assert part(record, "data_items", "category") == ["identity", "financial"]
    assert part(record, "retentions", "item", "duration") == [("Bulletins", 5)]
    assert part(record, "recipients", "kind", "name", "reason") == [
        ("internal", "DRH", None), ("processor", "Éditeur X", "maintenance"),
    ]  # fmt: skip
    assert part(record, "security_measures", "category") == ["backup", "encryption"]


def test_boxes_are_ticked_and_actors_told_line_by_line():
    (record,) = table(
        ["Nom du traitement", "Paie"],
        ["Référence", "T-1"],
        ["Responsable du traitement"],
        ["Nom", "CH de Val-Clair"],
        ["Code postal", 1000],
        ["Téléphone", "04 74 00 00 00"],
        ["Données personnelles concernées", "Description", "Durée de conservation"],
        ["État civil, identité, images", "☒ Nom et prénom", "5 ans"],
        ["Vie personnelle", "☐"],
        ["Données de localisation", "Non concerné", "—"],
        ["Numéro de sécurité sociale", "Oui", "5 ans"],
    ).records
    assert part(record, "actors", "role", "name", "postcode", "phone") == [
        ("controller", "CH de Val-Clair", "01000", "04 74 00 00 00")
    ]
    assert part(record, "data_items", "category", "description") == [
        ("identity", "Nom et prénom"), ("nir", None),
    ]  # fmt: skip


def test_choices_are_those_ticked_and_a_question_may_go_on_below():
    (record,) = table(
        ["CH de Val-Clair", "Registre 2026"],
        [1, "Nom du traitement", "Téléconsultation", "Référence", "T-7"],
        ["2.", "Finalité", "Consulter à distance"],
        ["Base légale", "☐ Consentement ☐ Contrat ☒ Obligation légale"],
        ["Personnes concernées", "☒ Patients", "☐ Salariés", "☒ Personnes de confiance"],
        ["Données sensibles ?", "☒ Oui ☐ Non"],
        ["Si oui, lesquelles :", "Santé, vie sexuelle"],
        ["Transferts hors UE", "☐ Oui ☐ Non"],
        ["Si oui, vers quel pays", "—"],
        ["Avis du comité", "Favorable"],
    ).records
    assert part(record, "purposes", "label", "lawful_basis") == [("Consulter à distance", "legal_obligation")]
    assert part(record, "person_groups", "category") == ["patient", "relative"]
    assert fields(record, "reference", "sensitive", "notes") == ("T-7", True, "Avis du comité : Favorable")
    assert part(record, "data_items", "category") == ["health", "sex_life"]
    assert "transfers_exist" not in record.record["fields"]
    assert (cells(record.issues, "info"), cells(record.issues, "doubt")) == (["B4", "B5", "B6"], ["A10", "B8"])


def test_a_sheet_of_labels_that_names_no_processing_is_no_fiche():
    found = table(["Finalité", "x"], ["Base légale", "Contrat"], ["Destinataires", "y"])
    assert found.records == []


def test_a_sentence_among_the_lines_of_a_table_is_kept():
    sentence = (
        "Cette partie recense toutes les données que le service a déclarées au cours de l’année, sans exception connue."
    )
    (record,) = table(
        ["Nom du traitement", "Paie"],
        ["Acteurs", "Nom", "Adresse"],
        ["Chef de projet", "Alice"],
        ["Responsable du traitement", "CH de Val-Clair"],
        ["Catégories de données", "Description", "Durée de conservation"],
        [sentence],
        ["Vie personnelle"],
        ["Personnes concernées"],
        ["Aucune"],
        ["Destinataires"],
        ["Destinataire 1", "DRH"],
        ["Logiciels"],
        ["Chronos"],
        ["Risques"],
        ["Fuite"],
        ["Exercice des droits"],
        ["Contact", "Le DPO"],
    ).records
    assert part(record, "actors", "name") == ["CH de Val-Clair"]
    assert "data_items" not in record.record["parts"]
    assert part(record, "recipients", "kind", "name") == [("internal", "DRH")]
    assert fields(record, "applications", "rights") == ("Chronos", "Contact : Le DPO")
    assert record.record["fields"]["notes"].splitlines() == [
        "Chef de projet : Alice", sentence, "Personnes concernées : Aucune", "Risque : Fuite",
    ]  # fmt: skip
    assert cells(record.issues, "doubt") == ["A3", "A9"]


def test_fiches_side_by_side_each_keep_their_columns():
    found = table(
        ["CH de Val-Clair"],
        [None, "FICHE DE TRAITEMENT", None, None, None, "FICHE DE TRAITEMENT"],
        [None, "Nom du traitement", "Badges", None, "1", "Nom du traitement", "Parking"],
        [None, "Finalité principale", "Contrôler les accès", None, "2", "Finalité principale", "Attribuer les places"],
        [None, "Base légale", "Intérêt légitime", None, "3", "Base légale", "Contrat"],
        [None, "Catégorie de données", "Description", "Durée de conservation"],
        [None, "Identité", "Nom", "3 mois", "4", "Personnes concernées", "Agents"],
        [None, None, None, None, None, "Pourquoi pas ?", "Parce que"],
    )
    badges, parking = found.records
    assert [fields(one, "name") for one in found.records] == [("Badges",), ("Parking",)]
    assert part(badges, "purposes", "label", "lawful_basis") == [("Contrôler les accès", "legitimate_interests")]
    assert part(parking, "purposes", "label", "lawful_basis") == [("Attribuer les places", "contract")]
    assert part(badges, "data_items", "category", "description") == [("identity", "Nom")]
    assert part(badges, "retentions", "duration") == [3]
    assert "person_groups" not in badges.record["parts"]
    assert part(parking, "person_groups", "category") == ["employee"]
    assert (cells(badges.issues, "doubt"), cells(parking.issues, "doubt")) == ([], ["F8"])


def test_fiches_side_by_side_may_also_be_stacked():
    def fiche(name: str) -> list[list[Any]]:
        return [["Nom du traitement", name], ["Finalité", f"Faire {name}"], ["Durée de conservation", "1 an"]]

    rows = [
        [*left, None, *right]
        for first, second in (("A", "B"), ("C", "D"))
        for left, right in zip([*fiche(first), [None, None]], [*fiche(second), []], strict=True)
    ]
    found = table(*rows)
    assert [fields(one, "name") + tuple(part(one, "purposes", "label")) for one in found.records] == [
        ("A", "Faire A"), ("C", "Faire C"), ("B", "Faire B"), ("D", "Faire D"),
    ]  # fmt: skip


def test_fiches_whose_columns_cannot_be_told_apart_are_refused_at_their_place():
    found = table(
        ["Nom du traitement", "Badges", "Nom du traitement", "Parking"],
        ["Finalité", "Contrôler", "Attribuer"],
        ["Base légale", "Contrat", "Contrat"],
    )
    assert [one.is_refused for one in found.records] == [True, True]
    assert {place for one in found.records for place, _ in told(one.issues, "error")} == {"« Registre », ligne 1"}


def test_a_yes_or_no_beside_a_kind_of_recipient_is_no_name():
    (record,) = table(
        ["Nom du traitement", "Paie"],
        ["Finalité", "Payer"],
        ["Base légale", "Contrat"],
        ["Destinataires", "Identité"],
        ["Services internes", "Oui"],
        ["Sous-traitants", "Non"],
        ["Organismes externes", "Trésor public"],
    ).records
    assert part(record, "recipients", "kind", "name") == [
        ("internal", "Services internes"), ("external", "Trésor public"),
    ]  # fmt: skip
