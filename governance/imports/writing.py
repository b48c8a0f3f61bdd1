"""How the records of an import are written: new ones in bulk, changed ones laid over what is there."""

import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import insert, select

from governance.database import session
from governance.imports.planning import NEW, Outcome
from models.base import now
from models.establishments import Department
from models.imports import ImportBatch, ImportedRecord
from models.journal import Actor, Fact, Verb, append
from models.register.activity import Activity
from models.register.parts import PARTS
from models.register.portable import field_values, part_values, processor_values, row_values, sub_processor_values
from models.register.processor import Processor, SubProcessor
from models.register.references import next_references
from models.register.words import Status

CHUNK = 500

Plain = dict[str, Any]
Progress = Callable[[int, int], None]

_RECORDS: Any = ImportedRecord.__table__


def no_progress(done: int, total: int) -> None:
    """For callers that nobody watches."""


class Writer:
    """Writes the records of one batch: new ones in bulk, with their journal entries; changed ones one by one."""

    def __init__(self, actor: Actor, batch: ImportBatch, total: int, progress: Progress) -> None:
        self.actor, self.batch, self.total, self.progress = actor, batch, total, progress
        self.at, self.done = now(), 0
        home = batch.establishment_id
        self.establishment = batch.establishment
        self.departments = {
            one.name: one for one in session.scalars(select(Department).where(Department.establishment_id == home))
        }
        self.processors = {one.name: one for one in session.scalars(Processor.named(home))}

    def create(self, records: list[Plain]) -> None:
        nameless = [record for record in records if not record["fields"].get("reference")]
        numbers = next_references(session(), self.batch.establishment_id, self.at.year, len(nameless))
        for record, number in zip(nameless, numbers, strict=True):
            record["fields"]["reference"] = number
        for start in range(0, len(records), CHUNK):
            self._insert([self._values(record) for record in records[start : start + CHUNK]])

    def _values(self, record: Plain) -> dict[Any, list[Plain]]:
        status = record["fields"].get("status")
        born = Status.PREQUALIFIED if status == Status.PREQUALIFIED else Status.DRAFT
        life = {"status": born.value, "archived_on": None, "archive_reason": None}
        return row_values(
            {**record, "fields": {**record["fields"], **life}},
            self.establishment, self.departments, self.processors, self.actor.name, self.at,
        )  # fmt: skip

    def _insert(self, made: list[dict[Any, list[Plain]]]) -> None:
        kinds: list[Any] = [Activity, *PARTS.values()]
        for kind in kinds:
            rows = [row for one in made for row in one[kind]]
            if rows:
                session.execute(insert(kind.__table__), rows)
        owners = [one[Activity][0] for one in made]
        session.execute(
            insert(_RECORDS),
            [
                {"id": uuid.uuid4(), "created_at": self.at, "batch_id": self.batch.id, "activity_id": one["id"],
                 "revision": 1, "before": None}
                for one in owners
            ],
        )  # fmt: skip
        append(session.connection(), self.actor, [self._fact(Verb.CREATED, one) for one in owners])
        self._advance(len(made))

    def _fact(self, verb: Verb, row: Plain) -> Fact:
        title = f"{row['reference']} {row['name']}"
        detail = {"filename": self.batch.filename, "digest": self.batch.digest}
        return Fact(verb, "activity", row["id"], title, str(self.batch.establishment_id), detail=detail)

    def change(self, outcomes: list[Outcome]) -> None:
        for start in range(0, len(outcomes), CHUNK):
            part = outcomes[start : start + CHUNK]
            ids = [outcome.activity_id for outcome in part]
            loaded = {one.id: one for one in session.scalars(Activity.whole().where(Activity.id.in_(ids)))}
            before = {identity: activity.state() for identity, activity in loaded.items()}
            for outcome in part:
                self._lay(loaded[outcome.activity_id], outcome)  # type: ignore[index]
            session.flush()
            session.add_all(
                ImportedRecord(batch_id=self.batch.id, activity_id=one.id, revision=one.revision, before=before[one.id])
                for one in loaded.values()
            )
            self._advance(len(part))

    def _lay(self, activity: Activity, outcome: Outcome) -> None:
        told = {change["field"] for change in outcome.changes if change["part"] is None}
        touched = {change["part"] for change in outcome.changes if change["part"]}
        assert outcome.merged is not None  # noqa: S101 -- a change always has its merged state
        lay(activity, outcome.merged, told, touched, self.departments, self.processors)
        activity.touch(self.actor.name, self.at)

    def _advance(self, count: int) -> None:
        self.done += count
        self.progress(self.done, self.total)


def lay(
    activity: Activity,
    state: Plain,
    fields: set[str],
    collections: set[str],
    departments: dict[str, Department],
    processors: dict[str, Processor],
) -> None:
    """Give a record the values that `state` has for these fields and collections; rows keep their identity."""
    values = field_values(state["fields"], departments)
    for name in fields:
        setattr(activity, name, values[name])
    for name in collections:
        present = {str(row.id): row for row in getattr(activity, name)}
        rows = []
        for position, plain in enumerate(state["parts"][name]):
            row = present.get(plain["id"]) or PARTS[name](id=_identity(plain["id"]))
            for key, value in part_values(name, plain, processors).items():
                setattr(row, key, value)
            row.position = position
            rows.append(row)
        setattr(activity, name, rows)


def _identity(text: str) -> uuid.UUID | None:
    """The identity a removed row had, so that it comes back as itself; None lets the database choose."""
    return None if text.startswith(NEW) else uuid.UUID(text)


def lay_processors(establishment_id: uuid.UUID, records: list[Plain]) -> None:
    """Put the directory that a file carries into ours: known by identity or name, completed; unknown, added."""
    known = list(session.scalars(Processor.named(establishment_id)))
    by_key = {str(one.id): one for one in known} | {one.name: one for one in known}
    for record in records:
        values = processor_values(record["fields"])
        found = by_key.get(record.get("id", "")) or by_key.get(values["name"])
        if found is None:
            found = Processor(establishment_id=establishment_id, name=values["name"])
            session.add(found)
        for name, value in values.items():
            if getattr(found, name) != value:
                setattr(found, name, value)
        if "sub_processors" in record:
            _lay_sub_processors(found, record["sub_processors"])
    session.flush()


def _lay_sub_processors(processor: Processor, rows: list[Plain]) -> None:
    present = {one.name: one for one in processor.sub_processors}
    kept = []
    for position, row in enumerate(rows):
        values = sub_processor_values(row)
        one = present.get(values["name"]) or SubProcessor()
        for name, value in values.items():
            if getattr(one, name) != value:
                setattr(one, name, value)
        if one.position != position:
            one.position = position
        kept.append(one)
    if kept != processor.sub_processors:
        processor.sub_processors = kept
