"""The only ods writer: styled cells, merged spans, drop-downs; a text is never a formula, now or when it is edited."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from exports.texts import day, guarded, printable

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = {
    **{name: f"{_OASIS}{name}:1.0" for name in ("office", "table", "text", "style", "meta", "manifest")},
    "number": f"{_OASIS}datastyle:1.0",
    "fo": f"{_OASIS}xsl-fo-compatible:1.0",
    "of": f"{_OASIS}of:1.2",
    "dc": "http://purl.org/dc/elements/1.1/",
}
_MELTING = re.compile(r"\t| {2,}|^ | $")
_LETTER, _LINE, _TALLEST = 2.0, 5, 240
"""Millimetres of an average letter, of a line, of the tallest row that still fits a screen."""


@dataclass(frozen=True)
class Look:
    """How a cell is drawn; every cell wraps its text."""

    fill: str = ""
    color: str = ""
    size: int = 10
    bold: bool = False
    italic: bool = False
    bordered: bool = True


LOOKS = {
    "title": Look(color="#0b3a47", size=16, bold=True, bordered=False),
    "heading": Look(fill="#0b3a47", color="#ffffff", bold=True),
    "label": Look(fill="#eef3f4", color="#0b3a47", bold=True),
    "value": Look(),
    "note": Look(color="#56646b", italic=True, bordered=False),
}


@dataclass(frozen=True)
class Cell:
    """A value with one of LOOKS, over `span` columns and `down` rows; `choices` names a list of the document."""

    value: str | dt.date | None = None
    look: str = "value"
    span: int = 1
    down: int = 1
    choices: str = ""


@dataclass(frozen=True)
class Sheet:
    """`widths` of its columns in millimetres; `rows` of cells from the first column on, None where nothing stands."""

    title: str
    widths: Sequence[int]
    rows: Iterable[Sequence[Cell | None]]


@dataclass(frozen=True)
class Choices:
    """A list of values in a column of a sheet: column letter, first and last row as a spreadsheet numbers them."""

    sheet: str
    column: str
    first: int
    last: int


def ods(sheets: Sequence[Sheet], choices: Mapping[str, Choices], title: str, author: str, at: dt.datetime) -> bytes:
    """A document of `sheets` in their order (titles valid and unlike), for A4 in landscape, dated `at`."""
    heights: set[int] = set()
    tables = [_table(sheet, heights) for sheet in sheets]
    validations = [_validation(name, of, sheets[0].title) for name, of in choices.items()]
    body = _e("office:spreadsheet", {}, _e("table:content-validations", {}, *validations), *tables)
    styles = _e("office:automatic-styles", {}, *_styles({width for sheet in sheets for width in sheet.widths}, heights))
    parts = {
        "META-INF/manifest.xml": _manifest(),
        "meta.xml": _root("office:document-meta", _meta(title, author, at)),
        "styles.xml": _root("office:document-styles", *_page()),
        "content.xml": _root("office:document-content", styles, _e("office:body", {}, body)),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", at.timetuple()[:6]), MIMETYPE, zipfile.ZIP_STORED)
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _e(name: str, attributes: Mapping[str, object], *children: str, text: str = "") -> str:
    """An element as XML; names carry their prefix."""
    told = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
    inside = escape(text) + "".join(children)
    return f"<{name}{told}>{inside}</{name}>" if inside else f"<{name}{told}/>"


def _root(name: str, *children: str) -> bytes:
    """A whole XML file."""
    spaces = {f"xmlns:{prefix}": address for prefix, address in _SPACES.items()}
    version = f"{name.partition(':')[0]}:version"
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + _e(name, {**spaces, version: "1.3"}, *children).encode()


def _manifest() -> bytes:
    files = {"/": MIMETYPE, "content.xml": "text/xml", "styles.xml": "text/xml", "meta.xml": "text/xml"}
    entries = (
        _e("manifest:file-entry", {"manifest:full-path": path, "manifest:media-type": kind})
        for path, kind in files.items()
    )
    return _root("manifest:manifest", *entries)


def _meta(title: str, author: str, at: dt.datetime) -> str:
    instant = f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    told = {"dc:title": title, "dc:creator": author, "dc:language": "fr-FR"}
    told |= {"meta:creation-date": instant, "dc:date": instant}
    return _e("office:meta", {}, *(_e(name, {}, text=printable(words)) for name, words in told.items()))


def _page() -> Iterable[str]:
    properties = {
        "fo:page-width": "297mm", "fo:page-height": "210mm", "fo:margin": "12mm",
        "style:print-orientation": "landscape", "style:scale-to-X": 1, "style:scale-to-Y": 0,
    }  # fmt: skip
    layout = _e("style:page-layout", {"style:name": "A4"}, _e("style:page-layout-properties", properties))
    master = _e("style:master-page", {"style:name": "Default", "style:page-layout-name": "A4"})
    return _e("office:automatic-styles", {}, layout), _e("office:master-styles", {}, master)


def _validation(name: str, of: Choices, base: str) -> str:
    """A drop-down that proposes its values and refuses no other."""
    place = f"[${_quoted(of.sheet)}.${of.column}${of.first}:.${of.column}${of.last}]"
    attributes = {
        "table:name": name,
        "table:condition": f"of:cell-content-is-in-list({place})",
        "table:allow-empty-cell": "true",
        "table:display-list": "unsorted",
        "table:base-cell-address": f"{_quoted(base)}.A1",
    }
    return _e("table:content-validation", attributes, _e("table:error-message", {"table:display": "false"}))


def _quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"


def _styles(widths: set[int], heights: set[int]) -> Iterable[str]:
    numbers = [_e(f"number:{name}", {"number:style": "long"}) for name in ("day", "month", "year")]
    slash = _e("number:text", {}, text="/")
    yield _e("number:date-style", {"style:name": "day"}, slash.join(numbers))
    yield _e("number:text-style", {"style:name": "words"}, _e("number:text-content", {}))
    shown = _e("style:table-properties", {"table:display": "true"})
    yield _style("page", "table", {"style:master-page-name": "Default"}, shown)
    for width in sorted(widths):
        size = _e("style:table-column-properties", {"style:column-width": f"{width}mm"})
        yield _style(f"w{width}", "table-column", {}, size)
    for height in sorted(heights):
        tall = {"style:row-height": f"{height}mm", "style:use-optimal-row-height": "false"}
        yield _style(f"h{height}", "table-row", {}, _e("style:table-row-properties", tall))
    for name, look in LOOKS.items():
        for kind, data in (("", "words"), ("-day", "day")):
            yield _style(name + kind, "table-cell", {"style:data-style-name": data}, *_drawn(look))


def _style(name: str, family: str, attributes: Mapping[str, str], *children: str) -> str:
    return _e("style:style", {"style:name": name, "style:family": family, **attributes}, *children)


def _drawn(look: Look) -> Iterable[str]:
    box = {"fo:wrap-option": "wrap", "style:vertical-align": "top", "fo:padding": "1mm"}
    box |= {"fo:background-color": look.fill} if look.fill else {}
    box |= {"fo:border": "0.5pt solid #c9d3d6"} if look.bordered else {}
    text = {"fo:font-size": f"{look.size}pt", "fo:language": "fr", "fo:country": "FR"}
    text |= {"fo:color": look.color} if look.color else {}
    text |= {"fo:font-weight": "bold"} if look.bold else {}
    text |= {"fo:font-style": "italic"} if look.italic else {}
    yield _e("style:table-cell-properties", box)
    yield _e("style:paragraph-properties", {"fo:text-align": "start"})
    yield _e("style:text-properties", text)


def _table(sheet: Sheet, heights: set[int]) -> str:
    """A sheet; the heights its rows need, in millimetres, are added to `heights`."""
    columns = [_e("table:table-column", {"table:style-name": f"w{width}"}) for width in sheet.widths]
    rows, covered = [], set[tuple[int, int]]()
    for number, row in enumerate(sheet.rows):
        height = _height(row, sheet.widths)
        heights.add(height)
        cells = _cells(row, number, len(sheet.widths), covered)
        rows.append(_e("table:table-row", {"table:style-name": f"h{height}"}, *cells))
    title = {"table:name": printable(sheet.title), "table:style-name": "page"}
    return _e("table:table", title, *columns, *rows)


def _cells(row: Sequence[Cell | None], number: int, width: int, covered: set[tuple[int, int]]) -> Iterable[str]:
    for place in range(width):
        cell = row[place] if place < len(row) else None
        if (number, place) in covered:
            yield _e("table:covered-table-cell", {})
        elif cell is None:
            yield _e("table:table-cell", {})
        else:
            covered |= {(number + below, place + beside) for below in range(cell.down) for beside in range(cell.span)}
            yield _cell(cell)


def _cell(cell: Cell) -> str:
    attributes: dict[str, object] = {"table:style-name": cell.look}
    if cell.span > 1 or cell.down > 1:
        attributes |= {"table:number-columns-spanned": cell.span, "table:number-rows-spanned": cell.down}
    if cell.choices:
        attributes["table:content-validation-name"] = cell.choices
    if isinstance(cell.value, dt.date):
        attributes |= {"table:style-name": f"{cell.look}-day", "office:value-type": "date"}
        attributes["office:date-value"] = cell.value.isoformat()
        return _e("table:table-cell", attributes, _e("text:p", {}, text=day(cell.value)))
    if not cell.value:
        return _e("table:table-cell", attributes)
    attributes["office:value-type"] = "string"
    return _e("table:table-cell", attributes, *map(_paragraph, guarded(printable(cell.value)).splitlines()))


def _paragraph(line: str) -> str:
    """A line of text, where the spaces and tabs that XML would melt are elements."""
    return _e("text:p", {}, _MELTING.sub(_melting, escape(line)))


def _melting(run: re.Match[str]) -> str:
    return "<text:tab/>" if run[0] == "\t" else f'<text:s text:c="{len(run[0])}"/>'


def _height(row: Sequence[Cell | None], widths: Sequence[int]) -> int:
    """Millimetres for the longest text of a row: a spreadsheet finds no height for merged cells by itself."""
    lines = 1
    for place, cell in enumerate(row):
        if cell is None or cell.down > 1 or not isinstance(cell.value, str):
            continue
        room = max(4, int(sum(widths[place : place + cell.span]) / _LETTER))
        wrapped = sum(1 + len(line) // room for line in cell.value.splitlines())
        lines = max(lines, 2 if cell.look == "title" else wrapped)
    return min(3 + _LINE * lines, _TALLEST)
