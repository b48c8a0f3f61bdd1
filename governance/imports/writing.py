"""How the fiches of an import are written and taken back: new ones in bulk, changed ones laid over what is there."""

import uuid
from typing import Any

from sqlalchemy import delete, select

from governance.database import session
from governance.imports.outcomes import Job, Plain
from governance.imports.planning import NEW, FicheOutcome, born
from models.base import identities, identity, now
from models.bulk import insert_rows
from models.establishments import Department
from models.evidence import Attachment
from models.imports import ImportedRecord
from models.journal import Fact, Verb, append
from models.register.activity import Activity
from models.register.parts import PARTS
from models.register.portable import field_values, part_values, processor_values, rows_of, sub_processor_values
from models.register.processor import Processor, SubProcessor
from models.register.references import next_references
from models.register.words import Status
from models.rules import RuleBroken
from models.vocabulary import N_

CHUNK = 1_000
NEW_ONES = 2_500
"""How many new fiches are written at once: fewer, and PostgreSQL spends its time from one table to the next."""

_ACTIVITIES: Any = Activity.__table__
_RECORDS: Any = ImportedRecord.__table__


class Writer:
    """Writes the fiches of one batch: new ones in bulk, with their journal entries; changed ones one by one."""

    def __init__(self, job: Job) -> None:
        self.job, self.actor, self.batch = job, job.actor, job.batch
        self.at = now()
        home = self.batch.establishment_id
        self.establishment = self.batch.establishment
        self.departments = {
            one.name: one for one in session.scalars(select(Department).where(Department.establishment_id == home))
        }
        self.processors = {one.name: one for one in session.scalars(Processor.named(home))}

    def create(self, outcomes: list[FicheOutcome]) -> None:
        nameless = [one for one in outcomes if not one.reference]
        numbers = next_references(session(), self.batch.establishment_id, self.at.year, len(nameless))
        for one, number in zip(nameless, numbers, strict=True):
            one.reference = one.record["fields"]["reference"] = number
        for one, new in zip(outcomes, identities(), strict=False):
            one.record_id = new
        for start in range(0, len(outcomes), NEW_ONES):
            part = outcomes[start : start + NEW_ONES]
            self._insert([(one.record_id, self._born(one.record)) for one in part if one.record_id])

    def _born(self, record: Plain) -> Plain:
        life = {"status": born(record).value, "archived_on": None, "archive_reason": None}
        return {**record, "fields": {**record["fields"], **life}}

    def _insert(self, records: list[tuple[uuid.UUID, Plain]]) -> None:
        connection = session.connection()
        made = rows_of(
            records, self.establishment, self.departments, self.processors, self.actor.name, self.at
        )  # fmt: skip
        for table, rows in made:
            insert_rows(connection, table, rows)
        insert_rows(connection, _RECORDS, (self._record(identity) for identity, _ in records))
        append(connection, self.actor, [self._fact(Verb.CREATED, *one) for one in records])
        self.job.advance(len(records))

    def _record(self, activity_id: uuid.UUID) -> Plain:
        return {
            "id": identity(), "created_at": self.at, "batch_id": self.batch.id, "before": None,
            "record_type": Activity.__tablename__, "record_id": activity_id, "mark": "1",
        }  # fmt: skip

    def _fact(self, verb: Verb, activity_id: uuid.UUID, record: Plain) -> Fact:
        title = f"{record['fields']['reference']} {record['fields']['name']}"
        detail = {"filename": self.batch.filename, "digest": self.batch.digest}
        return Fact(verb, "activity", activity_id, title, str(self.batch.establishment_id), detail=detail)

    def change(self, outcomes: list[FicheOutcome]) -> None:
        for start in range(0, len(outcomes), CHUNK):
            part = outcomes[start : start + CHUNK]
            ids = [outcome.record_id for outcome in part]
            loaded = {one.id: one for one in session.scalars(Activity.whole().where(Activity.id.in_(ids)))}
            before = {identity: activity.state() for identity, activity in loaded.items()}
            for outcome in part:
                self._lay(loaded[outcome.record_id], outcome)  # type: ignore[index]
            session.flush()
            session.add_all(
                ImportedRecord(
                    batch_id=self.batch.id, record_type=Activity.__tablename__, record_id=one.id,
                    mark=str(one.revision), before=before[one.id],
                )
                for one in loaded.values()
            )  # fmt: skip
            self.job.advance(len(part))

    def _lay(self, activity: Activity, outcome: FicheOutcome) -> None:
        told = {change["field"] for change in outcome.changes if change["part"] is None}
        touched = {change["part"] for change in outcome.changes if change["part"]}
        assert outcome.merged is not None  # noqa: S101 -- a change always has its merged state
        lay(activity, outcome.merged, told, touched, self.departments, self.processors)
        activity.touch(self.actor.name, self.at)


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


# Taking back


def take_back(job: Job, records: list[ImportedRecord]) -> tuple[int, int]:
    """Remove the fiches that an import made, give those it changed the state they had before: (removed, restored).

    Raises RuleBroken when somebody touched one of them since.
    """
    _refuse_touched(job, {record.record_id: record.mark for record in records})
    made = [record.record_id for record in records if record.before is None]
    _remove(job, made)
    changed = [record for record in records if record.before is not None]
    _restore(job, changed)
    return len(made), len(changed)


def _refuse_touched(job: Job, marks: dict[uuid.UUID, str]) -> None:
    present = session.execute(
        select(Activity.id, Activity.reference, Activity.revision).where(
            Activity.establishment_id == job.batch.establishment_id
        )
    )
    proven = set(session.scalars(select(Attachment.owner_id).where(Attachment.owner_type == Activity.__tablename__)))
    touched = [
        row.reference for row in present if row.id in marks and (str(row.revision) != marks[row.id] or row.id in proven)
    ]
    if touched:
        names = ", ".join(sorted(touched)[:10]) + ("…" if len(touched) > 10 else "")
        raise RuleBroken("", N_("Des fiches ont été modifiées depuis l’import, il ne s’annule plus : ") + names)


def _remove(job: Job, ids: list[uuid.UUID]) -> None:
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        rows = session.execute(select(Activity.id, Activity.reference, Activity.name).where(Activity.id.in_(part)))
        chain, detail = str(job.batch.establishment_id), {"filename": job.batch.filename}
        facts = [
            Fact(Verb.REMOVED, "activity", row.id, f"{row.reference} {row.name}", chain, detail=detail) for row in rows
        ]
        session.execute(delete(_ACTIVITIES).where(_ACTIVITIES.c.id.in_(part)))
        append(session.connection(), job.actor, facts)


def _restore(job: Job, records: list[ImportedRecord]) -> None:
    writer = Writer(job)
    for record in records:
        activity = session.scalars(Activity.whole().where(Activity.id == record.record_id)).one()
        state = record.before or activity.state()
        fields = {name for name in state["fields"] if name != "revised_on"}
        lay(activity, state, fields, set(state["parts"]), writer.departments, writer.processors)
        activity.updated_by, activity.updated_at = job.actor.name, now()
        activity.status = Status(state["fields"]["status"])
