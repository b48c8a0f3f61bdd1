"""What differs between two texts, section by section and word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from models.vocabulary import N_, Vocabulary

WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Change(Vocabulary):
    SAME = "same", N_("inchangé")
    ADDED = "added", N_("ajouté")
    REMOVED = "removed", N_("retiré")
    CHANGED = "changed", N_("modifié")


Pieces = list[tuple[Change, str]]
"""A text in pieces, each the same, added or removed."""


@dataclass(frozen=True)
class Difference:
    """How one section differs: its kind and heading, what happened to it, and its paragraphs in pieces."""

    kind: str
    title: str
    change: Change
    paragraphs: list[Pieces] = field(default_factory=list)


def words(before: str, after: str) -> Pieces:
    """The pieces that lead from one text to another, word by word."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    pieces: Pieces = []
    for step, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if step == "equal":
            pieces.append((Change.SAME, "".join(old[a:b])))
            continue
        pieces += [(Change.REMOVED, "".join(old[a:b]))] if b > a else []
        pieces += [(Change.ADDED, "".join(new[c:d]))] if d > c else []
    return pieces


def paragraphs(before: list[str], after: list[str]) -> list[Pieces]:
    """The paragraphs of both texts in order: alike ones are compared by words, others stand as added or removed."""
    found: list[Pieces] = []
    for step, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if step == "equal":
            found += [[(Change.SAME, line)] for line in before[a:b]]
        else:
            found += _paired(before[a:b], after[c:d])
    return found


def _paired(old: list[str], new: list[str]) -> Iterator[Pieces]:
    left = list(new)
    for line in old:
        alike = next((one for one in left if SequenceMatcher(None, line.split(), one.split()).ratio() > 0.4), None)
        if alike is None:
            yield [(Change.REMOVED, line)]
            continue
        for one in left[: left.index(alike)]:
            yield [(Change.ADDED, one)]
        left = left[left.index(alike) + 1 :]
        yield words(line, alike)
    for one in left:
        yield [(Change.ADDED, one)]


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """What changed from one content to another, in the order of the later one; removed last.

    A content is {"sections": [{"kind", "code", "title", "lines", …}]} (see charters/text.py and policy/text.py).
    Sections are known by the code of the model where they have one, else by their title.
    """
    old = {_key(row, place): row for place, row in enumerate(before["sections"])}
    found = []
    for place, row in enumerate(after["sections"]):
        twin = old.pop(_key(row, place), None)
        found.append(_section(twin, row) if twin else _whole(row, Change.ADDED))
    return [*found, *(_whole(row, Change.REMOVED) for row in old.values())]


def _key(row: dict[str, Any], place: int) -> tuple[str, str]:
    return row["kind"], row["code"] or row["title"] or ("" if row["kind"] == "preamble" else str(place))


def _told(row: dict[str, Any]) -> list[str]:
    more = row.get("acknowledgement")
    return [*row["lines"], *([more] if more else [])]


def _whole(row: dict[str, Any], change: Change) -> Difference:
    return Difference(row["kind"], row["title"], change, [[(change, line)] for line in _told(row)])


def _section(old: dict[str, Any], new: dict[str, Any]) -> Difference:
    kept = ("title", "lines", "populations", "acknowledgement")
    if all(old.get(name) == new.get(name) for name in kept):
        return Difference(new["kind"], new["title"], Change.SAME)
    found = paragraphs(_told(old), _told(new))
    if old["title"] != new["title"]:
        found.insert(0, words(old["title"], new["title"]))
    return Difference(new["kind"], new["title"], Change.CHANGED, found)
