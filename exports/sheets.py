"""The only spreadsheet writer: headed sheets as xlsx, tables as csv; formulas never come alive in either."""

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from exports.texts import CELL_LIMIT, guarded, is_live, printable, shortened
from models.vocabulary import N_

LIST_SHEET = "_listes"
FIRST_YEAR = 1900
"""Excel knows no earlier date: those go as ISO text."""

_IN_MEMORY = 8 * 2**20
_LAST_ROW, _A4 = 1_048_576, 9
_LINE_HEIGHT, _TALLEST = 15, 400
_LEGIBLE_WIDTH = 320
"""Beyond so many characters a sheet is not shrunk to the width of a page."""
_ERRORS = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"))
_HEADER = NamedStyle(
    "Vigie - en-tête",
    font=Font("Calibri", 11, bold=True, color="FFFFFF"),
    fill=PatternFill("solid", fgColor="0B3A47"),
    alignment=Alignment(vertical="center", wrap_text=True),
    border=Border(bottom=Side("medium", color="F0B45C")),
)


@dataclass(frozen=True)
class Heading:
    """The head of a column: its width in characters, the values among which its cells choose, what turns a value of
    its rows into text, number or date (nothing: it is one already)."""

    title: str
    width: int = 28
    choices: tuple[str, ...] = ()
    hidden: bool = False
    convert: Callable[[Any], Any] | None = None


@dataclass
class Sheet:
    """A sheet to write: each of `rows`, read once, has a value or None for each heading."""

    title: str
    headings: Sequence[Heading]
    rows: Iterable[Iterable[Any]]
    hidden: bool = False
    frozen: int = 0
    """How many columns stay in view."""


@dataclass
class _Lists:
    """Every list of choices once, each with the place where the hidden sheet will hold it."""

    columns: list[tuple[str, ...]] = field(default_factory=list)

    def place(self, choices: tuple[str, ...]) -> str:
        if choices not in self.columns:
            self.columns.append(choices)
        letter = get_column_letter(self.columns.index(choices) + 1)
        return f"'{LIST_SHEET}'!${letter}$1:${letter}${len(choices)}"

    def sheet(self) -> Sheet:
        return Sheet(LIST_SHEET, [Heading("")] * len(self.columns), zip_longest(*self.columns), hidden=True)


def xlsx(sheets: Iterable[Sheet], title: str, author: str) -> IO[bytes]:
    """A workbook of `sheets`, in order, as an open temporary file set at its start; the caller closes it.

    Each sheet is written as its rows come: memory does not grow with them.
    """
    book = Workbook(write_only=True)
    about = book.properties
    about.title, about.creator, about.language = printable(title), printable(author), "fr-FR"
    _wrap_every_cell(book)
    book.add_named_style(_HEADER)
    lists, taken = _Lists(), {LIST_SHEET}
    for sheet in sheets:
        _write_sheet(book, sheet, sheet_title(sheet.title, taken), lists)
    if lists.columns:
        _write_sheet(book, lists.sheet(), LIST_SHEET, lists)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- the caller closes it
    book.save(file)
    file.seek(0)
    return file


def _wrap_every_cell(book: Any) -> None:
    """Make the default format wrap its text, so that a plain cell needs no style of its own: it costs time and memory.

    Excel looks for it in the first cell format, LibreOffice in the named style « Normal ».
    """
    wrapped, plain = Alignment(vertical="top", wrap_text=True), StyleArray()
    plain.alignmentId = book._alignments.add(wrapped)
    book._cell_styles[0] = plain
    book._named_styles["Normal"].alignment = wrapped


def _write_sheet(book: Workbook, sheet: Sheet, title: str, lists: _Lists) -> None:
    page = book.create_sheet(title)
    page.sheet_state = "hidden" if sheet.hidden else "visible"
    for place, heading in enumerate(sheet.headings, 1):
        column = page.column_dimensions[get_column_letter(place)]
        column.width, column.hidden = heading.width, heading.hidden
        if heading.choices:
            page.data_validations.append(_drop_down(lists.place(heading.choices), get_column_letter(place)))
    if not sheet.hidden:
        _write_header(page, sheet)
    count = _write_rows(page, sheet, 1 if sheet.hidden else 2)
    if not sheet.hidden:
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.headings))}{count}"
    page.close()


def _write_rows(page: Any, sheet: Sheet, first: int) -> int:
    """Write the rows from number `first` on; gives the number of the last."""
    tallest: list[int] = []
    writers = [_writer(page, heading, tallest) for heading in sheet.headings]
    number = first - 1
    for number, row in enumerate(sheet.rows, first):
        cells = [None if value is None else write(value) for write, value in zip(writers, row, strict=True)]
        if tallest:
            # Read while the row is appended, as attributes of its element, and of no use after.
            page.row_dimensions[number] = {"ht": str(min(max(tallest) * _LINE_HEIGHT, _TALLEST))}
            tallest.clear()
        page.append(cells)
        page.row_dimensions.pop(number, None)
    return number


