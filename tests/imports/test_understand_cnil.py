"""The CNIL's simplified template, as people fill it in."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from governance.imports.findings import Understanding
from governance.imports.reader import read as read_file
from governance.imports.understand import understand
from tests.imports import builders
from tests.imports.cases import cells, fields, part, terms, told

CHOOSE = "Sélectionnez un élément dans cette liste déroulante ►"
LINK = [None] * 7 + ["► Définition sur le site de la CNIL"]
CONTACTS: list[list[Any]] = [
    ["Coordonnées du responsable de l’organisme\n(responsable de traitement)", "Nom :", "Hôpital de Val-Clair",
     "Prénom :", "(personne morale)", "Adresse :", "1 rue Haute", "Adresse mél :", "contact@valclair.example", None,
     "► Guide"],
    [None, "Code postal :", 1000, "Ville :", "Bourg", "Téléphone :", "04 74 00 00 00"],
    ["Coordonnées du représentant", "Nom :", "Non applicable — établi dans l’UE", "Prénom :", None, "Adresse :", None,
     "Adresse mél :", None, None, "► Représentant"],
    [None, "Code postal :", None, "Ville :", None, "Téléphone :"],
    ["Coordonnées du délégué à la protection des données (DPO)", "Nom : Martin", None, "Prénom :", "Louise",
     "Société (si DPO externe) :", "N/A (DPO interne)", "Adresse :", None],
    [None, "Code postal :", None, "Ville :", None, "Téléphone :", None, "Adresse mél :", "dpo@valclair.example"],
]  # fmt: skip
HEADERS: list[list[Any]] = [
    ["Identification du traitement", None, None, None, "Finalité du traitement", None, None, "Données sensibles ?"],
    ["Nom du traitement", "N° / RÉF", "Date de création de la fiche", "Dernière mise à jour de la fiche", None, None,
     None, "Oui/non"],
    ["(EXEMPLE) Gestion de la paie", "1 - Exemple", dt.date(2018, 5, 26), dt.date(2019, 5, 13), "Paie, calculs", None,
     None, "Non"],
]  # fmt: skip


def list_sheet(*lines: Sequence[Any]) -> list[Sequence[Any]]:
    return [*CONTACTS, *HEADERS, *lines]


def fiche(name: Any, reference: Any, **blocks: Sequence[Sequence[Any]]) -> list[Any]:
    """A fiche with the template's labels; a block that is not given stays as the template has it."""
    actors = [["Responsable du traitement"], ["Délégué à la protection des données"], ["Représentant"]]
    data = [["État civil, identité, données d'identification, images…"], ["Numéro de Sécurité Sociale (ou NIR)"]]
    return [
        ["Modèle de fiche de registre à compléter", *[None] * 6, reference],
        ["Cet onglet est un modèle de fiche opérationnelle à reprendre selon votre activité.", *LINK],
        ["Description du traitement ", *LINK],
        builders.ods_row(["Nom du traitement", name], comments={0: "Donnez un nom parlant"}),
        ["N° / RÉF", reference],
        ["Date de création du traitement", "15/05/2026"] if name else ["Date de création du traitement"],
        ["Mise à jour du traitement"],
        [],
        ["Acteurs", "Nom", "Adresse", "Code Postal", "Ville", "Pays", "Téléphone", "Adresse mél", None, "► Aide"],
        *blocks.get("actors", actors),
        [],
        ["Finalité(s) du traitement effectué"],
        *blocks.get("purposes", [["Finalité principale"], ["Sous-finalité 1"], ["Sous-finalité 2"]]),
        [],
        ["Catégories de données personnelles concernées", "Description", None, None, "Durée de conservation"],
        *blocks.get("data", data),
        [],
        ["Données sensibles", "Description", None, None, "Durée de conservation"],
        *blocks.get("sensitive", [["Données concernant la santé"], ["Données génétiques"]]),
        [],
        ["Catégories de personnes concernées", "Description", None, None, "Précisions"],
        *blocks.get("persons", [["Catégorie de personnes 1", CHOOSE], ["Catégorie de personnes 2"]]),
        [],
        ["Destinataires", "Type de destinataire", None, None, "Précisions"],
        *blocks.get("recipients", [["Destinataire 1", CHOOSE], ["Destinataire 2"]]),
        [],
        ["Mesures de sécurité", "Type de mesure de sécurité", None, None, "Précisions"],
        *blocks.get("measures", [["Mesure de sécurité 1", CHOOSE], ["Mesure de sécurité 2"]]),
        [],
        ["Transferts hors UE", "Destinataire", "Pays", "Type de Garanties", None, "Liens vers la documentation"],
        *blocks.get("transfers", [["Organisme destinataire 1", None, CHOOSE, CHOOSE], ["Organisme destinataire 2"]]),
    ]


