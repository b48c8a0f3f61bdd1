"""What the register says of the chosen activities, in plain words, each with the record it comes from."""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from models.notices.telling import KEYS, Said, Source, Value, listed, merged
from models.notices.words import Audience
from models.register.activity import Activity
from models.register.parts import DataItem, Purpose, Retention
from models.register.words import ActorRole, RecipientKind, Unit
from models.vocabulary import N_

MEDICAL_RECORD = ("TP01", "Dossier patient")
_MEDICAL_TERM = (20, Unit.YEARS, "last_visit")
_CASES = " ; "

FEW = 2
"""So many activities of no known family are told apart on the poster."""
LEGITIMATE = "legitimate_interests"

_UNSAID = re.compile(r"(, (?=pour |lors|dans |seulement |en cas |avec |tenu|dirig|qui )| \().*", re.DOTALL)
"""What plain words add to a name: why, when, under whose care."""


@dataclass(frozen=True)
class Lexicon:
    """The model's plain words for one audience. `model`: seed/catalogue/notices.yaml; `typical`: the purposes that the
    model's own words cover, by typical processing; `countries`: their French names by code."""

    model: dict[str, Any]
    typical: Mapping[str, frozenset[str]]
    countries: Mapping[str, str]
    audience: Audience

    @property
    def key(self) -> str:
        return KEYS[self.audience]

    def text(self, row: Mapping[str, Any]) -> str:
        """The row's words for this audience; an adolescent reads the easy ones when it has none of its own."""
        easy = row.get("easy_fr") if self.audience is Audience.MINOR else None
        return str(row.get(self.key) or easy or row.get("adult_fr") or "")

    def named(self, row: Mapping[str, Any], name: str) -> str:
        """A text such as « intro », whose keys are intro_fr, intro_minor_fr, intro_easy_fr."""
        suffix = {Audience.ADULT: "_fr", Audience.MINOR: "_minor_fr", Audience.EASY: "_easy_fr"}[self.audience]
        return str(row.get(name + suffix) or row.get(name + "_fr") or "")

    def plain(self, scheme: str, code: str | None) -> str | None:
        """The plain words for a code; None when the model has none."""
        return self._plain.get((scheme, code or ""))

    def family(self, activity: Activity) -> dict[str, Any]:
        """The family of purposes to which an activity belongs; « autres » when the model does not know it."""
        return self._families.get(activity.typical_code or "", self._families[""])

    def purpose_line(self, activity: Activity) -> str | None:
        """The model's line for what a typical processing is for."""
        return self._purposes.get(activity.typical_code or "")

    def item_line(self, activity: Activity, item: str) -> str | None:
        """The model's words for something kept by a typical processing."""
        return self._items.get((activity.typical_code or "", item))

    @cached_property
    def _plain(self) -> dict[tuple[str, str], str]:
        words = self.model["plain_words"]
        return {
            (scheme, row["code"]): self.text(row) for scheme, rows in words.items() for row in rows if "code" in row
        }

    @cached_property
    def _families(self) -> dict[str, dict[str, Any]]:
        found = {one["processing"]: row for row in self.model["families"] for one in row["purposes"]}
        return {**found, "": next(row for row in self.model["families"] if row.get("is_default"))}

    @cached_property
    def _purposes(self) -> dict[str, str]:
        return {one["processing"]: self.text(one) for row in self.model["families"] for one in row["purposes"]}

    @cached_property
    def _items(self) -> dict[tuple[str, str], str]:
        rows = self.model["plain_words"]["retention_items"]
        return {(row["processing"], row["item_fr"]): self.text(row) for row in rows}


class Mark(NamedTuple):
    """What designates a record in a source: identity, reference, name, version."""

    id: str
    reference: str
    name: str
    number: int | None


def uncapped(text: str) -> str:
    """A label of the register as the end of a sentence: no capital (but acronyms keep theirs), no full stop."""
    kept = text.strip().rstrip(".")
    return kept if len(kept) > 1 and kept[1].isupper() else kept[:1].lower() + kept[1:]


