"""Reads an Office Open XML workbook (ECMA-376, transitional or strict): values as last computed, never formulas.

openpyxl is not used to read: its read-only mode fills every gap up to a far cell, and takes six times as long.
"""

import datetime as dt
import math
import posixpath
import re
from collections.abc import Iterator
from functools import partial
from xml.etree.ElementTree import Element

from governance.imports.formats.archive import Archive
from governance.imports.formats.markup import ended, local, walk
from governance.imports.formats.sheets import (
    MAX_COLUMNS,
    MAX_SHEETS,
    Allowance,
    Begun,
    Cell,
    Grid,
    Merge,
    Row,
    Sheet,
    TooWide,
    letters,
    number,
)
from governance.imports.formats.styles import Shape, read_shapes

_WORKBOOK = "xl/workbook.xml"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DIGITS = "0123456789"
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})")
UNCOMPUTED = (
    "Dans la feuille « {name} », {count} formule(s) n’ont pas de résultat enregistré, la première en {cell}. "
    "Ouvrez le fichier dans un tableur et enregistrez-le pour que leurs valeurs soient lues."
)


def read(archive: Archive) -> Iterator[Begun]:
    """The worksheets of a workbook, in their order. Raises Unreadable beyond the limits, ParseError for broken XML."""
    strings = _shared_strings(archive)
    shapes, allowance = read_shapes(archive), Allowance()
    worksheets = list(_worksheets(archive))
    for left, (name, path, hidden, from_1904) in zip(reversed(range(len(worksheets))), worksheets, strict=True):
        worksheet = _Worksheet(name, hidden, strings, shapes, from_1904)
        yield Begun(worksheet.sheet, worksheet.rows(archive, path, allowance), is_last=not left)


def _worksheets(archive: Archive) -> Iterator[tuple[str, str, bool, bool]]:
    """(name, path in the zip, hidden, counts days from 1904) of each worksheet."""
    targets = _targets(archive)
    from_1904, sheets = False, []
    for event, element in walk(partial(archive.open, _WORKBOOK)):
        if event == "end" and local(element.tag) == "workbookPr":
            from_1904 = element.get("date1904") in ("1", "true")
        elif event == "end" and local(element.tag) == "sheet":
            sheets.append(element)
    for sheet in sheets[:MAX_SHEETS]:
        relation = next((value for key, value in sheet.items() if local(key) == "id"), "")
        path = targets.get(relation)
        if path and archive.has(path):
            yield sheet.get("name") or "", path, sheet.get("state", "visible") != "visible", from_1904


def _targets(archive: Archive) -> dict[str, str]:
    """Relation -> path of each worksheet; charts and macros are not among them."""
    found = {}
    for event, element in walk(partial(archive.open, "xl/_rels/workbook.xml.rels")):
        if event == "end" and element.get("Type", "").endswith("/worksheet"):
            path = posixpath.normpath(posixpath.join("/xl", element.get("Target", "")))
            found[element.get("Id", "")] = path.lstrip("/")
    return found


def _shared_strings(archive: Archive) -> list[str]:
    if not archive.has("xl/sharedStrings.xml"):
        return []
    strings: list[str] = []
    for element in ended(partial(archive.open, "xl/sharedStrings.xml")):
        if element.tag.endswith("}si"):
            strings.append(_text(element))
            element.clear()
    return strings


