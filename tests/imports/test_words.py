"""What people write in one cell, and what it means."""

import datetime as dt
from typing import Any

import pytest

from governance.imports.actors import full_postcode, put_right, told_apart
from governance.imports.bases import basis_of
from governance.imports.durations import is_undecided, retentions_of
from governance.imports.lexicon import headings, is_right
from governance.imports.listing import entries, items, small_items
from governance.imports.values import (
    Impossible,
    choices_of,
    day_of,
    nothing_but,
    nothing_said,
    text_of,
    words_of,
    yes_or_no,
)
from tests.imports.cases import lexicon


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("N° / RÉF", "reference"),
        ("nom_traitement", "name"),
        ("Catégories de données personnelles concernées", "data_items"),
        ("FINALITÉ(S) DU TRAITEMENT", "purposes"),
        ("transfert_hors_ue", "transfers"),
        ("Transfert hors UE ?", "transfers"),
        ("subPurposes", "sub_purposes"),
        ("retentionPeriod", "retentions"),
        ("dpia_statut", "dpia_progress"),
        ("Analyse d'Impact (PIA)", "dpia_need"),
        ("Durée de conservation des données en base active", "retentions"),
        ("domaine_ground_ops", "domain"),
        ("Détails - Délai de conservation - Sort final", "final_fate"),
        ("Prénom", None),
        ("Une phrase qui parle de finalité mais qui est bien trop longue pour être le titre d’une colonne", None),
    ],
)
def test_a_heading_means_its_target_however_it_is_written(heading: str, target: str | None):
    assert headings().like(heading) == target


def test_a_right_is_told_from_the_rights_of_access():
    assert is_right("Droit d’accès")
    assert not is_right("Droits d’accès")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  '=SOMME(A1)", "=SOMME(A1)"),
        ("'ordinaire", "'ordinaire"),
        ("<p>Gestion &amp; suivi</p><p>suite</p>", "Gestion & suivi\nsuite"),
        ("a < b > c", "a < b > c"),
        ("Sélectionnez un élément dans cette liste déroulante ►", ""),
        ("a\x01b\x00", "ab"),
        (True, "Oui"),
        (75001, "75001"),
        (dt.date(2026, 5, 15), "15/05/2026"),
        (dt.datetime.fromisoformat("2026-05-15T08:30"), "15/05/2026 08:30"),
        (None, ""),
    ],
)
def test_a_cell_is_put_in_words(value: Any, text: str):
    assert text_of(value) == text


@pytest.mark.parametrize(
    "text",
    [
        "—",
        "-",
        "Non concerné",
        "non concernée (aucune donnée)",
        "N/A",
        "N/A (DPO interne)",
        "Sans objet.",
        "Aucun",
        "néant",
        "S.O.",
    ],
)
def test_many_ways_of_saying_nothing(text: str):
    assert nothing_said(text)


@pytest.mark.parametrize("text", ["Aucune donnée n’est transmise", "Paie", "Non renouvelable", "5", "?x"])
def test_saying_something_is_not_saying_nothing(text: str):
    assert not nothing_said(text)


def test_nothing_may_come_with_an_explanation():
    assert nothing_but("Sans objet — aucun transfert hors UE à ce jour")
    assert nothing_but("Non collectée explicitement ; risque indirect")
    assert not nothing_but("Paie — non concernée")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Oui", (True, "")),
        ("oui (prestataire CRM hors UE)", (True, "prestataire CRM hors UE")),
        ("Non - hébergé en Europe", (False, "hébergé en Europe")),
        ("☒ Numéro de dossier", (True, "Numéro de dossier")),
        ("☐", (False, "")),
        ("Peut-être", (None, "Peut-être")),
    ],
)
def test_yes_and_no_may_come_with_a_comment(text: str, said: tuple[bool | None, str]):
    assert yes_or_no(text) == said


def test_of_choices_with_their_boxes_only_the_ticked_are_read():
    assert choices_of("☐ Consentement ☐ Contrat ☒ Mission d’intérêt public") == "Mission d’intérêt public"
    assert choices_of("Oui □ Non ■") == choices_of("☐\nOui\n☒\nNon") == choices_of("[ ] Oui [x] Non") == "Non"
    assert choices_of("☒ Identité ; ☒ Santé ; ☐ NIR\nMis à jour en mai") == "Identité\nSanté\nMis à jour en mai"
    assert choices_of("☐ Oui ☐ Non") == ""
    assert choices_of("☒ Numéro de dossier") == "☒ Numéro de dossier"


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("15/05/2026", "2026-05-15"),
        ("2026-05-15", "2026-05-15"),
        ("15.5.26", "2026-05-15"),
        ("15/05/98", "1998-05-15"),
        ("2020-05-06 10:00:00", "2020-05-06"),
        ("1er janvier 2020", "2020-01-01"),
        ("Vendredi 15 Août 2025", "2025-08-15"),
        (dt.datetime.fromisoformat("2026-05-15T08:30"), "2026-05-15"),
        ("mai 2018", None),
        ("en cours", None),
        (12, None),
    ],
)
def test_a_day_is_read_however_it_is_written(value: Any, day: str | None):
    assert day_of(value) == day


