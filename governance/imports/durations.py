"""How long data are kept, from the words that say it: figures only when they are certain, the wording always."""

import re
from typing import Any

from governance.imports.lexicon import Lexicon
from models.register.words import Stage, Unit
from models.search import fold

_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("", "un une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze")
    )
    for word in words.split()
}
_UNITS = {"jour": Unit.DAYS, "day": Unit.DAYS, "mois": Unit.MONTHS, "month": Unit.MONTHS}
_AMOUNT = re.compile(
    rf"\b(\d{{1,3}}|{'|'.join(_NUMBERS)})\s*(?:\(\w+\)\s*)?(jours?|days?|mois|months?|ans?|annees?|years?)\b"
)
_AFTER = re.compile(
    r"(?:(?:maximum|max|glissants?|revolus?)\b ?)*"
    r"(?:(?:a compter|a partir|a dater|apres|suivant|des|depuis|from|after)\b(.*))?"
)
_RELATION = re.compile(
    r"(?:pendant )?(?:toute )?(?:la )?duree (?:de la |du |de l )?"
    r"(?:relation|contrat|compte|contractuelle|emploi|mandat|adhesion)(?: \w+){0,3}"
)
_RELATION_PLUS = re.compile(r"(?:duree|fin) (?:de la |du )(?:relation|contrat)(?: \w+){0,3}? ?(?:plus|et|puis)?")
_BEFORE = re.compile(r"(?:conservation |duree |pendant |conserve\w* |duree de conservation |soit )*")
_ABOUT = re.compile(r"[^:0-9]{1,60}: *(?=\S)")
"""« Dossier patient : 20 ans »: what the duration is about."""
_PARTS = re.compile(r"(?:^|\n) ?\d{1,2} ?:|\n|;|\bpuis\b")
_STAGES = (
    (Stage.INTERMEDIATE, re.compile(r"(?:archivage|archives?|base) intermediaires?|en archivage")),
    (Stage.FINAL, re.compile(r"sort final|destruction|elimination|versement aux archives")),
)
UNDECIDED = re.compile(r"a definir|a preciser|a determiner|a completer|inconnue?s?|\?+|tbd|en cours.*", re.IGNORECASE)

_UNSURE = re.compile(
    r"\ba (?:re)?(?:confirmer|verifier|valider|preciser|definir|determiner|completer|voir)\b|sous reserve|\?"
)
_ONLY_NUMBER = re.compile(r"\W{0,5}\d{1,6}(?:[.,]\d{1,3})?\W{0,5}")


def retentions_of(text: str, lexicon: Lexicon) -> list[dict[str, Any]]:
    """The retention lines that a text states: stage, wording, and duration, unit and trigger where they are certain."""
    lines: list[dict[str, Any]] = lexicon.remember(("retentions", text), lambda: _lines(text, lexicon))
    return lines


def _lines(text: str, lexicon: Lexicon) -> list[dict[str, Any]]:
    whole = _line(text, lexicon)
    if "unit" in whole:
        return [whole]
    parts = (part.strip(" \t\n,") for part in _PARTS.split(text))
    lines = [_line(part, lexicon) for part in parts if part]
    return lines if len(lines) > 1 and all("unit" in line for line in lines) else [whole]


def is_undecided(text: str) -> bool:
    """Whether a duration is only announced: « À définir »."""
    return UNDECIDED.fullmatch(fold(text)) is not None


def is_unsure(text: str) -> bool:
    """Whether a duration that is given is said to be still looked into: « 3 ans (à confirmer) », « 10 ans ? »."""
    return _UNSURE.search(fold(text)) is not None and not is_undecided(text)


def is_number(text: str) -> bool:
    """Whether a duration is only a number, without a unit."""
    return _ONLY_NUMBER.fullmatch(text) is not None


def speaks_of_time(text: str) -> bool:
    """Whether a text names an amount of time or the length of a relation."""
    return _AMOUNT.search(fold(text)) is not None or "duree" in fold(text)


def _line(text: str, lexicon: Lexicon) -> dict[str, Any]:
    folded = fold(text)
    stage = next((stage for stage, pattern in _STAGES if pattern.search(folded)), Stage.ACTIVE)
    return {"stage": stage.value, "wording": text.strip(), **_certain(folded, lexicon)}


def _certain(folded: str, lexicon: Lexicon) -> dict[str, Any]:
    """Duration, unit and trigger of a folded text; nothing when it says more than one amount and when it starts."""
    bare = " ".join(re.sub(r"\([^()]*\)", " ", folded).replace("'", " ").replace("’", " ").split()).strip(" .+")
    bare = " ".join(_ABOUT.sub("", bare, count=1).replace(":", " ").replace(",", " ").split())
    found = list(_AMOUNT.finditer(bare))
    if not found and _RELATION.fullmatch(bare):
        return {"unit": Unit.RELATION.value}
    if len(found) != 1:
        return {}
    before, after = bare[: found[0].start()].strip(" +"), bare[found[0].end() :].strip()
    amount = {"duration": _number(found[0][1]), "unit": _unit(found[0][2])}
    if _RELATION_PLUS.fullmatch(before) and not after:
        return {**amount, "trigger": "contract_end"}
    event = _AFTER.fullmatch(_without_stage(after))
    if not _BEFORE.fullmatch(_without_stage(before + " ").lstrip()) or event is None or not amount["duration"]:
        return {}
    trigger = lexicon.only("retention_triggers", event[1]) if event[1] else None
    return {**amount, **({"trigger": trigger} if trigger else {})}


def _without_stage(words: str) -> str:
    return re.sub(
        r"\b(?:en |dans la )?(?:base active|archivage intermediaire|archivage|archives?)\b", "", words
    ).strip()


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else _NUMBERS[word]


def _unit(word: str) -> str:
    return _UNITS.get(word.rstrip("s") if word != "mois" else word, Unit.YEARS).value
