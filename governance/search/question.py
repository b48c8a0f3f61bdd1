"""What was typed in the search box: its words, or why they cannot be searched."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from models.search import fold

SHORTEST, LONGEST = 2, 200
"""Letters that one word must have, and letters of the whole."""

FEW, MANY = 4, 12
"""How many words a search usually has, and how many it may have."""


@dataclass(frozen=True)
class Question:
    """`typed` as it came, `words` folded and each once; `trouble`: a sentence when nothing is searched."""

    typed: str
    words: tuple[str, ...]
    trouble: str | None = None

    @property
    def text(self) -> str:
        """The words as one folded text."""
        return " ".join(self.words)

    @property
    def room(self) -> int:
        """For how many words statements are made: few or all that may be, so that they are seldom made anew."""
        return FEW if len(self.words) <= FEW else MANY

    @property
    def is_asked(self) -> bool:
        return bool(self.words) and self.trouble is None


def question(typed: str) -> Question:
    """The question that a box holds."""
    typed = typed.replace("\0", " ").strip()
    words = tuple(dict.fromkeys(fold(typed[: LONGEST + 1]).split()))
    return Question(typed[:LONGEST], words, _trouble(typed, words))


def _trouble(typed: str, words: tuple[str, ...]) -> Any:
    if len(typed) > LONGEST:
        return _(
            "Votre recherche compte %(count)s caractères : gardez-en %(most)s au plus, les plus rares suffisent.",
            count=len(typed), most=LONGEST,
        )  # fmt: skip
    if len(words) > MANY:
        return _("Votre recherche compte %(count)s mots : gardez-en %(most)s au plus.", count=len(words), most=MANY)
    if typed and max(map(len, words), default=0) < SHORTEST:
        return _("Tapez au moins %(count)s lettres d’un mot.", count=SHORTEST)
    return None
