"""The verbs of an import: receive a file, apply it whole, abandon it, take it back."""

import hashlib
import json
import uuid
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert, select

from governance.database import session
from governance.imports.findings import Severity, Understanding
from governance.imports.planning import NEW, Action, Outcome, plan
from governance.visitor import Visitor
from models.base import now
from models.establishments import Department
from models.imports import BatchState, ColumnMapping, ImportBatch, ImportedRecord
from models.journal import Actor, Fact, Verb, append, tell
from models.register.activity import Activity
from models.register.parts import PARTS
from models.register.portable import field_values, part_values, processor_values, row_values, sub_processor_values
from models.register.processor import Processor, SubProcessor
from models.register.references import next_references
from models.register.words import Status
from models.rules import RuleBroken
from models.vocabulary import N_

KEPT_ISSUES = 2_000
KEPT_ROWS = 1_000
CHUNK = 500

Plain = dict[str, Any]

_ACTIVITIES: Any = Activity.__table__
_RECORDS: Any = ImportedRecord.__table__
Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """For callers that nobody watches."""


def packed(content: Plain) -> bytes:
    """What a batch keeps of a file until it is applied."""
    return zlib.compress(json.dumps(content, ensure_ascii=False).encode(), 1)


def unpacked(payload: bytes) -> Plain:
    """The content given to `packed`."""
    content: Plain = json.loads(zlib.decompress(payload))
    return content


# Receiving


def receive(who: Visitor, establishment_id: uuid.UUID, filename: str, data: bytes, read: Understanding) -> ImportBatch:
    """Keep what was understood of a file, with what importing it would do. Nothing of the register changes."""
    batch = ImportBatch(
        establishment_id=establishment_id,
        filename=filename[:200],
        digest=hashlib.sha256(data).hexdigest(),
        size=len(data),
        layout=read.layout,
        state=BatchState.CHECKED,
        made_by_id=who.user_id,
        made_by=who.name,
    )
    keep(batch, read)
    session.add(batch)
    session.flush()
    return batch


def keep(batch: ImportBatch, read: Understanding) -> None:
    """Put in the batch what was read, and what importing it would do."""
    batch.layout = read.layout
    batch.payload = packed(
        {
            "records": _readings(read),
            "processors": [one.record for one in read.processors if not one.is_refused],
        }
    )
    batch.report = preview(batch.establishment_id, read)


def preview(establishment_id: uuid.UUID, read: Understanding) -> Plain:
    """What importing would do: issues by weight, counts by outcome, the first records with their changes."""
    issues = [*read.issues, *(issue for one in [*read.records, *read.processors] for issue in one.issues)]
    by_weight = sorted(issues, key=lambda issue: list(Severity).index(issue.severity))
    return {
        "issues": [{**asdict(issue), "severity": issue.severity.value} for issue in by_weight[:KEPT_ISSUES]],
        "issue_counts": dict(Counter(issue.severity.value for issue in issues)),
        "processors": len(read.processors),
        **_summary(plan(establishment_id, _readings(read))),
    }


def _readings(read: Understanding) -> list[Plain]:
    return [
        {"record": one.record, "place": {"sheet": one.place.sheet, "row": one.place.row}, "refused": one.is_refused}
        for one in read.records
    ]


def _summary(outcomes: list[Outcome]) -> Plain:
    counts = Counter(outcome.action.value for outcome in outcomes)
    shown = sorted(outcomes, key=lambda outcome: outcome.action is Action.SAME)[:KEPT_ROWS]
    return {
        "counts": {action.value: counts.get(action.value, 0) for action in Action},
        "rows": [
            {
                **outcome.place,
                "action": outcome.action.value,
                "reference": outcome.record["fields"].get("reference"),
                "name": outcome.record["fields"].get("name"),
                "changes": outcome.changes[:30],
            }
            for outcome in shown
        ],
        "mark": _mark(outcomes),
    }


def _mark(outcomes: list[Outcome]) -> str:
    """What must be the same at the confirmation as in the preview, else somebody changed the register meanwhile."""
    return hashlib.sha256(json.dumps([outcome.mark for outcome in outcomes]).encode()).hexdigest()


def remember_mapping(batch: ImportBatch, signature: str, mapping: Plain) -> None:
    """The next table with the same headers will propose this mapping."""
    known = session.scalar(
        select(ColumnMapping).where(
            ColumnMapping.establishment_id == batch.establishment_id, ColumnMapping.signature == signature
        )
    ) or ColumnMapping(establishment_id=batch.establishment_id, signature=signature)
    known.mapping = mapping
    session.add(known)


