"""Recognises what people write: headings of columns and fiches, and the words that stand for codes of our lists."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from governance.imports.values import words_of
from models.register.catalogue import Terms
from models.register.words import DpiaNeed, DpiaProgress, Kind, RecipientKind, Source, Status
from models.vocabulary import Vocabulary

OTHER = "other"
_UNKNOWN = object()
MOST_WORDS = 8
"""A longer text is a sentence, not a heading."""

_SMALL = {
    "le", "la", "les", "l", "de", "du", "des", "d", "et", "a", "au", "aux", "un", "une", "en", "the", "of", "s", "e",
    "x", "par", "sur", "pour", "ou",
}  # fmt: skip
_QUALIFIERS = {
    "concerne", "traite", "collecte", "personnel", "personnelle", "caractere", "effectue", "poursuivi", "prevu",
    "utilise",
}  # fmt: skip
_VOCABULARIES: dict[str, type[Vocabulary]] = {
    "kind": Kind,
    "status": Status,
    "recipient_kinds": RecipientKind,
    "dpia_progress": DpiaProgress,
    "dpia_need": DpiaNeed,
    "source": Source,
}
_RIGHT = re.compile(r"droit (?:d acces|de rectification|a l effacement|d opposition|a la portabilite|a la limitation)")
_TOKEN = re.compile(r"[^\W_]+")
_ASIDE = re.compile(r"\([^()]*\)")


@cache
def synonyms() -> dict[str, Any]:
    """The content of synonyms.yaml."""
    text = Path(__file__).with_name("synonyms.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.load(text, yaml.CSafeLoader)
    return read


@lru_cache(maxsize=4096)
def key_of(heading: str) -> frozenset[str]:
    """The words of a heading that carry its meaning: « Catégories de données traitées » -> {categorie, donnee}."""
    heading = heading[:300]
    bare = _ASIDE.sub(" ", heading) if len(_ASIDE.sub("", heading).strip()) > 1 else heading
    words = [singular(word) for word in words_of(bare).split() if word not in _SMALL]
    return frozenset([word for word in words if word not in _QUALIFIERS and not word.isdecimal()] or words)


def singular(word: str) -> str:
    """A word without the marks of the plural and of the feminine participle: enough to compare, not to read."""
    if len(word) > 3 and word[-1] in "sx" and not word.endswith(("us", "is", "ss")):
        word = word[:-1]
    return word[:-1] if len(word) > 5 and word.endswith("ee") and not word.endswith("nnee") else word


class Headings:
    """A list of headings by meaning. `telling`: the words that suffice by themselves inside a longer heading."""

    def __init__(self, meanings: Mapping[str, Iterable[str]], telling: Iterable[str] = ()) -> None:
        self._known: dict[frozenset[str], str] = {}
        for meaning, listed in meanings.items():
            for heading in listed:
                self._known.setdefault(key_of(heading), meaning)
        enough = {key_of(word) for word in telling}
        contained = (key for key in self._known if len(key) > 1 or key in enough)
        self._contained = sorted(contained, key=len, reverse=True)

    def exact(self, heading: str) -> str | None:
        return self._known.get(key_of(heading))

    def like(self, heading: str) -> str | None:
        """The meaning of a heading, or of the longest known one that it contains."""
        key = key_of(heading)
        if key in self._known or len(key) > MOST_WORDS:
            return self._known.get(key)
        return next((self._known[known] for known in self._contained if known < key), None)


@cache
def headings() -> Headings:
    """What columns and labels mean, by target."""
    return Headings(synonyms()["headings"], synonyms()["telling"])


@cache
def weak_headings() -> Headings:
    return Headings(synonyms()["weak"])


@cache
def section_headings() -> Headings:
    return Headings(synonyms()["sections"])


@cache
def inner_headings() -> Headings:
    """The columns of the small tables inside a fiche."""
    return Headings(synonyms()["columns"])


def is_right(label: str) -> bool:
    """Whether a label is a right of the persons: « Droit d’accès »; « Droits d’accès » says who may open the file."""
    return _RIGHT.match(words_of(label[:60])) is not None


@cache
def recipient_heads() -> frozenset[tuple[str, ...]]:
    """Words that begin a new recipient in a list without separators."""
    return frozenset(stems_of(word) for word in synonyms()["recipient_heads"])


@cache
def ordinals() -> frozenset[frozenset[str]]:
    """Labels that only number a line: « Destinataire 2 »."""
    return frozenset(key_of(label) for label in synonyms()["ordinals"])


@dataclass(frozen=True, slots=True)
class Match:
    """A known phrase in a text: its code, and where it is, in characters."""

    code: str
    start: int
    end: int


class Phrases:
    """The phrases of one list, by their first word."""

    def __init__(self, codes: Mapping[tuple[str, ...], str]) -> None:
        self.codes = codes
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(codes, key=len, reverse=True):
            self._by_first.setdefault(phrase[0], []).append(phrase)

    def find(self, text: str) -> list[Match]:
        """The phrases in a text, in their order, the longest first where they overlap."""
        placed = [(stem(word[0]), *word.span()) for word in _TOKEN.finditer(text)]
        placed = [place for place in placed if place[0] not in _SMALL]
        stems = tuple(place[0] for place in placed)
        matches, at = [], 0
        while at < len(stems):
            phrase = next((p for p in self._by_first.get(stems[at], ()) if stems[at : at + len(p)] == p), None)
            if phrase:
                end = at + len(phrase) - 1
                matches.append(Match(self.codes[phrase], placed[at][1], placed[end][2]))
            at += len(phrase) if phrase else 1
        return matches


class Lexicon:
    """The codes of the reference lists by everything that people write for them; what was asked once is remembered."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._phrases: dict[str, Phrases] = {}
        self._labels: dict[str, dict[str, str]] = {}
        self._remembered: dict[Any, Any] = {}

    def remember(self, key: tuple[Any, ...], compute: Callable[[], Any]) -> Any:
        """What `compute` gave the first time that `key` was asked: registers say the same things row after row."""
        known = self._remembered.get(key, _UNKNOWN)
        if known is _UNKNOWN:
            known = self._remembered[key] = compute()
        return known

    def labels(self, scheme: str) -> dict[str, str]:
        """Code -> label of a reference list or of one of the register's own vocabularies."""
        if scheme not in self._labels:
            known = _VOCABULARIES.get(scheme)
            self._labels[scheme] = dict(known.choices() if known else self.terms.choices(scheme))
        return self._labels[scheme]

    def label(self, scheme: str, code: str) -> str:
        return self.labels(scheme).get(code, code)

    def facts(self, scheme: str, code: str) -> dict[str, Any]:
        """The facts of a term, as `Terms.facts`."""
        facts: dict[str, Any] = self.remember(("facts", scheme, code), lambda: self.terms.facts(scheme, code))
        return facts

    def expected(self, scheme: str) -> str:
        """What a column accepts, as the end of a French sentence."""
        labels = [f"« {label} »" for label in self.labels(scheme).values()]
        return ", ".join(labels[:8]) + ("…" if len(labels) > 8 else ".")

    def exact(self, scheme: str, text: str) -> str | None:
        """The code that a whole text stands for: its label, its code or a synonym."""
        code: str | None = self.remember(("exact", scheme, text), lambda: self._of(scheme).codes.get(stems_of(text)))
        return code

    def only(self, scheme: str, text: str) -> str | None:
        """The one code that a text stands for or speaks of; None when there is none, or more than one."""
        code = self.exact(scheme, text)
        if code:
            return code
        codes = {match.code for match in self.found(scheme, text)}
        return codes.pop() if len(codes) == 1 else None

    def found(self, scheme: str, text: str) -> list[Match]:
        """The known phrases in a text, in their order."""
        matches: list[Match] = self.remember(("found", scheme, text), lambda: self._of(scheme).find(text))
        return matches

    def _of(self, scheme: str) -> Phrases:
        if scheme not in self._phrases:
            self._phrases[scheme] = Phrases(self._codes(scheme))
        return self._phrases[scheme]

    def _codes(self, scheme: str) -> dict[tuple[str, ...], str]:
        listed = self.labels(scheme)
        known = {stems_of(code): code for code in listed}
        for code, phrases in (synonyms()["terms"].get(scheme) or {}).items():
            known |= {stems_of(phrase): code for phrase in phrases}
        known |= {stems_of(label): code for code, label in listed.items()}
        known.pop((), None)
        return known


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word folded, in the singular."""
    return singular(words_of(word).replace(" ", ""))


def stems_of(text: str) -> tuple[str, ...]:
    """The words of a text that carry its meaning, folded, in the singular."""
    return tuple(word for word in (stem(token) for token in _TOKEN.findall(text[:2000])) if word and word not in _SMALL)
