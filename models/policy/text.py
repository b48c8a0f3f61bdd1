"""The text of a policy: its blanks filled, ready to be read and frozen as plain data and as one exact document."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from models.policy.words import PartKind
from models.vocabulary import N_
from models.wording import blanks_in, filled, paragraphs, spaced

if TYPE_CHECKING:
    from models.policy.parts import PolicyRule
    from models.policy.policy import Policy

BY_VERSION = frozenset(
    {"version", "date_effet", "date_prochaine_revue", "date_signature", "nom_signataire", "fonction_signataire"}
)
"""Blanks that the approval fills when a version is published."""
TO_COME = dict.fromkeys(BY_VERSION, "…")
WHY, PROOFS, OWNER, SCOPE = N_("Pourquoi :"), N_("Preuves attendues :"), N_("Responsable :"), N_("S’applique à :")


def texts_of(policy: "Policy") -> list[str | None]:
    """Every text of a policy in which a blank may stand."""
    texts: list[str | None] = [policy.title]
    for section in policy.sections:
        texts += [section.title, section.text]
    for rule in policy.rules:
        texts += [rule.text, rule.why, rule.proofs, rule.owner, rule.scope]
    return texts


def needed(policy: "Policy") -> list[str]:
    """The names of the blanks that the text needs, those that the version fills left out."""
    return [name for name in blanks_in(texts_of(policy)) if name not in BY_VERSION]


def content_of(policy: "Policy", by_version: Mapping[str, str | None]) -> dict[str, Any]:
    """The whole text as plain data: {"title", "sections": [{"kind", "code", "title", "lines"}]}, each chapter followed
    by its rules. The first line of a rule is its text; the others say why, what proves it, who answers, and for whom.
    """
    values = {**{blank.name: blank.value for blank in policy.blanks}, **by_version}
    sections = []
    for section in policy.sections:
        lines = [filled(line, values) for line in paragraphs(section.text)]
        sections.append(_part(section.kind, section.code, filled(section.title, values), lines))
        for rule in policy.rules_of(section):
            lines = [filled(line, values) for line in _lines(rule)]
            sections.append(_part(PartKind.RULE, rule.code, rule.code, lines))
    return {"title": filled(policy.title, values), "sections": sections}


def _part(kind: PartKind, code: str, title: str, lines: list[str]) -> dict[str, Any]:
    return {"kind": kind.value, "code": code, "title": title, "lines": lines}


def _lines(rule: "PolicyRule") -> Iterator[str]:
    yield " ".join(paragraphs(rule.text))
    for label, text in ((WHY, rule.why), (PROOFS, rule.proofs), (OWNER, rule.owner), (SCOPE, rule.scope)):
        if text:
            yield f"{label} {' ; '.join(paragraphs(text))}"


def canonical(content: dict[str, Any], number: int) -> bytes:
    """The document that a version freezes, UTF-8: each text escaped, nothing active, always the same bytes."""
    title = escape(spaced(content["title"]))
    lines = [
        "<!DOCTYPE html>",
        '<html lang="fr">',
        f'<head><meta charset="utf-8"><title>{title} – version {number}</title></head>',
        "<body>",
        *inner(content),
        "</body>",
        "</html>",
    ]
    return ("\n".join(lines) + "\n").encode()


def inner(content: dict[str, Any]) -> Iterator[str]:
    """The lines of the text itself, as a page shows them."""
    for heading, section in headed(content):
        is_rule = section["kind"] == PartKind.RULE
        level, mark = ("h3", "policy-rule") if is_rule else ("h2", "charter-section")
        yield f'<section class="{mark}" id="texte-{escape(section["code"])}">'
        yield f"<{level}>{escape(heading)}</{level}>"
        for place, line in enumerate(section["lines"]):
            detail = ' class="policy-detail"' if is_rule and place else ""
            yield f"<p{detail}>{escape(spaced(line))}</p>"
        yield "</section>"


def headed(content: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(heading, part), the chapters numbered in their order."""
    number = 0
    for section in content["sections"]:
        number += section["kind"] == PartKind.CHAPTER
        prefix = f"{number}. " if section["kind"] == PartKind.CHAPTER else ""
        yield spaced(f"{prefix}{section['title']}"), section
