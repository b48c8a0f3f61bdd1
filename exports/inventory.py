"""The inventory in every format: workbook with all that belongs to each application, table, data, list to hand over."""

import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import IO, Any

from exports import pdf, sheets
from exports.columns import DEPARTMENT, Column, columns_of
from exports.sheets import Heading, Sheet
from exports.tables import IDENTITY, headings_of, parts_sheet, records, values_of
from exports.texts import day, long_day, printable
from models.establishments import Establishment
from models.inventory.application import Application, AvailabilityMonth
from models.inventory.assessment import Assessment, AssessmentAnswer
from models.inventory.followup import Arbitration, Exchange
from models.inventory.vendor import Vendor, VendorContact
from models.journal import plain
from models.register.catalogue import Terms
from models.vocabulary import N_

FORMAT, SCHEMA = "vigie-inventory", 1
TITLE = N_("Inventaire des applications")
APPLICATION, MARK_SHEET = N_("Application"), "_vigie"

VENDOR = Column("vendor", N_("Éditeur"), "text")
APPLICATION_COLUMNS = (*columns_of(Application, leave={"department_id", "vendor_id"}), DEPARTMENT, VENDOR)
"""An application's own fields; its department and its vendor go by their names."""

RESULT_COLUMNS = (
    Column("counted", N_("Comptée pour P3.4"), "boolean", width=14),
    Column("core_met", N_("P3.4 atteint"), "boolean", width=14),
    Column("assessed_on", N_("Dernier audit validé"), "date", width=14),
    Column("score", N_("Score, en %"), "decimal", width=12),
)
"""What is derived for each application; it never comes back in."""

PARTS: dict[str, tuple[str, tuple[Column, ...]]] = {
    "availability": (N_("Disponibilité"), columns_of(AvailabilityMonth)),
    "activities": (
        N_("Traitements servis"),
        (Column("activity", N_("Fiche du registre"), "text"), Column("activity_name", N_("Nom du traitement"), "text")),
    ),
    "assessments": (
        N_("Audits"),
        (*columns_of(Assessment), Column("core_met", N_("P3.4 atteint"), "boolean")),
    ),
    "answers": (
        N_("Réponses"),
        (Column("number", N_("Audit n°"), "integer", width=10), *columns_of(AssessmentAnswer)),
    ),
    "exchanges": (N_("Échanges"), columns_of(Exchange)),
    "arbitrations": (N_("Arbitrages"), columns_of(Arbitration)),
}
"""The sheet of each collection: its title and its columns, after the application's reference."""

VENDOR_SHEET, VENDOR_COLUMNS = N_("Éditeurs"), columns_of(Vendor)
CONTACT_SHEET, CONTACT_COLUMNS = N_("Contacts des éditeurs"), columns_of(VendorContact)

NOT_EXPORTED = frozenset(
    {
        # How the database keeps and finds the records.
        "created_at", "position", "establishment_id", "words", "revision",
        # Relations, which leave by name or by reference.
        "department_id", "vendor_id", "application_id", "activity_id", "assessment_id",
        # The life of the record inside the application, and what the result columns derive.
        "updated_at", "updated_by", "letter", "core_met", "points", "most_points", "replaced_on",
    }
)  # fmt: skip
"""Columns of the models that no export carries."""


def workbook(
    applications: Iterable[Any],
    parts: Mapping[str, Iterable[Any]],
    vendors: Iterable[Vendor],
    terms: Terms,
    *,
    establishment: Establishment,
    on: dt.date,
) -> IO[bytes]:
    """The inventory as xlsx: one sheet for the applications, one per collection, two for the vendors.

    `applications` and each collection of `parts` are rows read once, in their order, with `id`, the keys of their
    columns and, for parts, `reference` (the application's). The file is open, set at its start; the caller closes it.
    """
    directory = list(vendors)
    pages = [records(N_("Applications"), (*APPLICATION_COLUMNS, *RESULT_COLUMNS), applications, terms, frozen=3)]
    for name, (title, columns) in PARTS.items():
        owner = attrgetter("application_reference")
        pages.append(parts_sheet(title, APPLICATION, columns, parts.get(name, ()), owner, terms))
    pages.append(records(VENDOR_SHEET, VENDOR_COLUMNS, directory, terms, frozen=2))
    contacts = [contact for vendor in directory for contact in vendor.contacts]
    of_vendor = attrgetter("vendor.name")
    pages.append(parts_sheet(CONTACT_SHEET, N_("Éditeur"), CONTACT_COLUMNS, contacts, of_vendor, terms))
    marks = [("schema", SCHEMA), ("subject", "inventory"), ("code", establishment.code), ("date", on)]
    pages.append(Sheet(MARK_SHEET, (Heading(""), Heading("")), marks, hidden=True))
    return sheets.xlsx(pages, f"{TITLE} – {establishment.name}", establishment.name)


