"""The verbs of an import: receive a file, apply it whole, abandon it, take it back."""

import hashlib
import json
import uuid
import zlib
from collections import Counter
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, select

from governance.database import session
from governance.imports.findings import Severity, Understanding
from governance.imports.planning import Action, Outcome, plan
from governance.imports.writing import CHUNK, Plain, Progress, Writer, lay, lay_processors, no_progress
from governance.visitor import Visitor
from models.base import now
from models.imports import BatchState, ColumnMapping, ImportBatch, ImportedRecord
from models.journal import Actor, Fact, Verb, append, tell
from models.register.activity import Activity
from models.register.words import Status
from models.rules import RuleBroken
from models.vocabulary import N_

KEPT_ISSUES = 2_000
KEPT_ROWS = 1_000

_ACTIVITIES: Any = Activity.__table__


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
    writer = Writer(actor, batch, total, progress)
    writer.create([outcome.record for outcome in outcomes if outcome.action is Action.CREATE])
    writer.change([outcome for outcome in outcomes if outcome.action is Action.CHANGE])
    batch.state, batch.applied_at, batch.payload = BatchState.APPLIED, now(), None
    counts = batch.report["counts"]
    tell(
        session(), Verb.IMPORTED, batch, filename=batch.filename, digest=batch.digest,
        created=counts["create"], changed=counts["change"], unchanged=counts["same"],
    )  # fmt: skip


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
    writer = Writer(actor, batch, len(records), no_progress)
    for record in records:
        activity = session.scalars(Activity.whole().where(Activity.id == record.activity_id)).one()
        state = record.before or activity.state()
        fields = {name for name in state["fields"] if name != "revised_on"}
        lay(activity, state, fields, set(state["parts"]), writer.departments, writer.processors)
        activity.updated_by, activity.updated_at = actor.name, now()
        activity.status = Status(state["fields"]["status"])
