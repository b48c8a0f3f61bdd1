"""The documents of a notice as files that a word processor can still lay out."""

import datetime as dt
from typing import Any

from exports.documents import Document
from exports.notices.sheets import ONLINE, SCAN, foot, note_data, poster_data, qr_picture
from models.notices.content import Content
from models.notices.words import Support

QR_WIDTH = 3.2
"""In centimetres."""


def docx_of(content: Content, digest: str, support: Support, paper: str, at: dt.datetime) -> bytes:
    """The document as a docx."""
    maker = _poster if support is Support.POSTER else _note
    return maker(content, digest, at)


def _poster(content: Content, digest: str, at: dt.datetime) -> bytes:
    told = poster_data(content)
    page = Document(told["title"], told["author"], told["description"], foot(digest), at)
    page.paragraph(told["author"], "Cover line")
    page.heading(told["title"], 1)
    page.paragraph("\n".join(told["lead"]))
    page.facts((part["title"], "\n".join(map(_joined, part["runs"]))) for part in told["parts"])
    _objection(page, told["objection"])
    last = (("\n".join(told["contact"]), "Normal"), ("\n".join((SCAN, *told["more"], foot(digest))), "Lead"))
    page.beside(last, qr_picture(content["address"]), QR_WIDTH, SCAN)
    return page.content()


def _objection(page: Document, lines: list[str]) -> None:
    """What catches the eye, then the rest, on a ground of its own."""
    if lines:
        page.box(lines[0], "\n".join(lines[1:]))


def _part(page: Document, part: dict[str, Any]) -> None:
    if part["title"]:
        page.heading(part["title"], 3)
    for run in part["runs"]:
        page.paragraph(_joined(run))


def _joined(run: dict[str, Any]) -> str:
    return "\n".join(f"•\u00a0{line}" if run["bullet"] else line for line in run["lines"])


def _note(content: Content, digest: str, at: dt.datetime) -> bytes:
    told = note_data(content)
    page = Document(told["title"], told["author"], told["title"], foot(digest), at)
    page.paragraph(told["author"], "Cover line")
    page.heading(told["title"], 1)
    for line in (told["description"], *told["lead"]):
        page.paragraph(line, "Lead")
    for section in told["sections"]:
        if section["loud"]:
            runs = (run for part in section["parts"] for run in part["runs"])
            page.box(section["title"], "\n".join(map(_joined, runs)), "Heading 2")
            continue
        page.heading(section["title"], 2)
        for part in section["parts"]:
            _part(page, part)
    last = "\n".join((told["version"], f"{ONLINE} {told['address']}", foot(digest)))
    page.beside([(last, "Lead")], qr_picture(content["address"]), QR_WIDTH, SCAN)
    return page.content()
