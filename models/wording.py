"""Texts that a hospital adapts: their blanks and choices, their paragraphs, the digest of what is frozen of them."""

import hashlib
import re
from collections.abc import Iterable, Mapping

BLANK = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")
CHOICE = re.compile(r"^\{choix:([a-z][a-z0-9_]{0,39})\}$")

_BEFORE = re.compile(r" (?=[:;!?»%])")
_AFTER = re.compile(r"(?<=«) ")
_BODY = re.compile(rb"<body>\n(.*)</body>", re.DOTALL)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a section: one a line, blank lines aside."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def filled(text: str, values: Mapping[str, str | None]) -> str:
    """`text` with the blanks that have a value; the others stay as they are."""
    return BLANK.sub(lambda found: values.get(found[1]) or found[0], text)


def blanks_in(texts: Iterable[str | None]) -> list[str]:
    """The names of the blanks of some texts, in the order of their first use."""
    return list(dict.fromkeys(name for text in texts for name in BLANK.findall(text or "")))


def lines_of(text: str, answers: Mapping[str, str | None]) -> list[str]:
    """The paragraphs of a section, each choice replaced by the paragraphs of its answer; an unanswered one stays."""
    lines: list[str] = []
    for line in paragraphs(text):
        choice = CHOICE.match(line)
        answer = answers.get(choice[1], line) if choice else line
        lines += paragraphs(line if answer is None else answer)
    return lines


def spaced(text: str) -> str:
    """French typography: the blanks before « : ; ! ? » % » and after « « » never break a line."""
    return _AFTER.sub("\u00a0", _BEFORE.sub("\u00a0", text))


def shown(body: bytes) -> str:
    """The text of a canonical document, to put in a page: it was escaped when it was made."""
    found = _BODY.search(body)
    return found[1].decode() if found else ""


def sha256(content: bytes) -> str:
    """The digest of exact bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
