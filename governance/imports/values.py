"""What a cell says, put in plain values: text, day, yes or no, and the many ways of writing nothing."""

import datetime as dt
import html
import re
from functools import lru_cache
from itertools import pairwise

from exports.texts import printable, unguarded
from governance.imports.formats.sheets import Cell
from models.search import fold

YES, NO = "Oui", "Non"

_WORDS = re.compile(r"[a-z0-9]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PLACEHOLDER = re.compile(r"s[ée]lectionnez un [ée]l[ée]ment", re.IGNORECASE)
_MARKUP = re.compile(r"</?(?:p|br|div|span|b|strong|i|em|u|ul|ol|li|a|h\d)\b[^<>]{0,500}>", re.IGNORECASE)
_BREAK = re.compile(r"<br ?/?>|</(?:p|div|li|h\d)>", re.IGNORECASE)
_FAILED = re.compile(r"#(?:N/?A|REF!|DIV/0!|VALEUR!|VALUE!|NOM\?|NAME\?|NOMBRE!|NUM!|NUL!|NULL!)|Err:\d+")
_NOTHING = re.compile(
    r"\W{0,5}(?:sans objet|non (?:concern|appl|collect|trait|renseign)\w*|n\.?\s?/?\s?a\.?|aucune?s?|n[ée]ant|pas de|"
    r"none|null|nil|s\.?o\.?|vide)(?=$|\W)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ONLY_MARKS = re.compile(r"[\W_]*")
_ASIDE = re.compile(r"[\s.]*(?:\([^()]*\)[\s.]*)?")
_EXAMPLE = re.compile(r"\W{0,5}(?:\d{1,5}\W{1,5})?exemples?\b(?!\s+\w)|\W{0,5}\(\s?exemple", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,4})(?: ?[-/.] ?| )(\d{1,2})(?: ?[-/.] ?| )(\d{1,4})(?:[ T]\d{1,2}[:h]\d{2}(?::\d{2}.*)?)?")
_LONG_DAY = re.compile(
    r"(?:le |lundi |mardi |mercredi |jeudi |vendredi |samedi |dimanche )?(\d{1,2})(?:er)? ([a-z]{3,9}) (\d{4})"
)
_MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin",
    "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip
_ON, _OFF = "☒☑✔✓✅■🗹\uf052\uf0fe\uf0fd", "☐❌✗✘□\uf0a8\uf06f\uf071"
"""Signs of a box, ticked or not; the last of each are what Word makes of one when it is copied."""
_TICKS = dict.fromkeys(_ON, True) | dict.fromkeys(_OFF, False)
_BOX = re.compile(rf"(?P<on>[{_ON}]|[\[(][xX][\])])|[{_OFF}]|\[ ?\]|\( ?\)")
_SIGN = re.compile(rf"[{_ON}{_OFF}\[(]")
_LONE_BOX = re.compile(rf"\n?^({_BOX.pattern})$\n?", re.MULTILINE)
_YES = frozenset({"oui", "o", "yes", "y", "vrai", "true", "x", "1", "ok"})
_NO = frozenset({"non", "n", "no", "faux", "false", "0", "aucun", "aucune", "neant"})
_CENTURY, _PIVOT = 100, 70


class Impossible(ValueError):
    """A text looks like a date, but there is no such day."""


def text_of(value: Cell) -> str:
    """A cell as text: dates as people write them here, booleans as Oui and Non, markup and placeholders taken off."""
    if isinstance(value, str):
        text = printable(value).strip()
        if text.startswith("'"):
            text = unguarded(text)
        if "<" in text and _MARKUP.search(text):
            text = html.unescape(_MARKUP.sub("", _BREAK.sub("\n", text))).strip()
        return "" if _PLACEHOLDER.match(text) else text.replace("\r\n", "\n")
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, dt.datetime):
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)


