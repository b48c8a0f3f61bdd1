"""The text of a charter: its blanks filled, its choices in their place, ready to be read and frozen as plain data."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from models.wording import filled, lines_of

if TYPE_CHECKING:
    from models.charters.charter import Charter

BY_VERSION = frozenset({"numero_version", "date_entree_vigueur", "resume_changements"})
"""Blanks that the version fills when it is published."""
BY_PERSON = frozenset(
    {
        "prenom", "nom", "fonction", "service", "employeur", "adresse_courriel", "nom_operateur", "nom_temoin",
        "fonction_temoin", "motif_refus", "date_remise", "empreinte_texte",
    }
)  # fmt: skip
"""Blanks of an acknowledgement that each person fills when she makes it: they never stop a publication."""


SENTENCES = ("statement", "notice", "operator", "witness", "checkbox", "confirm", "refuse")
"""What is said around an acknowledgement: declaration, scope, what an operator and a witness attest, buttons."""


def content_of(charter: "Charter", by_version: Mapping[str, str | None]) -> dict[str, Any]:
    """The whole text as plain data, as it is read: {"title", "sections": [{"kind", "code", "title", "lines",
    "populations", "acknowledgement"}]}. `by_version`: what the version fills by itself (number, dates).
    """
    values = {**charter.values(), **by_version}
    answers = {choice.code: (choice.answer or {}).get("text") for choice in charter.choices}
    return {
        "title": charter.title,
        "sections": [
            {
                "kind": section.kind.value,
                "code": section.code,
                "title": filled(section.title or "", values),
                "lines": [filled(line, values) for line in lines_of(section.text, answers)],
                "populations": section.populations or [],
                "acknowledgement": filled(section.acknowledgement or "", values),
            }
            for section in charter.sections
        ],
    }


def sentences_of(charter: "Charter", by_version: Mapping[str, str | None]) -> dict[str, dict[str, str]]:
    """The acknowledgement sentences by channel: {channel: {name: text}}, by the names of SENTENCES."""
    values = {**charter.values(), **by_version}
    return {
        sentence.channel.value: {name: filled(getattr(sentence, name) or "", values) for name in SENTENCES}
        for sentence in charter.sentences
    }
