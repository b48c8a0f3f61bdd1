"""The text of a charter: its blanks filled, its choices in their place, ready to be read and frozen as plain data."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.charters.charter import Charter

BLANK = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")
CHOICE = re.compile(r"^\{choix:([a-z][a-z0-9_]{0,39})\}$")

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


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a section: one a line, blank lines aside."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def filled(text: str, values: Mapping[str, str | None]) -> str:
    """`text` with the blanks that have a value; the others stay as they are."""
    return BLANK.sub(lambda found: values.get(found[1]) or found[0], text)


def blanks_in(texts: Iterable[str | None]) -> list[str]:
    """The names of the blanks of some texts, in the order of their first use."""
    return list(dict.fromkeys(name for text in texts for name in BLANK.findall(text or "")))


def lines_of(text: str, answers: Mapping[str, str | None]) -> list[str]:
    """The paragraphs of a section, each choice replaced by the paragraphs of its answer; an unanswered one stays."""
    lines: list[str] = []
    for line in paragraphs(text):
        choice = CHOICE.match(line)
        answer = answers.get(choice[1], line) if choice else line
        lines += paragraphs(line if answer is None else answer)
    return lines


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
