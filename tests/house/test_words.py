"""The words: every list has distinct, spoken labels, and every sentence is found by the translators' tool."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from sqlalchemy import select
from sqlalchemy.orm import Session

import governance  # noqa: F401 -- makes every vocabulary known
from models.register.catalogue import Term
from models.vocabulary import Vocabulary
from tests.house.source import ROOT


def vocabularies(of: type[Vocabulary] = Vocabulary) -> list[type[Vocabulary]]:
    return [kind for one in of.__subclasses__() for kind in (one, *vocabularies(one))]


@pytest.mark.parametrize("words", vocabularies(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_the_labels_of_a_vocabulary_are_distinct_and_said(words: type[Vocabulary]) -> None:
    labels = [label for _, label in words.choices()]
    assert all(label.strip() == label != "" for label in labels)
    assert len(set(labels)) == len(labels), f"two members of {words.__name__} read the same: {sorted(labels)}"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_labels_of_a_list_of_the_catalogue_are_distinct_and_said(db: Session) -> None:
    seen: dict[tuple[str, str], str] = {}
    for term in db.scalars(select(Term)):
        assert term.label.strip() == term.label != "", f"{term.scheme} {term.code} has no label"
        twin = seen.setdefault((term.scheme, term.label), term.code)
        assert twin == term.code, f"{term.scheme}: {twin} and {term.code} both read « {term.label} »"


def test_every_sentence_is_found_for_translation(tmp_path: Path) -> None:
    target = tmp_path / "phrases.pot"
    tool = Path(sys.executable).with_name("pybabel")
    command = [
        str(tool),
        "--quiet",
        "extract",
        "-F",
        "pyproject.toml",
        "-k",
        "N_",
        "-k",
        "lazy_gettext",
        "-o",
        str(target),
        ".",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with target.open("rb") as file:
        found = {message.id for message in read_po(file)}
    for sentence in (
        "Lit tout ce qui relève de son périmètre, sans rien modifier.",  # a vocabulary of the models
        "Renseignez ce champ.",  # a form
        "Chaque export est inscrit au journal avec son empreinte.",  # a page
        "Afficher le code de démonstration",  # a part
        "Il y a un problème",  # a macro
    ):
        assert sentence in found
    assert len(found) > 500
