"""A subject whose files are flat tables: one line, one record. Its own file says the columns; the rest is done here."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from sqlalchemy import select

from governance.database import session
from governance.imports.findings import Issue, Mappings, Severity, Understanding, excerpt
from governance.imports.outcomes import WRITTEN, Action, Choices, Job, Outcome, Plain, Plan, Proposal
from governance.imports.subjects import states
from governance.imports.subjects.reading import TableReader, Target
from governance.imports.subjects.subject import Meanings, Reader, Subject
from governance.terms import terms
from models.imports import ImportedRecord
from models.journal import plain
from models.rules import RuleBroken
from models.search import fold
from models.vocabulary import N_

CHUNK = 500
SAME_AS = N_("Même identité que la ligne %s : une seule des deux est reprise. Si elles sont deux, distinguez-les.")

UNLINKED = N_("« %s » n’est pas importée : le lien avec elle n’est pas repris.")


@dataclass(kw_only=True)
class Line(Outcome):
    """What becomes of one line.

    `fields`: what its cells say, by target; `columns`: the letter of each; `values`: what its record would hold, plain,
    by the names under which the journal tells them (a linked record goes by its title); `record`: the one it changes;
    `above`: the line or the record that it points to, when that may be another line of the file.
    """

    fields: Plain = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    values: Plain = field(default_factory=dict)
    record: Any = None
    above: Any = None

    def depth(self) -> int:
        """How many lines are above this one: what points must be written after what it points to."""
        above, count = self.above, 0
        while above is not None:
            above, count = above.above, count + 1
        return count

    def say(self, severity: Severity, sentence: str, target: str = "") -> None:
        """Something to look at, at the cell of a target when there is one."""
        value, column = self.fields.get(target, ""), self.columns.get(target, "")
        issue = Issue(severity, self.place["sheet"], self.place["row"], column, excerpt(value), sentence)
        self.issues.append(issue)

    def doubt(self, sentence: str, target: str = "") -> None:
        self.say(Severity.DOUBT, sentence, target)

    def refuse(self, sentence: str, target: str = "") -> None:
        """Keep this line out."""
        self.action, self.changes = Action.REFUSE, []
        self.say(Severity.ERROR, sentence, target)


class Planner:
    """Lays the lines of a file beside what an establishment has. A subject with rules of its own extends it."""

    def __init__(self, subject: "TableSubject", home: uuid.UUID, choices: Choices) -> None:
        self.subject, self.home, self.choices = subject, home, choices
        self.present: list[Any] = list(session.scalars(subject.present(home)))
        self._taken: dict[Any, Line] = {}
        self._by_key = {key: self._indexed(key) for key in subject.keys}

    def _indexed(self, key: tuple[str, ...]) -> dict[tuple[str, ...], list[Any]]:
        index: dict[tuple[str, ...], list[Any]] = {}
        for record in self.present:
            told = self.key_of({name: record.told(self.subject.columns[name]) for name in key}, key)
            if told:
                index.setdefault(told, []).append(record)
        return index

    @staticmethod
    def key_of(values: Plain, key: tuple[str, ...]) -> tuple[str, ...] | None:
        """The values of a key without case nor accents; None when one is missing."""
        told = tuple(fold(str(values.get(name) or "")) for name in key)
        return told if all(told) else None

    # What a subject may say otherwise

    def settle(self, line: Line) -> None:
        """Bring what the cells say to what the record would hold."""
        line.values = dict(line.fields)

    def match(self, line: Line) -> Any | None:
        """The record that a line is about, by the first key that knows it."""
        for key, index in self._by_key.items():
            found = index.get(self.key_of(line.values, key) or (), [])
            if len(found) > 1:
                line.refuse(N_("Plusieurs enregistrements de Vigie correspondent à cette ligne."), key[0])
            elif found:
                return found[0]
        return None

    def identities(self, line: Line) -> Iterator[Any]:
        """What no two lines of one file may share."""
        for key in self.subject.keys:
            if told := self.key_of(line.values, key):
                yield key, told
                return

    def complete(self, line: Line) -> None:
        """Add to a line what follows from it, once the record that it is about is known."""

    def label(self, line: Line) -> str:
        """The change, in a word of the subject."""
        return ""

    def further(self, lines: list[Line]) -> list[Line]:
        """Lines that the file does not have: what was ticked of the absent."""
        return []

    def proposals(self, lines: list[Line]) -> list[Proposal]:
        """What the file suggests beside its lines."""
        return []

    # The plan

    def plan(self, records: Iterable[Plain]) -> Plan:
        """What becomes of each line, in their order."""
        lines = [self._line(one) for one in records]
        lines += self.further(lines)
        for line in lines:
            if line.action in WRITTEN:
                self.complete(line)
                self._compare(line)
            if line.action in WRITTEN:
                line.label = self.label(line)
        return Plan([*lines], self.proposals(lines))

    def _line(self, one: Plain) -> Line:
        record = one["record"]
        action = Action.REFUSE if one["refused"] else Action.CREATE
        line = Line(place=one["place"], action=action, fields=record["fields"], columns=record["columns"])
        self.settle(line)
        line.reference, line.name = self.subject.titles(line.values)
        if line.action is Action.CREATE:
            self._find(line)
        return line

    def _find(self, line: Line) -> None:
        record = self.match(line)
        if line.action is Action.REFUSE:
            return
        for identity in [record.id] if record else self.identities(line):
            first = self._taken.setdefault(identity, line)
            if first is not line:
                line.refuse(SAME_AS % first.place["row"])
                return
        if record is not None:
            self.take(line, record)
        else:
            self._refuse_incomplete(line)

    def take(self, line: Line, record: Any) -> None:
        """The line is about this record."""
        line.action, line.record, line.record_id = Action.CHANGE, record, record.id
        line.version = getattr(record, "revision", None) or states.mark_of(record)

    def _refuse_incomplete(self, line: Line) -> None:
        for name in self.subject.must:
            if line.values.get(name) in (None, ""):
                title = self.subject.title_of_field(name)
                line.refuse(N_("« %s » manque : la ligne n’est pas reprise.") % title, name)

    def _compare(self, line: Line) -> None:
        if line.record is None:
            line.changes = [{"part": None, "id": "", "title": line.name, "created": line.values}]
        else:
            line.changes = list(self._changes(line))
        if line.changes:
            self._apply_rules(line)
        else:
            line.action = Action.SAME

    def _changes(self, line: Line) -> Iterator[Plain]:
        for name, value in line.values.items():
            before = plain(line.record.told(self.subject.columns[name]))
            if not self.subject.is_same(name, before, value):
                yield {"part": None, "id": str(line.record_id), "title": line.name, "field": name,
                       "before": before, "after": value}  # fmt: skip

    def _apply_rules(self, line: Line) -> None:
        changed = {change["field"] for change in line.changes if "field" in change}
        told = line.values if line.record is None else {name: line.values[name] for name in changed}
        before = states.values_of(line.record) if line.record else {}
        try:
            self.subject.check({**before, **states.typed(self.subject.model, told)})
        except RuleBroken as broken:
            line.refuse(broken.message, broken.field)


class TableSubject(Subject):
    """What a subject with flat files declares; see « Ajouter un sujet d’import » in `subjects/__init__.py`."""

    targets: ClassVar[Sequence[Target]]
    keys: ClassVar[tuple[tuple[str, ...], ...]]
    """What recognises a record, the surest first: (("reference",), ("name", "version"))."""
    must: ClassVar[tuple[str, ...]] = ()
    """What a new record cannot be without."""
    enough: ClassVar[tuple[tuple[str, ...], ...]]
    """Columns without which a file cannot be read: one of these groups must be there whole."""
    unkept: ClassVar[tuple[str, ...]] = ()
    """Headers of data that Vigie does not keep, so that the report says it without alarm."""
    planner: ClassVar[type[Planner]] = Planner
    upward: ClassVar[str] = ""
    """The column by which a record points to another of its kind (a manager), if any: `Line.above` fills it."""

    # What a subject may say otherwise

    def present(self, home: uuid.UUID) -> Any:
        """The select of the records that a file is compared with."""
        return select(self.model).where(self.model.establishment_id == home)

    def titles(self, values: Plain) -> tuple[str | None, str | None]:
        """(reference, name) of a line in the report."""
        return values.get("reference"), values.get("name")

    def is_same(self, name: str, before: Any, value: Any) -> bool:
        """Whether a value changes nothing."""
        return bool(before == value)

    def check(self, values: dict[str, Any]) -> None:
        """The model's rules for the values that a record would have, by column. Raises RuleBroken."""

    def prepare(self, job: Job, plan: Plan) -> None:
        """Before anything is written: make what was ticked, number what is new."""

    def links(self, home: uuid.UUID) -> dict[str, dict[str, Any]]:
        """The records that a linked field may name, by field then title."""
        return {}

    def touch(self, job: Job, record: Any) -> None:
        """Note on a record, made or changed, who does it and when."""

    # What the room asks

    @cached_property
    def columns(self) -> dict[str, str]:
        """The column behind each name under which the journal tells it."""
        return {self.model.told_as(key): key for key in self.model.journal_fields()}

    def title_of_field(self, name: str) -> str:
        return next((target.title for target in self.targets if target.name == name), name)

    def reader(self, known: Mappings) -> Reader:
        terms()
        return TableReader(self.targets, self.unkept, known)

    def meanings(self) -> list[tuple[str, str]]:
        return [(target.name, target.title) for target in self.targets]

    def check_meanings(self, chosen: Iterable[Meanings]) -> None:
        if not any(set(group) <= set(meanings) for meanings in chosen for group in self.enough):
            wanted = [" et ".join(f"« {self.title_of_field(name)} »" for name in group) for group in self.enough]
            raise RuleBroken("", N_("Dites quelles colonnes contiennent : ") + N_(", ou ").join(wanted) + ".")

    def content(self, read: Understanding) -> Plain:
        return {
            "records": [
                {"record": one.record, "place": {"sheet": one.place.sheet, "row": one.place.row},
                 "refused": one.is_refused}
                for one in read.records
            ]
        }  # fmt: skip

    def plan(self, home: uuid.UUID, content: Plain, choices: Choices) -> Plan:
        return self.planner(self, home, choices).plan(content["records"])

    def write(self, job: Job, content: Plain, plan: Plan) -> None:
        self.prepare(job, plan)
        links = self.links(job.batch.establishment_id)
        lines = [line for line in plan.outcomes if isinstance(line, Line) and line.action in WRITTEN]
        for line in lines:
            self._unlink_from_left_out(line)
        lines.sort(key=Line.depth)
        before = {line.record_id: states.state_of(line.record) for line in lines if line.record is not None}
        for start in range(0, len(lines), CHUNK):
            part = lines[start : start + CHUNK]
            for line in part:
                self._lay(job, line, links)
            session.flush()
            job.advance(len(part))
        states.keep(job, [(line.record, before.get(line.record_id)) for line in lines])
        for line in lines:
            line.record_id = line.record.id

    def _unlink_from_left_out(self, line: Line) -> None:
        """A line cannot point to one that is not written: it is told, and enters without."""
        above = line.above
        if isinstance(above, Line) and above.record is None and above.action not in WRITTEN:
            field = self.model.told_as(self.upward)
            line.above = None
            line.values.pop(field, None)
            line.changes = [change for change in line.changes if change.get("field") != field]
            line.doubt(UNLINKED % above.name, field)

    def _lay(self, job: Job, line: Line, links: dict[str, dict[str, Any]]) -> None:
        told = line.values
        if line.record is None:
            line.record = self.model(id=uuid.uuid4(), establishment_id=job.batch.establishment_id)
            session.add(line.record)
        else:
            told = {change["field"]: change["after"] for change in line.changes}
        for name, value in states.typed(self.model, told).items():
            setattr(line.record, name, value)
        for name in told.keys() & links.keys():
            setattr(line.record, name, links[name][told[name]] if told[name] else None)
        if line.above is not None and self.upward:
            setattr(line.record, self.upward, line.above.record.id)
        self.touch(job, line.record)

    def take_back(self, job: Job, records: list[ImportedRecord]) -> tuple[int, int]:
        return states.take_back(records)
