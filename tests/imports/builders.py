"""Writes small files as strangers do: workbooks by hand, with the quirks and the traps that a test asks for."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl

XLSX_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>'
)
XLSX_WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Feuille" sheetId="1" r:id="r1"/></sheets></workbook>'
)
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def xlsx(
    sheets: Mapping[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = (), merged: Sequence[str] = ()
) -> bytes:
    """A workbook as openpyxl writes it; `merged` are ranges of every sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for row in rows:
            sheet.append(list(row))
        for cells in merged:
            sheet.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def raw_xlsx(sheet: str, **parts: str) -> bytes:
    """A workbook of one sheet from the XML of its `sheetData`'s content; `parts` adds entries (`sharedStrings`…)."""
    entries = {
        "xl/workbook.xml": parts.pop("workbook", XLSX_WORKBOOK),
        "xl/_rels/workbook.xml.rels": XLSX_RELATIONS,
        "xl/worksheets/sheet1.xml": parts.pop("whole", f"<worksheet {MAIN}><sheetData>{sheet}</sheetData></worksheet>"),
    }
    return zipped(entries | {f"xl/{name}.xml": content for name, content in parts.items()})


def zipped(entries: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def ods(
    sheets: Mapping[str, Sequence[Any]],
    content: str | None = None,
    manifest: str = "",
    hidden: str = "",
    spans: Mapping[str, int] | None = None,
) -> bytes:
    """A document from its sheets; a row is a list of cells or, as text, the XML of a whole row.

    `spans`: over how many rows a cell with this text goes.

    As the CNIL's template does, every sheet declares a million rows and each row a thousand columns.
    """
    return zipped(
        {
            "mimetype": ODS_TYPE,
            "META-INF/manifest.xml": manifest or "<manifest/>",
            "content.xml": _spanning(content or ods_content(sheets, hidden), spans or {}),
        }
    )


def _spanning(content: str, spans: Mapping[str, int]) -> str:
    for text, rows in spans.items():
        cell = f'office:value-type="string"><text:p>{escape(text)}</text:p>'
        content = content.replace(cell, f'table:number-rows-spanned="{rows}" {cell}')
    return content


def ods_content(sheets: Mapping[str, Sequence[Any]], hidden: str = "") -> str:
    names = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMES.items())
    tables = "".join(_table(name, rows, name == hidden) for name, rows in sheets.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}><office:automatic-styles>'
        '<style:style style:name="shut" style:family="table"><style:table-properties table:display="false"/>'
        "</style:style>"
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )


def _table(name: str, rows: Sequence[Any], hidden: bool) -> str:
    style = ' table:style-name="shut"' if hidden else ""
    lines = "".join(row if isinstance(row, str) else ods_row(row) for row in rows)
    rest = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/>'
    )
    return f"<table:table table:name={quoteattr(name)}{style}>{lines}{rest}</table:table-row></table:table>"


def ods_row(cells: Sequence[Any], comments: Mapping[int, str] | None = None, repeated: int = 1) -> str:
    """A row; `comments` are glued inside the cells, by column."""
    written = "".join(_ods_cell(cell, (comments or {}).get(column, "")) for column, cell in enumerate(cells))
    return (
        f'<table:table-row table:number-rows-repeated="{repeated}">{written}'
        '<table:table-cell table:number-columns-repeated="900"/></table:table-row>'
    )


def _ods_cell(value: Any, comment: str = "") -> str:
    note = (
        f"<office:annotation><dc:date>2019-07-01</dc:date><text:p>{comment}</text:p></office:annotation>"
        if comment
        else ""
    )
    if value is None:
        return f"<table:table-cell>{note}</table:table-cell>"
    if isinstance(value, bool):
        word = "VRAI" if value else "FAUX"
        return _typed(f'boolean" office:boolean-value="{str(value).lower()}', word, note)
    if isinstance(value, dt.date):
        return _typed(f'date" office:date-value="{value.isoformat()}', value.strftime("%d/%m/%Y"), note)
    if isinstance(value, int | float):
        return _typed(f'float" office:value="{value}', str(value), note)
    return _typed("string", value, note)


def _typed(kind: str, shown: str, note: str) -> str:
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in shown.split("\n"))
    return f'<table:table-cell office:value-type="{kind}">{note}{lines}</table:table-cell>'


def text(rows: Sequence[Sequence[str]], separator: str = ";", encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """Delimited text, quoted where needed."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    return out.getvalue().encode(encoding)