def _write_header(page: Any, sheet: Sheet) -> None:
    page.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation, page.page_setup.paperSize, page.page_setup.fitToHeight = "landscape", _A4, 0
    page.sheet_properties.pageSetUpPr.fitToPage = sum(heading.width for heading in sheet.headings) < _LEGIBLE_WIDTH
    page.row_dimensions[1].height = 34
    cells = []
    for heading in sheet.headings:
        cell = WriteOnlyCell(page, guarded(printable(heading.title)))
        cell.style, cell.data_type = _HEADER.name, "s"
        cells.append(cell)
    page.append(cells)


def _drop_down(place: str, letter: str) -> DataValidation:
    return DataValidation(
        type="list",
        formula1=place,
        sqref=f"{letter}2:{letter}{_LAST_ROW}",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=N_("Valeur inconnue"),
        error=N_("Choisissez une valeur de la liste."),
    )


def _writer(page: Any, heading: Heading, tallest: list[int]) -> Callable[[Any], Any]:
    """A value of a column -> what openpyxl is to write; how many lines a long text needs is added to `tallest`."""
    width = CELL_LIMIT if heading.hidden else heading.width
    convert, careful, dated = heading.convert, _text_writer(page, width, tallest), _date_writer(page)

    def write(value: Any) -> Any:
        value = convert(value) if convert else value
        kind = type(value)
        if kind is str:
            if len(value) <= width and value[:1].isalnum() and value.isprintable():
                return value  # One line and nothing to fear: nearly always so, and quickly seen.
            return careful(value)
        return dated(value) if kind is dt.date or kind is dt.datetime else value

    return write


def _text_writer(page: Any, width: int, tallest: list[int]) -> Callable[[str], Any]:
    """For a text that is long or may be dangerous. As a row is written at once, one cell object serves a column."""
    cell = WriteOnlyCell(page)
    cell.quotePrefix = True
    cell.alignment = Alignment(vertical="top", wrap_text=True)

    def write(text: str) -> Any:
        plain = text[:1].isalnum() and text.isprintable() and len(text) <= CELL_LIMIT // 2
        if not plain:
            text = shortened(guarded(printable(text)))
        tallest.append(sum(1 + len(line) // width for line in text.split("\n")))
        if plain or not (is_live(text) or text in _ERRORS):
            return text
        cell.value, cell.data_type = text, "s"
        return cell

    return write


def _date_writer(page: Any) -> Callable[[dt.date], Any]:
    """For a date, or an instant without time zone."""
    day, instant = WriteOnlyCell(page), WriteOnlyCell(page)
    day.number_format, instant.number_format = "dd/mm/yyyy", "dd/mm/yyyy hh:mm:ss"
    day.alignment = instant.alignment = Alignment(horizontal="left", vertical="top")

    def write(value: dt.date) -> Any:
        if value.year < FIRST_YEAR:
            return value.isoformat()
        cell = instant if isinstance(value, dt.datetime) else day
        cell.value = value
        return cell

    return write


def sheet_title(text: str, taken: set[str]) -> str:
    """A name that Excel and LibreOffice accept, unlike those in `taken` (case aside), to which it is added."""
    clean = "".join(" " if letter in "[]:*?/\\\t\r\n" else letter for letter in printable(text))
    clean = " ".join(clean.split()).strip("' ")[:31].rstrip("' ") or N_("Feuille")
    name, number = clean, 1
    while name.casefold() in {other.casefold() for other in taken} or name.casefold() == "history":
        number += 1
        name = f"{clean[: 28 - len(str(number))]} ({number})"
    taken.add(name)
    return name


def csv_file(headings: Sequence[Heading], rows: Iterable[Iterable[Any]]) -> IO[bytes]:
    """A table as csv for a French spreadsheet (UTF-8 with BOM, « ; »), as an open temporary file set at its start."""
    file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- the caller closes it
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow([guarded(printable(heading.title)) for heading in headings])
    for row in rows:
        writer.writerow([_csv_value(heading, value) for heading, value in zip(headings, row, strict=True)])
    text.flush()
    text.detach()
    file.seek(0)
    return file


def _csv_value(heading: Heading, value: Any) -> str:
    if value is None:
        return ""
    value = heading.convert(value) if heading.convert else value
    if isinstance(value, str):
        return guarded(printable(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date) and value.year >= FIRST_YEAR:
        return value.strftime("%d/%m/%Y")
    return str(value)
