"""The only docx writer: styles, heading levels, facts, tables whose header row is repeated, numbered pages."""

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import docx
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from exports.texts import printable

INK, PETROL, SOFT, AMBER, TINT, LINE, SAND = "1D2529", "0B3A47", "56646B", "A35C00", "EEF3F4", "C9D3D6", "FBF3E2"
FONT = "Calibri"
_WIDTH = 9638
"""The width between the margins of an A4 page, in twentieths of a point."""
_LABELS, _LONG = 3000, 1000
_SPACE = qn("xml:space")
_PIECES, _BREAKS = re.compile("(\r?\n|\t)"), {"\n": "w:br", "\r\n": "w:br", "\t": "w:tab"}


class Document:
    """A document being written from top to bottom. Texts are shown as they are, line breaks included; nothing in them
    is ever taken for a field, a style or a link."""

    def __init__(self, title: str, author: str, running: str, mention: str, at: dt.datetime) -> None:
        """`running` stands at the head of each page, `mention` at its foot, left of the page number; `at` dates it."""
        self._file = docx.Document()
        _drop_thumbnail(self._file)
        self._end: Any = self._file.element.body.sectPr
        about = self._file.core_properties
        about.title, about.author, about.language, about.comments = printable(title), printable(author), "fr-FR", ""
        about.created = about.modified = at.astimezone(dt.UTC).replace(tzinfo=None)
        about.last_modified_by = about.author
        _set_styles(self._file)
        _set_page(self._file, printable(author), printable(running), printable(mention))

    def cover(self, above: Sequence[str], title: str, subtitle: str) -> None:
        """The top of the first page: who, then what."""
        for text in above:
            self.paragraph(text, "Cover line")
        self.paragraph(title, "Title")
        self.paragraph(subtitle, "Subtitle")

    def heading(self, text: str, level: int, aside: str = "") -> None:
        """A heading of level 1 to 3; `aside` follows it in small letters."""
        heading = _paragraph(text, f"Heading {level}")
        if aside:
            heading.append(_run(f"   {aside}", SOFT, size=8.5))
        self._add(heading)

    def paragraph(self, text: str, style: str = "Normal") -> None:
        self._add(_paragraph(text, style))

    def facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """Labels and what they say, in two columns without lines."""
        sizes = (_LABELS, _WIDTH - _LABELS)
        rows = [
            _row(
                [_cell(sizes[0], _paragraph(label, "Fact label")), _cell(sizes[1], _paragraph(words, "Fact"))],
                longest=len(words),
            )
            for label, words in facts
        ]
        if rows:
            self._add(_grid(sizes, rows))
            self.paragraph("", "Gap")

    def table(self, heads: Sequence[str], widths: Sequence[int], rows: Iterable[tuple[Sequence[str], str]]) -> None:
        """A table: `widths` are shares of the line; each row has its cells and a mark that its last cell shows."""
        sizes = [_WIDTH * share // sum(widths) for share in widths]
        told = zip(sizes, (_paragraph(head, "Table head") for head in heads), strict=True)
        lines = [_row([_cell(size, paragraph, TINT) for size, paragraph in told], header=True)]
        for cells, mark in rows:
            paragraphs = [_paragraph(words, "Table cell") for words in cells]
            if mark:
                paragraphs[-1].append(_run(f" ({mark})", AMBER, bold=True, size=9))
            filled = [_cell(size, paragraph) for size, paragraph in zip(sizes, paragraphs, strict=True)]
            lines.append(_row(filled, longest=max(map(len, cells))))
        self._add(_grid(sizes, lines, lined=True))
        self.paragraph("", "Gap")

    def hold(self) -> None:
        """What was added last stays on the page of what follows, after a line of air."""
        self._end.getprevious().get_or_add_pPr().get_or_add_keepNext()
        air = _paragraph("", "Normal")
        air.get_or_add_pPr().get_or_add_keepNext()
        self._add(air)

    def matrix(self, heads: Sequence[str], lines: Iterable[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        """A matrix: each line has its name, and cells of (text, colour as RRGGBB)."""
        sizes = [_WIDTH // len(heads)] * len(heads)
        told = zip(sizes, (_paragraph(head, "Table head") for head in heads), strict=True)
        rows = [_row([_cell(size, paragraph) for size, paragraph in told], header=True)]
        for name, cells in lines:
            filled = [_cell(sizes[0], _paragraph(name, "Table head"))]
            filled += [_cell(sizes[0], _paragraph(words, "Table cell"), color) for words, color in cells]
            rows.append(_row(filled))
        self._add(_grid(sizes, rows, lined=True))
        self.paragraph("", "Gap")

    def contents(self, titles: Iterable[str]) -> None:
        """The chapters: what a reader without a word processor sees, which a word processor completes with pages."""
        paragraph = _paragraph("", "Contents")
        paragraph.extend(_field('TOC \\o "1-1" \\h \\z', "\n".join(titles), stale=True))
        self._add(paragraph)

    def picture(self, png: bytes, width: float, alt: str) -> None:
        """A picture `width` centimetres wide; `alt` says what it shows."""
        drawn = self._file.add_picture(io.BytesIO(png), width=Cm(width))
        drawn._inline.docPr.set("descr", printable(alt))
        for side in ("distT", "distB", "distL", "distR"):  # Left unsaid, LibreOffice keeps a third of a centimetre.
            drawn._inline.set(side, "0")

    def beside(self, texts: Iterable[tuple[str, str]], png: bytes, width: float, alt: str) -> None:
        """Paragraphs, as (text, style), and a picture on their right."""
        self.picture(png, width, alt)
        drawn, right = self._end.getprevious(), round(Cm(width).twips) + 200
        cell, *others = (_paragraph(text, style) for text, style in texts)
        left = _cell(_WIDTH - right, cell)
        left.extend(others)
        self._add(_grid((_WIDTH - right, right), [_row([left, _cell(right, drawn)])]))
        self.paragraph("", "Gap")

    def box(self, title: str, text: str, style: str = "Loud") -> None:
        """A title, in its `style`, and a text on a ground of their own, to catch the eye."""
        cell = _cell(_WIDTH, _paragraph(title, style), SAND)
        cell.append(_paragraph(text, "Normal"))
        self._add(_grid((_WIDTH,), [_row([cell])]))
        self.paragraph("", "Gap")

    def page_break(self) -> None:
        paragraph = _paragraph("", "Break")
        paragraph.append(_holding("w:r", _element("w:br", type="page")))
        self._add(paragraph)

    def content(self) -> bytes:
        """The docx."""
        file = io.BytesIO()
        self._file.save(file)
        return file.getvalue()

    def _add(self, element: Any) -> None:
        self._end.addprevious(element)


@dataclass(frozen=True)
class _Look:
    """Size and spaces in points."""

    size: float
    color: str = INK
    bold: bool = False
    before: float = 0
    after: float = 0


_STYLES = {
    "Normal": _Look(10, after=4),
    "Title": _Look(30, PETROL, bold=True, before=90, after=6),
    "Subtitle": _Look(13, SOFT, after=160),
    "Heading 1": _Look(18, PETROL, bold=True, before=14, after=10),
    "Heading 2": _Look(14, PETROL, bold=True, before=6, after=6),
    "Heading 3": _Look(11, PETROL, bold=True, before=12, after=4),
    "Header": _Look(8.5, SOFT),
    "Footer": _Look(8.5, SOFT),
    "Cover line": _Look(13, PETROL, after=2),
    "Lead": _Look(10, SOFT, after=8),
    "Reference": _Look(9, SOFT),
    "Missing": _Look(10, AMBER, after=2),
    "Contents": _Look(10, after=4),
    "Fact label": _Look(9, SOFT, before=1, after=1),
    "Fact": _Look(10, after=1),
    "Table head": _Look(9, PETROL, bold=True, before=2, after=2),
    "Table cell": _Look(9, before=2, after=2),
    "Loud": _Look(11, PETROL, bold=True, before=3, after=4),
    "Break": _Look(2),
    "Gap": _Look(3),
}


def _set_styles(file: Any) -> None:
    file.styles.element.find(f".//{qn('w:lang')}").set(qn("w:val"), "fr-FR")
    for name, look in _STYLES.items():
        if name not in file.styles:
            file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = file.styles["Normal"]
        _style(file.styles[name], look)


def _style(style: Any, look: _Look) -> None:
    style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.bold, False
    style.font.color.rgb = RGBColor.from_string(look.color)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()  # The template's headings follow its theme, which would win over a name.
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing = Pt(look.before), Pt(look.after), 1.0
    shape.tab_stops.clear_all()
    for border in list(style.element.iter(qn("w:pBdr"))):
        border.getparent().remove(border)


def _drop_thumbnail(file: Any) -> None:
    """The library's template carries the picture of another document."""
    relations = file.part.package.rels
    for name in [name for name, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        relations.pop(name)


def _set_page(file: Any, author: str, running: str, mention: str) -> None:
    section = file.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    section.different_first_page_header_footer = True
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    for paragraph in (head, foot):
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(17), WD_TAB_ALIGNMENT.RIGHT)
    head.add_run(f"{author}\t{running}")
    foot.add_run(f"{mention}\t")
    for runs in (_field("PAGE", "1"), [_run(" / ")], _field("NUMPAGES", "1")):
        foot._p.extend(runs)


# What is written is made of elements: python-docx looks every place up again, which takes minutes for a whole register.


def _paragraph(words: str, style: str) -> Any:
    paragraph = _element("w:p")
    paragraph.append(_holding("w:pPr", _element("w:pStyle", val=style.replace(" ", ""))))
    if words:
        paragraph.append(_run(words))
    return paragraph


def _run(words: str, color: str = "", *, bold: bool = False, size: float = 10) -> Any:
    """Text as it is: its line breaks and tabs become elements, its spaces stay."""
    run = _element("w:r")
    if color:
        look = (_element("w:b", val=int(bold)), _element("w:color", val=color), _element("w:sz", val=int(size * 2)))
        run.append(_holding("w:rPr", *look))
    for piece in _PIECES.split(printable(words)):
        if piece in _BREAKS:
            run.append(_element(_BREAKS[piece]))
        elif piece:
            text = _element("w:t")
            text.text = piece
            text.set(_SPACE, "preserve")
            run.append(text)
    return run


def _field(code: str, shown: str, *, stale: bool = False) -> list[Any]:
    """The runs of a field of ours, with what it shows until it is computed; `stale` asks for that at opening."""
    runs = [_element("w:r") for _ in range(4)]
    instruction = _element("w:instrText")
    instruction.text = f" {code} "
    instruction.set(_SPACE, "preserve")
    runs[0].append(_element("w:fldChar", fldCharType="begin", **({"dirty": "true"} if stale else {})))
    runs[1].append(instruction)
    runs[2].append(_element("w:fldChar", fldCharType="separate"))
    runs[3].append(_element("w:fldChar", fldCharType="end"))
    return [*runs[:3], _run(shown), runs[3]]


def _grid(sizes: Sequence[int], rows: Iterable[Any], lined: bool = False) -> Any:
    table, settings, columns = (_element(name) for name in ("w:tbl", "w:tblPr", "w:tblGrid"))
    settings.append(_element("w:tblW", w=sum(sizes), type="dxa"))
    if lined:
        borders = _element("w:tblBorders")
        for side in ("bottom", "insideH"):
            borders.append(_element(f"w:{side}", val="single", sz=4, space=0, color=LINE))
        settings.append(borders)
    settings.append(_element("w:tblLayout", type="fixed"))
    columns.extend(_element("w:gridCol", w=size) for size in sizes)
    table.append(settings)
    table.append(columns)
    table.extend(rows)
    return table


def _row(cells: Sequence[Any], *, longest: int = 0, header: bool = False) -> Any:
    """A row that no page break splits, unless its `longest` text is too long; a header is repeated on each page."""
    row, settings = _element("w:tr"), _element("w:trPr")
    if longest < _LONG:
        settings.append(_element("w:cantSplit"))
    if header:
        settings.append(_element("w:tblHeader"))
    row.append(settings)
    row.extend(cells)
    return row


def _cell(size: int, paragraph: Any, fill: str = "") -> Any:
    cell, settings = _element("w:tc"), _element("w:tcPr")
    settings.append(_element("w:tcW", w=size, type="dxa"))
    if fill:
        settings.append(_element("w:shd", val="clear", color="auto", fill=fill))
    cell.extend((settings, paragraph))
    return cell


def _holding(name: str, *children: Any) -> Any:
    element = _element(name)
    element.extend(children)
    return element


def _element(name: str, **attributes: object) -> Any:
    element: Any = OxmlElement(name)
    for key, value in attributes.items():
        element.set(_word(key), str(value))
    return element


@cache
def _word(key: str) -> str:
    return qn(f"w:{key}")
