"""A published text as a document: cover, contents, text, consultations, signature block."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from exports import pdf
from exports.documents import Document
from exports.texts import day
from models.consulting import BodyConsulted
from models.vocabulary import N_
from models.wording import spaced

CONTENTS, TRACE, SIGNATURE = N_("Sommaire"), N_("Consultations"), N_("Arrêté et signature")
TRACE_HEADS = (N_("Date"), N_("Instance"), N_("Avis"), N_("Vote"), N_("Procès-verbal"))
TRACE_WIDTHS = (3, 8, 4, 4, 4)
NOT_CONSULTED = N_("Aucune consultation n’est enregistrée pour cette version. Motif :")
MENTION = N_("L’empreinte SHA-256 est celle du texte exact publié, que chacun peut télécharger et vérifier.")
TO_SIGN = ((N_("Arrêté par"), ""), (N_("Qualité"), ""), (N_("Fait à, le"), ""), (N_("Signature"), ""))


@dataclass(frozen=True)
class Chapter:
    """A part of the text, ready to print: `level` 1 stands in the contents; `notes` follow in small letters."""

    heading: str
    concerns: str
    lines: tuple[str, ...]
    declaration: str
    level: int = 1
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Book:
    """All that a document of a version says. Without a `signature` it is handed over, with neither trace nor block."""

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


def trace_of(held: Iterable[BodyConsulted]) -> tuple[tuple[str, ...], ...]:
    """The lines of the table of consultations."""
    return tuple(
        (day(one.held_on), one.body_label, one.opinion.label, one.votes or "", one.minutes or "") for one in held
    )


def remarks_of(held: Iterable[BodyConsulted]) -> tuple[str, ...]:
    """What bodies observed, and what was answered."""
    return tuple(spaced(f"{one.body_label} ({day(one.held_on)}) : {one.notes}") for one in held if one.notes)


def printed(told: Book, on: dt.date) -> bytes:
    """The book as a PDF."""
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
    return pdf.render(pdf.TEMPLATES / "booklet.typ", {**asdict(told), **words}, at)


def written(told: Book, on: dt.date) -> bytes:
    """The same as a docx that can still be laid out."""
    page = Document(told.title, told.author, told.running, told.mention, dt.datetime.combine(on, dt.time(), dt.UTC))
    page.cover((told.author,), told.title, told.subtitle)
    page.facts([*told.summary, (N_("Empreinte SHA-256"), told.digest)])
    page.paragraph(told.note, "Lead")
    page.page_break()
    ends = [TRACE, SIGNATURE] if told.signature else []
    if told.chapters:
        page.heading(CONTENTS, 1)
        page.contents([*(one.heading for one in told.chapters if one.level == 1), *ends])
        page.page_break()
    for chapter in told.chapters:
        _write_chapter(page, chapter)
    if told.signature:
        _write_trace(page, told)
        page.heading(SIGNATURE, 1)
        page.facts([(label, value or "\n") for label, value in told.signature])
    return page.content()


def _write_chapter(page: Document, chapter: Chapter) -> None:
    page.heading(chapter.heading, chapter.level)
    for line in (chapter.concerns, *chapter.lines, chapter.declaration, *chapter.notes):
        if line:
            page.paragraph(line, "Normal" if line in chapter.lines else "Lead")


def _write_trace(page: Document, told: Book) -> None:
    page.heading(TRACE, 1)
    if told.trace:
        page.table(TRACE_HEADS, TRACE_WIDTHS, ((cells, "") for cells in told.trace))
    else:
        page.paragraph(f"{NOT_CONSULTED} {told.unconsulted}")
    for remark in told.remarks:
        page.paragraph(remark)
