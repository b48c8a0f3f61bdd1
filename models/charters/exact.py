"""The exact text of a version: one HTML document, always the same bytes for the same words."""

from collections.abc import Iterator
from html import escape
from typing import Any

from models.charters.charter import Charter, Frozen, Release
from models.charters.text import content_of, sentences_of
from models.charters.words import WHOLE_TEXT, MediaType, Population, SectionKind
from models.vocabulary import N_
from models.wording import spaced

ARTICLE, ANNEX, CONCERNS, DECLARATION = N_("Article"), N_("Annexe"), N_("Concerne :"), N_("Déclaration :")


def populations(codes: list[str]) -> str:
    """Whom a section concerns, in words; nothing for everybody."""
    labels = [Population(code).label for code in codes]
    return ", ".join([*labels[:1], *(label[:1].lower() + label[1:] for label in labels[1:])])


def headed(content: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(heading, section) of what binds, articles and annexes numbered in their order."""
    numbers = {SectionKind.ARTICLE: 0, SectionKind.ANNEX: 0}
    names = {SectionKind.ARTICLE: ARTICLE, SectionKind.ANNEX: ANNEX}
    for section in content["sections"]:
        kind = SectionKind(section["kind"])
        if kind not in WHOLE_TEXT:
            continue
        heading = section["title"] or kind.label
        if kind in numbers:
            numbers[kind] += 1
            heading = f"{names[kind]} {numbers[kind]}. {section['title']}" if section["title"] else kind.label
        yield spaced(heading), section


def canonical(content: dict[str, Any], number: int, language: str) -> bytes:
    """The document that a version freezes, UTF-8: preamble, articles, annexes, each text escaped, nothing active."""
    title = escape(spaced(content["title"]))
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{escape(language)}">',
        f'<head><meta charset="utf-8"><title>{title} – version {number}</title></head>',
        "<body>",
        *inner(content),
        "</body>",
        "</html>",
    ]
    return ("\n".join(lines) + "\n").encode()


def inner(content: dict[str, Any]) -> Iterator[str]:
    """The lines of the text itself, as a page shows them."""
    for place, (heading, section) in enumerate(headed(content), start=1):
        yield f'<section class="charter-section" id="texte-{place}">'
        yield f"<h2>{escape(heading)}</h2>"
        if section["populations"]:
            yield f'<p class="charter-for">{CONCERNS} {escape(populations(section["populations"]))}.</p>'
        yield from (f"<p>{escape(spaced(line))}</p>" for line in section["lines"])
        if section["acknowledgement"]:
            yield f'<p class="charter-declaration">{DECLARATION} {escape(spaced(section["acknowledgement"]))}</p>'
        yield "</section>"


def frozen(charter: Charter, release: Release) -> Frozen:
    """What the version to come keeps: the exact bytes (a PDF as it was given), and the same as data."""
    number = charter.next_number
    own = {
        "numero_version": str(number),
        "date_entree_vigueur": f"{release.effective_on:%d/%m/%Y}",
        "resume_changements": release.note,
    }
    content, statements = content_of(charter, own), sentences_of(charter, own)
    if charter.is_uploaded:
        return Frozen(charter.pdf or b"", MediaType.PDF, content, statements)
    return Frozen(canonical(content, number, charter.language or "fr"), MediaType.HTML, content, statements)
