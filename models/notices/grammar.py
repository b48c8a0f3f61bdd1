"""The little of French grammar that blanks need: articles before names, and what « à » and « de » make of them."""

import re

_ARTICLES = (
    (re.compile(r"(centre|chu?|ch[rs]|chi|ght|groupe|groupement|pôle|service)\b", re.IGNORECASE), "le "),
    (re.compile(r"(hôpital|hospices?|institut|établissement|ehpad|association|union|espace)\b", re.IGNORECASE), "l’"),
    (re.compile(r"(clinique|polyclinique|maison|fondation|résidence|mutuelle|caisse)\b", re.IGNORECASE), "la "),
)
_CONTRACTED = {
    ("à", "le "): "au ", ("à", "les "): "aux ", ("de", "le "): "du ", ("de", "les "): "des ",
}  # fmt: skip


def articled(name: str) -> str:
    """A hospital’s name as a sentence takes it: « le Centre hospitalier… », « l’Hôpital… »; as it is when unknown."""
    found = next((article for pattern, article in _ARTICLES if pattern.match(name)), "")
    return found + name


def joined(preposition: str | None, words: str) -> str:
    """A preposition and the words after it: « au délégué », « du Centre hospitalier », « à l’Hôpital »."""
    for (before, article), contracted in _CONTRACTED.items():
        if preposition == before and words.startswith(article):
            return contracted + words.removeprefix(article)
    return f"{preposition} {words}" if preposition else words


def begun(sentence: str) -> str:
    """A sentence with a capital, unless it begins by an address."""
    first = sentence.split(" ", 1)[0]
    return sentence if "@" in first or "." in first.rstrip(".") else sentence[:1].upper() + sentence[1:]
