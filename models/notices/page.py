"""The web page of a notice: always the same bytes for the same words, each escaped, nothing active."""

from collections.abc import Iterator
from html import escape
from typing import Any

from models.notices.content import Content, Section, is_easy, runs, sections, told
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
    for section in sections(blocks):
        yield from _section(section, is_easy(content))
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


def _section(section: Section, easy: bool) -> Iterator[str]:
    if section.code == SUMMARY:
        yield '<div class="notice-summary">'
        yield from _statements(section.parts[0], easy=easy)
        yield "</div>"
        return
    loud = " notice-loud" if section.code in LOUD else ""
    yield f'<section class="notice-block{loud}"><h2>{_text(section.title)}</h2>'
    for part in section.parts:
        yield from _part(part, easy) if section.is_divided else _statements(part, easy=easy)
    yield "</section>"


def _part(part: dict[str, Any], easy: bool) -> Iterator[str]:
    yield f'<details class="notice-family" open><summary><h3>{_text(part["family"])}</h3></summary>'
    yield from _statements(part, easy=easy)
    yield "</details>"


def _statements(block: dict[str, Any], *, easy: bool) -> Iterator[str]:
    for run in runs(block, easy=easy):
        if run.bullet:
            yield "<ul>" + "".join(f"<li>{_text(line)}</li>" for line in run.lines) + "</ul>"
        else:
            yield from (f"<p>{_text(line)}</p>" for line in run.lines)


def _text(words: str) -> str:
    return "<br>".join(escape(spaced(line)) for line in words.splitlines())
