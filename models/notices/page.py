"""The web page of a notice: always the same bytes for the same words, each escaped, nothing active."""

from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Any

from models.notices.content import Content, is_easy, runs, told
from models.wording import spaced

LOUD = ("note_objection",)
SUMMARY = "web_summary"


def fragment(content: Content) -> bytes:
    """The page itself, to put in a frame: what a version freezes and what is served to everybody."""
    return ("\n".join(page_lines(content)) + "\n").encode()


def page_lines(content: Content) -> Iterator[str]:
    """The lines of the second layer."""
    yield f'<article class="notice notice-{escape(content["audience"])}">'
    yield f'<p class="notice-of">{_text(content["establishment"])}</p>'
    yield f"<h1>{_text(content['title'])}</h1>"
    blocks = [block for block in told(content, "note", web=True) if block["code"] != "note_title"]
    for family, found in groupby(blocks, key=lambda block: block["family"]):
        if family:
            yield from _family(family, list(found), is_easy(content))
        else:
            yield from _sections(list(found), "h2", is_easy(content))
    yield "</article>"


def poster_lines(content: Content) -> Iterator[str]:
    """The lines of the first layer."""
    yield f'<article class="notice notice-{escape(content["audience"])}">'
    yield f'<p class="notice-of">{_text(content["establishment"])}</p>'
    for block in content["poster"]:
        if block["code"] == "poster_title":
            yield f"<h1>{_text(block['statements'][0]['text'])}</h1>"
        else:
            loud = ' class="notice-loud"' if block["emphasis"] else ""
            yield f"<div{loud}>"
            yield from _statements(block, easy=is_easy(content))
            yield "</div>"
    yield "</article>"


def _family(family: str, blocks: list[dict[str, Any]], easy: bool) -> Iterator[str]:
    yield f'<details class="notice-family" open><summary><h2>{_text(family)}</h2></summary>'
    yield from _sections(blocks, "h3", easy)
    yield "</details>"


def _sections(blocks: list[dict[str, Any]], heading: str, easy: bool) -> Iterator[str]:
    for block in blocks:
        loud = " notice-loud" if block["code"] in LOUD else ""
        if block["code"] == SUMMARY:
            yield '<div class="notice-summary">'
            yield from _statements(block, easy=easy)
            yield "</div>"
            continue
        yield f'<section class="notice-block{loud}"><{heading}>{_text(block["title"])}</{heading}>'
        yield from _statements(block, easy=easy)
        yield "</section>"


def _statements(block: dict[str, Any], *, easy: bool) -> Iterator[str]:
    for run in runs(block, easy=easy):
        if run.bullet:
            yield "<ul>" + "".join(f"<li>{_text(line)}</li>" for line in run.lines) + "</ul>"
        else:
            yield from (f"<p>{_text(line)}</p>" for line in run.lines)


def _text(words: str) -> str:
    return "<br>".join(escape(spaced(line)) for line in words.splitlines())
