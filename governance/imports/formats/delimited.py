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


def read(data: bytes, name: str) -> Iterator[Begun]:
    """The one sheet of a text file. Raises Unreadable for binary content, an open quote or too many rows."""
    csv.field_size_limit(MAX_BYTES + 1)
    text = decoded(data)
    declared = _DECLARED.match(text)
    if declared:
        text = text[declared.end() :]
    separator = declared[1] if declared and declared[1] in SEPARATORS else sniffed(text)
    grid, shift = Grid(Allowance()), 1 if declared else 0
    records = enumerate(_records(text, separator, shift), shift)
    yield Begun(Sheet(name), (placed for place, row in records for placed in grid.put(place, row)), is_last=True)


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


def _records(text: str, separator: str, shift: int) -> Iterator[Row]:
    """The records of a text. A last record that is not the sentinel swallowed it: a quote was never closed."""
    lines = io.StringIO(f"{text}\r\n{_SENTINEL}", newline="")
    reader = csv.reader(lines, delimiter=separator)
    began = 0
    record: list[str] = []
    for record in reader:
        if record == [_SENTINEL]:
            return
        if any(_SENTINEL in field for field in record):
            break
        yield [field.strip() or None for field in record[: MAX_COLUMNS + 1]]
        began = reader.line_num
    raise Unreadable(
        f"À partir de la ligne {began + 1 + shift}, un guillemet ouvert n’est jamais refermé : "
        "la suite du fichier ne se lit pas. Corrigez ce guillemet, ou enregistrez le fichier au format .xlsx."
    )
