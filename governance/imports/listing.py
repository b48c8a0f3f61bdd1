"""Takes apart the lists that people write in one cell, with separators of all kinds or with none."""

import re
from dataclasses import dataclass
from functools import lru_cache

from governance.imports.lexicon import OTHER, Lexicon

_STRONG = re.compile(r"[;•▪●◦►✓✔]| \| ")
_BULLET = re.compile(r"(?:[-–*]|\d{1,2} ?[.):]) ")
_WEAK = re.compile(r",(?!\d)| [/+&] ")
_ASIDE = re.compile(r"\([^()]*\)")
_CONTINUES = re.compile(
    r"(?:telle?s? que|notamment|dont|etc|par exemple|ex\b|ainsi que|et|ou|si|comme|y compris|…)\b", re.IGNORECASE
)
_LOOSE = " \t\n,;.:-–—•*"
LONGEST_ITEM = 60
"""A longer piece between commas is a sentence, not an item of a list."""
REMEMBERED = 1_000
"""How many items are not cut again: the lists of a register are made of the same few."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a list: its code, the author's words, and how sure the code is.

    `known`: the words stand for the code; `cut`: the item was cut out of a list without separators.
    """

    code: str
    text: str
    known: bool
    cut: bool = False


def items(text: str) -> list[str]:
    """The items of a list separated by line breaks, semicolons or bullets: what never separates inside a sentence."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return [item for line in lines for part in _STRONG.split(line) if (item := _bare(part))]


@lru_cache(maxsize=REMEMBERED)
def _bare(part: str) -> str:
    """An item without its bullet or number, nor the punctuation around it."""
    part = part.strip()
    bullet = _BULLET.match(part)
    return part[bullet.end() if bullet else 0 :].strip(_LOOSE)


def small_items(text: str) -> list[str]:
    """The items of `items`, cut at commas and lone slashes too where every piece is short; brackets stay whole."""
    return [piece for item in items(text) for piece in _at_commas(item)]


@lru_cache(maxsize=REMEMBERED)
def _at_commas(item: str) -> tuple[str, ...]:
    hidden = _ASIDE.sub(lambda match: "_" * len(match[0]), item)
    edges = [0, *(edge for cut in _WEAK.finditer(hidden) for edge in cut.span()), len(item)]
    pieces: list[str] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        piece = item[start:end].strip(_LOOSE)
        if not piece:
            continue
        if pieces and _CONTINUES.match(piece):
            pieces[-1] = f"{pieces[-1]}, {piece}"
        else:
            pieces.append(piece)
    return tuple(pieces) if all(len(piece) <= LONGEST_ITEM for piece in pieces) else (item.strip(_LOOSE),)


def entries(text: str, scheme: str, lexicon: Lexicon, joined: bool = True) -> list[Entry]:
    """The items of a cell with their codes.

    `joined`: in a list without separators, words that are not known belong to the item before them (a recipient's
    name); otherwise they make an item of their own (a kind of data).
    """
    return [entry for piece in small_items(text) for entry in _coded(piece, scheme, lexicon, joined)]


def _coded(piece: str, scheme: str, lexicon: Lexicon, joined: bool) -> list[Entry]:
    found: list[Entry] = lexicon.remember(
        ("coded", scheme, piece, joined), lambda: _recognised(piece, scheme, lexicon, joined)
    )
    return found


def _recognised(piece: str, scheme: str, lexicon: Lexicon, joined: bool) -> list[Entry]:
    code = lexicon.exact(scheme, piece)
    if code:
        return [Entry(code, piece, known=True)]
    hidden = _ASIDE.sub(lambda match: " " * len(match[0]), piece)
    matches = lexicon.found(scheme, hidden) or lexicon.found(scheme, piece)
    codes = list(dict.fromkeys(match.code for match in matches))
    if not codes:
        return [Entry(OTHER, piece, known=False)]
    meant = [code for code in codes if code != OTHER]
    if len(meant) <= 1:
        return [Entry(meant[0] if meant else OTHER, piece, known=True)]
    return _cut(piece, [(match.code, match.start, match.end) for match in matches], joined)


def _cut(piece: str, matches: list[tuple[str, int, int]], joined: bool) -> list[Entry]:
    """A list without separators, cut where a known phrase begins."""
    cuts: list[tuple[str, int]] = []
    covered = 0
    for code, start, end in matches:
        if not joined and piece[covered:start].strip(_LOOSE) and (cuts or start):
            cuts.append((OTHER, covered))
        if not cuts or cuts[-1][0] != code:
            cuts.append((code, start if cuts else 0))
        covered = end
    if not joined and re.search(r"\w{3}", _ASIDE.sub("", piece[covered:])):
        cuts.append((OTHER, covered))
    ends = [start for _, start in cuts[1:]] + [len(piece)]
    texts = [(code, piece[start:end].strip(_LOOSE)) for (code, start), end in zip(cuts, ends, strict=True)]
    return [Entry(code, text, known=code != OTHER, cut=True) for code, text in texts if text]
