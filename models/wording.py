"""Texts that a hospital adapts: their blanks and choices, in French; their paragraphs, the digest of what is frozen."""

import hashlib
import re
from collections.abc import Iterable, Mapping

BLANK = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")
CHOICE = re.compile(r"^\{choix:([a-z][a-z0-9_]{0,39})\}$")

_ARTICLES = (
    (re.compile(r"(centre|chu?|ch[rs]|chi|ght|groupe|groupement|pôle|service)\b", re.IGNORECASE), "le "),
    (re.compile(r"(hôpital|institut|établissement|ehpad|association|union|espace)\b", re.IGNORECASE), "l’"),
    (re.compile(r"(hospices|hôpitaux)\b", re.IGNORECASE), "les "),
    (re.compile(r"(clinique|polyclinique|maison|fondation|résidence|mutuelle|caisse)\b", re.IGNORECASE), "la "),
)
_CONTRACTED = {
    ("à", "le "): "au ", ("à", "les "): "aux ", ("de", "le "): "du ", ("de", "les "): "des ",
}  # fmt: skip
_ELIDED = {"de": "d’", "que": "qu’"}
_VOWEL = re.compile(r"[aeiouâàéèêëîïôûùœæ]", re.IGNORECASE)
PREPOSED = re.compile(r"(?:\b(à|de|que|par|pour|avec|dans|entre) )?" + BLANK.pattern)
"""A blank, and the word before it when French joins the two."""

_BEFORE = re.compile(r" (?=[:;!?»%])")
_AFTER = re.compile(r"(?<=«) ")
_BODY = re.compile(rb"<body>\n(.*)</body>", re.DOTALL)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a section: one a line, blank lines aside."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def filled(text: str, values: Mapping[str, str | None], to_fill: str | None = None) -> str:
    """`text` with its blanks filled, in French: « de {nom} » gives « du Centre hospitalier ».

    A blank with no value stays as it is; with `to_fill`, which stands for it, an empty value is one.
    """

    def put(found: re.Match[str]) -> str:
        before, value = found[1], values.get(found[2])
        if to_fill is not None:
            value = to_fill if value is None else value
        elif not value:
            return found[0]
        return joined(before, articled(value) if before and value[:1].isupper() else value)

    return PREPOSED.sub(put, text)


def articled(name: str) -> str:
    """A hospital’s name as a sentence takes it: « le Centre hospitalier… », « l’Hôpital… »; as it is when unknown."""
    found = next((article for pattern, article in _ARTICLES if pattern.match(name)), "")
    return found + name


def joined(before: str | None, words: str) -> str:
    """A little word and those after it: « au délégué », « du Centre hospitalier », « à l’Hôpital », « d’Anne »."""
    for (preposition, article), contracted in _CONTRACTED.items():
        if before == preposition and words.startswith(article):
            return contracted + words.removeprefix(article)
    if before in _ELIDED and _VOWEL.match(words):
        return _ELIDED[before] + words
    return f"{before} {words}" if before else words


def of(name: str) -> str:
    """« du Centre hospitalier… », « de l’Hôpital… », « de la Clinique… »."""
    return joined("de", articled(name))


def at(name: str) -> str:
    """« au Centre hospitalier… », « à l’Hôpital… », « à la Clinique… »."""
    return joined("à", articled(name))


def begun(sentence: str) -> str:
    """A sentence with a capital, unless it begins by an address."""
    first = sentence.split(" ", 1)[0]
    return sentence if "@" in first or "." in first.rstrip(".") else sentence[:1].upper() + sentence[1:]


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