LISTS = [
    ["Garanties", None, "Pays", "Zone", None, "Catégories de personnes"],
    [CHOOSE, None, "Andorre", "adéquat", None, "Salariés"],
]
EXAMPLE = fiche(
    "Gestion de la paie",
    "1 - Exemple",
    purposes=[["Finalité principale", "Gestion de la paie"]],
    persons=[["Catégorie de personnes 1", "Salariés"]],
)
FILLED: dict[str, list[list[Any]]] = {
    "actors": [
        ["Responsable du traitement", "CH Val-Clair — Direction, 12 rue de la Mode, 75002 Paris, France", *[None] * 5,
         "01 XX XX XX XX", "rgpd@ch.example"],
        ["Société du DPO (si celui-ci est externe)", "N/A (DPO interne)"],
        ["Responsable(s) conjoint(s)", "CHU voisin", "2 place Basse", 2000.0, "Laon", "France", "03 23 00 00 00",
         "a@chu.example"],
    ],
    "purposes": [["Finalité principale", "Suivre les patients"], ["Sous-finalité 1", "Facturer"], ["Sous-finalité 2"]],
    "data": [
        ["État civil, identité, données d'identification, images…", "Noms, prénoms", None, None,
         "20 ans à compter du dernier passage"],
        ["Données de connexion (adress IP, logs, etc.)", "Journaux d’accès", None, None, "12 mois ; archivés ensuite"],
        ["Données de localisation (déplacements, données GPS, GSM, etc.)", "Non concerné", None, None, "—"],
        ["Numéro de dossier", "Numéro interne", None, None, "5 ans"],
    ],
    "sensitive": [
        ["Données concernant la santé", "Diagnostics", None, None, "20 ans"],
        ["Données génétiques", "Non collectées explicitement ; risque indirect", None, None, "—"],
    ],
    "persons": [
        ["Catégorie de personnes 1", "Salariés", None, None, "Agents du service"],
        ["Catégorie de personnes 2", "Clients"],
    ],
    "recipients": [
        ["Destinataire 1", "Service interne qui traite les données", None, None, "DRH"],
        ["Destinataire 2", "Sous-traitants", None, None, "Éditeur du logiciel"],
        ["Destinataire 3", "Destinataires dans des pays tiers ou organisations internationales", None, None,
         "Banque d’Andorre"],
    ],
    "measures": [
        ["Mesure de sécurité 1", "Chiffrement des données", None, None, "AES-256"],
        ["Mesure de sécurité 2", "Autres mesures (à préciser)", None, None, "Coffre"],
    ],
    "transfers": [
        ["Organisme destinataire 1", "Banque d’Andorre", "Andorre", "Clauses contractuelles types (CCT)", None,
         "Contrat de 2018"],
        ["Organisme destinataire 2", "Cloud", "Etats-Unis", "Privacy shield"],
        ["Organisme destinataire 3", "Filiale", "Syldavie", "Pays adéquat"],
    ],
}  # fmt: skip


