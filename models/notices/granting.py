"""The rights that the register's bases give, as a notice tells them: each once, with its limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from models.notices.facts import Facts, uncapped
from models.notices.telling import Pen, Said, Source, Statement, Value
from models.notices.words import Audience

Row = Mapping[str, Any]
Granted = tuple[Row, tuple[Source, ...]]
"""A right of the model, and the purposes whose basis gives it."""

MACHINES = "no_automated_decision"
_APART = {"note_complaint": "complaint", "note_medical_record": "medical_record_access"}
"""The blocks that set out a right by themselves: the list of rights leaves it to them."""

_NOT_ON_POSTER = ("information", "medical_record_access", "objection", "complaint")
"""The poster is the first, access holds the second, and a block of its own tells each of the others."""


@dataclass(frozen=True)
class Rights:
    """What the chosen activities give right to, told by `pen`."""

    facts: Facts
    pen: Pen

    @cached_property
    def given(self) -> list[Granted]:
        """The rights that one basis at least gives, in order, each with the purposes whose basis gives it."""
        found = []
        bases = self.facts.bases
        for row in sorted(self.facts.lexicon.model["rights"], key=lambda one: int(one["order"])):
            scoped = row.get("applies_to_processings")
            if scoped and not self.facts.codes & set(scoped):
                continue
            granting = [basis for basis in bases if row["scope_by_basis"][basis] != "does_not_apply"]
            if granting:
                found.append((row, tuple(dict.fromkeys(source for basis in granting for source in bases[basis]))))
        return found

    def short(self) -> list[Said]:
        """Their titles for the poster; that on machines only where one decides something."""
        left_out = _NOT_ON_POSTER if self.facts.automated() else (*_NOT_ON_POSTER, MACHINES)
        return [Said(uncapped(self._title(row)), sources) for row, sources in self.given if row["code"] not in left_out]

    def listed(self) -> list[Granted]:
        """Those that the note lists: a block of its own tells each of the others, that no machine decides included."""
        apart = {*_APART.values()} if self.facts.automated() else {*_APART.values(), MACHINES}
        return [one for one in self.given if not one[0].get("highlight") and one[0]["code"] not in apart]

    def items(self, text: str, told: list[Granted]) -> list[Statement]:
        """A list of rights: each with its title, what it gives and its limit, after the model's `text`."""
        return [one for row, sources in told for one in self._item(text, row, sources)]

    def legal(self, told: list[Granted]) -> list[dict[str, str]]:
        """The articles that the rights of a list come from."""
        return [
            {"label": self._title(row), "reference": one["text_fr"], "confidence": one["confidence"]}
            for row, _sources in told
            for one in row["references"]
        ]

    def joined(self, code: str, statements: list[Statement]) -> list[Statement]:
        """A block that sets out a right: what it says that the right does not, what the right gives, its limit."""
        right = next((one for one in self.given if one[0]["code"] == _APART.get(code)), None)
        if right is None or not statements or self.facts.lexicon.audience is Audience.MINOR:
            return statements
        row, sources = right
        gives = self._written(self.facts.lexicon.text(row)) if code == "note_medical_record" else []
        kept = statements[:1] if gives else statements
        more = [*gives, *self._written(self._limit_text(row))]
        for one in more:
            one.sources = list(dict.fromkeys([*one.sources, *sources]))
        return [*kept, *more]

    def _item(self, text: str, row: Row, sources: tuple[Source, ...]) -> list[Statement]:
        limit = self._limit_text(row)
        extra: dict[str, Value] = {
            "droit_titre": Said(self._title(row), sources),
            "droit_texte": Said(self._plain(self.facts.lexicon.text(row)), sources),
            "droit_limite": Said(self._plain(limit)) if limit else None,
        }
        written = self.pen.write(text, extra)
        if not written:
            return []
        told = list(dict.fromkeys(source for one in written for source in one.sources))
        return [Statement(self._separator.join(one.text for one in written), told, bullet=True)]

    @property
    def _separator(self) -> str:
        """Sentences one after the other; one a line where each stands on its own."""
        return "\n" if self.facts.lexicon.audience is Audience.EASY else " "

    def _plain(self, text: str) -> str:
        return self._separator.join(one.text for one in self._written(text))

    def _written(self, text: str) -> list[Statement]:
        return self.pen.write(text)

    def _title(self, row: Row) -> str:
        return self.facts.lexicon.named(row, "title")

    def _limit_text(self, row: Row) -> str:
        adult = self.facts.lexicon.audience is Audience.ADULT
        return str(row.get("limit_fr" if adult else "limit_easy_fr") or "")
