"""The directory of persons as xlsx, csv and json, with stable identities so that what comes out can come in."""

import datetime as dt
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import IO, Any

from exports import sheets
from exports.columns import Column, columns_of
from exports.sheets import Heading, Sheet
from exports.texts import printable
from models.establishments import Establishment
from models.people import Person
from models.vocabulary import N_

FORMAT, SCHEMA = "vigie-people", 1

NOT_EXPORTED = {
    "department_id": "it goes by its name",
    "manager_id": "it goes by a name, and by the identity that tells namesakes apart",
    "user_id": "it goes by its login",
    "merged_into_id": "a record merged into another does not leave",
}

ID = Column("id", N_("Identifiant Vigie"), "text", width=38)
DEPARTMENT = Column("department", N_("Service"), "text")
MANAGER = Column("manager", N_("Responsable"), "text")
MANAGER_ID = Column("manager_id", N_("Identifiant Vigie du responsable"), "text", width=38)
LOGIN = Column("login", N_("Compte"), "text", width=18)

COLUMNS: tuple[Column, ...] = (
    *columns_of(Person, leave=NOT_EXPORTED),
    DEPARTMENT,
    MANAGER,
    LOGIN,
    ID,
    MANAGER_ID,
)
"""Every column of the directory, in the order of the sheet; rows have an attribute of the same key for each."""


def workbook(rows: Iterable[Any], establishment: Establishment, author: str) -> IO[bytes]:
    """Rows of persons, read once, as xlsx; the open file is set at its start."""
    title = f"{N_('Annuaire des personnes')} – {establishment.name}"
    return sheets.xlsx([Sheet(N_("Personnes"), _headings(), _values(rows), frozen=2)], title, author)


def table(rows: Iterable[Any], establishment: Establishment, author: str) -> IO[bytes]:
    """Rows of persons, read once, as csv; the open file is set at its start."""
    return sheets.csv_file(_headings(), _values(rows))


def dump(rows: Iterable[Any], establishment: Establishment, at: dt.datetime) -> IO[bytes]:
    """Rows of persons, read once, as UTF-8 JSON with a schema number; one person a line."""
    head = {
        "format": FORMAT,
        "schema": SCHEMA,
        "exported_at": at.isoformat(),
        "establishment": {"code": establishment.code, "name": establishment.name},
    }
    file: IO[bytes] = tempfile.SpooledTemporaryFile(8 * 2**20)  # noqa: SIM115 -- the caller closes it
    file.write(json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "people": [')
    for number, row in enumerate(rows):
        file.write((b",\n" if number else b"\n") + json.dumps(_record(row), ensure_ascii=False).encode())
    file.write(b"\n]}\n")
    file.seek(0)
    return file


def _record(row: Any) -> dict[str, Any]:
    return {column.key: _plain(getattr(row, column.key)) for column in COLUMNS}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return printable(str(value)) if value is not None else None


def _values(rows: Iterable[Any]) -> Iterator[list[Any]]:
    keys = [column.key for column in COLUMNS]
    for row in rows:
        yield [getattr(row, key) for key in keys]


def _headings() -> list[Heading]:
    return [
        Heading(
            column.title,
            column.width,
            tuple(label for _, label in column.words.choices()) if column.words else (),
            hidden=column in (ID, MANAGER_ID),
            convert=_converter(column),
        )
        for column in COLUMNS
    ]


def _converter(column: Column) -> Callable[[Any], Any] | None:
    if column.words:
        words = column.words
        return lru_cache(lambda value: words(value).label)
    return str if column in (ID, MANAGER_ID) else None