def template(*lines: Sequence[Any], **fiches: Sequence[Any]) -> Understanding:
    """The template as an ods file, with its tutorial, its example and its lists, read and understood."""
    data = builders.ods(
        {
            "Tutoriel": [
                ["Registre des traitements - Fiche tutorielle"],
                ["Ce document vise à recenser les traitements."],
            ],
            "2_-_Liste_des_traitements": list_sheet(*lines),
            **fiches,
            "4_-_Exemple_de_fiche": EXAMPLE,
            "5_-_Listes": LISTS,
        },
        hidden="5_-_Listes",
    )
    return understand(read_file(data, "registre.ods"), terms())


def test_a_blank_template_gives_nothing_and_says_why():
    found = template(modele=fiche(None, "ref-001"))
    assert (found.layout, found.records) == ("cnil", [])
    assert told(found.issues) == [
        ("« 2_-_Liste_des_traitements », A9", "Ligne d’exemple : elle n’est pas reprise."),
        ("« modele », ligne 4", "Le modèle de fiche est vierge : il n’est pas repris."),
        ("« 4_-_Exemple_de_fiche », ligne 4", "L’exemple de la CNIL n’est pas repris."),
        ("« Tutoriel »", "Feuille ignorée : ni tableau de traitements, ni fiche n’y a été reconnu."),
    ]


def test_each_line_of_the_list_is_a_record_completed_by_its_fiche():
    found = template(
        ["Dossier patient", "T-001", "15/05/2026", dt.date(2026, 7, 10), "Soigner", None, None, "Oui"],
        ["Recrutement", "T-002", "15/05/2026", None, "Recruter, trier", None, None, "Non"],
        modele=fiche("Dossier patient", "T-001", **FILLED),
        autre=fiche("Vidéosurveillance", "T-009", purposes=[["Finalité principale", "Protéger"]]),
    )
    assert [fields(record, "reference", "name") for record in found.records] == [
        ("T-001", "Dossier patient"), ("T-002", "Recrutement"), ("T-009", "Vidéosurveillance"),
    ]  # fmt: skip
    first, second, _ = found.records
    assert fields(first, "opened_on", "revised_on", "sensitive") == ("2026-05-15", "2026-07-10", True)
    assert part(first, "purposes", "label") == ["Suivre les patients", "Facturer"]
    assert fields(second, "opened_on", "sensitive") == ("2026-05-15", False)
    assert part(second, "purposes", "label") == ["Recruter, trier"]


def test_the_contacts_of_the_list_serve_where_a_fiche_has_none():
    found = template(
        ["Dossier patient", "T-001"], ["Recrutement", "T-002"], modele=fiche("Dossier patient", "T-001", **FILLED)
    )
    first, second = found.records
    assert part(second, "actors", "role", "name", "postcode", "city", "phone", "email") == [
        ("controller", "Hôpital de Val-Clair", "01000", "Bourg", "04 74 00 00 00", "contact@valclair.example"),
        ("dpo", "Louise Martin", None, None, None, "dpo@valclair.example"),
    ]
    assert part(first, "actors", "role", "name") == [
        ("controller", "CH Val-Clair — Direction"), ("joint_controller", "CHU voisin"), ("dpo", "Louise Martin"),
    ]  # fmt: skip


def test_actors_typed_out_of_their_columns_are_put_right():
    found = template(modele=fiche("Dossier patient", "T-001", **FILLED))
    controller, joint = found.records[0].record["parts"]["actors"][:2]
    assert controller == {
        "role": "controller", "name": "CH Val-Clair — Direction", "address": "12 rue de la Mode", "postcode": "75002",
        "city": "Paris", "country": "FR", "phone": "01 XX XX XX XX", "email": "rgpd@ch.example",
    }  # fmt: skip
    assert joint == {
        "role": "joint_controller", "name": "CHU voisin", "address": "2 place Basse", "postcode": "02000",
        "city": "Laon", "country": "FR", "phone": "03 23 00 00 00", "email": "a@chu.example",
    }  # fmt: skip


