"""The reviewed catalogue: whole, coherent with the models, and planted as often as one likes."""

from collections import Counter

import pytest
from sqlalchemy import inspect, select

from models.register.activity import Activity
from models.register.catalogue import Term, Terms, TypicalProcessing
from models.register.parts import PARTS
from models.register.processor import Processor, SubProcessor
from models.register.words import Confidence, DpiaNeed, RecipientKind, Stage, Unit
from models.search import fold
from seed.catalogue import load_terms, load_typical, plant_catalogue, read
from seed.planting import Report

TERMS = Terms(load_terms())


def test_the_catalogue_has_the_37_typical_processings_with_their_marks():
    typical = load_typical()
    marks = Counter(row["confidence"] for processing in typical for row in processing.content["retention"])
    assert [processing.code for processing in typical] == [f"TP{n:02d}" for n in range(1, 38)]
    assert marks == {"own_knowledge": 34, "secondary": 14, "verified": 11}


def test_every_list_that_a_model_names_is_in_the_catalogue():
    named = {
        column.info["terms"]
        for kind in (Activity, Processor, SubProcessor, *PARTS.values())
        for column in inspect(kind).columns
        if "terms" in column.info
    }
    assert named - {term.scheme for term in load_terms()} == set()


@pytest.mark.parametrize("processing", load_typical(), ids=lambda processing: processing.code)
def test_every_code_of_a_processing_is_in_its_list(processing):
    content = processing.content
    used = {
        "processing_domains": [content["domain"]],
        "lawful_bases": [content["lawful_basis"]],
        "art9_conditions": [content["art9_condition"]] if content["art9_condition"] else [],
        "data_subjects": content["data_subjects"],
        "data_categories": content["data_categories"],
        "recipient_categories": [row["category"] for row in content["recipients"]],
        "retention_triggers": [row["trigger"] for row in content["retention"] if row["trigger"]],
        "security_measure_categories": content["security_measure_categories"],
        "dpia_criteria": content["dpia"]["criteria"],
    }
    unknown = {(scheme, code) for scheme, codes in used.items() for code in codes if not TERMS.has(scheme, code)}
    assert unknown == set()


@pytest.mark.parametrize(
    ("vocabulary", "words"),
    [
        ("confidence_levels", set(Confidence) - {Confidence.STATED}),
        ("dpia_statuses", set(DpiaNeed)),
        ("recipient_kinds", set(RecipientKind)),
        ("retention_stages", set(Stage)),
        ("retention_units", set(Unit)),
    ],
)
def test_the_words_of_the_models_are_those_of_the_catalogue(vocabulary, words):
    assert {row["code"] for row in read("register")["vocabularies"][vocabulary]} == words


def test_no_two_terms_of_a_list_can_be_taken_for_each_other():
    seen = Counter((term.scheme, word) for term in load_terms() for word in {fold(term.code), fold(term.label)})
    assert [found for found, times in seen.items() if times > 1] == []


@pytest.mark.parametrize(
    "scheme",
    ["data_subjects", "data_categories", "recipient_categories", "retention_triggers", "security_measure_categories"],
)
def test_an_unknown_value_finds_a_place_under_other(scheme):
    assert TERMS.has(scheme, "other")


def test_identity_numbers_are_sensitive_and_names_are_not():
    assert set(TERMS.codes_where("data_categories", "sensitive")) >= {"ins", "nir", "health", "genetic", "biometric"}
    assert TERMS.facts("data_categories", "identity") == {"sensitive": False}


def test_a_lawful_basis_keeps_its_article_and_its_note():
    assert TERMS.facts("lawful_bases", "public_task") == {
        "article": "art. 6(1)(e)",
        "note": "Base par défaut d’un établissement public de santé (service public hospitalier).",
    }


def test_countries_say_whether_a_transfer_there_needs_a_safeguard():
    assert TERMS.facts("countries", "FR") == {"eea": True}
    assert TERMS.facts("countries", "RE")["eea"] is True
    assert TERMS.facts("countries", "NO") == {"eea": True}
    assert TERMS.facts("countries", "JP") == {"eea": False, "adequacy": "full", "checked_on": "2026-01-20"}
    assert TERMS.facts("countries", "US")["adequacy"] == "data_privacy_framework_certified_only"
    assert TERMS.facts("countries", "IN") == {"eea": False}
    assert TERMS.label("countries", "EPO") == "Organisation européenne des brevets"
    assert not TERMS.has("countries", "EU")


def test_countries_are_in_the_order_of_their_french_names():
    labels = [fold(label) for _, label in TERMS.choices("countries")]
    assert labels == sorted(labels)
    assert len(labels) == 251


def test_the_contract_checklist_is_a_description_and_eight_clauses():
    articles = [TERMS.facts("art28_clauses", code)["article"] for code, _ in TERMS.choices("art28_clauses")]
    assert articles == ["art. 28(3)", *(f"art. 28(3)({letter})" for letter in "abcdefgh")]


def test_planting_twice_changes_nothing(session):
    first = plant_catalogue(session)
    session.commit()
    second = plant_catalogue(session)
    assert first.changed == first.untouched == 0
    assert second == Report(added=0, changed=0, untouched=first.added)


def test_planting_again_mends_what_differs_and_keeps_what_was_added(session):
    plant_catalogue(session)
    session.get_one(Term, ("lawful_bases", "consent")).label = "Accord"
    session.get_one(TypicalProcessing, "TP01").content = {}
    session.add(Term(scheme="lawful_bases", code="own", position=99, label="À nous", facts={}))
    session.commit()
    report = plant_catalogue(session)
    session.commit()
    assert (report.added, report.changed) == (0, 2)
    assert session.get_one(Term, ("lawful_bases", "consent")).label == "Consentement"
    assert session.get_one(TypicalProcessing, "TP01").content["domain"] == "soin"
    assert session.scalar(select(Term.label).where(Term.code == "own")) == "À nous"