def _text(element: Element) -> str:
    """The text of a string item: its runs joined, its phonetic guide left out, `_x000A_` read as the character."""
    if len(element) == 1 and element[0].tag.endswith("}t"):
        text = element[0].text or ""
    else:
        runs = (child for child in element if local(child.tag) in ("t", "r"))
        text = "".join(leaf.text or "" for run in runs for leaf in run.iter() if local(leaf.tag) == "t")
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class _Worksheet:
    """One worksheet on its way from XML to rows."""

    def __init__(self, name: str, hidden: bool, strings: list[str], shapes: list[Shape], from_1904: bool) -> None:
        self.sheet = Sheet(name, hidden=hidden)
        self._strings, self._shapes = strings, shapes
        self._epoch = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30)  # noqa: DTZ001 -- sheets have no zone
        self._columns: dict[str, int] = {}
        self._value_tag = self._text_tag = self._formula_tag = ""
        self._uncomputed: list[str] = []

    def rows(self, archive: Archive, path: str, allowance: Allowance) -> Iterator[Row]:
        """Its rows, each in its place. Raises TooWide, and as `read`."""
        grid, position = Grid(allowance), -1
        element: Element | None = None
        for element in ended(partial(archive.open, path)):
            if element.tag.endswith("}row"):
                self._learn(element.tag[: -len("row")])
                position = self._position(element, position)
                yield from grid.put(position, self._row(element, position))
                element.clear()
        if element is not None:  # the worksheet itself, which ends last
            self.sheet.merges += filter(allowance.takes, _merges(element))
        if self._uncomputed:
            first, count = self._uncomputed[0], len(self._uncomputed)
            self.sheet.remarks.append(UNCOMPUTED.format(name=self.sheet.name, count=count, cell=first))

    def _learn(self, namespace: str) -> None:
        """The names of what stands in a cell, in the namespace of the row."""
        self._value_tag, self._text_tag, self._formula_tag = namespace + "v", namespace + "is", namespace + "f"

    def _position(self, row: Element, previous: int) -> int:
        given = row.get("r", "")
        return int(given) - 1 if given.isdecimal() and 0 < int(given) < 10**9 else previous + 1

    def _row(self, element: Element, position: int) -> Row:
        row: Row = []
        for cell in element:
            value = self._cell(cell)
            if value is None:
                continue
            column = self._column(cell.get("r"), len(row))
            if column >= MAX_COLUMNS:
                raise TooWide(f"{letters(column)}{position + 1}")
            if column < len(row):
                row[column] = value
                continue
            row.extend([None] * (column - len(row)))
            row.append(value)
        return row

    def _column(self, reference: str | None, next_one: int) -> int:
        if not reference:
            return next_one
        name = reference.rstrip(_DIGITS)
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = number(name)
        return column if column >= 0 else next_one

    def _cell(self, cell: Element) -> Cell:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(self._text_tag)
            return (_text(inline) or None) if inline is not None else None
        raw = cell.findtext(self._value_tag)
        if raw:
            return self._value(kind, raw, cell)
        if kind != "str" and cell.find(self._formula_tag) is not None:
            self._uncomputed.append(cell.get("r") or "?")
        return None

    def _value(self, kind: str, raw: str, cell: Element) -> Cell:
        if kind == "s":
            index = int(raw) if raw.isdecimal() else -1
            return (self._strings[index] or None) if 0 <= index < len(self._strings) else None
        if kind == "n":
            return self._number(raw, cell.get("s"))
        if kind == "b":
            return raw.strip() in ("1", "true")
        if kind == "d":
            return _iso(raw)
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), raw) if "_x" in raw else raw

    def _number(self, raw: str, style: str | None) -> Cell:
        try:
            value = float(raw)
        except ValueError:
            return raw
        if not math.isfinite(value):
            return raw
        shape = self._shapes[int(style)] if style and style.isdecimal() and int(style) < len(self._shapes) else None
        if shape is not None and shape.is_moment:
            return self._moment(value, shape)
        if not value.is_integer() or abs(value) >= 10**15:
            return value
        if shape is not None and shape.zeros:
            return str(int(value)).zfill(shape.zeros)
        return int(value)

    def _moment(self, value: float, shape: Shape) -> Cell:
        """A day count -> a date; with its hour when the format shows one; an hour alone as text."""
        if value < 0:
            return value
        if value < 1:
            return f"{self._epoch + dt.timedelta(days=value):%H:%M}" if shape.has_hour else None
        if self._epoch.year == 1899 and value < 60:  # Excel's 29 February 1900, which never was
            value += 1
        try:
            moment = self._epoch + dt.timedelta(seconds=round(value * 86400))
        except OverflowError:
            return value
        return moment if shape.has_hour and moment.time() != dt.time() else moment.date()


def _merges(worksheet: Element) -> Iterator[Merge]:
    for element in worksheet.iter():
        match = _RANGE.fullmatch(element.get("ref", "")) if local(element.tag) == "mergeCell" else None
        if match:
            yield Merge(number(match[1]), int(match[2]) - 1, int(match[3]) - 1)


def _iso(raw: str) -> Cell:
    try:
        moment = dt.datetime.fromisoformat(raw.strip()).replace(tzinfo=None)
    except ValueError:
        return raw
    return moment if moment.time() != dt.time() else moment.date()