def test_a_day_that_does_not_exist_is_impossible():
    for text in ("31/02/2026", "00/00/2026", "32 janvier 2020", "15/13/2026"):
        with pytest.raises(Impossible):
            day_of(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 ans", [("active", 5, "years", None)]),
        ("20 ans à compter du dernier passage", [("active", 20, "years", "last_visit")]),
        ("3 ans apres cloture", [("active", 3, "years", "closure")]),
        ("Duree du contrat + 5 ans", [("active", 5, "years", "contract_end")]),
        ("5 ans à compter du versement de la paie", [("active", 5, "years", None)]),
        ("un mois maximum", [("active", 1, "months", None)]),
        ("Durée du compte utilisateur", [("active", None, "relation", None)]),
        ("Dossier patient : 20 ans, à compter de : décès", [("active", 20, "years", "death")]),
        (
            "2 ans en base active puis 3 ans en archivage intermédiaire",
            [("active", 2, "years", None), ("intermediate", 3, "years", None)],
        ),
        ("1: 5 ans\n2: 10 ans", [("active", 5, "years", None), ("active", 10, "years", None)]),
        ("12 mois sans activité, ou suppression immédiate sur demande", [("active", None, None, None)]),
        ("Compte : 12 mois. Photos : 3 mois", [("active", None, None, None)]),
        ("0 jour", [("active", None, None, None)]),
        ("1 heure", [("active", None, None, None)]),
    ],
)
def test_figures_of_a_duration_are_read_only_when_certain(text: str, expected: list[tuple[Any, ...]]):
    lines = retentions_of(text, lexicon())
    assert [(line["stage"], line.get("duration"), line.get("unit"), line.get("trigger")) for line in lines] == expected
    assert all(line["wording"] in text for line in lines)


def test_a_duration_to_come_is_no_duration():
    assert is_undecided("À définir")
    assert not is_undecided("5 ans")


@pytest.mark.parametrize(
    ("text", "codes", "art9", "is_more"),
    [
        ("Obligation légale", ["legal_obligation"], [], False),
        ("Interet legitime", ["legitimate_interests"], [], False),
        ("mission de service public", ["public_task"], [], False),
        ("Obligation legale / Interet legitime", ["legal_obligation", "legitimate_interests"], [], False),
        ("Consentement explicite (Art. 6.1.a et Art. 9.2.a RGPD)", ["consent"], ["art9_2_a"], True),
        ("RGPD 6(1)(e)", ["public_task"], [], True),
        ("Art. 6.1.c : Code du travail, contrat de travail", ["contract", "legal_obligation"], [], True),
        ("Donnees sensibles, vie professionnelle", [], [], True),
    ],
)
def test_lawful_bases_are_found_by_their_words_or_their_article(
    text: str, codes: list[str], art9: list[str], is_more: bool
):
    basis = basis_of(text, lexicon())
    assert (sorted(basis.codes), basis.art9, basis.is_more) == (sorted(codes), art9, is_more)


def test_a_list_is_taken_apart_at_what_separates():
    assert items("- Nom\n- Prénom ; téléphone • RIB\n1. Adresse, ville") == [
        "Nom", "Prénom", "téléphone", "RIB", "Adresse, ville",
    ]  # fmt: skip
    assert small_items("Identité (nom, prénom), 1,5 an / RIB") == ["Identité (nom, prénom)", "1,5 an", "RIB"]
    assert small_items("La santé du patient, telle que le poids, etc.") == [
        "La santé du patient, telle que le poids, etc"
    ]
    sentence = (
        "Une phrase entière avec une virgule, et une suite qui n’est vraiment pas un élément de liste mais une phrase"
    )
    assert small_items(sentence) == [sentence]


def test_a_list_without_separators_is_cut_at_known_words():
    found = entries("Identite coordonnees historique de vol", "data_categories", lexicon(), joined=False)
    assert [(entry.code, entry.text, entry.known, entry.cut) for entry in found] == [
        ("identity", "Identite", True, True),
        ("contact", "coordonnees", True, True),
        ("other", "historique de vol", False, True),
    ]
    found = entries("Acces restreint tracabilite des consultations", "security_measure_categories", lexicon())
    assert [entry.text for entry in found] == ["Acces restreint", "tracabilite des consultations"]


def test_an_address_glued_to_a_name_is_told_apart():
    text = "Fashion SAS — Direction Produit (Alicia, VP), 12 rue de la Mode, 75002 Paris, France"
    assert told_apart(text, lexicon()) == {
        "name": "Fashion SAS — Direction Produit (Alicia, VP)",
        "address": "12 rue de la Mode",
        "postcode": "75002",
        "city": "Paris",
        "country": "FR",
    }
    assert told_apart("CH, tél : 04 74 00 00 00, dpo@ch.fr", lexicon()) == {
        "name": "CH",
        "phone": "04 74 00 00 00",
        "email": "dpo@ch.fr",
    }
    assert told_apart("Cabinet 3, rue des Lilas", lexicon()) == {"name": "Cabinet 3, rue des Lilas"}


def test_a_telephone_and_an_email_one_column_too_far_come_back():
    assert put_right({"name": "DPO", "phone": "", "email": "01 XX XX XX XX"}, "dpo@x.fr") == {
        "name": "DPO",
        "email": "dpo@x.fr",
        "phone": "01 XX XX XX XX",
    }
    assert put_right({"name": "A", "phone": "12", "email": "nul"}, "") == {"name": "A", "phone": "12", "email": "nul"}


def test_a_french_postcode_finds_its_zero_again():
    assert full_postcode("1000", "FR") == full_postcode("1000", None) == "01000"
    assert full_postcode("1000", "CH") == "1000"
    assert full_postcode("75001", "FR") == "75001"


def test_the_words_of_a_heading_are_folded():
    assert words_of("N° / RÉF – Œuvre") == "n ref oeuvre"