# Applying


class Overtaken(Exception):
    """The register changed between the preview and the confirmation; the batch now holds a fresh preview."""


def apply(actor: Actor, batch: ImportBatch, progress: Progress = no_progress) -> None:
    """Write every record of the batch that is not refused, in the caller's transaction: all of them or none.

    Raises RuleBroken when the batch is not waiting for it, Overtaken when the preview no longer holds.
    """
    if batch.state is not BatchState.CHECKED or batch.payload is None:
        raise RuleBroken("", N_("Cet import n’attend plus de confirmation."))
    read = unpacked(batch.payload)
    outcomes = plan(batch.establishment_id, read["records"])
    if _mark(outcomes) != batch.report["mark"]:
        batch.report = {**batch.report, **_summary(outcomes)}
        raise Overtaken
    lay_processors(batch.establishment_id, read["processors"])
    total = sum(outcome.action in (Action.CREATE, Action.CHANGE) for outcome in outcomes)
    writer = _Writer(actor, batch, total, progress)
    writer.create([outcome.record for outcome in outcomes if outcome.action is Action.CREATE])
    writer.change([outcome for outcome in outcomes if outcome.action is Action.CHANGE])
    batch.state, batch.applied_at, batch.payload = BatchState.APPLIED, now(), None
    counts = batch.report["counts"]
    tell(
        session(), Verb.IMPORTED, batch, filename=batch.filename, digest=batch.digest,
        created=counts["create"], changed=counts["change"], unchanged=counts["same"],
    )  # fmt: skip


class _Writer:
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


def abandon(batch: ImportBatch) -> None:
    """Give up an import that was not applied. Raises RuleBroken otherwise."""
    if batch.state not in (BatchState.READ, BatchState.CHECKED):
        raise RuleBroken("", N_("Cet import est déjà appliqué ou abandonné."))
    batch.state, batch.payload = BatchState.ABANDONED, None


# Taking back


def undo(actor: Actor, batch: ImportBatch) -> None:
    """Take an applied import back: what it made goes, what it changed is as before.

    Raises RuleBroken when the batch was not applied, or when somebody touched one of its records since.
    """
    if batch.state is not BatchState.APPLIED:
        raise RuleBroken("", N_("Seul un import appliqué peut être annulé."))
    records = session.scalars(select(ImportedRecord).where(ImportedRecord.batch_id == batch.id)).all()
    _refuse_touched(batch, {record.activity_id: record.revision for record in records})
    made = [record.activity_id for record in records if record.before is None]
    _remove(actor, batch, made)
    changed = [record for record in records if record.before is not None]
    _restore(actor, batch, changed)
    batch.state, batch.undone_at = BatchState.UNDONE, now()
    tell(session(), Verb.IMPORT_UNDONE, batch, filename=batch.filename, removed=len(made), restored=len(changed))


def _refuse_touched(batch: ImportBatch, revisions: dict[uuid.UUID, int]) -> None:
    present = session.execute(
        select(Activity.id, Activity.reference, Activity.revision).where(
            Activity.establishment_id == batch.establishment_id
        )
    )
    touched = [row.reference for row in present if row.id in revisions and row.revision != revisions[row.id]]
    if touched:
        names = ", ".join(sorted(touched)[:10]) + ("…" if len(touched) > 10 else "")
        raise RuleBroken("", N_("Des fiches ont été modifiées depuis l’import, il ne s’annule plus : ") + names)


def _remove(actor: Actor, batch: ImportBatch, ids: list[uuid.UUID]) -> None:
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        rows = session.execute(select(Activity.id, Activity.reference, Activity.name).where(Activity.id.in_(part)))
        chain, detail = str(batch.establishment_id), {"filename": batch.filename}
        facts = [
            Fact(Verb.REMOVED, "activity", row.id, f"{row.reference} {row.name}", chain, detail=detail) for row in rows
        ]
        session.execute(delete(_ACTIVITIES).where(_ACTIVITIES.c.id.in_(part)))
        append(session.connection(), actor, facts)


def _restore(actor: Actor, batch: ImportBatch, records: list[ImportedRecord]) -> None:
    writer = _Writer(actor, batch, len(records), no_progress)
    for record in records:
        activity = session.scalars(Activity.whole().where(Activity.id == record.activity_id)).one()
        state = record.before or activity.state()
        fields = {name for name in state["fields"] if name != "revised_on"}
        lay(activity, state, fields, set(state["parts"]), writer.departments, writer.processors)
        activity.updated_by, activity.updated_at = actor.name, now()
        activity.status = Status(state["fields"]["status"])
