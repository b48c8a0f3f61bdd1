"""What any text goes through on its way out: characters no format can hold, formulas, the size of a cell, dates."""

import datetime as dt
import re

from models.base import PARIS
from models.vocabulary import N_

CELL_LIMIT = 32_767
"""How many UTF-16 units a cell of a spreadsheet holds."""

CUT_MARK = N_(" […] (texte coupé : il dépasse ce qu’une cellule peut contenir)")

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LIVE = re.compile("[\\s\ufeff\u00ad\u200b-\u200f\u2060']*[=+\\-@|%＝＋－＠]")  # noqa: RUF001 -- full-width signs live too

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def printable(text: str) -> str:
    """`text` without the control characters, lone surrogates and non-characters that XML cannot carry."""
    return text if text.isprintable() else _UNPRINTABLE.sub("", text)


def is_live(text: str) -> bool:
    """Whether a spreadsheet might take `text` for a formula, now or when the cell is edited (OWASP ASVS 5.0, V1.2.10).

    An apostrophe before the sign counts too, so that `unguarded` always knows which apostrophe is ours.
    """
    return _LIVE.match(text) is not None


def guarded(text: str) -> str:
    """`text` with one apostrophe before it when it might come alive."""
    return "'" + text if is_live(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given: exactly one apostrophe goes, and only where a formula would follow."""
    return text[1:] if text.startswith("'") and is_live(text[1:]) else text


def shortened(text: str) -> str:
    """`text`, or as much of it as a cell holds with a mark that says so."""
    if len(text) <= CELL_LIMIT // 2 or len(text.encode("utf-16-le")) // 2 <= CELL_LIMIT:
        return text
    room = (CELL_LIMIT - len(CUT_MARK)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + CUT_MARK


def is_cut(text: str) -> bool:
    """Whether `text` was read from a cell that could not hold the whole of it."""
    return text.endswith(CUT_MARK)


def day(date: dt.date) -> str:
    """31/12/2026."""
    return f"{date.day:02}/{date.month:02}/{date.year:04}"


def long_day(date: dt.date) -> str:
    """31 décembre 2026, and « 1er » for the first of a month."""
    return f"{'1er' if date.day == 1 else date.day} {_MONTHS[date.month - 1]} {date.year}"


def moment(at: dt.datetime) -> str:
    """31/12/2026 à 14:05, in Paris time."""
    local = at.astimezone(PARIS)
    return f"{day(local)} à {local:%H:%M}"
