"""The verbs of an import, whatever its subject: receive a file, apply it whole, abandon it, take it back."""

import base64
import hashlib
import json
import uuid
import zlib
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from governance.database import session
from governance.imports.collector import no_collecting
from governance.imports.findings import Issue, Severity, Understanding, excerpt
from governance.imports.outcomes import (
    LEFT_OUT,
    WRITTEN,
    Action,
    Choices,
    Job,
    Outcome,
    Plain,
    Plan,
    Progress,
    no_progress,
)
from governance.imports.subjects import Subject, subject_of
from governance.visitor import Visitor
from models.base import now
from models.imports import BatchState, ImportBatch, ImportedRecord
from models.journal import Actor, Verb, tell
from models.rules import RuleBroken
from models.vocabulary import N_

KEPT_ISSUES = 2_000
KEPT_ROWS = 1_000
KEPT_CHANGES = 30
TABLE = "table"
"""The layout of a file of which a person may say what the columns mean: the batch keeps it until it is applied."""


def packed(content: Plain) -> bytes:
    """What a batch keeps of a file until it is applied."""
    return zlib.compress(json.dumps(content, ensure_ascii=False).encode(), 1)


def unpacked(payload: bytes) -> Plain:
    """The content given to `packed`."""
    content: Plain = json.loads(zlib.decompress(payload))
    return content


def file_kept(data: bytes) -> Plain:
    """The file itself, as a batch keeps it."""
    return {"file": base64.b64encode(data).decode("ascii")}


def file_of(batch: ImportBatch) -> bytes:
    """The file that a batch keeps; nothing when it does not."""
    return base64.b64decode(unpacked(batch.payload).get("file", "")) if batch.payload else b""


# Receiving


@no_collecting()
def receive(
    subject: Subject, who: Visitor, establishment_id: uuid.UUID, filename: str, data: bytes, read: Understanding
) -> ImportBatch:
    """Keep what was understood of a file, with what importing it would do. Nothing else changes."""
    batch = _batch(subject, who, establishment_id, filename, data)
    keep(batch, read, data if read.layout == TABLE else b"")
    session.add(batch)
    session.flush()
    return batch


def _batch(subject: Subject, who: Visitor, establishment_id: uuid.UUID, filename: str, data: bytes) -> ImportBatch:
    return ImportBatch(
        establishment_id=establishment_id,
        subject=subject.word,
        filename=filename[:200],
        digest=hashlib.sha256(data).hexdigest(),
        size=len(data),
        layout="",
        state=BatchState.CHECKED,
        made_by_id=who.user_id,
        made_by=who.name,
        choices={},
    )


def keep(batch: ImportBatch, read: Understanding, file: bytes = b"") -> None:
    """Put in the batch what was read, what importing it would do, and the file if it may have to be read again."""
    content, plan = _propose(batch, read)
    batch.payload = packed({**content, **file_kept(file)} if file else content)
    batch.report = {**batch.report, **report_of(content, plan)}


def _propose(batch: ImportBatch, read: Understanding) -> tuple[Plain, Plan]:
    """What was read, and what importing it would do if it covers what it most likely covers."""
    subject = subject_of(batch.subject)
    content = content_of(subject, read)
    scopes = subject.scopes(batch.establishment_id, content)
    batch.layout, batch.report = read.layout, {"scopes": scopes}
    batch.choices = {"scope": scopes[0][0]} if scopes else {}
    return content, subject.plan(batch.establishment_id, content, batch.choices)


def preview(subject: Subject, establishment_id: uuid.UUID, read: Understanding) -> Plain:
    """What importing a file would do, for a caller that keeps nothing."""
    content = content_of(subject, read)
    scopes = subject.scopes(establishment_id, content)
    return report_of(content, subject.plan(establishment_id, content, {"scope": scopes[0][0]} if scopes else {}))


