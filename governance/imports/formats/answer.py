"""What the child process answers: the sheets of a file as lines of JSON, or why it cannot be read."""

import datetime as dt
import json
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from governance.imports.formats import delimited, ods, xlsx
from governance.imports.formats.archive import Archive
from governance.imports.formats.kinds import BROKEN, ODS, TEXT, XLSX, kind_of, kind_of_archive
from governance.imports.formats.sheets import Begun, TooWide, Unreadable, too_wide

BLOCK = 500
"""How many rows go in one line of the answer."""
GREEDY = "Le fichier demande trop de mémoire : il n’est pas lu."
_BROKEN = (BadZipFile, ParseError, zlib.error, EOFError, ValueError, LookupError, NotImplementedError, OSError)
"""What the parsers raise on content that is not what it says it is."""


def sheets_of(data: bytes, name: str) -> tuple[str, Iterator[Begun]]:
    """The kind of a file and its sheets. Raises Unreadable, or what a parser raises on broken content."""
    if kind_of(data) == TEXT:
        return TEXT, delimited.read(data, name)
    archive = Archive(data)
    kind = kind_of_archive(archive.names, archive.text("mimetype"))
    if kind == ODS:
        ods.refuse_encrypted(archive)
        return kind, ods.read(archive)
    return XLSX, xlsx.read(archive)


def answer(data: bytes, name: str, out: BinaryIO) -> None:
    """Write {"kind": …}; for each sheet {"sheet": …}, its rows by blocks, {"remarks": …, "merges": …}; {"whole": true}.

    {"unreadable": …} ends it where the file cannot be read.
    """
    try:
        kind, sheets = sheets_of(data, name)
        _write(out, {"kind": kind})
        for begun in sheets:
            _write_sheet(out, begun)
        _write(out, {"whole": True})
    except Unreadable as refusal:
        _write(out, {"unreadable": refusal.sentence})
    except _BROKEN:
        _write(out, {"unreadable": BROKEN})
    except (MemoryError, RecursionError):
        _write(out, {"unreadable": GREEDY})


def _write_sheet(out: BinaryIO, begun: Begun) -> None:
    sheet, left_out = begun.sheet, False
    _write(out, {"sheet": sheet.name, "hidden": sheet.hidden, "last": begun.is_last})
    try:
        while block := list(islice(begun.rows, BLOCK)):
            _write(out, block)
    except TooWide as far:
        sheet.remarks.append(too_wide(sheet.name, str(far)))
        left_out = True
    _write(out, {"remarks": sheet.remarks, "merges": sheet.merges, "left_out": left_out})


def _write(out: BinaryIO, block: Any) -> None:
    out.write(json.dumps(block, default=_moment, separators=(",", ":")).encode("ascii") + b"\n")


def _moment(value: dt.date) -> dict[str, str]:
    return {"instant" if isinstance(value, dt.datetime) else "day": value.isoformat()}