def test_data_come_with_their_category_and_their_retention():
    (record,) = template(modele=fiche("Dossier patient", "T-001", **FILLED)).records
    assert part(record, "data_items", "category", "description") == [
        ("identity", "Noms, prénoms"),
        ("connection", "Journaux d’accès"),
        ("other", "Numéro de dossier : Numéro interne"),
        ("health", "Diagnostics"),
    ]
    assert part(record, "retentions", "data_category", "duration", "unit", "trigger", "wording") == [
        ("identity", 20, "years", "last_visit", "20 ans à compter du dernier passage"),
        ("connection", None, None, None, "12 mois ; archivés ensuite"),
        ("other", 5, "years", None, "5 ans"),
        ("health", 20, "years", None, "20 ans"),
    ]
    assert fields(record, "sensitive") == (True,)
    assert "Données génétiques : Non collectées explicitement ; risque indirect" in record.record["fields"]["notes"]


def test_the_choices_of_the_template_become_ours():
    (record,) = template(modele=fiche("Dossier patient", "T-001", **FILLED)).records
    assert part(record, "person_groups", "category", "details") == [
        ("employee", "Agents du service"),
        ("other", "Clients"),
    ]
    assert part(record, "recipients", "kind", "category", "name") == [
        ("internal", "hr", "DRH"),
        ("processor", "editor", "Éditeur du logiciel"),
        ("external", None, "Banque d’Andorre"),
    ]  # fmt: skip
    assert part(record, "security_measures", "category", "description") == [
        ("encryption", "AES-256"),
        ("other", "Coffre"),
    ]
    assert part(record, "transfers", "recipient", "country", "mechanism", "document", "details") == [
        ("Banque d’Andorre", "AD", "scc_commission", "Contrat de 2018", None),
        ("Cloud", "US", None, None, "Privacy shield"),
        ("Filiale", None, "adequacy", None, None),
    ]
    assert fields(record, "transfers_exist") == (True,)


def test_every_doubtful_cell_of_a_fiche_is_named():
    (record,) = template(modele=fiche("Dossier patient", "T-001", **FILLED)).records
    doubts = dict(told(record.issues, "doubt"))
    assert doubts.keys() == {
        "« modele », A23", "« modele », B27", "« modele », D44", "« modele », C45",
    }  # fmt: skip
    assert "n’est pas une catégorie connue" in doubts["« modele », A23"]
    assert "semble dire que ces données ne sont pas traitées" in doubts["« modele », B27"]
    assert "Privacy Shield a été invalidé" in doubts["« modele », D44"]
    assert "Pays non reconnu" in doubts["« modele », C45"]


def test_no_transfer_is_said_in_many_words():
    transfers = [["Organisme destinataire 1", "Sans objet — aucun transfert", None, None, None, "Hébergé en France"]]
    (record,) = template(modele=fiche("Paie", "T-1", transfers=transfers)).records
    assert fields(record, "transfers_exist") == (False,)
    assert "transfers" not in record.record["parts"]
    assert "Hébergé en France" in record.record["fields"]["notes"]


def test_a_fiche_without_a_name_is_refused_when_it_says_something():
    found = template(modele=fiche(None, "T-1", purposes=[["Finalité principale", "Payer"]]))
    assert [record.is_refused for record in found.records] == [True]
    assert told(found.records[0].issues, "error") == [
        ("« modele », ligne 4", "Le nom du traitement manque : la fiche n’est pas reprise.")
    ]


def test_a_fiche_and_its_line_under_two_names_raise_a_doubt():
    found = template(["Paie", "T-1"], modele=fiche("Gestion de la paie", "T-1"))
    (record,) = found.records
    assert fields(record, "name") == ("Gestion de la paie",)
    assert cells(record.issues, "doubt") == ["10"]


def test_the_same_reference_on_two_fiches_refuses_the_second():
    found = template(un=fiche("Paie", "T-1"), deux=fiche("Recrutement", "t-1"))
    assert [record.is_refused for record in found.records] == [False, True]
    assert "déjà celle d’une autre fiche (« un », ligne 4)" in found.records[1].issues[-1].sentence
