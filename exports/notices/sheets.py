"""The printed documents of a notice: the poster, on one page, and the pages of a note or a booklet."""

import datetime as dt
import io
import re
from typing import Any

import segno

from exports import pdf
from models.notices.content import Content, Section, is_easy, plain, runs, sections, told
from models.notices.words import Support
from models.vocabulary import N_
from models.wording import spaced as in_french

_IN_NUMBER = re.compile(r"(?<=\d) (?=\d)")
POSTER, NOTE = (pdf.TEMPLATES / "notices" / f"{name}.typ" for name in ("poster", "note"))
DRAFT = N_("Projet : ce texte n’est pas publié.")
SCAN = N_("Scannez ce code pour lire la notice complète sur votre téléphone.")
ONLINE = N_("Cette notice en ligne :")
HEAD = ("note_title", "note_intro", "note_version")
"""What stands in the head of the note, without a title of its own."""
CARDS = (
    "note_controller", "note_dpo", "note_source", "note_mandatory", "note_automated", "note_security", "note_exercise",
    "note_medical_record", "note_complaint",
)  # fmt: skip
"""The short sections that an easy note lays out side by side: their lines leave half of the page empty."""
NAMED = ("note_rights",)
"""The lists whose items begin by a name."""
SPREAD = {
    "note_purposes": "parts", "note_special": "parts", "note_recipients": "groups",
    "note_data": "items", "note_retention": "items", "note_rights": "items",
}  # fmt: skip
"""What an easy note lays out side by side in a section: its parts, what each sentence leads to, or each item."""
POSTER_PARTS = ("poster_purposes", "poster_recipients", "poster_retention", "poster_rights")


def spaced(text: str) -> str:
    """A text as it is printed: French typography, and no number broken at the end of a line."""
    return _IN_NUMBER.sub("\u00a0", in_french(text))


def pdf_of(content: Content, digest: str, support: Support, paper: str, at: dt.datetime) -> bytes:
    """The document as a PDF. Raises exports.pdf.NotRendered."""
    data, template = (poster_data(content), POSTER) if support is Support.POSTER else (note_data(content), NOTE)
    data |= {"paper": paper, "foot": foot(digest)}
    return pdf.render(template, data, at.replace(microsecond=0), {"qr": qr(content["address"])})


def pages(content: Content) -> int:
    """How many A4 pages the note has. Raises exports.pdf.NotRendered."""
    return pdf.pages(NOTE, note_data(content) | {"paper": "a4", "foot": ""}, {"qr": qr(content["address"])})


def foot(digest: str) -> str:
    """What stands at the foot: the digest of the version, or that it is a draft."""
    return f"{N_('Version publiée, empreinte')} {digest[:16]}" if digest else DRAFT


def qr(address: str) -> str:
    """The code that leads to the public page, as an SVG."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, dark="#0b3a47")
    return drawn.getvalue().decode()


def qr_picture(address: str) -> bytes:
    """The same as a PNG."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="png", border=1, scale=8, dark="#0b3a47")
    return drawn.getvalue()


def poster_data(content: Content) -> dict[str, Any]:
    """What the poster says, block by block."""
    easy = is_easy(content)
    blocks = {block["code"]: block for block in content["poster"]}
    lines = {code: _lines(block, easy=easy) for code, block in blocks.items()}
    title = lines.get("poster_title", [content["title"]])
    return {
        "title": spaced(title[0]),
        "description": spaced(content["title"]),
        "author": content["establishment"],
        "easy": easy,
        "lead": lines.get("poster_controller", []),
        "parts": [_poster_part(blocks[code], easy=easy) for code in POSTER_PARTS if code in blocks],
        "objection": _objection(content),
        "contact": [*lines.get("poster_contact", []), *lines.get("poster_complaint", [])],
        "more": lines.get("poster_more", []),
        "scan": SCAN,
    }


def _poster_part(block: dict[str, Any], *, easy: bool) -> dict[str, Any]:
    """A part of the poster beside its title, which its first words do not say again."""
    title, told = spaced(block["title"]), _runs(block, easy=easy)
    first = told[0]["lines"][0].removeprefix(f"{title}\u00a0: ")
    told[0]["lines"][0] = first[:1].upper() + first[1:]
    return {"title": title, "runs": told}


def _lines(block: dict[str, Any], *, easy: bool) -> list[str]:
    return [spaced(line) for run in runs(block, easy=easy) for line in run.lines]


def _objection(content: Content) -> list[str]:
    """What catches the eye, then the rest."""
    block = next((block for block in content["poster"] if block["code"] == "poster_objection"), None)
    if block is None:
        return []
    rest = {**block, "statements": block["statements"][1:]}
    return [spaced(block["statements"][0]["text"]), *_lines(rest, easy=is_easy(content))]


def note_data(content: Content) -> dict[str, Any]:
    """What the note says: its sections in order."""
    blocks = [block for block in told(content, "note", web=False) if block["code"] not in HEAD]
    return {
        "title": spaced(content["title"]),
        "description": spaced(plain(content, "note_title")),
        "version": spaced(plain(content, "note_version")),
        "lead": _lead(content),
        "author": content["establishment"],
        "easy": is_easy(content),
        "sections": [_section(one, easy=is_easy(content)) for one in sections(blocks)],
        "scan": SCAN,
        "online": ONLINE,
        "address": content["address"].split("://")[-1],
    }


def _lead(content: Content) -> list[str]:
    """What the note is for, under its title."""
    return [
        line
        for block in content["note"]
        if block["code"] == "note_intro"
        for line in _lines(block, easy=is_easy(content))
    ]


def _section(section: Section, *, easy: bool) -> dict[str, Any]:
    return {
        "title": spaced(section.title),
        "loud": section.emphasis,
        "named": section.code in NAMED,
        "card": easy and section.code in CARDS,
        "spread": SPREAD.get(section.code, "") if easy else "",
        "parts": [{"title": spaced(part["family"] or ""), "runs": _runs(part, easy=easy)} for part in section.parts],
    }


def _runs(block: dict[str, Any], *, easy: bool) -> list[dict[str, Any]]:
    return [{"bullet": run.bullet, "lines": [spaced(line) for line in run.lines]} for run in runs(block, easy=easy)]
