"""Reads an OpenDocument spreadsheet: a cell's own paragraphs without its comments, repeats spelled out where filled.

odfdo is not used to read: it builds the whole document, and the CNIL's template declares a million rows a sheet.
"""

import datetime as dt
import re
from collections.abc import Iterator
from functools import partial
from xml.etree.ElementTree import Element

from governance.imports.formats.archive import Archive
from governance.imports.formats.kinds import PROTECTED
from governance.imports.formats.markup import local, walk
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
    Unreadable,
    letters,
)

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FORMULA_ERROR = re.compile(r"#[A-Z/0!?]+|Err:\d+")
_NOT_TEXT = frozenset({"annotation", "ruby-text", "note"})


def refuse_encrypted(archive: Archive) -> None:
    """Raises Unreadable when the manifest says that the entries are encrypted."""
    if "encryption-data" in archive.text("META-INF/manifest.xml", 2**20):
        raise Unreadable(PROTECTED)


def read(archive: Archive) -> Iterator[Begun]:
    """The sheets of a document, in their order. Raises Unreadable beyond the limits, ParseError for broken XML."""
    hidden_styles: set[str] = set()
    allowance, count = Allowance(), 0
    events = walk(partial(archive.open, "content.xml"))
    for event, element in events:
        if element.tag == _TABLE + "table" and event == "start" and count < MAX_SHEETS:
            count += 1
            hidden = element.get(_TABLE + "style-name") in hidden_styles
            sheet = Sheet(element.get(_TABLE + "name", ""), hidden=hidden)
            yield Begun(sheet, _Table(element, sheet, allowance).rows(events))
        elif element.tag == _STYLE + "style" and event == "end" and _hides(element):
            hidden_styles.add(element.get(_STYLE + "name", ""))


def _hides(style: Element) -> bool:
    return any(child.get(_TABLE + "display") == "false" for child in style)


class _Table:
    """One sheet on its way from XML to rows, from the start of its element."""

    def __init__(self, table: Element, sheet: Sheet, allowance: Allowance) -> None:
        self._sheet, self._allowance = sheet, allowance
        self._grid, self._next = Grid(allowance), 0
        self._parents: list[Element] = [table]

    def rows(self, events: Iterator[tuple[str, Element]]) -> Iterator[Row]:
        """Its rows, each in its place; `events` are used up to its end. Raises TooWide there, and as `read`."""
        table, far = self._parents[0], None
        for event, element in events:
            if event == "start":
                self._parents.append(element)
                continue
            self._parents.pop()
            if not self._parents:
                break
            if element.tag == _TABLE + "table-row" and not self._is_nested():
                try:
                    yield from self._row(element, is_kept=far is None)
                except TooWide as first:
                    far = first
                self._parents[-1].clear()
        table.clear()
        if far:
            raise far

    def _is_nested(self) -> bool:
        """A row of a table inside a cell belongs to that cell."""
        return any(parent.tag == _TABLE + "table-cell" for parent in self._parents)

    def _row(self, element: Element, *, is_kept: bool) -> Iterator[Row]:
        begins, repeats = self._next, _count(element.get(_TABLE + "number-rows-repeated"))
        self._next += repeats
        row = self._cells(element, begins) if is_kept else []
        for copy in range(repeats if row else 0):
            yield from self._grid.put(begins + copy, list(row))

    def _cells(self, element: Element, position: int) -> Row:
        row: Row = []
        column = 0
        for cell in element:
            repeats = _count(cell.get(_TABLE + "number-columns-repeated"))
            value = _cell(cell) if cell.tag == _TABLE + "table-cell" else None
            if value is not None:
                if column + repeats > MAX_COLUMNS:
                    raise TooWide(f"{letters(min(column + repeats, 2**14) - 1)}{position + 1}")
                row.extend([None] * (column - len(row)))
                row.extend([value] * repeats)
                if height := cell.get(_TABLE + "number-rows-spanned"):
                    self._merge(Merge(column, position, position + _count(height) - 1))
            column += repeats
        return row

    def _merge(self, merge: Merge) -> None:
        if self._allowance.takes(merge):
            self._sheet.merges.append(merge)


def _count(repeated: str | None) -> int:
    return int(repeated) if repeated and repeated.isdecimal() and len(repeated) < 10 else 1


def _cell(cell: Element) -> Cell:
    kind = cell.get(_OFFICE + "value-type")
    shown = "\n".join(_shown(child) for child in cell if child.tag == _TEXT + "p").strip()
    if kind in (None, "string") or _FORMULA_ERROR.fullmatch(shown):
        return shown or cell.get(_OFFICE + "string-value") or None
    if kind == "float":
        return _number(cell.get(_OFFICE + "value", ""), shown)
    if kind == "date":
        return _date(cell.get(_OFFICE + "date-value", ""), shown)
    if kind == "boolean":
        return cell.get(_OFFICE + "boolean-value") == "true"
    return shown or cell.get(_OFFICE + "value") or None


def _shown(paragraph: Element) -> str:
    """The text of a paragraph as a reader sees it: spaces, tabs and line breaks are elements of their own."""
    parts = [paragraph.text or ""]
    for child in paragraph:
        name = local(child.tag)
        if name == "s":
            parts.append(" " * min(_count(child.get(_TEXT + "c")), 1000))
        elif name in ("tab", "line-break"):
            parts.append("\t" if name == "tab" else "\n")
        elif name not in _NOT_TEXT:
            parts.append(_shown(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _number(value: str, shown: str) -> Cell:
    """A number; as it is shown when leading zeros count (a postcode, a telephone number)."""
    if shown[:1] == "0" and shown[1:2].isdecimal():
        return shown
    try:
        number = float(value)
    except ValueError:
        return shown or value or None
    if number.is_integer() and abs(number) < 10**15:
        return int(number)
    return number if abs(number) < float("inf") else (shown or value)


def _date(value: str, shown: str) -> Cell:
    try:
        moment = dt.datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return shown or value or None
    return moment if moment.time() != dt.time() else moment.date()
