"""The model texts of the information of patients, and the words in which a notice tells what the register holds."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from models.notices.facts import Lexicon
from models.notices.words import Audience
from seed.catalogue import read


def model() -> dict[str, Any]:
    """The model: plain words, families, rights, blocks of each layer, tools, procedure, checks, objection form."""
    found: dict[str, Any] = read("notices")
    return found


@cache
def typical_purposes() -> Mapping[str, frozenset[str]]:
    """The purposes that the model's own words cover, by typical processing."""
    return {
        row["id"]: frozenset([row["main_purpose_fr"], *row["sub_purposes_fr"]])
        for row in read("register")["processings"]
    }


@cache
def for_patients() -> frozenset[str]:
    """The typical processings of which patients are to be told."""
    return frozenset(row["id"] for row in read("register")["processings"] if row["in_patient_notice"])


def lexicon(audience: Audience, countries: Mapping[str, str]) -> Lexicon:
    """The words for an audience; `countries`: their French names by code."""
    return Lexicon(model(), typical_purposes(), countries, audience)


def blanks() -> list[dict[str, Any]]:
    """The blanks that a notice lets the hospital fill, in order: {"code", "label_fr", "required", "default_fr"…}."""
    offered = {row["code"]: row for row in model()["placeholders"]}
    return [offered[code] for code in OFFERED]


OFFERED = (
    "service_acces_dossier", "contact_dpo", "regle_cout_copies", "modalite_acces_restreint", "delai_accuse_jours",
    "contact_medecin_dim", "contact_securite", "adresse_formulaire", "adresse_liste_recherches", "mention_cookies",
    "adresse_cnil",
)  # fmt: skip
