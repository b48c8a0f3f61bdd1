"""The printed documents of a notice: the poster, on one page, and the pages of a note or a booklet."""

import datetime as dt
import io
from itertools import groupby
from typing import Any

import segno

from exports import pdf
from models.notices.composing import POSTER_TITLES
from models.notices.content import Content, is_easy, runs, told
from models.notices.words import Support
from models.vocabulary import N_
from models.wording import spaced

DRAFT = N_("Projet : ce texte n’est pas publié.")
SCAN = N_("Scannez ce code pour lire la notice complète sur votre téléphone.")
POSTER_PARTS = ("poster_purposes", "poster_recipients", "poster_retention", "poster_rights")


def pdf_of(content: Content, digest: str, support: Support, paper: str, at: dt.datetime) -> bytes:
    """The document as a PDF. Raises exports.pdf.NotRendered."""
    data, template = (poster_data(content), "poster") if support is Support.POSTER else (note_data(content), "note")
    data |= {"paper": paper, "foot": foot(digest), "booklet": support is Support.BOOKLET}
    at = at.replace(microsecond=0)
    return pdf.render(pdf.TEMPLATES / "notices" / f"{template}.typ", data, at, {"qr": qr(content["address"])})


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
    blocks = {block["code"]: _lines(block, easy=is_easy(content)) for block in content["poster"]}
    title = blocks.get("poster_title", [content["title"]])
    return {
        "title": spaced(title[0]),
        "description": spaced(content["title"]),
        "author": content["establishment"],
        "easy": is_easy(content),
        "lead": blocks.get("poster_controller", []),
        "parts": [
            {"title": spaced(POSTER_TITLES[code]), "lines": blocks[code]} for code in POSTER_PARTS if blocks.get(code)
        ],
        "objection": _objection(content),
        "contact": [*blocks.get("poster_contact", []), *blocks.get("poster_complaint", [])],
        "more": blocks.get("poster_more", []),
        "scan": SCAN,
    }


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
    """What the note says: its blocks in order, those of a family under its name."""
    blocks = [block for block in told(content, "note", web=False) if block["code"] != "note_title"]
    return {
        "title": spaced(content["title"]),
        "description": spaced(title_of(content)),
        "author": content["establishment"],
        "easy": is_easy(content),
        "chapters": [
            {"family": spaced(family or ""), "blocks": [_block(block, easy=is_easy(content)) for block in found]}
            for family, found in groupby(blocks, key=lambda block: block["family"])
        ],
        "scan": SCAN,
        "address": content["address"].split("://")[-1],
    }


def title_of(content: Content) -> str:
    """The sentence that opens the note."""
    return str(next(one["statements"][0]["text"] for one in content["note"] if one["code"] == "note_title"))


def _block(block: dict[str, Any], *, easy: bool) -> dict[str, Any]:
    return {
        "title": spaced(block["title"]),
        "loud": block["emphasis"],
        "runs": [
            {"bullet": run.bullet, "lines": [spaced(line) for line in run.lines]} for run in runs(block, easy=easy)
        ],
    }
