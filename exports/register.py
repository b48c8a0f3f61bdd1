"""The register in every format for people: workbook, table, document to edit, booklet to hand over."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from operator import attrgetter
from typing import IO, Any

from exports import outline, pdf, sheets
from exports.book import CONTACTS, CONTENTS, DIGEST, LIST, LIST_HEADS, PROCESSORS, PROCESSORS_LEAD, REGISTER, Book, book
from exports.documents import Document
from exports.outline import NOT_SAID, Standing
from exports.publication import activity_columns, part_columns, processor_columns, sub_processor_columns
from exports.reading import Reader
from exports.sheets import Heading, Sheet
from exports.tables import IDENTITY, headings_of, parts_sheet, records, values_of
from models.establishments import Establishment
from models.register.activity import Activity
from models.register.catalogue import Terms
from models.register.processor import Processor
from models.vocabulary import N_

SCHEMA = 1
"""The number of the workbook's layout, kept in its hidden sheet."""

RECORD = N_("Fiche")
REGISTER_SHEET, MARK_SHEET = N_("Registre"), "_vigie"
PROCESSOR_SHEET, SUB_PROCESSOR_SHEET = N_("Sous-traitants"), N_("Sous-traitants ultérieurs")

SHEET_TITLES = {
    "actors": N_("Acteurs"),
    "purposes": N_("Finalités"),
    "person_groups": N_("Personnes concernées"),
    "data_items": N_("Données"),
    "retentions": N_("Durées de conservation"),
    "recipients": N_("Destinataires"),
    "transfers": N_("Transferts"),
    "security_measures": N_("Mesures de sécurité"),
    "access_rights": N_("Droits d’accès"),
}
"""The sheet of each collection, which is also the title of its summary column in the csv."""

NOT_EXPORTED = frozenset(
    {
        # How the database keeps and finds the records.
        "created_at", "position", "activity_id", "establishment_id", "words", "revision",
        # Relations, which leave by name: `department`, `processor`.
        "department_id", "processor_id",
        # The life of the record inside the application.
        "confirmation_asked_at", "typical_code", "validated_version", "updated_at", "updated_by",
    }
)  # fmt: skip
"""Columns of the models that no export carries."""


def workbook(
    activities: Iterable[Any],
    parts: Mapping[str, Iterable[Any]],
    terms: Terms,
    *,
    establishment: Establishment,
    on: dt.date,
    processors: Iterable[Processor] = (),
    public: bool = False,
) -> IO[bytes]:
    """The register as xlsx: one sheet for the records, one per collection, one for the directory of processors.

    `activities` and each collection of `parts` are read once, in their order: objects or rows that have `id` and the
    keys of their columns (department and processor: the object or its name), parts also `activity_reference` or
    `activity`. The file is open, set at its start; the caller closes it. What it holds comes back by import unchanged.
    """
    directory = list(processors)
    pages = [records(REGISTER_SHEET, activity_columns(public), activities, terms, frozen=3)]
    for name, columns in part_columns(public).items():
        pages.append(parts_sheet(SHEET_TITLES[name], RECORD, columns, parts.get(name, ()), _record_of, terms))
    pages.append(records(PROCESSOR_SHEET, processor_columns(public), directory, terms, frozen=2))
    below = [sub for processor in directory for sub in processor.sub_processors]
    sub_columns = sub_processor_columns(public)
    pages.append(
        parts_sheet(SUB_PROCESSOR_SHEET, N_("Sous-traitant"), sub_columns, below, attrgetter("processor.name"), terms)
    )
    marks = [("schema", SCHEMA), ("code", establishment.code), ("date", on), ("public", int(public))]
    pages.append(Sheet(MARK_SHEET, (Heading(""), Heading("")), marks, hidden=True))
    return sheets.xlsx(pages, f"{REGISTER} – {establishment.name}", establishment.name)


def table(activities: Iterable[Activity], terms: Terms, public: bool = False) -> IO[bytes]:
    """The register as csv, one line per record: its own columns, then one readable column per collection.

    `activities` are objects with their collections, read once. The file is open, set at its start.
    """
    reader = Reader(terms, public)
    collections = [name for name in SHEET_TITLES if reader.shows(name)]
    columns = activity_columns(public)
    headings = [Heading(IDENTITY), *headings_of(columns, terms), *(Heading(SHEET_TITLES[name]) for name in collections)]

    def rows() -> Iterator[tuple[Any, ...]]:
        for activity in activities:
            (values,) = values_of(columns, [activity])
            yield *values, *(" | ".join(map(reader.line, getattr(activity, name))) for name in collections)

    return sheets.csv_file(headings, rows())


