"""Versions: what was validated stays, as numbered, immutable snapshots; and the words for what differs between two."""

import hashlib
import json
import uuid
from typing import Any

from sqlalchemy import JSON, ForeignKey, Select, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import At, Record, Short

State = dict[str, Any]
"""A record as plain data: {"fields": {name: value}, "parts": {collection: [{"id": …, name: value}]}}."""


class Version(Record):
    """A frozen state of a record, with the digest of its canonical JSON."""

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("subject_type", "subject_id", "number"),)

    establishment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("establishment.id"))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[uuid.UUID]
    number: Mapped[int]
    content: Mapped[State] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[At]
    published_by: Mapped[Short]
    note: Mapped[str | None] = mapped_column(Text)

    @property
    def is_intact(self) -> bool:
        """Whether its content still has the digest that it was kept with."""
        return self.digest == hashlib.sha256(canonical(self.content)).hexdigest()

    @classmethod
    def of(cls, subject: Any) -> Select["Version"]:
        """The versions of a record, latest first."""
        return (
            select(cls)
            .where(cls.subject_type == subject.__tablename__, cls.subject_id == subject.id)
            .order_by(cls.number.desc())
        )


def canonical(content: Any) -> bytes:
    """The one JSON text of `content`, so that equal contents have equal digests."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def publish(session: Session, subject: Any, content: State, by: str, at: Any, note: str | None = None) -> Version:
    """Freeze `content` as the next version of `subject`; gives it, added to the session."""
    last = session.scalar(
        select(func.max(Version.number)).where(
            Version.subject_type == subject.__tablename__, Version.subject_id == subject.id
        )
    )
    version = Version(
        establishment_id=subject.establishment_id,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        number=(last or 0) + 1,
        content=content,
        digest=hashlib.sha256(canonical(content)).hexdigest(),
        published_at=at,
        published_by=by,
        note=note,
    )
    session.add(version)
    return version


def told_identity(row: Any, place: int) -> str:
    """The identity of a row as its record's state tells it; « + » and its place while it is not kept yet."""
    return f"+{place}" if row.id is None else str(row.id)


def differences(before: State, after: State) -> list[dict[str, Any]]:
    """What changed from one state to another, in the same form as the changes of a journal entry.

    Each is {"part": collection or None, "id", "title"} with "field", "before", "after", or
    "created" / "removed": values.
    """
    changes = _field_changes(None, "", "", before["fields"], after["fields"])
    for part in sorted(before["parts"].keys() | after["parts"].keys()):
        old = {row["id"]: row for row in before["parts"].get(part, ())}
        new = {row["id"]: row for row in after["parts"].get(part, ())}
        for row_id, row in old.items():
            if row_id in new:
                changes += _field_changes(part, row_id, "", row, new[row_id])
            else:
                changes.append({"part": part, "id": row_id, "title": "", "removed": _told(row)})
        changes += [
            {"part": part, "id": row_id, "title": "", "created": _told(row)}
            for row_id, row in new.items()
            if row_id not in old
        ]
    return changes


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("id", "position") and value is not None}


def _field_changes(
    part: str | None, row_id: str, title: str, old: dict[str, Any], new: dict[str, Any]
) -> list[dict[str, Any]]:
    return [
        {"part": part, "id": row_id, "title": title, "field": name, "before": old.get(name), "after": new.get(name)}
        for name in dict.fromkeys([*old, *new])
        if name not in ("id", "position") and old.get(name) != new.get(name)
    ]


def rewound(state: State | None, changes: list[dict[str, Any]]) -> State | None:
    """`state` as it was before `changes` (of one journal entry) were made; None when they made the record itself."""
    fields = dict(state["fields"]) if state else {}
    parts = {name: {row["id"]: dict(row) for row in rows} for name, rows in (state["parts"] if state else {}).items()}
    existed = True
    for change in reversed(changes):
        part, row_id = change["part"], change["id"]
        if part is None:
            existed = _rewind_root(fields, change) and existed
        elif "created" in change:
            parts.get(part, {}).pop(row_id, None)
        elif "removed" in change:
            parts.setdefault(part, {})[row_id] = {"id": row_id, **change["removed"]}
        elif row_id in parts.get(part, {}):
            parts[part][row_id][change["field"]] = change.get("before")
    if not existed:
        return None
    return {"fields": fields, "parts": {name: list(rows.values()) for name, rows in parts.items()}}


def _rewind_root(fields: dict[str, Any], change: dict[str, Any]) -> bool:
    """Undo one change of the record's own fields; False when the change is its creation."""
    if "created" in change:
        return False
    if "removed" in change:
        fields.update(change["removed"])
    else:
        fields[change["field"]] = change.get("before")
    return True
