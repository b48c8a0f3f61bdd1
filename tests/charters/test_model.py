"""The model charter: adopted whole, in the words of the models, with its sources and their marks."""

import re

import pytest

from models.charters.charter import Charter
from models.charters.text import BY_PERSON, BY_VERSION
from models.charters.words import Channel, CharterStatus, Frequency, LegalStatus, Population, SectionKind
from models.consulting import GovernanceBody, Opinion
from models.register.words import Confidence
from seed.charters import fill_from_model, model

MODEL = model()


def made(legal_status: LegalStatus = LegalStatus.PUBLIC) -> Charter:
    charter = Charter(title="Essai", status=CharterStatus.DRAFT, legal_status=legal_status)
    fill_from_model(charter, {"etablissement": "CH de l’Anse"})
    return charter


def test_the_model_has_its_articles_annexes_and_both_helping_texts() -> None:
    kinds = [section.kind for section in made().sections]
    counts = {kind: kinds.count(kind) for kind in SectionKind}
    assert counts == {
        SectionKind.PREAMBLE: 1, SectionKind.ARTICLE: 20, SectionKind.ANNEX: 6, SectionKind.SHORT: 11,
        SectionKind.EASY: 11,
    }  # fmt: skip


def test_what_the_model_names_is_in_the_vocabularies() -> None:
    populations = {one["population"] for one in MODEL["diffusion_procedure"]["populations"]}
    assert populations == {one.value for one in Population}
    parts = [*MODEL["charter"]["articles"], *MODEL["annexes"]]
    assert {code for part in parts for code in part["populations"]} - {"all"} <= populations
    assert {one["channel"] for one in MODEL["acknowledgement_statements"]["statements"]} == {
        one.value for one in Channel
    }
    assert [one["code"] for one in MODEL["consultation"]["opinion_values"]] == [one.value for one in Opinion]
    assert {one["frequency"] for one in MODEL["checks"]} == {one.value for one in Frequency}
    for status in LegalStatus:
        bodies = {step["body"] for step in MODEL["consultation"]["by_status"][status.value]}
        assert bodies <= {one.value for one in GovernanceBody}


def test_every_source_keeps_its_mark() -> None:
    known = {one.value for one in Confidence}
    sources = [source for section in made().sections for source in section.sources or ()]
    assert len(sources) > 90
    assert {source["confidence"] for source in sources} <= known


@pytest.mark.parametrize("status", list(LegalStatus))
def test_the_legal_status_chooses_its_answers_and_its_sources(status: LegalStatus) -> None:
    charter = made(status)
    force = next(choice for choice in charter.choices if choice.code == "charter_legal_force")
    assert force.chosen == status.value
    labels = " ".join(source["label"] for section in charter.sections for source in section.sources or ())
    assert ("L6143-7" in labels) is (status is LegalStatus.PUBLIC)
    assert ("L1321-3" in labels) is (status is LegalStatus.PRIVATE)


def test_every_blank_of_the_text_is_explained_and_filled_by_somebody() -> None:
    charter = made()
    explained = {row["name"] for row in MODEL["placeholders"]}
    assert {blank.name for blank in charter.blanks} <= explained
    told = "\n".join(section.text for section in charter.sections)
    assert set(re.findall(r"\{choix:(\w+)\}", told)) == {choice.code for choice in charter.choices}
    names = set(re.findall(r"\{([a-z_]+)\}", told))
    assert names - BY_VERSION - {blank.name for blank in charter.blanks} == set()
    assert not names & BY_PERSON
    values = charter.values()
    assert values["etablissement"] == "CH de l’Anse"
    assert values["delai_retrait_droits"] == "7 jours"
    assert values["contact_support"] is None
