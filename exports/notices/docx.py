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
    for line in told["lead"]:
        page.paragraph(line)
    for part in told["parts"]:
        _part(page, part)
    for place, line in enumerate(told["objection"]):
        page.paragraph(line, "Normal" if place else "Loud")
    for line in told["contact"]:
        page.paragraph(line)
    page.picture(qr_picture(content["address"]), QR_WIDTH, SCAN)
    for line in (SCAN, *told["more"], foot(digest)):
        page.paragraph(line, "Lead")
    return page.content()


def _part(page: Document, part: dict[str, Any]) -> None:
    if part["title"]:
        page.heading(part["title"], 3)
    for run in part["runs"]:
        for line in run["lines"]:
            page.paragraph(f"•\u00a0{line}" if run["bullet"] else line)


def _note(content: Content, digest: str, at: dt.datetime) -> bytes:
    told = note_data(content)
    page = Document(told["title"], told["author"], told["title"], foot(digest), at)
    page.paragraph(told["author"], "Cover line")
    page.heading(told["title"], 1)
    for line in (told["description"], *told["lead"]):
        page.paragraph(line, "Lead")
    for section in told["sections"]:
        page.heading(section["title"], 2)
        for part in section["parts"]:
            _part(page, part)
    page.picture(qr_picture(content["address"]), QR_WIDTH, SCAN)
    for line in (told["version"], f"{ONLINE} {told['address']}", foot(digest)):
        page.paragraph(line, "Lead")
    return page.content()
