"""Reads delimited text: finds its encoding and its separator, and says where a quote was left open."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from governance.imports.formats.sheets import (
    MAX_BYTES,
    MAX_COLUMNS,
    Allowance,
    Begun,
    Grid,
    Row,
    Sheet,
    Unreadable,
)

SEPARATORS = (";", ",", "\t", "|")
_SAMPLE_ROWS = 60
_SAMPLE_SIZE = 2**17
_SENTINEL = "\x1evigie\x1e"
_BYTE_ORDERS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1d\x7f]")
_CONTROLS_ALLOWED = 0.002
_DECLARED = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)

BINARY = (
    "Le fichier n’est ni un classeur ni du texte : il contient des octets nuls ou illisibles. "
    "Apportez-le au format .xlsx, .ods ou .csv."
)

STRAY = (
    "Des guillemets de ce fichier ne ferment aucune cellule, le premier à la ligne {line} : chaque ligne est lue pour "
    "elle-même, sans eux. Vérifiez les cellules de cette ligne et des suivantes."
)
GLUED = (
    "À la ligne {line} du fichier, une cellule entre guillemets continue sur les lignes suivantes et contient des "
    "séparateurs : si un guillemet y est de trop, plusieurs lignes ont été prises pour une seule. Vérifiez-le."
)


def read(data: bytes, name: str) -> Iterator[Begun]:
    """The one sheet of a text file. Raises Unreadable for binary content, an open quote or too many rows."""
    csv.field_size_limit(MAX_BYTES + 1)
    text = decoded(data)
    declared = _DECLARED.match(text)
    if declared:
        text = text[declared.end() :]
    separator = declared[1] if declared and declared[1] in SEPARATORS else sniffed(text)
    sheet, grid, shift = Sheet(name), Grid(Allowance()), 1 if declared else 0
    if stray := _stray_quote(text, separator):
        sheet.remarks.append(STRAY.format(line=stray + shift))
        records = _lines(text, separator)
    else:
        records = _records(text, separator, shift, sheet)
    placed = (row for place, record in enumerate(records, shift) for row in grid.put(place, record))
    yield Begun(sheet, placed, is_last=True)


def decoded(data: bytes) -> str:
    """The text of a file: byte order marks first, then UTF-16 by its nulls, UTF-8, and Windows' Western alphabet."""
    text = _decoded(data)
    if "\x00" in text or len(_CONTROLS.findall(text)) > _CONTROLS_ALLOWED * len(text):
        raise Unreadable(BINARY)
    return text


def _decoded(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDERS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    for encoding in _likely(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _likely(data: bytes) -> tuple[str, ...]:
    """Every other byte of UTF-16 text in our alphabet is a null."""
    even, odd = data[:1000:2].count(0), data[1:1000:2].count(0)
    if max(even, odd) > len(data[:1000]) // 4:
        return ("utf-16-le",) if odd > even else ("utf-16-be",)
    return ("utf-8", "cp1252")


def sniffed(text: str) -> str:
    """The separator under which most of the first records have the same number of fields, and the most fields."""
    sample = text[:_SAMPLE_SIZE]
    return max(SEPARATORS, key=lambda separator: _fit(sample, separator))


def _fit(sample: str, separator: str) -> tuple[float, int]:
    widths = []
    for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
        if any(row):
            widths.append(len(row))
        if len(widths) >= _SAMPLE_ROWS:
            break
    if not widths:
        return 0.0, 0
    width, times = Counter(widths).most_common(1)[0]
    return (times / len(widths), width) if width > 1 else (0.0, 0)


def _stray_quote(text: str, separator: str) -> int:
    """The line, from 1, of the first quote that ends no cell, when only without quotes all rows are as wide; else 0."""
    lines = [line for line in io.StringIO(text) if line.strip()] if '"' in text else []
    widths = {line.count(separator) for line in lines}
    if len(widths) != 1 or widths == {0}:
        return 0
    records = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    if {len(record) - 1 for record in records if any(record)} == widths:
        return 0
    return next((number for number, line in enumerate(io.StringIO(text), 1) if line.count('"') % 2), 0)


def _lines(text: str, separator: str) -> Iterator[Row]:
    """The lines of a text whose quotes close no cell."""
    for line in io.StringIO(text):
        cells = (cell.strip().strip('"').strip() for cell in line.split(separator)[: MAX_COLUMNS + 1])
        yield [cell or None for cell in cells]


def _is_glued(record: list[str], width: int, separator: str) -> bool:
    """Whether a cell of several lines seems to hold other rows: it has separators, and the row is not as wide as the
    headers, or one of its lines is."""
    lines = [line for cell in record if "\n" in cell and separator in cell for line in cell.splitlines()]
    return bool(lines) and (len(record) != width or any(line.count(separator) >= width - 1 for line in lines))


def _records(text: str, separator: str, shift: int, sheet: Sheet) -> Iterator[Row]:
    """The records of a text. A last record that is not the sentinel swallowed it: a quote was never closed."""
    lines = io.StringIO(f"{text}\r\n{_SENTINEL}", newline="")
    reader = csv.reader(lines, delimiter=separator)
    began = width = 0
    record: list[str] = []
    for record in reader:
        if record == [_SENTINEL]:
            return
        if any(_SENTINEL in field for field in record):
            break
        width = width or len(record)
        if reader.line_num > began + 1 and not sheet.remarks and _is_glued(record, width, separator):
            sheet.remarks.append(GLUED.format(line=began + 1 + shift))
        yield [field.strip() or None for field in record[: MAX_COLUMNS + 1]]
        began = reader.line_num
    raise Unreadable(
        f"À partir de la ligne {began + 1 + shift}, un guillemet ouvert n’est jamais refermé : "
        "la suite du fichier ne se lit pas. Corrigez ce guillemet, ou enregistrez le fichier au format .xlsx."
    )