def document(
    activities: Iterable[Activity],
    establishment: Establishment,
    on: dt.date,
    terms: Terms,
    *,
    processors: Iterable[Processor] = (),
    standings: Mapping[uuid.UUID, Standing] | None = None,
    public: bool = False,
    is_part: bool = False,
) -> bytes:
    """The booklet as a docx that can still be edited; same arguments as `booklet`."""
    told = book(
        activities, establishment, on, terms,
        processors=processors, standings=standings, public=public, is_part=is_part,
    )  # fmt: skip
    at = dt.datetime.combine(on, dt.time(), dt.UTC)
    page = Document(told.title, told.author, told.running, told.mention, at)
    page.cover((told.group, told.author), told.heading, told.subtitle)
    page.facts([*told.summary, (DIGEST, told.digest)])
    page.page_break()
    if told.lines:
        page.heading(CONTENTS, 1)
        page.contents(told.titles)
    _write_contacts(page, told)
    if told.lines:
        page.page_break()
        page.heading(LIST, 1)
        rows = [((line.reference, line.name, line.purpose, line.service, line.status), "") for line in told.lines]
        page.table(LIST_HEADS[:-1], (4, 8, 9, 5, 4), rows)
    for chapter in told.chapters:
        page.page_break()
        page.heading(chapter.title, 1)
        page.paragraph(chapter.lead, "Lead")
        for place, one in enumerate(chapter.sheets):
            if place:
                page.page_break()
            _write_sheet(page, one)
    _write_processors(page, told)
    return page.content()


def _write_contacts(page: Document, told: Book) -> None:
    page.heading(CONTACTS, 1)
    for title, facts in told.contacts:
        page.heading(title, 2)
        page.facts(facts)


def _write_sheet(page: Document, one: outline.Sheet) -> None:
    page.paragraph(one.reference, "Reference")
    page.heading(one.name, 2)
    page.facts(one.facts)
    if one.note:
        page.paragraph(one.note)
    for sentence in one.missing:
        page.paragraph(f"– {sentence}", "Missing")
    for section in one.sections:
        page.heading(section.title, 3, section.article)
        page.facts(section.facts)
        if section.table:
            _write_table(page, section.table)
        if section.is_empty:
            page.paragraph(NOT_SAID, "Missing")


def _write_processors(page: Document, told: Book) -> None:
    if not told.processors:
        return
    page.page_break()
    page.heading(PROCESSORS, 1)
    page.paragraph(PROCESSORS_LEAD, "Lead")
    for processor in told.processors:
        page.heading(processor.name, 2)
        page.facts(processor.facts)
        if processor.table:
            _write_table(page, processor.table)


def _write_table(page: Document, table: outline.Table) -> None:
    page.table(table.heads, table.widths, ((row.cells, row.mark) for row in table.rows))


def booklet(
    activities: Iterable[Activity],
    establishment: Establishment,
    on: dt.date,
    terms: Terms,
    *,
    processors: Iterable[Processor] = (),
    standings: Mapping[uuid.UUID, Standing] | None = None,
    public: bool = False,
    is_part: bool = False,
) -> bytes:
    """The register as a PDF to hand over: cover, contents, controller and DPO, list, one sheet per record, processors.

    `activities` are whole objects, in the order to print; `standings`, by identity, tell how complete each is and which
    version is in force; `is_part`: they are not the whole register, and the title says so. The digest on the cover is
    that of the JSON export of the same records.
    """
    told = book(
        activities, establishment, on, terms,
        processors=processors, standings=standings, public=public, is_part=is_part,
    )  # fmt: skip
    words = {
        "title": told.title,
        "description": told.running,
        "contents_title": CONTENTS,
        "contacts_title": CONTACTS,
        "list_title": LIST,
        "list_heads": LIST_HEADS,
        "processors_title": PROCESSORS,
        "processors_lead": PROCESSORS_LEAD,
        "digest_label": DIGEST,
        "digest": " ".join(told.digest[place : place + 16] for place in range(0, 64, 16)),
        "not_said": NOT_SAID,
    }
    at = dt.datetime.combine(on, dt.time(), dt.UTC)
    return pdf.render(pdf.TEMPLATES / "register" / "booklet.typ", {**asdict(told), **words}, at)


def _record_of(part: Any) -> str:
    reference: str | None = getattr(part, "activity_reference", None)
    return reference or str(part.activity.reference)
