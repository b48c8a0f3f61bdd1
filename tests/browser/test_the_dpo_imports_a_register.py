"""The DPO brings in the CNIL's template that she filled in: she looks, confirms, and takes it back."""

from pathlib import Path

import pytest

from tests.browser.conftest import Comes
from tests.browser.pages import Imports, Register
from tests.imports import builders
from tests.imports.test_understand_cnil import FILLED, fiche, list_sheet

NAME = "Suivi des stérilisations"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The template with one fiche filled in, and its line in the list."""
    line = [NAME, "STE-001", "15/05/2026", None, "Suivre les patients", None, None, "Oui"]
    sheets = {"2_-_Liste_des_traitements": list_sheet(line), "3_-_Fiche": fiche(NAME, "STE-001", **FILLED)}
    path = tmp_path / "registre-traitement-simplifie.ods"
    path.write_bytes(builders.ods(sheets))
    return path


def test_she_looks_confirms_and_takes_it_back(comes: Comes, file: Path) -> None:
    dpo = comes("dpo")
    imports = Imports(dpo)
    imports.give(file, "Centre hospitalier du Val d’Amance")
    dpo.reads(NAME, "À créer", "À vérifier")
    register = Register(dpo)
    register.search(NAME)
    dpo.reads("Aucune fiche")

    dpo.opens("/imports/")
    dpo.follows(file.name)
    imports.confirm()
    Register(dpo).find_record(NAME)
    dpo.reads("Brouillon", "Diagnostics", "Chiffrement des données")

    dpo.opens("/imports/")
    dpo.follows(file.name)
    imports.undo()
    dpo.reads("L’import est annulé")
    Register(dpo).search(NAME)
    dpo.reads("Aucune fiche")


def test_a_broken_file_is_refused_beside_the_field(comes: Comes, tmp_path: Path) -> None:
    (tmp_path / "registre.xlsx").write_bytes(b"PK\x03\x04 rien de bon")
    dpo = comes("dpo")
    Imports(dpo).give(tmp_path / "registre.xlsx", "Centre hospitalier du Val d’Amance")
    dpo.reads("Il y a un problème")
    assert dpo.field("Fichier .ods, .xlsx, .csv ou .json").get_attribute("aria-invalid") == "true"