def content_of(subject: Subject, read: Understanding) -> Plain:
    """What a subject keeps of a file, and the issues of its reading."""
    issues = [*read.issues, *(issue for one in [*read.records, *read.processors] for issue in one.issues)]
    return {
        **subject.content(read),
        "processors_read": len(read.processors),
        "issue_counts": dict(Counter(issue.severity.value for issue in issues)),
        "issues": [_plain(issue) for issue in sorted(issues, key=_weight)[:KEPT_ISSUES]],
    }


def report_of(content: Plain, plan: Plan) -> Plain:
    """Issues by weight, counts by outcome, the first lines with their changes, what is proposed beside them."""
    found = [issue for outcome in plan.outcomes for issue in outcome.issues]
    issues = [*content["issues"], *map(_plain, found[:KEPT_ISSUES])]
    counts = Counter(content["issue_counts"]) + Counter(issue.severity.value for issue in found)
    order = [severity.value for severity in Severity]
    shown = sorted(enumerate(plan.outcomes), key=lambda one: one[1].action is Action.SAME)[:KEPT_ROWS]
    return {
        "issues": sorted(issues, key=lambda issue: order.index(issue["severity"]))[:KEPT_ISSUES],
        "issue_counts": dict(counts),
        "processors": content["processors_read"],
        "counts": {action.value: plan.count(action) for action in Action},
        "labels": plan.labels,
        "rows": [_row(*one) for one in shown],
        "proposals": [asdict(proposal) for proposal in plan.proposals if proposal.offers],
        "mark": plan.mark,
    }


def _weight(issue: Issue) -> int:
    return list(Severity).index(issue.severity)


def _plain(issue: Issue) -> Plain:
    return {**asdict(issue), "severity": issue.severity.value}


def _row(number: int, outcome: Outcome) -> Plain:
    changes = outcome.shown()
    return {
        "number": number,
        "id": str(outcome.record_id or ""),
        **outcome.place,
        "action": outcome.action.value,
        "label": outcome.label,
        "reference": outcome.reference,
        "name": outcome.name,
        "changes": [_bounded(change) for change in changes[:KEPT_CHANGES]],
        "more": max(len(changes) - KEPT_CHANGES, 0),
        "counts": outcome.counts(),
        "remarks": outcome.remarks(),
    }


def _bounded(change: Plain) -> Plain:
    """A change; of what it makes, only the beginning of each text."""
    if "created" not in change:
        return change
    made = {name: excerpt(value) if isinstance(value, str) else value for name, value in change["created"].items()}
    return {**change, "created": made}


# Choosing


def choose_scope(batch: ImportBatch, scope: str) -> None:
    """Say what the file covers wholly; the preview is made again. Raises RuleBroken for a scope not offered."""
    content = _waiting(batch)
    if scope not in [value for value, _label in batch.report.get("scopes", ())]:
        raise RuleBroken("scope", N_("Choisissez ce que couvre le fichier dans la liste."))
    batch.choices = {"scope": scope}
    _refresh(batch, content)


def _refresh(batch: ImportBatch, content: Plain) -> None:
    plan = subject_of(batch.subject).plan(batch.establishment_id, content, batch.choices)
    batch.report = {**batch.report, **report_of(content, plan)}


def _waiting(batch: ImportBatch) -> Plain:
    """The content of a batch that waits for its confirmation. Raises RuleBroken for another."""
    if batch.state is not BatchState.CHECKED or batch.payload is None:
        raise RuleBroken("", N_("Cet import n’attend plus de confirmation."))
    return unpacked(batch.payload)


# Applying


class Overtaken(Exception):
    """Vigie changed between the preview and the confirmation; the batch now holds a fresh preview."""


@no_collecting()
def apply(actor: Actor, batch: ImportBatch, ticked: Choices | None = None, progress: Progress = no_progress) -> None:
    """Write every line of the batch that is neither refused nor left out, and the offers `ticked`: all or none.

    In the caller's transaction. Raises RuleBroken when the batch is not waiting for it or a choice cannot be,
    Overtaken when the preview no longer holds.
    """
    content = _waiting(batch)
    plan = subject_of(batch.subject).plan(batch.establishment_id, content, batch.choices)
    if plan.mark != batch.report["mark"]:
        batch.report = {**batch.report, **report_of(content, plan)}
        raise Overtaken
    _carry_out(actor, batch, content, plan, ticked, progress)


