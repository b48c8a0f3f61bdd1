"""The text of a notice as plain data, as a version freezes it, and what differs between two."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from models.differences import Change, Pieces, words
from models.notices.order import Block, Order, Text
from models.notices.telling import Source, Statement, words_of
from models.notices.words import Audience

Content = dict[str, Any]


def content_of(order: Order, text: Text) -> Content:
    """The text with its sources, each once: {"title", "establishment", "audience", "number", "date", "address",
    "contacts", "activities", "sources", "poster", "note"}; a statement gives the places of its sources in `sources`.
    """
    places: dict[Source, int] = {}
    return {
        "title": order.title,
        "establishment": order.contacts.name,
        "audience": order.lexicon.audience.value,
        "number": order.number,
        "date": order.on.isoformat(),
        "address": order.address,
        "contacts": order.contacts.told(),
        "activities": [
            {"id": str(one.id), "reference": one.reference, "name": one.name, "number": one.validated_version}
            for one in order.activities
        ],
        "poster": [_block(block, places) for block in text.poster],
        "note": [_block(block, places) for block in text.note],
        "sources": [source._asdict() for source in places],
    }


def _block(block: Block, places: dict[Source, int]) -> dict[str, Any]:
    return {
        "code": block.code,
        "title": block.title,
        "family": block.family,
        "emphasis": block.emphasis,
        "on": block.on,
        "legal": block.legal,
        "statements": [_statement(one, places) for one in block.statements],
    }


def _statement(one: Statement, places: dict[Source, int]) -> dict[str, Any]:
    found = [places.setdefault(source, len(places)) for source in one.sources]
    return {"text": one.text, "bullet": one.bullet, "from": found}


def told(content: Content, layer: str, *, web: bool | None = None) -> list[dict[str, Any]]:
    """The blocks of a layer; `web` keeps those of the page or those of the printed note."""
    left_out = None if web is None else "print" if web else "web"
    return [block for block in content[layer] if left_out is None or block["on"] != left_out]


@dataclass(frozen=True)
class Section:
    """A title and what stands under it: one part, or several under names of their own (a family, a topic)."""

    title: str
    code: str
    emphasis: bool
    parts: list[dict[str, Any]]

    @property
    def is_divided(self) -> bool:
        return bool(self.parts[0]["family"])


def sections(blocks: Iterable[dict[str, Any]]) -> list[Section]:
    """The blocks under their titles, each title once for the parts that follow one another under it."""
    grouped = groupby(blocks, key=lambda block: (block["title"], bool(block["family"]) or block["code"]))
    return [
        Section(title, first["code"], first["emphasis"], [first, *others]) for (title, _), (first, *others) in grouped
    ]


def is_easy(content: Content) -> bool:
    """Whether each sentence stands on its own line."""
    return bool(content["audience"] == Audience.EASY)


@dataclass(frozen=True)
class Run:
    """Paragraphs, or the items of a list."""

    bullet: bool
    lines: list[str]


def runs(block: Mapping[str, Any], *, easy: bool) -> list[Run]:
    """The statements of a block as they are laid out: one a line where each stands on its own, else in paragraphs, what
    leads to a list in its own."""
    groups = [(bullet, list(found)) for bullet, found in groupby(block["statements"], key=lambda one: one["bullet"])]
    laid = []
    for place, (bullet, found) in enumerate(groups):
        texts = [one["text"] for one in found]
        if not (bullet or easy):
            leads = place + 1 < len(groups)
            texts = list(filter(None, (" ".join(texts[:-1]), texts[-1]))) if leads else [" ".join(texts)]
        laid.append(Run(bullet, texts))
    return laid


def plain(content: Content, block: str) -> str:
    """The words of a block, by its code, in one line."""
    for one in (*content["poster"], *content["note"]):
        if one["code"] == block:
            return " ".join(statement["text"] for statement in one["statements"])
    return ""


def length(content: Content, layer: str = "poster") -> int:
    """How many words a layer has on paper."""
    return words_of(one["text"] for block in told(content, layer, web=False) for one in block["statements"])


_FORMAL = re.compile(r"(?<!-)\b(vous|vos|votre)\b", re.IGNORECASE)


def formal(content: Content) -> list[str]:
    """The sentences of a text for the young that still say « vous »: the model or the register has no other words."""
    if content["audience"] != Audience.MINOR:
        return []
    told = (one["text"] for layer in ("poster", "note") for block in content[layer] for one in block["statements"])
    return [text for text in dict.fromkeys(told) if _FORMAL.search(text)]


@dataclass(frozen=True)
class Shift:
    """A statement that changes: where it stands, and its words in pieces."""

    where: str
    pieces: Pieces


VOLATILE = frozenset({"poster_more", "note_version", "web_history"})
"""Blocks that tell only which version this is."""


def shifts(before: Content, after: Content) -> list[Shift]:
    """What changes in words from one text to another, block by block; nothing when both say the same."""
    found: list[Shift] = []
    for layer in ("poster", "note"):
        old, new = _by_place(before[layer]), _by_place(after[layer])
        for place in dict.fromkeys([*new, *old]):
            found += _moved(place, old.get(place, []), new.get(place, []))
    return found


def _by_place(blocks: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for block in blocks:
        if block["code"] not in VOLATILE:
            title = " – ".join(filter(None, (block["family"], block["title"])))
            found.setdefault(title, []).extend(one["text"] for one in block["statements"])
    return found


def _moved(where: str, old: list[str], new: list[str]) -> list[Shift]:
    gone = [one for one in dict.fromkeys(old) if one not in new]
    come = [one for one in dict.fromkeys(new) if one not in old]
    paired = [(one, come[place]) for place, one in enumerate(gone) if place < len(come)]
    shifted = [Shift(where, words(one, other)) for one, other in paired]
    shifted += [Shift(where, [(Change.REMOVED, one)]) for one in gone[len(paired) :]]
    return shifted + [Shift(where, [(Change.ADDED, one)]) for one in come[len(paired) :]]
