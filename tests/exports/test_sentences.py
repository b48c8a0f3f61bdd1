"""Changes read as French sentences."""

from typing import Any

import pytest

from exports.sentences import facts, sentences
from models.versions import differences
from tests.exports.samples import TERMS, activity


def told(change: dict[str, Any], subject: str = "activity") -> list[str]:
    return sentences([{"part": None, "id": "1", "title": "", **change}], subject, TERMS)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"field": "name", "before": "Paie", "after": "La paie"}, "Nom du traitement : Paie → La paie"),
        ({"field": "sensitive", "before": None, "after": True}, "Données sensibles : vide → Oui"),
        ({"field": "sensitive", "before": True, "after": False}, "Données sensibles : Oui → Non"),
        ({"field": "status", "before": "draft", "after": "qualified"}, "État de la fiche : Brouillon → Qualifiée"),
        ({"field": "review_on", "before": "2026-03-02", "after": None}, "Prochaine revue : 02/03/2026 → vide"),
        (
            {"field": "dpia_criteria", "before": [], "after": ["large_scale", "sensitive_data"]},
            "Critères d’AIPD : vide → Grande échelle; Données sensibles",
        ),
        (
            {"field": "confirmed_at", "before": None, "after": "2026-07-14T22:30:00+00:00"},
            "Exactitude confirmée le : vide → 15/07/2026 à 00:30",
        ),
        ({"field": "department", "before": "DIM", "after": "DSI"}, "Service responsable : DIM → DSI"),
        ({"field": "gone", "before": 1, "after": 2}, "gone : 1 → 2"),
        ({"field": "status", "before": "sketch", "after": "draft"}, "État de la fiche : sketch → Brouillon"),
    ],
)
def test_a_change_of_the_record(change: dict[str, Any], sentence: str) -> None:
    assert told(change) == [sentence]


@pytest.mark.parametrize(
    ("part", "title", "change", "sentence"),
    [
        (
            "purposes",
            "Paie",
            {"field": "lawful_basis", "before": "consent", "after": "public_task"},
            "Base légale de la finalité « Paie » : Consentement → Mission d’intérêt public",
        ),
        ("purposes", "Paie", {"field": "label", "before": "Paye", "after": "Paie"}, "Finalité : Paye → Paie"),
        (
            "data_items",
            "health",
            {"field": "mandatory", "before": False, "after": True},
            "Fourniture obligatoire de la catégorie de données « Données concernant la santé » : Non → Oui",
        ),
        (
            "recipients",
            "Maintenance",
            {"field": "processor", "before": None, "after": "Éditeur SAS"},
            "Sous-traitant de l’annuaire du destinataire « Maintenance » : vide → Éditeur SAS",
        ),
        (
            "retentions",
            "Dossier",
            {"created": {"item": "Dossier", "stage": "active", "duration": 20, "unit": "years"}},
            "Ajout de la durée de conservation « Dossier » (Étape : Base active ; Durée : 20 ; Unité : ans)",
        ),
        (
            "person_groups",
            "patient",
            {"removed": {"category": "patient"}},
            "Suppression de la catégorie de personnes « Patients »",
        ),
        (
            "access_rights",
            "Infirmier",
            {"created": {"profile": "Infirmier", "may_consult": True, "may_delete": False}},
            "Ajout du droit d’accès « Infirmier » (Consulter : Oui)",
        ),
        ("odd", "X", {"field": "name", "before": "a", "after": "b"}, "name de : odd « X » : a → b"),
    ],
)
def test_a_change_of_a_part(part: str, title: str, change: dict[str, Any], sentence: str) -> None:
    assert told({"part": part, "title": title, **change}) == [sentence]


def test_the_creation_of_a_record_tells_its_values_one_by_one() -> None:
    assert told({"created": {"reference": "REG-1", "kind": "controller", "sensitive": False}}) == [
        "Référence : REG-1",
        "Qualité de l’établissement : Responsable de traitement",
        "Données sensibles : Non",
    ]
    assert told({"removed": {"reference": "REG-1"}}) == ["Suppression : Référence : REG-1"]


def test_a_secret_is_told_without_its_value() -> None:
    assert told({"field": "password_hash"}, "user") == ["Mot de passe : valeur changée, non affichée"]


def test_records_other_than_activities_have_their_labels() -> None:
    assert told({"field": "dpo_name", "before": None, "after": "A"}, "establishment") == ["Nom du DPO : vide → A"]
    assert told({"field": "contract_state", "before": "none", "after": "signed"}, "processor") == [
        "Contrat : Pas de contrat écrit → Signé"
    ]
    change = {"part": "sub_processor", "title": "Nuage", "field": "country", "before": "US", "after": "FR"}
    assert told(change, "processor") == ["Pays du sous-traitant ultérieur « Nuage » : États-Unis → France"]
    grant = {"part": "role_grant", "title": "DPO", "created": {"role": "dpo", "starts_on": "2026-01-01"}}
    assert told(grant, "user") == ["Ajout du rôle « DPO » (Rôle : DPO ; Du : 01/01/2026)"]
    assert told({"field": "name", "before": "a", "after": "b"}, "nowhere") == ["name : a → b"]


def test_differences_between_two_states_name_their_parts() -> None:
    record = activity()
    before = record.state()
    record.name = "Dossier"
    record.purposes[1].lawful_basis = "contract"
    record.recipients[0].reason = None
    record.transfers = []
    after = record.state()
    assert sentences(differences(before, after), "activity", TERMS, before, after) == [
        "Nom du traitement : Dossier patient informatisé → Dossier",
        "Base légale de la finalité « Rédiger la lettre de liaison » : Mission d’intérêt public → Contrat",
        "Raison de la communication du destinataire « Équipe de soins » : Soins → vide",
        "Suppression du transfert « Support Inc. » (Pays : États-Unis ; "
        "Garantie : Clauses contractuelles types de la Commission ; Document ou lien : Annexe 4 du marché)",
    ]


def test_what_came_with_a_fact() -> None:
    assert facts({"format": "xlsx", "rows": 312, "public": False, "digest": "ab"}) == (
        "format : xlsx ; fiches : 312 ; version publique : Non ; empreinte : ab"
    )
    assert facts({"reason": "", "odd": 1}) == "odd : 1"