@dataclass(frozen=True)
class Ground:
    """Purposes that rest on the same basis: what a family says of them in one go."""

    basis: str | None
    lines: list[Said]
    because: Value


class Facts:
    """The chosen activities, read with a lexicon."""

    def __init__(
        self, activities: Iterable[Activity], lexicon: Lexicon, marks: dict[uuid.UUID, Mark] | None = None
    ) -> None:
        self.activities, self.lexicon = list(activities), lexicon
        self._marks = {} if marks is None else marks
        self.codes = {one.typical_code for one in self.activities if one.typical_code}

    def of(self, activities: Iterable[Activity]) -> "Facts":
        return Facts(activities, self.lexicon, self._marks)

    @cached_property
    def families(self) -> list[tuple[dict[str, Any], "Facts"]]:
        """Each family that has an activity, in order, with the facts of its own."""
        found: dict[str, tuple[dict[str, Any], list[Activity]]] = {}
        for activity in self.activities:
            row = self.lexicon.family(activity)
            found.setdefault(row["code"], (row, []))[1].append(activity)
        ordered = sorted(found.values(), key=lambda one: int(one[0]["order"]))
        return [(row, self.of(activities)) for row, activities in ordered]

    def reasons(self) -> list[Said]:
        """What the data are used for, a line a family; a few activities of no known one say it themselves."""
        return [said for row, own in self.families for said in own.reasons_of(row)]

    def reasons_of(self, family: Mapping[str, Any]) -> list[Said]:
        """The lines of a family, of which these are all the facts."""
        if family.get("is_default") and len(self.activities) <= FEW:
            return [Said(uncapped(one.main_purpose or one.name), self.of([one]).as_source) for one in self.activities]
        return [Said(self.lexicon.named(family, "poster_line"), self.as_source)]

    def purposes(self) -> Iterator[tuple[Activity, Purpose]]:
        return ((activity, purpose) for activity in self.activities for purpose in activity.purposes)

    @cached_property
    def as_source(self) -> tuple[Source, ...]:
        """The activities themselves, by their main purpose."""
        return tuple(self._told(one, "purposes", one.main_purpose) for one in self.activities)

    # Purposes and what they rest on

    def grounds(self) -> list[Ground]:
        """The purposes grouped by basis (and interest pursued), in the order of the register."""
        found: dict[tuple[Any, ...], list[tuple[Activity, Purpose]]] = {}
        for activity, purpose in self.purposes():
            interest = purpose.legitimate_interest if purpose.lawful_basis == LEGITIMATE else None
            found.setdefault((purpose.lawful_basis, interest), []).append((activity, purpose))
        return [self._ground(basis, rows) for (basis, _interest), rows in found.items()]

    def _ground(self, basis: str | None, rows: list[tuple[Activity, Purpose]]) -> Ground:
        because, interest = self.lexicon.plain("lawful_bases", basis), rows[0][1].legitimate_interest
        if because and interest:
            because = because.replace("{interet_legitime}", uncapped(interest))
        based = tuple(
            self._told(one, "lawful_basis", purpose.lawful_basis_reference or because) for one, purpose in rows
        )
        return Ground(basis, merged(self._lines(rows)), Said(because, _once(based)) if because else None)

    def conditions(self) -> list[Said]:
        """What allows sensitive data (art. 9), each condition once."""
        return merged(
            Said(words, (self._told(activity, "art9", purpose.art9_reference or words),))
            for activity, purpose in self.purposes()
            if (words := self.lexicon.plain("art9_conditions", purpose.art9_condition))
        )

    def _lines(self, rows: list[tuple[Activity, Purpose]]) -> Iterator[Said]:
        for activity, purpose in rows:
            source = (self._told(activity, "purposes", purpose.label),)
            line = self.lexicon.purpose_line(activity)
            covered = self.lexicon.typical.get(activity.typical_code or "", frozenset())
            if line and purpose.label in covered and _same_ground(purpose, activity.purposes[0]):
                yield Said(line, source)
            else:
                yield Said(uncapped(purpose.label), source)

    @cached_property
    def bases(self) -> dict[str, list[Source]]:
        """The bases used, each with the purposes that rest on it."""
        found: dict[str, list[Source]] = {}
        for activity, purpose in self.purposes():
            if purpose.lawful_basis:
                found.setdefault(purpose.lawful_basis, []).append(self._told(activity, "lawful_basis", purpose.label))
        return found

    # What is collected, seen, kept

    def categories(self) -> list[Said]:
        return merged(
            Said(words, (self._told(activity, "data_items", item.description or words),))
            for activity in self.activities
            for item in activity.data_items
            if (words := self.lexicon.plain("data_categories", item.category))
        )

    def recipients(self, *kinds: RecipientKind) -> list[Said]:
        """Who sees the data, by category; a processor is never named (only its trade is told)."""
        found = []
        for activity in self.activities:
            for one in activity.recipients:
                words = self.lexicon.plain("recipient_categories", one.category)
                words = words or (None if one.kind is RecipientKind.PROCESSOR else one.name and uncapped(one.name))
                if one.kind in kinds and words:
                    said = one.name or (one.processor.name if one.processor else one.reason)
                    source = self._told(activity, "recipients", said or f"{one.kind.label} : {words}")
                    found.append(Said(words, (source,)))
        return merged(found)

    def main_recipients(self, most: int) -> list[Said]:
        """Those whom most activities name, by their bare names."""
        return self._by_number[:most]

    @cached_property
    def _by_number(self) -> list[Said]:
        outside = self.recipients(RecipientKind.INTERNAL, RecipientKind.EXTERNAL)
        short = merged(Said(_UNSAID.sub("", one.text), one.sources) for one in outside)
        return sorted(short, key=lambda one: -len(one.sources))

    def retentions(self) -> list[Said]:
        """How long each thing is kept: those kept as long together, except where each idea has its line."""
        found: dict[str, dict[str, tuple[Source, ...]]] = {}
        for activity in self.activities:
            for row in activity.retentions:
                if words := self.period(activity, row):
                    item = self._item(activity, row)
                    record = self._plain_record()
                    if (row.duration, row.unit, row.trigger) == _MEDICAL_TERM and item in found.get(record, {}):
                        words = record
                    items = found.setdefault(words, {})
                    items[item] = (*items.get(item, ()), self._kept(activity, row))
        told = _in_lines if self.lexicon.audience is Audience.EASY else _in_line
        return [Said(told(words, items), _once(tuple(chain(*items.values())))) for words, items in found.items()]

    def _plain_record(self) -> str:
        """How long the medical record is kept, in the model's own words."""
        return self.lexicon.plain("retention_special_cases", "medical_record") or ""

    def medical_record(self, cases: int | None = None) -> Value:
        """How long the medical record is kept, when an activity keeps it; its first `cases` only, if given."""
        for activity in self.activities:
            for row in activity.retentions:
                if (activity.typical_code, row.item) == MEDICAL_RECORD and (words := self.period(activity, row)):
                    return Said(_CASES.join(words.split(_CASES)[:cases]), (self._kept(activity, row),))
        return None

    def _item(self, activity: Activity, row: Retention) -> str:
        return self.lexicon.item_line(activity, row.item) or uncapped(row.item)

    def period(self, activity: Activity, row: Retention) -> str | None:
        """A duration in plain words; None when the record gives none."""
        lexicon = self.lexicon
        special = (activity.typical_code, row.item) == MEDICAL_RECORD
        if special and (row.duration, row.unit, row.trigger) == _MEDICAL_TERM:
            return self._plain_record()
        if row.unit is None or (row.duration is None and row.unit in (Unit.DAYS, Unit.MONTHS, Unit.YEARS)):
            return uncapped(row.wording) if row.wording else None
        one_year = (row.duration, row.unit) == (1, Unit.YEARS)
        words = lexicon.plain("retention_special_cases", "one_year") if one_year else None
        words = words or lexicon.plain("retention_units", row.unit.value) or ""
        since = lexicon.plain("retention_triggers", row.trigger) or ""
        return words.replace("{duree}", str(row.duration or "")).replace("{declencheur}", since).strip()

    def measures(self) -> list[Said]:
        return merged(
            Said(words, (self._told(activity, "security_measures", one.description or words),))
            for activity in self.activities
            for one in activity.security_measures
            if (words := self.lexicon.plain("security_measure_categories", one.category))
        )

    # Abroad, by machine, together

    def transfers(self) -> list[Said]:
        found = []
        for activity in self.activities:
            for one in activity.transfers:
                words = self.lexicon.plain("transfer_mechanisms", one.mechanism) or ""
                country = self.lexicon.countries.get(one.country or "", one.country or "")
                source = self._told(activity, "transfers", f"{one.recipient} ({country})")
                found.append(Said(words.replace("{pays}", self._abroad(country)), (source,)))
        if found:
            return merged(found)
        nowhere = self.lexicon.plain("transfer_mechanisms", "none") or ""
        return [
            Said(nowhere, tuple(self._told(one, "transfers", N_("Aucun transfert hors UE")) for one in self.activities))
        ]

    def _abroad(self, country: str) -> str:
        """A country whose article we do not know, in a sentence."""
        adult = self.lexicon.audience is Audience.ADULT
        return N_("un pays hors de l’Union européenne ({country})").replace("{country}", country) if adult else country

    def automated(self) -> list[Said]:
        """What is decided by a machine, as the register says; nothing when it says that nothing is."""
        return [
            Said(str(one.automated_logic), (self._told(one, "automated", one.automated_logic),))
            for one in self.activities
            if one.automated_decision and one.automated_logic
        ]

    def not_automated(self) -> tuple[Source, ...]:
        return tuple(self._told(one, "automated", N_("Pas de décision automatisée")) for one in self.activities)

    def joint_controllers(self) -> list[Said]:
        return merged(
            Said(actor.name, (self._told(activity, "actors", actor.name),))
            for activity in self.activities
            for actor in activity.actors
            if actor.role is ActorRole.JOINT_CONTROLLER
        )

    def collection(self) -> tuple[Source, ...]:
        """Where the data come from, as the records say."""
        return tuple(
            self._told(activity, "source", " : ".join(filter(None, (item.source.label, item.source_details))))
            for activity in self.activities
            for item in activity.data_items
            if item.source
        )

    def _data(self, item: DataItem) -> str:
        return item.description or self.lexicon.plain("data_categories", item.category) or item.category

    def duty(self) -> tuple[Source, ...]:
        """Whether the data must be given, as the records say."""
        words = {True: N_("Fourniture obligatoire"), False: N_("Fourniture facultative")}
        return tuple(
            self._told(activity, "mandatory", f"{self._data(item)} : {words[item.mandatory].lower()}")
            for activity in self.activities
            for item in activity.data_items
            if item.mandatory is not None
        )

    # Sources

    def _told(self, activity: Activity, part: str, said: str | None, *, doubtful: bool = False) -> Source:
        """A word of the register as the source of another. What designates a record is read once: it is told a lot."""
        mark = self._marks.get(activity.id)
        if mark is None:
            mark = Mark(str(activity.id), activity.reference, activity.name, activity.validated_version)
            self._marks[activity.id] = mark
        return Source("activity", part, said or "", *mark, doubtful)

    def _kept(self, activity: Activity, row: Retention) -> Source:
        said = " : ".join(filter(None, (row.item, row.reference)))
        return self._told(activity, "retentions", said, doubtful=row.is_to_verify)


def _in_line(words: str, items: Iterable[str]) -> str:
    return f"{listed(items)} : {words}"


def _in_lines(words: str, items: Iterable[str]) -> str:
    """Each idea on its line: how long, then each thing kept so long."""
    told = list(items)
    return "\n– ".join([f"{words} :", *told]) if len(told) > 1 else f"{told[0]} : {words}"


def _once(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(sources))


def _same_ground(purpose: Purpose, main: Purpose) -> bool:
    return (purpose.lawful_basis, purpose.art9_condition) == (main.lawful_basis, main.art9_condition)
