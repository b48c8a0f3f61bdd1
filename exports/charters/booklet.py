"""A version of a charter as a document to annex to the internal rules and to hand to the labour inspectorate."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from exports import pdf
from exports.documents import Document
from exports.texts import day, long_day, moment
from models.charters.charter import CharterVersion
from models.charters.consultation import Consultation
from models.charters.exact import CONCERNS, DECLARATION, headed, populations, spaced
from models.charters.words import MediaType
from models.vocabulary import N_

CONTENTS, TRACE, SIGNATURE, ABOUT = N_("Sommaire"), N_("Consultations"), N_("Arrêté et signature"), N_("Cette version")
TRACE_HEADS = (N_("Date"), N_("Instance"), N_("Avis"), N_("Vote"), N_("Procès-verbal"))
TRACE_WIDTHS = (3, 8, 4, 4, 4)
NOT_CONSULTED = N_("Aucune consultation n’est enregistrée pour cette version. Motif :")
UPLOADED = N_(
    "Le texte de cette version est le document PDF publié, conservé octet pour octet : son empreinte est ci-dessus."
)
MENTION = N_("L’empreinte SHA-256 est celle du texte exact publié, que chacun peut télécharger et vérifier.")


@dataclass(frozen=True)
class Chapter:
    """An article, an annex or the preamble, ready to print."""

    heading: str
    concerns: str
    lines: tuple[str, ...]
    declaration: str


@dataclass(frozen=True)
class Book:
    """All that a document of a version says."""

    title: str
    author: str
    subtitle: str
    running: str
    mention: str
    summary: tuple[tuple[str, str], ...]
    digest: str
    chapters: tuple[Chapter, ...]
    note: str
    trace: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...]
    unconsulted: str
    signature: tuple[tuple[str, str], ...]


def book(version: CharterVersion, consultations: Iterable[Consultation], author: str, on: dt.date) -> Book:
    """What the document of `version` says. `author`: the establishment or the group; `on`: the day it is made."""
    held = list(consultations)
    number = f"version {version.number}"
    return Book(
        title=version.title,
        author=author,
        subtitle=f"{number[:1].upper()}{number[1:]}, {N_('applicable à compter du')} {long_day(version.effective_on)}",
        running=f"{version.title} – {number}",
        mention=f"{N_('Document établi le')} {day(on)}",
        summary=tuple(_summary(version)),
        digest=version.sha256,
        chapters=tuple(_chapter(heading, section) for heading, section in headed(version.content)),
        note=UPLOADED if version.media_type is MediaType.PDF else MENTION,
        trace=tuple(_held(one) for one in held),
        remarks=tuple(spaced(f"{one.body_label} ({day(one.held_on)}) : {one.notes}") for one in held if one.notes),
        unconsulted=version.unconsulted_reason or "",
        signature=(
            (N_("Arrêté par"), ""),
            (N_("Qualité"), ""),
            (N_("Fait à, le"), ""),
            (N_("Signature"), ""),
        ),
    )


def _summary(version: CharterVersion) -> Iterable[tuple[str, str]]:
    kind = N_("Majeure") if version.is_major else N_("Mineure")
    yield N_("Version"), f"{version.number} ({kind.lower()})"
    yield N_("Publiée"), f"{N_('le')} {moment(version.published_at)}, {N_('par')} {version.published_by}"
    yield N_("Entrée en vigueur"), long_day(version.effective_on)
    if version.accept_before:
        yield N_("Prise de connaissance"), f"{N_('avant le')} {long_day(version.accept_before)}"
    yield N_("Personnes concernées"), populations(version.populations or []) or N_("Tout le monde")
    if version.charter.internal_rules:
        yield N_("Règlement intérieur"), spaced(version.charter.internal_rules)
    if version.note:
        yield N_("Ce qui change"), spaced(version.note)


def _chapter(heading: str, section: dict[str, Any]) -> Chapter:
    concerned = populations(section["populations"])
    return Chapter(
        heading,
        f"{CONCERNS} {concerned}." if concerned else "",
        tuple(spaced(line) for line in section["lines"]),
        f"{DECLARATION} {spaced(section['acknowledgement'])}" if section["acknowledgement"] else "",
    )


def _held(one: Consultation) -> tuple[str, ...]:
    return day(one.held_on), one.body_label, one.opinion.label, one.votes or "", one.minutes or ""


def booklet(version: CharterVersion, consultations: Iterable[Consultation], author: str, on: dt.date) -> bytes:
    """The document as a PDF: cover, contents, text, consultations, signature block."""
    told = book(version, consultations, author, on)
    words = {
        "description": told.running,
        "contents_title": CONTENTS,
        "trace_title": TRACE,
        "trace_heads": TRACE_HEADS,
        "trace_widths": TRACE_WIDTHS,
        "not_consulted": NOT_CONSULTED,
        "signature_title": SIGNATURE,
        "digest_label": N_("Empreinte SHA-256"),
        "digest": " ".join(told.digest[place : place + 16] for place in range(0, 64, 16)),
    }
    at = dt.datetime.combine(on, dt.time(), dt.UTC)
    return pdf.render(pdf.TEMPLATES / "charters" / "booklet.typ", {**asdict(told), **words}, at)


def document(version: CharterVersion, consultations: Iterable[Consultation], author: str, on: dt.date) -> bytes:
    """The same as a docx that can still be laid out."""
    told = book(version, consultations, author, on)
    page = Document(told.title, told.author, told.running, told.mention, dt.datetime.combine(on, dt.time(), dt.UTC))
    page.cover((told.author,), told.title, told.subtitle)
    page.facts([*told.summary, (N_("Empreinte SHA-256"), told.digest)])
    page.paragraph(told.note, "Lead")
    page.page_break()
    if told.chapters:
        page.heading(CONTENTS, 1)
        page.contents([*(one.heading for one in told.chapters), TRACE, SIGNATURE])
        page.page_break()
    for chapter in told.chapters:
        page.heading(chapter.heading, 1)
        for line in (chapter.concerns, *chapter.lines, chapter.declaration):
            if line:
                page.paragraph(line, "Lead" if line in (chapter.concerns, chapter.declaration) else "Normal")
    _write_trace(page, told)
    page.heading(SIGNATURE, 1)
    page.facts([(label, value or "\n") for label, value in told.signature])
    return page.content()


def _write_trace(page: Document, told: Book) -> None:
    page.heading(TRACE, 1)
    if told.trace:
        page.table(TRACE_HEADS, TRACE_WIDTHS, ((cells, "") for cells in told.trace))
    else:
        page.paragraph(f"{NOT_CONSULTED} {told.unconsulted}")
    for remark in told.remarks:
        page.paragraph(remark)