def is_failed_formula(text: str) -> bool:
    """Whether a cell shows the error of a formula instead of a value."""
    return text.startswith(("#", "Err:")) and _FAILED.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def nothing_said(text: str) -> bool:
    """Whether a text only says that there is nothing: « — », « Non concerné », « Sans objet (…) », « N/A »."""
    if _ONLY_MARKS.fullmatch(text):
        return True
    match = _NOTHING.match(text)
    return match is not None and _ASIDE.fullmatch(match["rest"]) is not None


def nothing_but(text: str) -> bool:
    """Whether a text begins by saying that there is nothing, then says more: « Sans objet — hébergé en France »."""
    match = _NOTHING.match(text)
    return match is not None and re.match(r"[\s(]*[-–—,;:.(]|\s\w", match["rest"]) is not None


def is_example(text: str) -> bool:
    """Whether a name or a reference is the CNIL's example: « (EXEMPLE) Gestion de la paie », « 1 - Exemple »."""
    return _EXAMPLE.match(text) is not None


@lru_cache(maxsize=4096)
def words_of(text: str) -> str:
    """The words of a text, folded, one space between: « N° / RÉF » -> "n ref", « subPurposes » -> "sub purposes"."""
    return " ".join(_WORDS.findall(fold(_HUMP.sub(" ", text))))


@lru_cache(maxsize=4096)
def yes_or_no(text: str) -> tuple[bool | None, str]:
    """(True, False or None when neither is said; what else is said): « Oui (prestataire) » -> (True, "prestataire")."""
    ticked = _TICKS.get(text[:1])
    if ticked is not None:
        return ticked, text[1:].strip(" \t\n:-–—")
    first, _, _ = words_of(text[:40]).partition(" ")
    if first not in _YES | _NO:
        return None, text
    if first == "non" and nothing_said(text):  # « Non concerné »
        return False, ""
    rest = text.lstrip(" \t([{«\"'*-")[len(first) :].strip(" \t\n.,;:-–—")
    if rest.startswith("(") and rest.endswith(")"):
        rest = rest[1:-1].strip()
    return first in _YES, rest


@lru_cache(maxsize=4096)
def choices_of(text: str) -> str:
    """What is ticked in a cell that offers several choices, one on each line: « ☐ Oui ☒ Non » -> « Non ».

    A line without a box stays as it is, and so does a text with one box at most: `yes_or_no` reads that.
    """
    if not _SIGN.search(text) or len(_BOX.findall(text)) <= 1:
        return text
    beside = _LONE_BOX.sub(r"\n\1 " if _BOX.match(text) else r" \1\n", text)
    return "\n".join(kept for line in beside.strip().splitlines() for kept in _kept(line))


def _kept(line: str) -> list[str]:
    boxes = list(_BOX.finditer(line))
    if not boxes:
        return [line]
    edges = [0, *(box.start() for box in boxes), *(box.end() for box in boxes), len(line)]
    is_after = bool(line[: boxes[0].start()].strip()) and not line[boxes[-1].end() :].strip()
    words = [line[a:b] for a, b in pairwise(sorted(edges))][0 if is_after else 2 :: 2]
    return [kept for box, word in zip(boxes, words, strict=False) if box["on"] and (kept := word.strip(" \t,;/"))]


def day_of(value: Cell) -> str | None:
    """The ISO day of a cell; None when it holds none. Raises Impossible for a day that does not exist."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if not isinstance(value, str):
        return None
    match = _DAY.fullmatch(value.strip())
    if match:
        return _day(*map(int, match.groups()))
    match = _LONG_DAY.fullmatch(fold(value))
    if match and match[2] in _MONTHS:
        return _day(int(match[1]), _MONTHS.index(match[2]) + 1, int(match[3]))
    return None


def _day(first: int, month: int, last: int) -> str:
    year, day = (first, last) if first > 31 else (last, first)
    if year < _CENTURY:
        year += 1900 if year >= _PIVOT else 2000
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError as error:
        raise Impossible from error
