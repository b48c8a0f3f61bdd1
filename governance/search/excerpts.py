"""Short excerpts of what was found, the words sought marked whatever their accents and capitals."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from models.search import fold

Parts = list[tuple[str, bool]]
"""A text in pieces, each with whether it is one of the words sought."""

AROUND = 70
"""How many letters are shown on each side of the first word found."""


def _variants() -> dict[str, str]:
    """The letters of the Latin alphabets, by what they fold to: « e » -> « Eeéèê… », « oe » -> « Œœ »."""
    found: dict[str, str] = {}
    for letter in map(chr, chain(range(0x41, 0x250), range(0x1E00, 0x1F00), range(0xFB00, 0xFB07))):
        if letter.isalpha() and (folded := fold(letter)):
            found[folded] = found.get(folded, "") + letter
    return found


_VARIANTS = _variants()
_TOKEN = re.compile("|".join(sorted((key for key in _VARIANTS if len(key) > 1), key=len, reverse=True)) + "|.", re.S)
_MARKS = "[\u0300-\u036f]*"


@lru_cache(maxsize=256)
def pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """What finds folded words in a text as it is written; the longest first."""
    return re.compile("|".join(_written(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)


def _written(word: str) -> str:
    return "".join(_token(token) for token in _TOKEN.findall(word))


def _token(token: str) -> str:
    letters = "".join(_letter(letter) for letter in token)
    return f"(?:{letters}|[{_VARIANTS[token]}]{_MARKS})" if len(token) > 1 else letters


def _letter(letter: str) -> str:
    return f"[{_VARIANTS[letter]}]{_MARKS}" if letter in _VARIANTS else re.escape(letter)


def marked(text: str, words: tuple[str, ...]) -> Parts:
    """The whole text in pieces."""
    parts, at = Parts(), 0
    for found in pattern(words).finditer(text):
        parts += [(text[at : found.start()], False), (found.group(), True)]
        at = found.end()
    return [part for part in [*parts, (text[at:], False)] if part[0]]


def excerpt(texts: Sequence[str], words: tuple[str, ...]) -> Parts:
    """The first of `texts` that holds a word sought, around it; else how the first of them begins."""
    for text in texts:
        if found := pattern(words).search(text):
            return marked(_around(text, found.start(), found.end()), words)
    return [(_around(texts[0], 0, 0), False)] if texts else []


def _around(text: str, start: int, end: int) -> str:
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    if first:
        first = next(_blanks(text, first, start), first)
    if last < len(text):
        last = next(_blanks(text, last, end), last)
    short = " ".join(text[first:last].split())
    return ("… " if first else "") + short + (" …" if last < len(text) else "")


def _blanks(text: str, at: int, until: int) -> Iterator[int]:
    """Where a word begins or ends, from `at` towards `until`."""
    yield from (place for place in range(at, until, 1 if until > at else -1) if text[place : place + 1].isspace())
