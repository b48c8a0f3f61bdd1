"""Accent-insensitive search, the same on SQLite and PostgreSQL: a column of folded words and a LIKE on it."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, event, true
from sqlalchemy.orm import Mapped, Mapper, mapped_column

_MARKS = re.compile("[" + "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x10000)))) + "]+")
"""The combining marks of living scripts: what is left of an accent once it is taken off its letter."""


def fold(text: str) -> str:
    """`text` in lower case, without accents nor ligatures, white space single: « Œdème  Aigu » -> « oedeme aigu »."""
    if text.isascii():
        return " ".join(text.lower().split())
    opened = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return " ".join(_MARKS.sub("", opened).split())


class Searchable:
    """A record found by its words: `search_words` gives them, `words` keeps them folded."""

    words: Mapped[str] = mapped_column(Text, default="", info={"derived": True})

    def search_words(self) -> list[str | None]:
        """The texts in which a person would look for this record."""
        raise NotImplementedError(type(self).__name__)

    def folded_words(self) -> str:
        return fold(" ".join(text for text in self.search_words() if text))


@event.listens_for(Searchable, "before_insert", propagate=True)
@event.listens_for(Searchable, "before_update", propagate=True)
def _fold_words(mapper: Mapper[Any], connection: object, target: Searchable) -> None:
    target.words = target.folded_words()


def matching(column: Any, typed: str) -> ColumnElement[bool]:
    """True where `column` (folded words) holds every word of what was typed, in any order; a NUL counts as a blank."""
    return and_(true(), *(column.contains(word, autoescape=True) for word in fold(typed.replace("\0", " ")).split()))


def holding(column: Any, count: int) -> ColumnElement[bool]:
    """As `matching`, for so many words at most, which are given when the statement runs, as `held` names them."""
    return and_(true(), *(column.like(bindparam(f"word_{number}"), escape="/") for number in range(count)))


def held(words: Sequence[str], count: int) -> dict[str, str]:
    """Folded words, `count` at most, as the parameters of `holding`: those that are missing are held by anything."""
    likes = [f"%{escaped(word)}%" for word in words]
    return {f"word_{number}": like for number, like in enumerate([*likes, *["%"] * (count - len(likes))])}


def escaped(word: str) -> str:
    """`word` such that LIKE takes each of its letters for itself, with ESCAPE '/'."""
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")