def table(applications: Iterable[Any], terms: Terms) -> IO[bytes]:
    """The applications as csv, one line each. The file is open, set at its start."""
    columns = (*APPLICATION_COLUMNS, *RESULT_COLUMNS)
    return sheets.csv_file([Heading(IDENTITY), *headings_of(columns, terms)], values_of(columns, applications))


def data(
    applications: Iterable[Any],
    parts: Mapping[str, Iterable[Any]],
    vendors: Iterable[Vendor],
    *,
    establishment: Establishment,
    at: dt.datetime,
) -> IO[bytes]:
    """The inventory as UTF-8 JSON, keys sorted: names and references instead of foreign keys."""
    content = {
        "format": FORMAT,
        "schema": SCHEMA,
        "exported_at": plain(at),
        "establishment": establishment.code,
        "applications": list(_plain((*APPLICATION_COLUMNS, *RESULT_COLUMNS), applications)),
        "vendors": [
            {**row, "contacts": list(_plain(CONTACT_COLUMNS, vendor.contacts))}
            for vendor in vendors
            for row in _plain(VENDOR_COLUMNS, [vendor])
        ],
        **{name: list(_plain(columns, parts.get(name, ()), owned=True)) for name, (_, columns) in PARTS.items()},
    }
    return io.BytesIO(json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode())


def _plain(columns: tuple[Column, ...], rows: Iterable[Any], owned: bool = False) -> Iterator[dict[str, Any]]:
    for row in rows:
        told = {column.key: plain(getattr(row, column.key)) for column in columns}
        owner = {"application": row.application_reference} if owned else {}
        yield {"id": str(row.id), **owner, **told}


LIST_HEADS = (
    N_("Référence"), N_("Application"), N_("Éditeur"), N_("Criticité"), N_("Hébergement"), N_("Santé"),
    N_("Audit"), N_("P3.4"),
)  # fmt: skip


def listing(
    applications: Iterable[Any], establishment: Establishment, on: dt.date, rates: Iterable[tuple[str, str, str]]
) -> bytes:
    """The list of applications as a PDF to hand over; `rates` are (code, title, what it says) of each indicator."""
    rows = [_line(row) for row in applications]
    words = {
        "title": f"{TITLE} – {establishment.name}",
        "heading": TITLE,
        "author": printable(establishment.name),
        "group": printable(establishment.group.name),
        "running": N_("{title} – état au {day}").format(title=TITLE, day=day(on)),
        "mention": N_("Document interne : il décrit le système d’information"),
        "summary": [
            (N_("État au"), long_day(on)),
            (N_("Applications"), str(len(rows))),
            *((f"{code} – {title}", said) for code, title, said in rates),
        ],
        "heads": LIST_HEADS,
        "rows": rows,
    }
    at = dt.datetime.combine(on, dt.time(), dt.UTC)
    return pdf.render(pdf.TEMPLATES / "inventory" / "listing.typ", words, at)


def _line(row: Any) -> list[str]:
    cells = (
        row.reference,
        f"{row.name} {row.version}" if row.version else row.name,
        row.vendor or "",
        row.criticality.label if row.criticality else "",
        row.hosting.label if row.hosting else "",
        N_("Oui") if row.holds_health_data else N_("Non") if row.holds_health_data is False else "",
        day(row.assessed_on) if row.assessed_on else "",
        _verdict(row),
    )
    return [printable(cell) for cell in cells]


def _verdict(row: Any) -> str:
    if not row.counted:
        return ""
    return N_("À auditer") if row.core_met is None else N_("Oui") if row.core_met else N_("Non")