@no_collecting()
def bring(
    actor: Actor,
    subject: Subject,
    establishment_id: uuid.UUID,
    filename: str,
    data: bytes,
    read: Understanding,
    accepted: Collection[str] = (),
) -> ImportBatch:
    """Receive and apply at once, for a command: nobody confirms, so nothing is put by nor planned anew.

    `accepted` names the proposals of which every offer is taken. In the caller's transaction.
    """
    batch = _batch(subject, Visitor(name=actor.name), establishment_id, filename, data)
    content, plan = _propose(batch, read)
    session.add(batch)
    session.flush()
    ticked = {one.name: [offer.value for offer in one.offers] for one in plan.proposals if one.name in accepted}
    _carry_out(actor, batch, content, plan, ticked, no_progress)
    return batch


def _carry_out(
    actor: Actor, batch: ImportBatch, content: Plain, plan: Plan, ticked: Choices | None, progress: Progress
) -> None:
    subject = subject_of(batch.subject)
    if ticked:
        _refuse_not_offered(plan, ticked)
        batch.choices = {**batch.choices, **ticked}
        plan = subject.plan(batch.establishment_id, content, batch.choices)
        plan.leave_out(ticked.get(LEFT_OUT, ()))
        if ticked.keys() == {LEFT_OUT} and not plan.count(*WRITTEN):
            raise RuleBroken(
                "", N_("Aucune ligne n’est cochée : cochez ce qu’il faut importer, ou abandonnez l’import.")
            )
    subject.write(Job(actor, batch, plan.count(*WRITTEN), progress), content, plan)
    batch.state, batch.applied_at, batch.payload = BatchState.APPLIED, now(), None
    batch.report = {**batch.report, **report_of(content, plan)}
    counts = batch.report["counts"]
    tell(
        session(), Verb.IMPORTED, batch, filename=batch.told_name, digest=batch.digest,
        created=counts["create"], changed=counts["change"], unchanged=counts["same"],
    )  # fmt: skip


def _refuse_not_offered(plan: Plan, ticked: Choices) -> None:
    for proposal in plan.proposals:
        offered = {offer.value for offer in proposal.offers}
        if not offered.issuperset(ticked.get(proposal.name, ())):
            raise RuleBroken(proposal.name, N_("Une des cases cochées n’est plus proposée : relisez l’aperçu."))


def abandon(batch: ImportBatch) -> None:
    """Give up an import that was not applied. Raises RuleBroken otherwise."""
    if batch.state not in (BatchState.READ, BatchState.CHECKED):
        raise RuleBroken("", N_("Cet import est déjà appliqué ou abandonné."))
    batch.state, batch.payload = BatchState.ABANDONED, None


# Taking back


def undo(actor: Actor, batch: ImportBatch) -> None:
    """Take an applied import back: what it made goes, what it changed is as before.

    Raises RuleBroken when the batch was not applied, when somebody touched one of its records since, or when something
    else now rests upon one.
    """
    if batch.state is not BatchState.APPLIED:
        raise RuleBroken("", N_("Seul un import appliqué peut être annulé."))
    records = list(session.scalars(select(ImportedRecord).where(ImportedRecord.batch_id == batch.id)))
    try:
        with session.begin_nested():
            removed, restored = subject_of(batch.subject).take_back(Job(actor, batch, len(records)), records)
    except IntegrityError as held:
        raise RuleBroken("", N_("D’autres éléments s’appuient déjà sur cet import, il ne s’annule plus.")) from held
    batch.state, batch.undone_at = BatchState.UNDONE, now()
    tell(session(), Verb.IMPORT_UNDONE, batch, filename=batch.told_name, removed=removed, restored=restored)
