"""What a notice says and where it takes it from: words with their sources, and sentences made of a model's text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from models.notices.words import Audience
from models.wording import BLANK, PREPOSED, begun, joined

_SENTENCES = re.compile(r"(?<=[.!?…}])\s+(?=[A-ZÀ-ÖØ-Þ«{])")
_TWO_STOPS = re.compile(r"(?<!\.)\.\.(?!\.)")
_WORD = re.compile(r"\d+(?: \d+)+|\w\S*")
_ONLY_STOPS = re.compile(r"[\s.;:,]*")

KEYS = {Audience.ADULT: "adult_fr", Audience.MINOR: "minor_fr", Audience.EASY: "easy_fr"}


class Source(NamedTuple):
    """Where words come from: a part of a record of the register, else (kind "establishment" or "notice") what the
    hospital says of itself or typed in the notice."""

    kind: str
    part: str
    said: str
    id: str = ""
    reference: str = ""
    name: str = ""
    number: int | None = None
    doubtful: bool = False


@dataclass(frozen=True)
class Said:
    """Some words and the sources they come from."""

    text: str
    sources: tuple[Source, ...] = ()


Value = Said | list[Said] | None


@dataclass
class Statement:
    """A sentence of the notice, or one item of a list, with its sources."""

    text: str
    sources: list[Source] = field(default_factory=list)
    bullet: bool = False


def words_of(texts: Iterable[str]) -> int:
    """How many words there are in some texts; a sign between two blanks is none, a number is one."""
    return sum(len(_WORD.findall(text)) for text in texts)


def merged(items: Iterable[Said]) -> list[Said]:
    """The same words once, with the sources of each."""
    found: dict[str, dict[Source, None]] = {}
    for one in items:
        found.setdefault(one.text, {}).update(dict.fromkeys(one.sources))
    return [Said(text, tuple(sources)) for text, sources in found.items()]


class Pen:
    """Writes sentences of the model with `values`, and remembers the required ones that had none.

    `optional`: the names that may lack: their sentence then goes. `labels`: how a lacking one is shown meanwhile.
    """

    def __init__(self, values: Mapping[str, Value], optional: frozenset[str], labels: Mapping[str, str]) -> None:
        self.values, self.optional, self.labels = dict(values), optional, labels
        self.lacking: set[str] = set()

    def write(
        self, text: str | None, extra: Mapping[str, Value] | None = None, *, inline: bool = False
    ) -> list[Statement]:
        """The statements of a text of the model. `extra` joins the values; `inline` keeps lists in their sentence.

        A list that has nothing takes its sentence with it, and the question of the line before when it stands alone.
        """
        values = {**self.values, **(extra or {})}
        lines: list[list[Statement]] = []
        for line in (text or "").splitlines():
            alone = BLANK.fullmatch(line.strip())
            if alone and values.get(alone[1]) == []:
                lines = lines[:-1]
                continue
            sentences = _SENTENCES.split(line.strip())
            lines.append([made for one in sentences for made in self._sentence(one, values, inline)])
        return [statement for found in lines for statement in found]

    def _sentence(self, sentence: str, values: Mapping[str, Value], inline: bool) -> list[Statement]:
        names = BLANK.findall(sentence)
        if not sentence.strip() or any(self._is_dropped(name, values) for name in names):
            return []
        rows = next((name for name in names if isinstance(values.get(name), list)), None)
        if rows and (sentence == f"{{{rows}}}" or not inline):
            return self._bullets(sentence, rows, values)
        made = Statement("")
        made.text = begun(PREPOSED.sub(lambda found: joined(found[1], self._put(found[2], values, made)), sentence))
        made.text = _TWO_STOPS.sub(".", made.text)
        return [made] if made.text.strip() else []

    def _is_dropped(self, name: str, values: Mapping[str, Value]) -> bool:
        value = values.get(name)
        return value == [] or (name in self.optional and not value)

    def _bullets(self, sentence: str, name: str, values: Mapping[str, Value]) -> list[Statement]:
        before, after = sentence.split(f"{{{name}}}", 1)
        items = values[name]
        found = items if isinstance(items, list) else []
        lead = self._sentence(before.strip(), values, True) if before.strip() else []
        for one in lead:
            one.sources = one.sources or list(dict.fromkeys(source for item in found for source in item.sources))
        tail = [] if _ONLY_STOPS.fullmatch(after) else self._sentence(after.lstrip(" .;,"), values, True)
        return [*lead, *(Statement(one.text, list(one.sources), bullet=True) for one in found), *tail]

    def _put(self, name: str, values: Mapping[str, Value], made: Statement) -> str:
        value = values.get(name)
        if not value:
            self.lacking.add(name)
            return f"[{self.labels.get(name, name)}]"
        items = value if isinstance(value, list) else [value]
        made.sources = list(dict.fromkeys([*made.sources, *(source for one in items for source in one.sources)]))
        return listed([one.text for one in items])


def listed(texts: Iterable[str]) -> str:
    """« a, b et c »; with semicolons when an item is a list itself."""
    *most, last = texts
    if not most:
        return last
    if any(mark in text for text in (*most, last) for mark in (",", ":", " et ")):
        return " ; ".join((*most, last))
    return ", ".join(most) + " et " + last
